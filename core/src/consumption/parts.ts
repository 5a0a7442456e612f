import { longestEvenMs } from "./consumption.ts";
import { multipliedUses } from "./multiplier.ts";
import type { Point } from "../park.ts";
import { qualityCode, type Series } from "../reading.ts";
import { minutes, type EpochMs, type TimeRange } from "../time.ts";

/**
 * What consecutive buckets of one point are made of, in columns: enough for every figure of theirs, and of the longer
 * buckets that they add up to. Bucket i lies between `edges` i and i + 1 (epoch ms, ascending).
 */
export type Parts = ValueParts | UseParts;

/** Of momentary values, in the point's unit as sent. Where `count` is 0 the values mean nothing. */
export interface ValueParts {
  readonly kind: "values";
  readonly edges: Float64Array;
  readonly sum: Float64Array;
  /** Usable readings. */
  readonly count: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly last: Float64Array;
  /** Time that usable readings stand for, ms. */
  readonly measuredMs: Float64Array;
  readonly estimatedMs: Float64Array;
  /** Worst `qualityCode` of all its readings; -1 when there is none. */
  readonly worst: Float64Array;
}

/** Of a cumulative register: use in the quantity's base unit, multiplied, never negative. */
export interface UseParts {
  readonly kind: "uses";
  readonly edges: Float64Array;
  readonly amount: Float64Array;
  /** Time whose use is known, ms, and time whose use is only a share of a longer one. */
  readonly measuredMs: Float64Array;
  readonly estimatedMs: Float64Array;
  /** Uses over a gap that no bucket holds whole: the sum is exact, so a longer bucket that holds one counts it as measured. */
  readonly gaps: readonly Gap[];
}

export interface Gap {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

const billingIntervalMs = minutes(15);
const maxUsable = qualityCode("estimated");

const columns = (length: number): Float64Array => new Float64Array(Math.max(0, length));

/** Index of the bucket an instant falls in, -1 outside. An end stamp on an edge belongs to the bucket before it. */
function bucketIndex(edges: ArrayLike<number>, at: EpochMs, stampAt: Point["stampAt"]): number {
  const inside = stampAt === "end" ? at - 0.5 : at;
  if (edges.length < 2 || inside < (edges[0] ?? 0) || inside >= (edges[edges.length - 1] ?? 0)) return -1;
  let [low, high] = [0, edges.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 0) <= inside) low = middle;
    else high = middle;
  }
  return low;
}

function newValueParts(edges: Float64Array): ValueParts {
  const n = edges.length - 1;
  const [sum, count, min, max, last] = [columns(n), columns(n), columns(n), columns(n), columns(n)];
  return { kind: "values", edges, sum, count, min, max, last, ...times(n), worst: columns(n).fill(-1) };
}

const times = (n: number) => ({ measuredMs: columns(n), estimatedMs: columns(n) });

/** Parts of a gauge, or of a register read as one. `series` is oldest first and may reach beyond the edges. */
export function valueParts(series: Series, point: Point, edges: Float64Array): ValueParts {
  const parts = newValueParts(edges);
  const spans = spansOfReadings(series, point.intervalS * 1000);
  const estimated = columns(edges.length - 1);
  for (let i = 0; i < series.at.length; i++) {
    const bucket = bucketIndex(edges, series.at[i] ?? 0, point.stampAt);
    if (bucket < 0) continue;
    const quality = series.quality[i] ?? 0;
    parts.worst[bucket] = Math.max(parts.worst[bucket] ?? -1, quality);
    if (quality > maxUsable) continue;
    addValue(parts, bucket, series.value[i] ?? 0);
    parts.measuredMs[bucket] = (parts.measuredMs[bucket] ?? 0) + (spans[i] ?? 0);
    if (quality === maxUsable) estimated[bucket] = (estimated[bucket] ?? 0) + 1;
  }
  shareTime(parts, estimated);
  return parts;
}

function addValue({ sum, count, min, max, last }: ValueParts, bucket: number, value: number): void {
  const isFirst = count[bucket] === 0;
  sum[bucket] = (sum[bucket] ?? 0) + value;
  count[bucket] = (count[bucket] ?? 0) + 1;
  min[bucket] = isFirst ? value : Math.min(min[bucket] ?? value, value);
  max[bucket] = isFirst ? value : Math.max(max[bucket] ?? value, value);
  last[bucket] = value;
}

/** `measuredMs` holds all covered time so far: no more than the bucket is long, and part of it is estimated. */
function shareTime({ edges, count, measuredMs, estimatedMs }: ValueParts, estimated: Float64Array): void {
  for (let i = 0; i < count.length; i++) {
    const covered = Math.min((edges[i + 1] ?? 0) - (edges[i] ?? 0), measuredMs[i] ?? 0);
    const share = count[i] === 0 ? 0 : (estimated[i] ?? 0) / (count[i] ?? 1);
    measuredMs[i] = covered * (1 - share);
    estimatedMs[i] = covered * share;
  }
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

/**
 * Parts of a cumulative register. `series` also holds the last reading before the first edge and the first at or after
 * the last edge, when there are any; some more on either side let a glitch at the edge be recognised.
 */
export function useParts(series: Series, point: Point, edges: Float64Array): UseParts {
  const n = edges.length - 1;
  const [amount, { measuredMs, estimatedMs }] = [columns(n), times(n)];
  const gaps: Gap[] = [];
  for (const use of multipliedUses(series, point)) {
    const isGap = use.to - use.from > longestEvenMs(point.intervalS);
    for (const { index, from, to, isWhole } of spansIn(edges, use.from, use.to)) {
      amount[index] = (amount[index] ?? 0) + use.amount * ((to - from) / (use.to - use.from));
      const target = use.isSure && (isWhole || !isGap) ? measuredMs : estimatedMs;
      target[index] = (target[index] ?? 0) + (to - from);
      if (isGap && use.isSure && !isWhole && gaps.at(-1)?.from !== use.from) gaps.push({ from: use.from, to: use.to });
    }
  }
  return { kind: "uses", edges, amount, measuredMs, estimatedMs, gaps };
}

/** The parts of [from, to) in each bucket; `isWhole` when one bucket holds all of it. */
function* spansIn(edges: Float64Array, from: EpochMs, to: EpochMs) {
  const first = Math.max(0, bucketIndex(edges, Math.max(from, edges[0] ?? 0), "start"));
  for (let index = first; index < edges.length - 1 && (edges[index] ?? 0) < to; index++) {
    const start = Math.max(from, edges[index] ?? 0);
    const end = Math.min(to, edges[index + 1] ?? 0);
    if (end > start) yield { index, from: start, to: end, isWhole: start === from && end === to };
  }
}

/** The same time in longer buckets; every one of `edges` is an edge of `parts`. */
export function mergeParts(parts: Parts, edges: Float64Array): Parts {
  return parts.kind === "values" ? mergeValues(parts, edges) : mergeUses(parts, edges);
}

function mergeValues(from: ValueParts, edges: Float64Array): ValueParts {
  const to = newValueParts(edges);
  forEachInside(from.edges, edges, (i, bucket) => {
    add(to.measuredMs, bucket, from.measuredMs[i]);
    add(to.estimatedMs, bucket, from.estimatedMs[i]);
    to.worst[bucket] = Math.max(to.worst[bucket] ?? -1, from.worst[i] ?? -1);
    if (from.count[i] === 0) return;
    const isFirst = to.count[bucket] === 0;
    add(to.sum, bucket, from.sum[i]);
    add(to.count, bucket, from.count[i]);
    to.min[bucket] = Math.min(isFirst ? Infinity : (to.min[bucket] ?? Infinity), from.min[i] ?? Infinity);
    to.max[bucket] = Math.max(isFirst ? -Infinity : (to.max[bucket] ?? -Infinity), from.max[i] ?? -Infinity);
    to.last[bucket] = from.last[i] ?? 0;
  });
  return to;
}

function mergeUses(from: UseParts, edges: Float64Array): UseParts {
  const [amount, { measuredMs, estimatedMs }] = [columns(edges.length - 1), times(edges.length - 1)];
  forEachInside(from.edges, edges, (i, bucket) => {
    add(amount, bucket, from.amount[i]);
    add(measuredMs, bucket, from.measuredMs[i]);
    add(estimatedMs, bucket, from.estimatedMs[i]);
  });
  const gaps = from.gaps.filter(({ from: start, to: end }) => {
    const bucket = bucketIndex(edges, start, "start");
    if (bucket < 0 || end > (edges[bucket + 1] ?? 0)) return true;
    add(measuredMs, bucket, end - start);
    add(estimatedMs, bucket, start - end);
    return false;
  });
  return { kind: "uses", edges, amount, measuredMs, estimatedMs, gaps };
}

function add(column: Float64Array, index: number, more: number | undefined): void {
  column[index] = (column[index] ?? 0) + (more ?? 0);
}

/** Calls with each short bucket that lies in one of the long ones. */
function forEachInside(short: Float64Array, long: Float64Array, visit: (short: number, long: number) => void): void {
  let bucket = 0;
  for (let i = 0; i < short.length - 1; i++) {
    const start = short[i] ?? 0;
    while (bucket < long.length - 1 && (long[bucket + 1] ?? 0) <= start) bucket++;
    if (bucket < long.length - 1 && start >= (long[bucket] ?? 0)) visit(i, bucket);
  }
}

/** Parts of adjoining stretches of time as one; the first edge of each is the last one before it. One point, one kind. */
export function concatParts(pieces: readonly Parts[]): Parts {
  const [first] = pieces;
  if (first === undefined) throw new RangeError("there is nothing to join");
  if (pieces.length === 1) return first;
  const edges = joinColumns([first.edges, ...pieces.slice(1).map((piece) => piece.edges.subarray(1))]);
  const column = (name: ColumnName): Float64Array => joinColumns(pieces.map((piece) => columnOf(piece, name)));
  if (first.kind === "values") return toValueParts(edges, column);
  const gaps = pieces.flatMap((piece) => (piece.kind === "uses" ? piece.gaps : []));
  return toUseParts(
    edges,
    column,
    gaps.filter((gap, i) => gap.from !== gaps[i - 1]?.from),
  ); // seen from both sides
}

/** What of a range no piece covers; pieces oldest first, inside it. */
export function holesIn({ from, to }: TimeRange, pieces: readonly Parts[]): TimeRange[] {
  const holes: TimeRange[] = [];
  let at = from;
  for (const { edges } of pieces) {
    if (at < (edges[0] ?? at)) holes.push({ from: at, to: edges[0] ?? at });
    at = edges.at(-1) ?? at;
  }
  return at < to ? [...holes, { from: at, to }] : holes;
}

/** The buckets between two edges of `parts`. */
export const sliceParts = (parts: Parts, from: EpochMs, to: EpochMs): Parts =>
  parts.kind === "uses" ? sliceUses(parts, from, to) : toValueParts(...slicedColumns(parts, from, to));

/** As `sliceParts`, of a register. */
export const sliceUses = (parts: UseParts, from: EpochMs, to: EpochMs): UseParts =>
  toUseParts(
    ...slicedColumns(parts, from, to),
    parts.gaps.filter((gap) => gap.to > from && gap.from < to),
  );

function slicedColumns(parts: Parts, from: EpochMs, to: EpochMs) {
  const [start, end] = [parts.edges.indexOf(from), parts.edges.indexOf(to)];
  if (start < 0 || end < start) throw new RangeError("a slice begins and ends at edges");
  const column = (name: ColumnName): Float64Array => columnOf(parts, name).subarray(start, end);
  return [parts.edges.subarray(start, end + 1), column] as const;
}

/** The columns of each kind, in the order in which they are kept. */
export const valueColumns = ["sum", "count", "min", "max", "last", "measuredMs", "estimatedMs", "worst"] as const;
export const useColumns = ["amount", "measuredMs", "estimatedMs"] as const;

type ColumnName = (typeof valueColumns)[number] | (typeof useColumns)[number];

export const columnOf = (parts: Parts, name: ColumnName): Float64Array =>
  (parts as unknown as Readonly<Record<ColumnName, Float64Array>>)[name]; // asked only for columns of the parts' own kind

export const toValueParts = (edges: Float64Array, column: (name: ColumnName) => Float64Array): ValueParts => ({
  ...{ kind: "values", edges, sum: column("sum"), count: column("count"), min: column("min"), max: column("max") },
  ...{ last: column("last"), measuredMs: column("measuredMs"), estimatedMs: column("estimatedMs") },
  worst: column("worst"),
});

export const toUseParts = (
  edges: Float64Array,
  column: (name: ColumnName) => Float64Array,
  gaps: readonly Gap[],
): UseParts => ({
  ...{ kind: "uses", edges, amount: column("amount"), measuredMs: column("measuredMs") },
  ...{ estimatedMs: column("estimatedMs"), gaps },
});

function joinColumns(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
