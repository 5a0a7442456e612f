import {
  conditionPointOf,
  days,
  RuleHistory,
  type ParkTime,
  type Point,
  type ReadingRule,
  type ReadingStore,
  type TimeRange,
} from "@smart-park/core";

/** So much history of a point is in memory at a time. */
const pieceMs = days(14);

export interface HistoryQuestion {
  readonly rule: ReadingRule;
  readonly point: Point;
  readonly range: TimeRange;
}

/** What a rule would have said of a point's stored history. */
export async function judgeHistory(
  { rule, point, range }: HistoryQuestion,
  { store, time }: { store: ReadingStore; time: ParkTime },
): Promise<RuleHistory> {
  const history = new RuleHistory({ rule, point }, time);
  const condition = conditionPointOf(rule);
  for (let from = range.from; from < range.to; from += pieceMs) {
    const piece = { from, to: Math.min(from + pieceMs, range.to) };
    const series = await store.read(point.id, piece);
    history.take(series, condition === null ? null : await store.read(condition, piece));
  }
  history.end(range.to);
  return history;
}
