import {
  days,
  RuleFacts,
  RuleHistory,
  sourcesOf,
  type ParkTime,
  type Point,
  type PointId,
  type ReadingRule,
  type ReadingStore,
  type Registry,
  type TimeRange,
} from "@smart-park/core";

/** So much history of a point is in memory at a time. */
const pieceMs = days(14);

export interface HistoryQuestion {
  readonly rule: ReadingRule;
  readonly point: Point;
  readonly range: TimeRange;
}
export interface HistoryContext {
  readonly registry: Pick<Registry, "ruleFacts">;
  readonly store: ReadingStore;
  readonly time: ParkTime;
}

/** What a rule would have said of a point's stored history. */
export async function judgeHistory(
  { rule, point, range }: HistoryQuestion,
  { registry, store, time }: HistoryContext,
): Promise<RuleHistory> {
  const history = new RuleHistory({ rule, point }, new RuleFacts(time, registry.ruleFacts()));
  const sources = sourcesOf(rule, point.id);
  for (let from = range.from; from < range.to; from += pieceMs) {
    const piece = { from, to: Math.min(from + pieceMs, range.to) };
    const read = async (pointId: PointId) => ({ pointId, series: await store.read(pointId, piece) });
    history.take(await Promise.all(sources.map(read)));
  }
  history.end(range.to);
  return history;
}
