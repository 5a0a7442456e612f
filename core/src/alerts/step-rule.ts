import {
  brokenLimit,
  isBreached,
  type AlertLevel,
  type Bounds,
  type LimitRule,
  type ReadingRule,
} from "./alert-rule.ts";
import { applyFindings, phaseOf, type Finding, type RuleState, type Stepped } from "./alert.ts";
import { judgeHour, judgeSilentHour } from "./hour-watch.ts";
import { judgeRate } from "./rate-of-change.ts";
import type { RuleMemory } from "./rule-memory.ts";
import { judgeStuck, noteRunning } from "./stuck-value.ts";
import type { Point, PointId } from "../park.ts";
import { hours, type EpochMs, type ParkTime } from "../time.ts";

/** `value` is in the point's unit. */
interface Observed {
  readonly observedAt: EpochMs;
  readonly value: number;
}

export interface RuleStep {
  readonly rule: ReadingRule;
  readonly point: Pick<Point, "id" | "intervalS" | "stampAt">;
  readonly state: RuleState;
  readonly time: ParkTime;
}

/**
 * Judges one reading of a rule's point, live and over history alike. A reading not newer than the last one judged is
 * passed over, so replay and repeats change nothing.
 */
export function stepRule(step: RuleStep, reading: Observed): Stepped {
  const { rule, point, state } = step;
  if (isPassedOver(state, reading.observedAt)) return { state, transitions: [] };
  const { findings, memory } = judge(step, reading);
  const stepped = applyFindings(rule, point.id, state, findings);
  const { memory: _before, ...after } = stepped.state;
  const kept = { ...after, evaluatedAt: reading.observedAt };
  return { ...stepped, state: memory === null ? kept : { ...kept, memory } };
}

/** Whether a reading of this time is not newer than the last one judged. */
export const isPassedOver = ({ evaluatedAt }: RuleState, observedAt: EpochMs): boolean =>
  evaluatedAt !== null && observedAt <= evaluatedAt;

/** Judges at a tick what no reading may come to judge: the ended hour of a silent meter. Null when there is nothing to do. */
export function stepRuleAtTick(step: Omit<RuleStep, "time">, at: EpochMs): Stepped | null {
  const { rule, point, state } = step;
  if (rule.kind !== "hourlyMean") return null;
  const memory = memoryOf(state, rule.kind);
  const judged = judgeSilentHour(rule, memory, at);
  if (memory === null || judged === null) return null;
  const stepped = applyFindings(rule, point.id, state, judged.findings);
  const { memory: _done, ...after } = stepped.state;
  // What still comes of that hour is too late to be judged; an end stamp on the hour is its last reading.
  const closedAt = memory.hourStart + hours(1) - (point.stampAt === "end" ? 0 : 1);
  return { ...stepped, state: { ...after, evaluatedAt: Math.max(state.evaluatedAt ?? closedAt, closedAt) } };
}

/** A reading of another point that a rule of this point looks at: whether the plant runs. */
export function stepCondition({ rule, state }: Omit<RuleStep, "time" | "point">, reading: Observed): RuleState {
  if (rule.kind !== "stuck") return state;
  const before = memoryOf(state, rule.kind);
  const memory = noteRunning(rule, before, reading);
  return memory === before ? state : { ...state, memory };
}

/** The point, beside its own, whose readings a rule needs. */
export const conditionPointOf = (rule: ReadingRule): PointId | null =>
  rule.kind === "stuck" ? rule.runningPoint : null;

function judge(
  { rule, point, state, time }: RuleStep,
  reading: Observed,
): { findings: readonly Finding[]; memory: RuleMemory | null } {
  switch (rule.kind) {
    case "limit":
      return { findings: limitFindings(rule, state, reading), memory: null };
    case "rateOfChange": {
      const memory = memoryOf(state, rule.kind);
      const wasBreached = isFiring(state, "alarm");
      return judgeRate({ rule, intervalS: point.intervalS, memory, reading, wasBreached });
    }
    case "stuck":
      return judgeStuck(rule, memoryOf(state, rule.kind), reading);
    case "hourlyMean":
      return judgeHour({ rule, point, time, memory: memoryOf(state, rule.kind), reading });
  }
}

function limitFindings(rule: LimitRule, state: RuleState, reading: Observed): Finding[] {
  const { warnAbove = null, warnBelow = null, deadband } = rule;
  const alarm = boundsFinding("alarm", rule, state, reading);
  if (warnAbove === null && warnBelow === null) return [alarm];
  return [boundsFinding("warning", { above: warnAbove, below: warnBelow, deadband }, state, reading), alarm];
}

/** The deadband holds an alert, it does not raise one: while pending every value must break the limit itself. */
function boundsFinding(level: AlertLevel, bounds: Bounds, state: RuleState, { observedAt, value }: Observed): Finding {
  const breached = isBreached(bounds, value, isFiring(state, level));
  return { level, at: observedAt, breached, value, limit: brokenLimit(bounds, value) };
}

const isFiring = (state: RuleState, level: AlertLevel): boolean => phaseOf(state, level).phase === "firing";

/** The memory of that kind of rule; one of another kind counts as none. */
function memoryOf<K extends RuleMemory["kind"]>(
  { memory }: RuleState,
  kind: K,
): Extract<RuleMemory, { kind: K }> | null {
  const isOfKind = (known: RuleMemory): known is Extract<RuleMemory, { kind: K }> => known.kind === kind;
  return memory !== undefined && isOfKind(memory) ? memory : null;
}
