import { brokenLimit, isBreached, type LimitRule, type SilenceRule } from "./alert-rule.ts";
import type { PointId } from "../park.ts";
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
}

export const initialRuleState: RuleState = { alert: { phase: "normal" }, evaluatedAt: null };

/** What a step tells the outside. The id is deterministic: the same readings give the same alert again. */
export interface AlertTransition {
  readonly type: "raised" | "cleared";
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
  readonly transition: AlertTransition | null;
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
export const alertIdOf = (ruleId: string, pointId: PointId, raisedAt: EpochMs): string =>
  `${ruleId}~${pointId}~${raisedAt.toString(36)}`;

const delaysOf = (rule: { onDelayS: number; offDelayS: number }): Delays => ({
  onDelayMs: rule.onDelayS * 1000,
  offDelayMs: rule.offDelayS * 1000,
});

const isRaised = (phase: AlertPhase): boolean => phase.phase === "firing" || phase.phase === "clearing";

/**
 * Judges one reading. A reading not newer than the last one judged is passed over, so replay and repeats change
 * nothing. `value` is in the point's unit.
 */
export function stepLimit(
  rule: LimitRule,
  pointId: PointId,
  state: RuleState,
  reading: { observedAt: EpochMs; value: number },
): Stepped {
  const { observedAt, value } = reading;
  if (state.evaluatedAt !== null && observedAt <= state.evaluatedAt) return { state, transition: null };
  // The deadband holds an alert, it does not raise one: while pending every value must break the limit itself.
  const wasBreached = state.alert.phase === "firing";
  const alert = stepAlert(delaysOf(rule), state.alert, isBreached(rule, value, wasBreached), observedAt);
  const transition = toTransition(rule.id, pointId, state.alert, alert, observedAt, value, brokenLimit(rule, value));
  return { state: { alert, evaluatedAt: observedAt }, transition };
}

/** Judges at a tick how long a point has been silent; `silentMs` counts only time in which readings could arrive. */
export function stepSilence(
  rule: SilenceRule,
  pointId: PointId,
  state: RuleState,
  tick: { at: EpochMs; silentMs: number },
): Stepped {
  const breached = tick.silentMs >= rule.afterS * 1000;
  const alert = stepAlert(delaysOf(rule), state.alert, breached, tick.at);
  const transition = toTransition(rule.id, pointId, state.alert, alert, tick.at, null, rule.afterS);
  return { state: { alert, evaluatedAt: tick.at }, transition };
}

function toTransition(
  ruleId: string,
  pointId: PointId,
  before: AlertPhase,
  after: AlertPhase,
  at: EpochMs,
  value: number | null,
  limit: number | null,
): AlertTransition | null {
  if (isRaised(before) === isRaised(after)) return null;
  const raisedAt = after.phase === "firing" ? after.raisedAt : "raisedAt" in before ? before.raisedAt : at;
  const alertId = alertIdOf(ruleId, pointId, raisedAt);
  const type = isRaised(after) ? "raised" : "cleared";
  return { type, alertId, ruleId, pointId, raisedAt, at, value, limit };
}
