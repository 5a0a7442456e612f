import type { AlertLevel, SilenceRule } from "./alert-rule.ts";
import type { LateWindows } from "./late-windows.ts";
import type { RuleFacts } from "./rule-facts.ts";
import type { RuleLearning, RuleMemory } from "./rule-memory.ts";
import { isInSchedule, type Schedule } from "./schedule.ts";
import type { Point, PointId } from "../park.ts";
import type { EpochMs } from "../time.ts";

/** Where one rule stands for one point. Times are event times (limit) or tick times (silence). */
export type AlertPhase =
  | { readonly phase: "normal" }
  | { readonly phase: "pending"; readonly since: EpochMs }
  | { readonly phase: "firing"; readonly raisedAt: EpochMs }
  | { readonly phase: "clearing"; readonly raisedAt: EpochMs; readonly since: EpochMs };

export interface Delays {
  readonly onDelayMs: number;
  readonly offDelayMs: number;
}

/** What a rule remembers of one point; `evaluatedAt` keeps a reading that is not newer from being judged again. */
export interface RuleState {
  readonly alert: AlertPhase;
  readonly evaluatedAt: EpochMs | null;
  /** Where the rule's earlier level stands; absent = normal. */
  readonly warning?: AlertPhase;
  /** What the kind of rule keeps of earlier readings. */
  readonly memory?: RuleMemory;
  /** What it learnt over weeks; the same object until it changes. */
  readonly learnt?: RuleLearning;
  /** Of rules that judge windows: when the newest reading that was judged came. */
  readonly receivedAt?: EpochMs;
  /** Windows to be judged again. */
  readonly lateWindows?: LateWindows;
}

export const initialRuleState: RuleState = { alert: { phase: "normal" }, evaluatedAt: null };

/** What a step tells the outside. The id is deterministic: the same readings give the same alert again. */
export interface AlertTransition {
  readonly type: "raised" | "cleared";
  readonly level?: AlertLevel;
  readonly alertId: string;
  readonly ruleId: string;
  readonly pointId: PointId;
  readonly raisedAt: EpochMs;
  readonly at: EpochMs;
  readonly value: number | null;
  readonly limit: number | null;
}

export interface Stepped {
  readonly state: RuleState;
  readonly transitions: readonly AlertTransition[];
}

/** What a rule found for one of its levels at one time; value and limit go into the alert's record. */
export interface Finding {
  readonly level: AlertLevel;
  readonly at: EpochMs;
  /** Beginning of the time it judges, when that is a whole window: what a schedule asks for. */
  readonly about?: EpochMs;
  readonly breached: boolean;
  readonly value: number | null;
  readonly limit: number | null;
}

/** One step at time `now`; `breached` already includes the deadband. Gives the same object when nothing changes. */
export function stepAlert(delays: Delays, state: AlertPhase, breached: boolean, now: EpochMs): AlertPhase {
  switch (state.phase) {
    case "normal":
      return breached ? stepAlert(delays, { phase: "pending", since: now }, true, now) : state;
    case "pending":
      if (!breached) return { phase: "normal" };
      return now - state.since >= delays.onDelayMs ? { phase: "firing", raisedAt: now } : state;
    case "firing":
      return breached
        ? state
        : stepAlert(delays, { phase: "clearing", raisedAt: state.raisedAt, since: now }, false, now);
    case "clearing":
      if (breached) return { phase: "firing", raisedAt: state.raisedAt };
      return now - state.since >= delays.offDelayMs ? { phase: "normal" } : state;
  }
}

/** The id of the alert a rule raises for a point at an event time. */
export const alertIdOf = (ruleId: string, pointId: PointId, raisedAt: EpochMs, level: AlertLevel = "alarm"): string =>
  `${ruleId}~${pointId}~${raisedAt.toString(36)}${level === "warning" ? "~w" : ""}`;

/** The level that an alert's id tells. */
export const levelOfAlert = (alertId: string): AlertLevel => (alertId.split("~").length > 3 ? "warning" : "alarm");

const delaysOf = (rule: { onDelayS: number; offDelayS: number }): Delays => ({
  onDelayMs: rule.onDelayS * 1000,
  offDelayMs: rule.offDelayS * 1000,
});

const isRaised = (phase: AlertPhase): boolean => phase.phase === "firing" || phase.phase === "clearing";

/** Seconds without a reading after which a point is silent. */
export const silentAfterS = (
  { afterS, afterIntervals }: SilenceRule,
  { intervalS }: Pick<Point, "intervalS">,
): number => Math.max(afterS, (afterIntervals ?? 0) * intervalS);

/** Judges at a tick how long a point has been silent; `silentMs` counts only time in which readings could arrive. */
export function stepSilence(
  rule: SilenceRule,
  point: Pick<Point, "id" | "intervalS">,
  state: RuleState,
  tick: { at: EpochMs; silentMs: number; facts: RuleFacts },
): Stepped {
  const limit = silentAfterS(rule, point);
  const breached = tick.silentMs >= limit * 1000;
  const finding = { level: "alarm", at: tick.at, breached, value: null, limit } as const;
  const stepped = applyFindings({ rule, pointId: point.id, facts: tick.facts }, state, [finding]);
  return { ...stepped, state: { ...stepped.state, evaluatedAt: tick.at } };
}

/** Where a level of a rule stands. */
export const phaseOf = (state: RuleState, level: AlertLevel): AlertPhase =>
  level === "alarm" ? state.alert : (state.warning ?? initialRuleState.alert);

interface Watching {
  readonly rule: { id: string; onDelayS: number; offDelayS: number; schedule?: Schedule | null | undefined };
  readonly pointId: PointId;
  /** Null for rules that have no schedule. */
  readonly facts: RuleFacts | null;
}

/** Steps the level of each finding, in order; a level without a finding stays where it is. Outside the rule's schedule nothing is broken. */
export function applyFindings(
  { rule, pointId, facts }: Watching,
  state: RuleState,
  findings: readonly Finding[],
): Stepped {
  const delays = delaysOf(rule);
  const transitions: AlertTransition[] = [];
  let after = state;
  for (const finding of findings) {
    const before = phaseOf(after, finding.level);
    const phase = stepAlert(delays, before, finding.breached && isDue(rule, finding, facts), finding.at);
    if (phase === before) continue;
    after = { ...after, [finding.level === "alarm" ? "alert" : "warning"]: phase };
    if (isRaised(before) !== isRaised(phase)) transitions.push(toTransition(rule.id, pointId, before, phase, finding));
  }
  return { state: after, transitions };
}

/** Windows that begin within a schedule belong to it. */
const isDue = ({ schedule = null }: Watching["rule"], { at, about = at }: Finding, facts: RuleFacts | null): boolean =>
  schedule === null || facts === null || isInSchedule(schedule, about, facts);

function toTransition(
  ruleId: string,
  pointId: PointId,
  before: AlertPhase,
  after: AlertPhase,
  { level, at, value, limit }: Finding,
): AlertTransition {
  const raisedAt = after.phase === "firing" ? after.raisedAt : "raisedAt" in before ? before.raisedAt : at;
  const type = isRaised(after) ? "raised" : "cleared";
  const alertId = alertIdOf(ruleId, pointId, raisedAt, level);
  return { type, ...(level === "warning" && { level }), alertId, ruleId, pointId, raisedAt, at, value, limit };
}
