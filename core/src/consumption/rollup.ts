import { concatParts, useParts, valueParts, type Parts } from "./parts.ts";
import type { Point } from "../park.ts";
import type { Series } from "../reading.ts";
import { minutes, type EpochMs, type ParkTime, type TimeRange } from "../time.ts";

/** Finished parts of one point's time, ready to be merged into hours, days, months; the shortest first. */
export const rollupLevels = ["quarter", "day", "month"] as const;
export type RollupLevel = (typeof rollupLevels)[number];

const quarterMs = minutes(15);
/** Readings on both sides of a stretch that judge a fall of the register at its edges; history comes every 15 min. */
const contextIntervals = 8;

/** How far beyond a stretch of time readings count for its figures, ms; further away only the next one on each side. */
export const contextMs = (point: Pick<Point, "intervalS" | "kind">): number =>
  point.kind === "counter" ? contextIntervals * Math.max(point.intervalS * 1000, quarterMs) : quarterMs;

/** Quarter hours of their own are worth keeping only where they are fewer than the readings. */
export const keepsQuarters = (point: Pick<Point, "intervalS">): boolean => point.intervalS * 1000 < quarterMs;

/** Raised when the same readings come to give other parts; 2: one missing quarter hour is a gap. */
const arithmetic = 2;

/** A catalog's points never change; each is asked for at every question. */
const definitions = new WeakMap<Point, string>();

/** All that a point's figures depend on besides its readings; when it changes, what was worked out before is void. */
export function definitionOf(point: Point): string {
  const known = definitions.get(point);
  if (known !== undefined) return known;
  const definition = toDefinition(point);
  definitions.set(point, definition);
  return definition;
}

function toDefinition(point: Point): string {
  const { id, meterId, enterpriseId, min, max, ...rest } = point;
  void [id, meterId, enterpriseId, min, max]; // names, owner, and what only validation looks at
  return JSON.stringify([arithmetic, ...Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/**
 * Quarter hours of [from, to), each park day worked out from its own readings and those around it, so that a figure is
 * the same whether it was kept or is worked out now, and however a range is cut. `series` covers the range and
 * `contextMs` on both sides, with the readings next to that.
 */
export const quarterParts = (series: Series, point: Point, time: ParkTime, range: TimeRange): Parts =>
  partsByDay(series, point, time, range, "15m");

/**
 * As `quarterParts`, but a day that nothing reaches, before the first reading or after the last, is one part: years before
 * a meter was there are asked for whenever two years are compared, and each of their quarter hours would say the same.
 */
export const partsOfDays = (series: Series, point: Point, time: ParkTime, range: TimeRange): Parts =>
  partsByDay(series, point, time, range, "1d");

function partsByDay(
  series: Series,
  point: Point,
  time: ParkTime,
  { from, to }: TimeRange,
  silentStep: "15m" | "1d",
): Parts {
  const days = time.bucketEdges({ from, to }, "1d");
  const around = contextMs(point);
  const pieces: Parts[] = [];
  for (let i = 0; i < days.length - 1; i++) {
    const day = { from: days[i] ?? 0, to: days[i + 1] ?? 0 };
    const range = { from: Math.max(from, day.from), to: Math.min(to, day.to) };
    const [reachFrom, reachTo] = [day.from - around, day.to + around];
    const readings = withNeighbours(series, reachFrom, reachTo);
    const isSilent = (readings.at.at(-1) ?? -Infinity) < reachFrom || (readings.at[0] ?? Infinity) >= reachTo;
    const edges = Float64Array.from(clippedEdges(time, range, isSilent ? silentStep : "15m"));
    pieces.push(point.kind === "counter" ? useParts(readings, point, edges) : valueParts(readings, point, edges));
  }
  return concatParts(pieces);
}

/** Edges of a range's buckets, the first and last clipped to it. */
function clippedEdges(time: ParkTime, { from, to }: TimeRange, step: "15m" | "1d"): EpochMs[] {
  return time.bucketEdges({ from, to }, step).map((edge) => Math.min(to, Math.max(from, edge)));
}

/** Readings in [from, to), and the next one on each side. */
function withNeighbours({ at, value, quality }: Series, from: EpochMs, to: EpochMs): Series {
  const start = Math.max(0, lowerBound(at, from) - 1);
  const end = Math.min(at.length, lowerBound(at, to) + 1);
  return { at: at.subarray(start, end), value: value.subarray(start, end), quality: quality.subarray(start, end) };
}

function lowerBound(ascending: Float64Array, target: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) < target) low = middle + 1;
    else high = middle;
  }
  return low;
}
