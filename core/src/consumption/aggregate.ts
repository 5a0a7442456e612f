import { mergeParts, useParts, valueParts, type Parts, type UseParts, type ValueParts } from "./parts.ts";
import type { Point } from "../park.ts";
import { qualityOf, type Quality, type Series } from "../reading.ts";
import type { EpochMs } from "../time.ts";

export const stats = ["mean", "min", "max", "last", "consumption"] as const;
export type Stat = (typeof stats)[number];

/** Value of one bucket; null = nothing known of it, never zero. `at` = start of the bucket. */
export interface Bucket {
  readonly at: EpochMs;
  readonly value: number | null;
  readonly quality: Quality;
}

/** Shares (0…1, sum 1) of the time that has passed: measured, filled in over a gap, and unknown. */
export interface Coverage {
  readonly measured: number;
  readonly estimated: number;
  readonly missing: number;
}

export interface Aggregated {
  readonly rows: readonly Bucket[];
  readonly coverage: Coverage;
}

export const defaultStat = (point: Pick<Point, "kind">): Stat => (point.kind === "counter" ? "consumption" : "mean");

/**
 * One row per bucket between neighbouring `edges`. `series` is oldest first; for consumption it also holds the last
 * reading before the first edge and the first at or after the last edge, when there are any (some more on either side
 * let a glitch at the edge be recognised). mean, min, max, last are in the point's unit, as sent; consumption is in the
 * quantity's base unit, multiplied, never negative. Time after `now` counts neither as measured nor as missing.
 */
export function aggregate(
  series: Series,
  point: Point,
  edges: readonly EpochMs[],
  stat: Stat,
  now: EpochMs,
): Aggregated {
  const columns = Float64Array.from(edges);
  const parts = stat === "consumption" ? useParts(series, point, columns) : valueParts(series, point, columns);
  return figuresOf(parts, stat, now);
}

/** Figures of longer buckets out of their parts; each of `edges` is an edge of `parts`. */
export const aggregateParts = (parts: Parts, edges: readonly EpochMs[], stat: Stat, now: EpochMs): Aggregated =>
  figuresOf(mergeParts(parts, Float64Array.from(edges)), stat, now);

/** One row per bucket of `parts`. Use parts give consumption, value parts every other statistic; else a RangeError. */
export function figuresOf(parts: Parts, stat: Stat, now: EpochMs): Aggregated {
  if ((parts.kind === "uses") !== (stat === "consumption"))
    throw new RangeError(`parts of ${parts.kind} do not give ${stat}`);
  const rows = Array.from(
    { length: Math.max(0, parts.edges.length - 1) },
    (_, i): Bucket => (parts.kind === "uses" ? useBucket(parts, i) : valueBucket(parts, i, stat as ValueStat)), // checked above
  );
  return { rows, coverage: coverageOf(parts, now) };
}

type ValueStat = Exclude<Stat, "consumption">;

function valueBucket(parts: ValueParts, i: number, stat: ValueStat): Bucket {
  const [at, count, worst] = [parts.edges[i] ?? 0, parts.count[i] ?? 0, parts.worst[i] ?? -1];
  if (count === 0) return { at, value: null, quality: worst < 0 ? "good" : qualityOf(worst) };
  const value = stat === "mean" ? (parts.sum[i] ?? 0) / count : (parts[stat][i] ?? 0);
  return { at, value, quality: (parts.estimatedMs[i] ?? 0) > 0 ? "estimated" : "good" };
}

function useBucket({ edges, amount, measuredMs, estimatedMs }: UseParts, i: number): Bucket {
  const isKnown = (measuredMs[i] ?? 0) + (estimatedMs[i] ?? 0) > 0;
  const quality = (estimatedMs[i] ?? 0) > 0 ? "estimated" : "good";
  return { at: edges[i] ?? 0, value: isKnown ? (amount[i] ?? 0) : null, quality };
}

function coverageOf({ edges, measuredMs, estimatedMs }: Parts, now: EpochMs): Coverage {
  let [measured, estimated, total] = [0, 0, 0];
  for (let i = 0; i < measuredMs.length; i++) {
    const passed = Math.max(0, Math.min(edges[i + 1] ?? 0, now) - (edges[i] ?? 0));
    const known = (measuredMs[i] ?? 0) + (estimatedMs[i] ?? 0);
    const share = known > passed ? passed / known : 1;
    measured += (measuredMs[i] ?? 0) * share;
    estimated += (estimatedMs[i] ?? 0) * share;
    total += passed;
  }
  if (total <= 0) return { measured: 0, estimated: 0, missing: 0 };
  return {
    measured: measured / total,
    estimated: estimated / total,
    missing: Math.max(0, (total - measured - estimated) / total),
  };
}
