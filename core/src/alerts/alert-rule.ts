import type { FigureRule } from "./figure-rule.ts";
import { figureRuleKinds } from "./figure-rule.ts";
import type { Schedule } from "./schedule.ts";
import type { EnterpriseId, MeterId, MeterKind, PointId } from "../park.ts";
import type { Quantity } from "../quantity.ts";

/** P1 紧急, P2 重要, P3 一般, P4 提示. */
export const severities = ["P1", "P2", "P3", "P4"] as const;
export type Severity = (typeof severities)[number];

/** Points by what they are and whose, those added later too; a part that is null is any. */
export interface PointCover {
  readonly meterKinds: readonly MeterKind[] | null;
  readonly quantities: readonly Quantity[] | null;
  /** Only what this enterprise owns; what it gives away or removes is not covered any more. */
  readonly enterpriseId: EnterpriseId | null;
  /** Only the points of this meter. An outlet (排放口) is a meter of kind emission, its channels are the meter's points. */
  readonly meterId: MeterId | null;
}

export interface RuleBase {
  readonly id: string;
  readonly name: string;
  /** Of a rule with `covers` those that it watches now. */
  readonly points: readonly PointId[];
  /** Watches all of these, except what an enabled rule of the same kind names; left out = only named points. */
  readonly covers?: PointCover | null | undefined;
  /** The template it was made from. */
  readonly template?: string | null | undefined;
  readonly severity: Severity;
  readonly enabled: boolean;
  readonly onDelayS: number;
  readonly offDelayS: number;
  /** Outside it nothing counts as broken: nothing is raised, and what stands ends with the first judgement outside. Left out = always. */
  readonly schedule?: Schedule | null | undefined;
}

/** Bounds of a value; a null side is open. Going back by more than the deadband ends a breach. */
export interface Bounds {
  readonly above: number | null;
  readonly below: number | null;
  readonly deadband: number;
}

/** The value stays above or below a limit; limits and deadband in the point's own unit. */
export interface LimitRule extends RuleBase, Bounds {
  readonly kind: "limit";
  /** Bounds of the earlier level: its alerts are of their own and one severity lower. */
  readonly warnAbove?: number | null | undefined;
  readonly warnBelow?: number | null | undefined;
}

/** The value rises or falls too fast; bounds in the point's unit per minute, a fall is negative. */
export interface RateOfChangeRule extends RuleBase, Bounds {
  readonly kind: "rateOfChange";
  /** The rate is the mean of about this much time, seconds. */
  readonly windowS: number;
}

/** The value stays within `tolerance` of where it was for `forS` seconds. */
export interface StuckRule extends RuleBase {
  readonly kind: "stuck";
  readonly forS: number;
  /** In the point's unit; 0 = exactly the same value. */
  readonly tolerance: number;
  /** Counted only while this point is above `runningAbove` (in its own unit); null = always. */
  readonly runningPoint: PointId | null;
  readonly runningAbove: number;
}

/** The mean of a clock hour is above a limit (HJ 76); the warning says that it will be, while there is time to act. */
export interface HourlyMeanRule extends RuleBase {
  readonly kind: "hourlyMean";
  readonly above: number;
  /** Share of the hour that must be valid before it is judged; 0.75 = 45 of 60 minutes. */
  readonly minCoverage: number;
  readonly warnsAhead: boolean;
}

/** 需量: the mean of a clock quarter is above the declared demand; the warning says that it will be, while there is time to act. */
export interface DemandRule extends RuleBase {
  readonly kind: "demand";
  /** kW; null = what the enterprise's tariff contract in force declares, and without one nothing is found. */
  readonly declaredKw: number | null;
  /** Share of the declared demand from which it counts, %; from 105 on the charge is double. */
  readonly abovePercent: number;
  readonly warnsAhead: boolean;
}

/** The mean of a clock hour is far from the usual for this hour and type of day; nothing is found before 3 like days are known. */
export interface HistoryRule extends RuleBase {
  readonly kind: "history";
  /** How far above or below the usual counts, % of it; null = that side is open. */
  readonly abovePercent: number | null;
  readonly belowPercent: number | null;
  /** Less than this, in the point's unit, never counts: near zero every change is many per cent. */
  readonly minDifference: number;
  /** The usual is the median of so many like days. */
  readonly days: number;
  /** Share of an hour that must be valid for it to be judged and learnt. */
  readonly minCoverage: number;
}

export const registerFaults = ["backward", "glitch", "leap", "fast", "reset"] as const;
/**
 * What may be wrong with a register, as `accountOf` names it. backward: it ran back; glitch: some readings were out of
 * line and it came back; leap and fast: it rose by more than the declared rate allows; reset: it began anew, unannounced.
 */
export type RegisterFault = (typeof registerFaults)[number];

/** A register does what no use can explain; one alert per event. */
export interface CounterRule extends RuleBase {
  readonly kind: "counter";
  readonly faults: readonly RegisterFault[];
  /** So long it must have gone on soundly for the event to be over. */
  readonly soundS: number;
}

/** Too large a share of a point's readings is bad, late or missing. */
export interface DataQualityRule extends RuleBase {
  readonly kind: "dataQuality";
  /** Share of the readings expected by the meter's interval, %. */
  readonly abovePercent: number;
  /** The share is that of the last so many seconds; it should hold some intervals of the meter: under 4 nothing is found. */
  readonly windowS: number;
  /** What comes later than this after its observation counts as if it had not come. */
  readonly lateAfterS: number;
}

/** A point's value against bounds in its own unit; a null side is open, a value equal to a bound is not beyond it. */
export interface Comparison {
  readonly point: PointId;
  readonly above: number | null;
  readonly below: number | null;
  /** It holds when it was true without a break for so long. */
  readonly holdS: number;
}

/** All or any of several comparisons hold; `points` are those they name, and the alert stands on the first. */
export interface ConditionRule extends RuleBase {
  readonly kind: "condition";
  readonly match: "all" | "any";
  readonly comparisons: readonly Comparison[];
  /** What was not heard for so long is unknown. */
  readonly staleS: number;
}

/** A machine runs while this point is above a threshold in its own unit. */
export interface RunningPoint {
  readonly point: PointId;
  readonly runningAbove: number;
}

/** 产污开治污停: something pollutes without treatment; `points` are the linked ones, and the alert stands on the first. */
export interface TreatmentRule extends RuleBase {
  readonly kind: "treatment";
  readonly productionPoints: readonly RunningPoint[];
  readonly treatmentPoints: readonly RunningPoint[];
  /** Flow at an outlet pollutes too, whatever the production lines say. */
  readonly outletPoints: readonly RunningPoint[];
  /** Whether all of the treatment must run, or one of it. */
  readonly treatmentNeeds: "all" | "any";
  /** So much later the treatment may start, and so much earlier it may stop. */
  readonly startLateS: number;
  readonly stopEarlyS: number;
  /** What was not heard for so long is unknown. */
  readonly staleS: number;
}

/** No new reading for `afterS` seconds, counted only while the platform itself was taking readings. */
export interface SilenceRule extends RuleBase {
  readonly kind: "silence";
  readonly afterS: number;
  /** Not before so many of the point's own intervals either. */
  readonly afterIntervals?: number | null | undefined;
}

/** Rules that judge several points together. */
export type LinkedRule = ConditionRule | TreatmentRule;
/** Rules that ingest judges, as the journal goes. */
export type EngineRule =
  | LimitRule
  | SilenceRule
  | RateOfChangeRule
  | StuckRule
  | HourlyMeanRule
  | DemandRule
  | HistoryRule
  | CounterRule
  | DataQualityRule
  | LinkedRule;
export type AlertRule = EngineRule | FigureRule;
/** Rules that readings step; a silence is stepped by ticks alone. */
export type ReadingRule = Exclude<EngineRule, SilenceRule>;

export const ruleKinds = [
  "limit",
  "silence",
  "rateOfChange",
  "stuck",
  "hourlyMean",
  "demand",
  "history",
  "counter",
  "dataQuality",
  "condition",
  "treatment",
  ...figureRuleKinds,
] as const satisfies readonly AlertRule["kind"][];

/** A rule may raise both; each has its own alert. */
export type AlertLevel = "alarm" | "warning";

/** A warning is one step less severe than its rule. */
export const severityOf = (severity: Severity, level: AlertLevel): Severity =>
  level === "alarm" ? severity : (severities[severities.indexOf(severity) + 1] ?? "P4");

/**
 * Whether a value breaks the limit. A value equal to the limit keeps it. While already broken (`wasBreached`), the
 * value must come back by more than the deadband.
 */
export function isBreached(rule: Bounds, value: number, wasBreached: boolean): boolean {
  const slack = wasBreached ? rule.deadband : 0;
  return (rule.above !== null && value > rule.above - slack) || (rule.below !== null && value < rule.below + slack);
}

/** The limit a value broke, for the alert's record. */
export const brokenLimit = (rule: Bounds, value: number): number | null =>
  rule.above !== null && (rule.below === null || value > rule.below) ? rule.above : rule.below;
