import type { AlertTransition, RuleState } from "./alert.ts";
import type { RuleFacts } from "./rule-facts.ts";
import { RuleHistory } from "./rule-history.ts";
import type { HourlyMeanRule } from "./alert-rule.ts";
import { isPassedOver, type RuleStep } from "./step-rule.ts";
import type { Point } from "../park.ts";
import type { Reading, Series } from "../reading.ts";
import { hours, minutes, type EpochMs, type ParkTime, type TimeRange } from "../time.ts";

/** Hours that readings reached too late to be judged with them, and when the last of these came. */
export interface LateHours {
  /** Ascending. */
  readonly starts: readonly EpochMs[];
  readonly receivedAt: EpochMs;
}

/** What is sent after a break comes in pieces: an hour is judged again when nothing more has come for so long. */
const settleMs = minutes(1);
/** As for an hour of a silent meter: after this nothing more comes in time. */
const closeAfterMs = minutes(5);

/** Notes the hour of a reading that the rule passes over; the same object for one in its order, or of another kind of rule. */
export function noteLateHour(
  { rule, point, state, facts }: RuleStep,
  { observedAt, receivedAt, quality }: Pick<Reading, "observedAt" | "receivedAt" | "quality">,
): RuleState {
  if (rule.kind !== "hourlyMean" || !isPassedOver(state, observedAt)) return state;
  if (quality !== "good" && quality !== "estimated") return state;
  const start = hourOf(point, observedAt, facts.time);
  const starts = state.lateHours?.starts ?? [];
  const known = starts.includes(start) ? starts : [...starts, start].sort((a, b) => a - b);
  return { ...state, lateHours: { starts: known, receivedAt } };
}

const hourOf = ({ stampAt }: Pick<Point, "stampAt">, observedAt: EpochMs, time: ParkTime): EpochMs =>
  time.bucketStart(observedAt - (stampAt === "end" ? 1 : 0), "1h");

/**
 * The readings by which late hours can be judged again at a tick: from the first of them to the end of the newest hour that
 * the rule has judged. Null while something may still come, or when there are none.
 */
export function lateRange(
  { lateHours, memory }: RuleState,
  { stampAt }: Pick<Point, "stampAt">,
  at: EpochMs,
  time: ParkTime,
): TimeRange | null {
  const first = lateHours?.starts[0];
  if (lateHours === undefined || first === undefined || at < lateHours.receivedAt + settleMs) return null;
  const end = memory?.kind === "hourlyMean" ? memory.hourStart : time.bucketStart(at - closeAfterMs, "1h");
  if (first >= end) return null;
  // An end stamp on the hour belongs to the hour before it.
  const shift = stampAt === "end" ? 1 : 0;
  return { from: first + shift, to: end + shift };
}

export interface LateAlert {
  readonly raised: AlertTransition;
  /** Null when the episode goes on: the live rule ends it. */
  readonly cleared: AlertTransition | null;
}

interface LateInput {
  readonly rule: HourlyMeanRule;
  readonly point: Point;
  readonly series: Series;
  readonly range: TimeRange;
  readonly lateHours: LateHours;
  /** Alarms of this rule and point that overlap the range; `clearedAt` null = still active. */
  readonly known: readonly { readonly raisedAt: EpochMs; readonly clearedAt: EpochMs | null }[];
  readonly facts: RuleFacts;
}

/**
 * Alarms that are missing, judged from what is stored now: one for each unbroken stretch of hours over the limit that holds
 * a late hour, unless any part of the stretch was announced. What was announced is never taken back.
 */
export function judgeLateHours({ rule, point, series, range, lateHours, known, facts }: LateInput): LateAlert[] {
  // A warning speaks of an hour that is not over.
  const history = new RuleHistory({ rule: { ...rule, warnsAhead: false }, point }, facts);
  history.take([{ pointId: point.id, series }]);
  history.end(range.to + closeAfterMs);
  const clearedBy = new Map(history.transitions.filter(({ type }) => type === "cleared").map((t) => [t.alertId, t]));
  return history.transitions
    .filter(({ type }) => type === "raised")
    .map((raised) => ({ raised, cleared: clearedBy.get(raised.alertId) ?? null }))
    .filter(({ raised, cleared }) => {
      const [from, to] = [raised.raisedAt, cleared?.at ?? Infinity];
      const isLate = lateHours.starts.some((start) => start + hours(1) >= from && start + hours(1) < to);
      return isLate && !known.some(({ raisedAt, clearedAt }) => raisedAt < to && from < (clearedAt ?? Infinity));
    });
}

/** The state once its late hours up to the end of the range are judged; an episode that goes on is the rule's from now on. */
export function withoutLateHours(state: RuleState, range: TimeRange, alerts: readonly LateAlert[]): RuleState {
  const { lateHours, ...rest } = state;
  const starts = (lateHours?.starts ?? []).filter((start) => start + hours(1) > range.to);
  const kept = lateHours === undefined || starts.length === 0 ? rest : { ...rest, lateHours: { ...lateHours, starts } };
  const open = alerts.find(({ cleared }) => cleared === null);
  return open === undefined ? kept : { ...kept, alert: { phase: "firing", raisedAt: open.raised.raisedAt } };
}
