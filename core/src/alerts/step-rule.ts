import {
  brokenLimit,
  isBreached,
  type AlertLevel,
  type AlertRule,
  type Bounds,
  type HistoryRule,
  type LinkedRule,
  type LimitRule,
  type ReadingRule,
} from "./alert-rule.ts";
import { applyFindings, phaseOf, type Finding, type RuleState, type Stepped } from "./alert.ts";
import { judgeQuality, noteReading, type Tick } from "./data-quality.ts";
import { judgeDemand, judgeSilentWindow } from "./demand-watch.ts";
import { isStillComing } from "./hour-sums.ts";
import { judgeHour, judgeSilentHour } from "./hour-watch.ts";
import { isLinked, judgeLinked } from "./linked-rule.ts";
import { judgeRate } from "./rate-of-change.ts";
import { judgeRegister } from "./register-watch.ts";
import type { RuleFacts } from "./rule-facts.ts";
import type { RuleLearning, RuleMemory } from "./rule-memory.ts";
import { judgeStuck, noteRunning } from "./stuck-value.ts";
import { judgeSilentUsual, judgeUsual, type UsualStep } from "./usual-value.ts";
import type { Point, PointId } from "../park.ts";
import type { Reading } from "../reading.ts";
import type { EpochMs } from "../time.ts";

/** `value` is in the point's unit. */
export type JudgedReading = Pick<Reading, "pointId" | "observedAt" | "value" | "quality"> &
  Partial<Pick<Reading, "receivedAt">>;

export interface RuleStep {
  readonly rule: ReadingRule;
  /** Whose state it is. */
  readonly point: Point;
  readonly state: RuleState;
  readonly facts: RuleFacts;
}

/** Of rules that judge each of their points by itself. */
type OwnStep = RuleStep & { readonly rule: Exclude<ReadingRule, LinkedRule> };

/** The points for which a rule keeps a state, and on which it raises its alerts. */
export const statePointsOf = (rule: AlertRule): readonly PointId[] =>
  isLinked(rule) ? rule.points.slice(0, 1) : rule.points;

/** The points whose readings step the state of one of them; of readings of one instant that of the first comes first. */
export function sourcesOf(rule: ReadingRule, pointId: PointId): readonly PointId[] {
  if (isLinked(rule)) return rule.points;
  const isBeside = rule.kind === "stuck" && rule.runningPoint !== null && rule.runningPoint !== pointId;
  return isBeside ? [rule.runningPoint, pointId] : [pointId];
}

/**
 * Judges one reading, live and over history alike. A reading not newer than the last one judged is passed over, so replay
 * and repeats change nothing. Only good and estimated values are judged, except where quality is what a rule is about.
 */
export function stepRule(step: RuleStep, reading: JudgedReading): Stepped {
  const { rule, point } = step;
  const isUsable = reading.quality === "good" || reading.quality === "estimated";
  if (!isUsable && rule.kind !== "dataQuality") return { state: step.state, transitions: [] };
  if (isLinked(rule)) return stepLinked(step, rule, reading);
  const state = rule.kind === "stuck" ? withRunning(rule, step.state, reading) : step.state;
  if (isPassedOver(state, reading.observedAt) || reading.pointId !== point.id) return { state, transitions: [] };
  return stepOwn({ ...step, rule, state }, reading);
}

function stepLinked({ point, state, facts }: RuleStep, rule: LinkedRule, reading: JudgedReading): Stepped {
  const judged = judgeLinked(rule, state.memory, reading);
  if (judged === null) return { state, transitions: [] };
  const stepped = applyFindings({ rule, pointId: point.id, facts }, state, judged.findings);
  return { ...stepped, state: { ...stepped.state, evaluatedAt: judged.at, memory: judged.memory } };
}

function stepOwn(step: OwnStep, reading: JudgedReading): Stepped {
  const { rule, point, state, facts } = step;
  const { findings, memory, learnt = null } = judge(step, reading);
  const stepped = applyFindings({ rule, pointId: point.id, facts }, state, findings);
  const { memory: _before, ...after } = stepped.state;
  const { observedAt, receivedAt } = reading;
  const isTold = receivedAt !== undefined && hasWindows(rule);
  const kept = {
    ...after,
    evaluatedAt: observedAt,
    ...(isTold && { receivedAt }),
    ...(learnt !== null && { learnt }),
  };
  return { ...stepped, state: memory === null ? kept : { ...kept, memory } };
}

const usualStep = (rule: HistoryRule, { point, state, facts }: Omit<RuleStep, "rule">): UsualStep => ({
  rule,
  point,
  facts,
  memory: memoryOf(state, rule.kind),
  learnt: state.learnt ?? null,
});

/** Whether a reading of this time is not newer than the last one judged. */
export const isPassedOver = ({ evaluatedAt }: RuleState, observedAt: EpochMs): boolean =>
  evaluatedAt !== null && observedAt <= evaluatedAt;

/** Whether a rule judges hours or quarter hours that end. */
const hasWindows = ({ kind }: ReadingRule): boolean => kind === "hourlyMean" || kind === "demand" || kind === "history";

/** Whether ticks have anything to judge of a rule. */
export const needsTicks = (rule: ReadingRule): boolean => hasWindows(rule) || rule.kind === "dataQuality";

/** Judges at a tick what no reading may come to judge: an ended window of a silent meter. Null when there is nothing to do. */
export function stepRuleAtTick(step: RuleStep, tick: Tick): Stepped | null {
  const { rule, point, state, facts } = step;
  if (rule.kind === "dataQuality") return stepQuality(step, rule, tick);
  const judged = isStillComing(state, tick.at) ? null : judgeSilent(step, tick.at);
  if (judged === null) return null;
  const stepped = applyFindings({ rule, pointId: point.id, facts }, state, judged.findings);
  const { memory: _done, ...after } = stepped.state;
  // What still comes of that window is too late to be judged; an end stamp on an hour's end is its last reading.
  const closedAt = judged.closedAt - (point.stampAt === "end" && rule.kind !== "demand" ? 0 : 1);
  const evaluatedAt = Math.max(state.evaluatedAt ?? closedAt, closedAt);
  const { learnt = null, memory = null } = judged;
  const kept = { ...after, evaluatedAt, ...(learnt !== null && { learnt }), ...(memory !== null && { memory }) };
  return { ...stepped, state: kept };
}

function stepQuality(
  { point, state, facts }: RuleStep,
  rule: ReadingRule & { kind: "dataQuality" },
  tick: Tick,
): Stepped | null {
  const judged = judgeQuality({ rule, point, memory: memoryOf(state, rule.kind) }, tick);
  if (judged === null) return null;
  const stepped = applyFindings({ rule, pointId: point.id, facts }, state, judged.findings);
  return { ...stepped, state: { ...stepped.state, memory: judged.memory } };
}

interface SilentJudgement {
  readonly findings: readonly Finding[];
  readonly learnt?: RuleLearning | null;
  readonly memory?: RuleMemory | null;
  readonly closedAt: EpochMs;
}

function judgeSilent(step: RuleStep, at: EpochMs): SilentJudgement | null {
  const { rule, point, state, facts } = step;
  switch (rule.kind) {
    case "hourlyMean":
      return judgeSilentHour(rule, memoryOf(state, rule.kind), at);
    case "demand":
      return judgeSilentWindow({ rule, point, facts, memory: memoryOf(state, rule.kind) }, at);
    case "history":
      return judgeSilentUsual(usualStep(rule, step), at);
    default:
      return null;
  }
}

/** Takes note of whether the plant runs when the reading tells it. */
function withRunning(rule: ReadingRule & { kind: "stuck" }, state: RuleState, reading: JudgedReading): RuleState {
  if (reading.pointId !== rule.runningPoint) return state;
  const before = memoryOf(state, rule.kind);
  const memory = noteRunning(rule, before, reading);
  return memory === before ? state : { ...state, memory };
}

interface Judgement {
  readonly findings: readonly Finding[];
  readonly memory: RuleMemory | null;
  readonly learnt?: RuleLearning | null;
}

function judge({ rule, ...step }: OwnStep, reading: JudgedReading): Judgement {
  const { point, state, facts } = step;
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
      return judgeHour({ rule, point, time: facts.time, memory: memoryOf(state, rule.kind), reading });
    case "demand":
      return judgeDemand({ rule, point, facts, memory: memoryOf(state, rule.kind) }, reading);
    case "history":
      return judgeUsual(usualStep(rule, step), reading);
    case "counter":
      return judgeRegister({ rule, point, memory: memoryOf(state, rule.kind) }, reading);
    case "dataQuality":
      return { findings: [], memory: noteReading(rule, memoryOf(state, rule.kind), reading) };
  }
}

function limitFindings(rule: LimitRule, state: RuleState, reading: JudgedReading): Finding[] {
  const { warnAbove = null, warnBelow = null, deadband } = rule;
  const alarm = boundsFinding("alarm", rule, state, reading);
  if (warnAbove === null && warnBelow === null) return [alarm];
  return [boundsFinding("warning", { above: warnAbove, below: warnBelow, deadband }, state, reading), alarm];
}

/** The deadband holds an alert, it does not raise one: while pending every value must break the limit itself. */
function boundsFinding(
  level: AlertLevel,
  bounds: Bounds,
  state: RuleState,
  { observedAt, value }: JudgedReading,
): Finding {
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
