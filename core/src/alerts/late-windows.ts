import type { AlertTransition, RuleState } from "./alert.ts";
import type { RuleFacts } from "./rule-facts.ts";
import { RuleHistory } from "./rule-history.ts";
import type { DemandRule, HourlyMeanRule, ReadingRule } from "./alert-rule.ts";
import { closeAfterMs, instantOf, isStillComing } from "./hour-sums.ts";
import { withoutWindow } from "./demand-watch.ts";
import { isPassedOver, type RuleStep } from "./step-rule.ts";
import { demandWindowMs } from "../consumption/demand.ts";
import type { Point } from "../park.ts";
import type { Reading, Series } from "../reading.ts";
import { hours, seconds, type EpochMs, type ParkTime, type TimeRange } from "../time.ts";

/** Windows that readings reached too late to be judged with them, and when the last of these came. */
export interface LateWindows {
  /** Ascending. */
  readonly starts: readonly EpochMs[];
  readonly receivedAt: EpochMs;
}

/** Rules on the mean of a window, which can be judged again from what is stored. */
export type LateRule = HourlyMeanRule | DemandRule;

export const isLateRule = (rule: ReadingRule): rule is LateRule => rule.kind === "hourlyMean" || rule.kind === "demand";

/** So many windows before a late one are looked at with it. */
const leadWindows = 24;

const lengthOf = ({ kind }: LateRule): number => (kind === "demand" ? demandWindowMs : hours(1));
const intervalMsOf = ({ intervalS }: Point): number => seconds(intervalS);

/** Notes the windows of a reading that the rule passes over; the same object for one in its order, or of another kind of rule. */
export function noteLateWindow(
  { rule, point, state, facts }: RuleStep,
  { observedAt, receivedAt, quality }: Pick<Reading, "observedAt" | "receivedAt" | "quality">,
): RuleState {
  if (!isLateRule(rule) || !isPassedOver(state, observedAt)) return state;
  if (quality !== "good" && quality !== "estimated") return state;
  const known = new Set(state.lateWindows?.starts);
  for (const start of startsOf(rule, point, observedAt, facts.time)) known.add(start);
  return { ...state, lateWindows: { starts: [...known].sort((a, b) => a - b), receivedAt } };
}

/** An hour is told by its own readings, a quarter's energy also by those on both its sides. */
function startsOf(rule: LateRule, point: Point, observedAt: EpochMs, time: ParkTime): EpochMs[] {
  if (rule.kind === "hourlyMean") return [time.bucketStart(instantOf(point, observedAt), "1h")];
  const [from, to] = [observedAt - intervalMsOf(point), observedAt + intervalMsOf(point)];
  const first = Math.floor(from / demandWindowMs);
  return Array.from({ length: Math.ceil(to / demandWindowMs) - first }, (_, i) => (first + i) * demandWindowMs);
}

/**
 * The readings by which late windows can be judged again at a tick: from some before the first of them, for what it may end
 * or divide, to the end of the newest that the rule has judged. Null while something may still come, or when there are none.
 */
export function lateRange(
  rule: LateRule,
  { lateWindows, memory }: RuleState,
  point: Point,
  { at, time }: { at: EpochMs; time: ParkTime },
): TimeRange | null {
  const first = lateWindows?.starts[0];
  if (first === undefined || isStillComing({ receivedAt: lateWindows?.receivedAt }, at)) return null;
  const end = endOfJudged(rule, memory, { at, time });
  if (first >= end) return null;
  const from = first - leadWindows * lengthOf(rule);
  // An end stamp on the hour belongs to the hour before it; energy is told by the reading before a quarter and that on its end.
  if (rule.kind === "demand") return { from: from - 2 * intervalMsOf(point), to: end + 1 };
  const shift = point.stampAt === "end" ? 1 : 0;
  return { from: from + shift, to: end + shift };
}

/** The running window is still to be judged, unless it is over and too little of it came in order; before the first, now counts. */
function endOfJudged(
  rule: LateRule,
  memory: RuleState["memory"],
  { at, time }: { at: EpochMs; time: ParkTime },
): EpochMs {
  const settled = at - closeAfterMs;
  const running = runningWindow(memory);
  if (running !== null)
    return running.start + (running.isBegun && running.start + lengthOf(rule) <= settled ? lengthOf(rule) : 0);
  return rule.kind === "demand"
    ? Math.floor(settled / demandWindowMs) * demandWindowMs
    : time.bucketStart(settled, "1h");
}

function runningWindow(memory: RuleState["memory"]): { start: EpochMs; isBegun: boolean } | null {
  if (memory?.kind === "hourlyMean") return { start: memory.hourStart, isBegun: true };
  if (memory?.kind !== "demand") return null;
  return { start: memory.windowStart, isBegun: (memory.rows.at(-1)?.[0] ?? 0) >= memory.windowStart };
}

export interface LateAlert {
  readonly raised: AlertTransition;
  /** Null when the episode goes on: the live rule ends it. */
  readonly cleared: AlertTransition | null;
}

interface LateInput {
  readonly rule: LateRule;
  readonly point: Point;
  readonly series: Series;
  readonly range: TimeRange;
  readonly lateWindows: LateWindows;
  /** Alarms of this rule and point that overlap the range; `clearedAt` null = still active. */
  readonly known: readonly { readonly raisedAt: EpochMs; readonly clearedAt: EpochMs | null }[];
  readonly facts: RuleFacts;
}

/**
 * Alarms that are missing, judged from what is stored now: one for each unbroken stretch of windows over the limit that holds
 * a late one or lies beside it, unless any part of the stretch was announced. What was announced is never taken back.
 */
export function judgeLateWindows({ rule, point, series, range, lateWindows, known, facts }: LateInput): LateAlert[] {
  // A warning speaks of a window that is not over.
  const history = new RuleHistory({ rule: { ...rule, warnsAhead: false }, point }, facts);
  history.take([{ pointId: point.id, series }]);
  history.end(range.to + closeAfterMs);
  const clearedBy = new Map(history.transitions.filter(({ type }) => type === "cleared").map((t) => [t.alertId, t]));
  return history.transitions
    .filter(({ type }) => type === "raised")
    .map((raised) => ({ raised, cleared: clearedBy.get(raised.alertId) ?? null }))
    .filter(({ raised, cleared }, i, all) => {
      const [from, to] = [raised.raisedAt, cleared?.at ?? Infinity];
      // A late window that ends a stretch also tells it from the next one.
      const since = all[i - 1]?.cleared?.at ?? from;
      const isLate = lateWindows.starts.map((start) => start + lengthOf(rule)).some((end) => end >= since && end <= to);
      return isLate && !known.some(({ raisedAt, clearedAt }) => raisedAt < to && from < (clearedAt ?? Infinity));
    });
}

/**
 * The state once its late windows up to the end of the range are judged; an episode that goes on is the rule's from now on.
 * So is a window that was still open for its rest: what comes of it now is late.
 */
export function withoutLateWindows(
  rule: LateRule,
  state: RuleState,
  range: TimeRange,
  alerts: readonly LateAlert[],
): RuleState {
  const { lateWindows, ...rest } = state;
  const starts = (lateWindows?.starts ?? []).filter((start) => start + lengthOf(rule) > range.to);
  const kept =
    lateWindows === undefined || starts.length === 0 ? rest : { ...rest, lateWindows: { ...lateWindows, starts } };
  const open = alerts.find(({ cleared }) => cleared === null);
  const closed = withoutOpenWindow(rule, kept, range);
  return open === undefined ? closed : { ...closed, alert: { phase: "firing", raisedAt: open.raised.raisedAt } };
}

function withoutOpenWindow(rule: LateRule, state: RuleState, { to }: TimeRange): RuleState {
  const { memory, ...rest } = state;
  if (memory?.kind === "demand" && rule.kind === "demand" && memory.windowStart < to - 1)
    return { ...rest, memory: withoutWindow(memory, to - 1), evaluatedAt: Math.max(rest.evaluatedAt ?? 0, to - 2) };
  if (memory?.kind === "hourlyMean" && memory.hourStart + hours(1) <= to)
    return { ...rest, evaluatedAt: Math.max(rest.evaluatedAt ?? 0, to - 1) };
  return state;
}
