import type { Point } from "../park.ts";
import type { Series } from "../reading.ts";
import { hours, minutes, type EpochMs, type TimeRange } from "../time.ts";

/** What lay above a limit in one quarter hour or part of one. */
export interface ExcessPart extends TimeRange {
  /** Value above the limit times hours (kW·h, m³/h·h …), times the weight where there is one. */
  readonly amount: number;
}

export interface Excess {
  readonly parts: readonly ExcessPart[];
  /** Time of the range in which the value, and the weight, were known. */
  readonly knownMs: number;
}

interface Measured {
  readonly series: Series;
  readonly point: Pick<Point, "intervalS" | "stampAt">;
}

/** A value stands no longer than so many of its intervals: beyond is a gap. */
const longestIntervals = 2;
const maxUsableQuality = 1;
const partMs = minutes(15);

/**
 * What lay above `limit` in a range, by quarter hours. Each good or estimated reading stands for the time since the one
 * before (end stamp) or until the next one (start stamp), at most two intervals. With `weight` (a flow) the excess counts
 * times its value then, and only where that is known.
 */
export function excessAbove(
  { value, limit, weight }: { value: Measured; limit: number; weight?: Measured | null },
  range: TimeRange,
): Excess {
  const amounts = new Map<number, { from: EpochMs; to: EpochMs; amount: number }>();
  let knownMs = 0;
  const weights = weight ? [...spansOf(weight)] : null;
  let next = 0;
  for (const span of spansOf(value)) {
    const [from, to] = [Math.max(span.from, range.from), Math.min(span.to, range.to)];
    for (let at = from; at < to;) {
      while (weights !== null && (weights[next]?.to ?? Infinity) <= at) next++;
      const beside = weights === null ? null : (weights[next] ?? { from: Infinity, to: Infinity, value: 0 });
      const begun = beside === null || beside.from <= at;
      const edge = Math.min(to, (Math.floor(at / partMs) + 1) * partMs, begun ? (beside?.to ?? to) : beside.from);
      if (begun) {
        knownMs += edge - at;
        const amount = (Math.max(0, span.value - limit) * (beside?.value ?? 1) * (edge - at)) / hours(1);
        const known = amounts.get(Math.floor(at / partMs));
        if (known === undefined) amounts.set(Math.floor(at / partMs), { from: at, to: edge, amount });
        else [known.to, known.amount] = [edge, known.amount + amount];
      }
      at = edge;
    }
  }
  return { parts: [...amounts.values()], knownMs };
}

/** The time that each usable reading stands for, in order, without overlap. */
function* spansOf({ series: { at, value, quality }, point }: Measured): Generator<TimeRange & { value: number }> {
  const longestMs = longestIntervals * point.intervalS * 1000;
  const usable = [...at.keys()].filter((i) => (quality[i] ?? 0) <= maxUsableQuality);
  for (const [n, i] of usable.entries()) {
    const stamp = at[i] ?? 0;
    const other = at[usable[point.stampAt === "start" ? n + 1 : n - 1] ?? -1];
    const lone = point.intervalS * 1000;
    if (point.stampAt === "start")
      yield { from: stamp, to: Math.min(other ?? stamp + lone, stamp + longestMs), value: value[i] ?? 0 };
    else yield { from: Math.max(other ?? stamp - lone, stamp - longestMs), to: stamp, value: value[i] ?? 0 };
  }
}
