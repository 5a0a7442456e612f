import type { AlertLevel, RuleBase } from "./alert-rule.ts";
import { applyFindings, initialRuleState, type AlertTransition, type Finding, type RuleState } from "./alert.ts";
import type { EnterpriseId, MeterKind, PointId } from "../park.ts";
import type { EpochMs } from "../time.ts";

/** Where a quota will end by its projections: the larger of both, or what is used already. */
export interface QuotaPaceRule extends RuleBase {
  readonly kind: "quotaPace";
  /** Ids of quotas; null = all, those entered later too. */
  readonly quotas: readonly string[] | null;
  /** Shares of the quota, 1 = all of it. */
  readonly warnShare: number;
  readonly alarmShare: number;
}

/** A suspected leak by the minimum flow of the night; without points of its own: every water meter. */
export interface NightFlowRule extends RuleBase {
  readonly kind: "nightFlow";
}

/**
 * What a place or meter measured beyond what is metered below it in a day or month: line loss, leakage, unmetered use. The
 * warning says that more is metered below than above.
 */
export interface BalanceResidualRule extends RuleBase {
  readonly kind: "balanceResidual";
  readonly medium: MeterKind;
  readonly period: "day" | "month";
  /** Ids of meters or places as the balance names them; null = all. */
  readonly places: readonly string[] | null;
  /** Both must be passed: a share of what was measured above (0.1 = 10 %), and an amount in the medium's base unit. */
  readonly aboveShare: number;
  readonly aboveAmount: number;
}

export type FigureRule = QuotaPaceRule | NightFlowRule | BalanceResidualRule;

export const figureRuleKinds = ["quotaPace", "nightFlow", "balanceResidual"] as const satisfies FigureRule["kind"][];

export const isFigureRule = (rule: { readonly kind: string }): rule is FigureRule =>
  figureRuleKinds.some((kind) => kind === rule.kind);

/** What an alert is about when that is no point. */
export interface AlertSubject {
  readonly kind: "quota" | "meter" | "place";
  readonly id: string;
  readonly name: string | null;
}

/** Stands where a point's id stands; the colon keeps it from being one. */
export const subjectKey = ({ kind, id }: Pick<AlertSubject, "kind" | "id">): PointId =>
  // The brand marks what an alert is about; nobody reads a point of this name.
  `${kind}:${id.replaceAll("/", ".")}` as PointId;

/** How the figure of one subject stands at the end of a period. */
export interface FigureFinding {
  readonly key: PointId;
  /** Null = the key is a point's. */
  readonly subject: AlertSubject | null;
  /** "" = the park as a whole. */
  readonly enterpriseId: EnterpriseId;
  readonly unit: string;
  /** By level; null = the figure is not known well enough to say anything. */
  readonly levels: readonly Omit<Finding, "at">[] | null;
}

export interface FigureStep {
  readonly finding: FigureFinding;
  readonly state: RuleState;
  readonly transitions: readonly AlertTransition[];
}

/** Judges the findings at the end of a period that was not judged before. Subjects that are gone end their alerts. */
export function stepFigures(
  rule: FigureRule,
  before: ReadonlyMap<PointId, RuleState>,
  findings: readonly FigureFinding[],
  at: EpochMs,
): { states: ReadonlyMap<PointId, RuleState>; steps: readonly FigureStep[]; ended: readonly AlertTransition[] } {
  const steps = findings.map((finding): FigureStep => {
    const state = before.get(finding.key) ?? initialRuleState;
    const levels = (finding.levels ?? []).map((level) => ({ ...level, at }));
    return { finding, ...applyFindings(watching(rule, finding.key), state, levels) };
  });
  const known = new Set(findings.map(({ key }) => key));
  const ended = [...before].flatMap(([key, state]) => (known.has(key) ? [] : endOf(rule, key, state, at)));
  return { states: new Map(steps.map(({ finding, state }) => [finding.key, state])), steps, ended };
}

/** Figures are judged when a day, month or night is over: they have no schedule. */
const watching = (rule: FigureRule, pointId: PointId) => ({ rule, pointId, facts: null });

const levels: readonly AlertLevel[] = ["warning", "alarm"];

function endOf(rule: FigureRule, key: PointId, state: RuleState, at: EpochMs): readonly AlertTransition[] {
  const over = levels.map((level) => ({ level, at, breached: false, value: null, limit: null }));
  return applyFindings(watching({ ...rule, offDelayS: 0 }, key), state, over).transitions;
}

/**
 * The newest judged period once more, because readings came late. What is over its limit now raises; what is not says
 * nothing: an alert that went out is never withdrawn.
 */
export function stepFiguresAgain(
  rule: FigureRule,
  before: ReadonlyMap<PointId, RuleState>,
  findings: readonly FigureFinding[],
  at: EpochMs,
): { states: ReadonlyMap<PointId, RuleState>; steps: readonly FigureStep[] } {
  const { states, steps } = stepFigures(rule, before, findings.map(breachedOnly), at);
  return { states: new Map([...before, ...states]), steps };
}

const breachedOnly = (finding: FigureFinding): FigureFinding => ({
  ...finding,
  levels: finding.levels?.filter(({ breached }) => breached) ?? null,
});

/** The alerts of an older period that is found over its limit now: from its end until the end of the next one, `until`. */
export function lateAlerts(
  rule: FigureRule,
  finding: FigureFinding,
  at: EpochMs,
  until: EpochMs,
): readonly AlertTransition[] {
  const found = (finding.levels ?? []).filter(({ breached }) => breached).map((level) => ({ ...level, at }));
  const atOnce = { ...rule, onDelayS: 0, offDelayS: 0 };
  const { state, transitions } = applyFindings(watching(atOnce, finding.key), initialRuleState, found);
  return [...transitions, ...endOf(rule, finding.key, state, until)];
}
