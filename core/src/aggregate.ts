import { gapIntervals } from "./consumption.ts";
import { multipliedUses } from "./multiplier.ts";
import type { Point } from "./park.ts";
import { qualityCode, qualityOf, type Quality, type Series } from "./reading.ts";
import type { EpochMs } from "./time.ts";

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

const billingIntervalMs = 15 * 60_000;

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
  return stat === "consumption"
    ? aggregateConsumption(series, point, edges, now)
    : aggregateGauge(series, point, edges, stat, now);
}

/** Index of the bucket an instant falls in, -1 outside. An end stamp on an edge belongs to the bucket before it. */
function bucketIndex(edges: readonly EpochMs[], at: EpochMs, stampAt: Point["stampAt"]): number {
  const inside = stampAt === "end" ? at - 0.5 : at;
  if (edges.length < 2 || inside < (edges[0] ?? 0) || inside >= (edges.at(-1) ?? 0)) return -1;
  let [low, high] = [0, edges.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 0) <= inside) low = middle;
    else high = middle;
  }
  return low;
}

interface Gathered {
  sum: number;
  count: number;
  min: number;
  max: number;
  last: number;
  estimatedCount: number;
  /** Time its readings stand for, ms. */
  covered: number;
  worst: number;
}

function aggregateGauge(
  series: Series,
  point: Point,
  edges: readonly EpochMs[],
  stat: Exclude<Stat, "consumption">,
  now: EpochMs,
): Aggregated {
  const gathered = Array.from({ length: Math.max(0, edges.length - 1) }, (): Gathered => ({
    sum: 0,
    count: 0,
    min: Infinity,
    max: -Infinity,
    last: NaN,
    estimatedCount: 0,
    covered: 0,
    worst: -1,
  }));
  const spans = spansOfReadings(series, point.intervalS * 1000);
  for (let i = 0; i < series.at.length; i++) {
    const bucket = gathered[bucketIndex(edges, series.at[i] ?? 0, point.stampAt)];
    if (bucket) gather(bucket, series.value[i] ?? 0, series.quality[i] ?? 0, spans[i] ?? 0);
  }
  const rows = gathered.map((g, i) => gaugeBucket(edges[i] ?? 0, g, stat));
  return { rows, coverage: gaugeCoverage(gathered, edges, now) };
}

/**
 * Time that each reading stands for, ms: the meter's interval, or the distance to its nearer neighbour where that is
 * longer, up to a quarter of an hour. History is often kept every 15 min for a meter that now reports every few seconds.
 */
function spansOfReadings({ at }: Series, intervalMs: number): Float64Array {
  return at.map((time, i) => {
    const before = i === 0 ? Infinity : time - (at[i - 1] ?? 0);
    const after = i === at.length - 1 ? Infinity : (at[i + 1] ?? 0) - time;
    const nearer = Math.min(before, after);
    return Math.max(intervalMs, nearer === Infinity ? 0 : Math.min(nearer, billingIntervalMs));
  });
}

function gather(bucket: Gathered, value: number, quality: number, spanMs: number): void {
  bucket.worst = Math.max(bucket.worst, quality);
  if (quality > qualityCode("estimated")) return;
  bucket.sum += value;
  bucket.count += 1;
  bucket.covered += spanMs;
  bucket.min = Math.min(bucket.min, value);
  bucket.max = Math.max(bucket.max, value);
  bucket.last = value;
  if (quality === qualityCode("estimated")) bucket.estimatedCount += 1;
}

function gaugeBucket(at: EpochMs, g: Gathered, stat: Exclude<Stat, "consumption">): Bucket {
  if (g.count === 0) return { at, value: null, quality: g.worst < 0 ? "good" : qualityOf(g.worst) };
  const value = { mean: g.sum / g.count, min: g.min, max: g.max, last: g.last }[stat];
  return { at, value, quality: g.estimatedCount > 0 ? "estimated" : "good" };
}

function gaugeCoverage(gathered: Gathered[], edges: readonly EpochMs[], now: EpochMs): Coverage {
  let [measured, estimated, total] = [0, 0, 0];
  gathered.forEach((g, i) => {
    const length = Math.max(0, Math.min(edges[i + 1] ?? 0, now) - (edges[i] ?? 0));
    const covered = Math.min(length, g.covered);
    const share = g.count === 0 ? 0 : g.estimatedCount / g.count;
    measured += covered * (1 - share);
    estimated += covered * share;
    total += length;
  });
  return toCoverage(measured, estimated, total);
}

function toCoverage(measured: number, estimated: number, total: number): Coverage {
  if (total <= 0) return { measured: 0, estimated: 0, missing: 0 };
  return {
    measured: measured / total,
    estimated: estimated / total,
    missing: Math.max(0, (total - measured - estimated) / total),
  };
}

function aggregateConsumption(series: Series, point: Point, edges: readonly EpochMs[], now: EpochMs): Aggregated {
  const length = Math.max(0, edges.length - 1);
  const [amount, measured, estimated] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  const passed = { measured: 0, estimated: 0 };
  for (const use of multipliedUses(series, point)) {
    const isGap = use.to - use.from > gapIntervals * point.intervalS * 1000;
    for (const { index, from, to, isWhole } of spansOf(edges, use.from, use.to)) {
      amount[index] = (amount[index] ?? 0) + use.amount * ((to - from) / (use.to - use.from));
      const isMeasured = use.isSure && (isWhole || !isGap);
      const target = isMeasured ? measured : estimated;
      target[index] = (target[index] ?? 0) + (to - from);
      passed[isMeasured ? "measured" : "estimated"] += Math.max(0, Math.min(to, now) - from);
    }
  }
  const rows = Array.from({ length }, (_, i): Bucket => {
    const isKnown = (measured[i] ?? 0) + (estimated[i] ?? 0) > 0;
    const quality = (estimated[i] ?? 0) > 0 ? "estimated" : "good";
    return { at: edges[i] ?? 0, value: isKnown ? (amount[i] ?? 0) : null, quality };
  });
  const total = Math.max(0, Math.min(edges.at(-1) ?? 0, now) - (edges[0] ?? 0));
  return { rows, coverage: toCoverage(passed.measured, passed.estimated, total) };
}

/** The parts of [from, to) in each bucket; `isWhole` when one bucket holds all of it. */
function* spansOf(edges: readonly EpochMs[], from: EpochMs, to: EpochMs) {
  const first = Math.max(0, bucketIndex(edges, Math.max(from, edges[0] ?? 0), "start"));
  for (let index = first; index < edges.length - 1 && (edges[index] ?? 0) < to; index++) {
    const start = Math.max(from, edges[index] ?? 0);
    const end = Math.min(to, edges[index + 1] ?? 0);
    if (end > start) yield { index, from: start, to: end, isWhole: start === from && end === to };
  }
}
