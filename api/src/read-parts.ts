import {
  concatParts,
  contextMs,
  holesIn,
  minutes,
  partsOfDays,
  quarterParts,
  stepLengthMs,
  type Parts,
  type ParkTime,
  type Point,
  type PointId,
  type ReadingStore,
  type RollupLevel,
  type Rollups,
  type Stat,
  type Step,
  type TimeRange,
} from "@smart-park/core";
import { Turns } from "./turns.ts";

export interface PartsSource {
  readonly store: ReadingStore;
  readonly rollups: Rollups;
  readonly time: ParkTime;
}

/** Readings worked on at once where nothing is rolled up: years of a fast meter would not fit into memory. */
const maxReadingsAtOnce = 125_000;

/**
 * Whether a figure is put together from quarter hours, days and months; others are worked out from readings each time. Momentary
 * values further apart than a quarter hour stand for more than the one they fall into.
 */
export const hasParts = (point: Point, step: Step, stat: Stat): boolean => {
  if (stepLengthMs(step) < minutes(15)) return false;
  return point.kind === "counter" ? stat === "consumption" : stat !== "consumption" && isFine(point);
};

const isFine = ({ intervalS }: Point): boolean => intervalS * 1000 <= minutes(15);

/**
 * All parts of [from, to), `from` before `to`: park months, park days and quarter hours that are kept, and quarter hours worked out
 * from readings for the rest. Every edge of a bucket of `step` that lies in the range is an edge of theirs.
 */
export async function readParts(source: PartsSource, point: Point, range: TimeRange, step: Step): Promise<Parts> {
  const parts = await readPartsOfAll(source, [point], range, step);
  return parts.get(point.id) ?? concatParts([]);
}

/** As `readParts` for many points: what is kept of all of them is asked together, which for a park and a year is nearly all. */
export async function readPartsOfAll(
  source: PartsSource,
  points: readonly Point[],
  range: TimeRange,
  step: Step,
): Promise<ReadonlyMap<PointId, Parts>> {
  const kept = await source.rollups.read(points, longestIn(step), range);
  const turns = new Turns(readsAtOnce);
  const whole = points.map(async (point): Promise<[PointId, Parts]> => {
    const pieces = kept.get(point.id) ?? [];
    const fillings = holesIn(range, pieces).map((hole) => turns.take(() => fromReadings(source, point, hole, step)));
    const all = [...pieces, ...(await Promise.all(fillings)).flat()];
    return [point.id, concatParts(all.sort((a, b) => (a.edges[0] ?? 0) - (b.edges[0] ?? 0)))];
  });
  return new Map(await Promise.all(whole));
}

const isOfDays = (step: Step): boolean => step === "1d" || step === "1mo";

const longestIn = (step: Step): RollupLevel => (step === "1mo" ? "month" : step === "1d" ? "day" : "quarter");

/** Few enough that others' questions come in between; enough that some are read while others are worked out. */
const readsAtOnce = 32;

async function fromReadings(
  { store, time }: PartsSource,
  point: Point,
  range: TimeRange,
  step: Step,
): Promise<Parts[]> {
  const around = contextMs(point);
  const pieces: Parts[] = [];
  for (const { from, to } of daysAtOnce(time, range, maxReadingsAtOnce * point.intervalS * 1000)) {
    const series = await store.read(point.id, { from: from - around, to: to + around }, { neighbours: true });
    const partsOf = isOfDays(step) ? partsOfDays : quarterParts;
    pieces.push(partsOf(series, point, time, { from, to }));
  }
  return pieces;
}

/** The range in pieces of whole park days, as many as fit into `longestMs`, at least one. */
export function* daysAtOnce(time: ParkTime, { from, to }: TimeRange, longestMs: number): Iterable<TimeRange> {
  const edges = time.bucketEdges({ from, to }, "1d").map((edge) => Math.min(to, Math.max(from, edge)));
  for (let start = 0; start < edges.length - 1;) {
    let end = start + 1;
    while (end < edges.length - 1 && (edges[end + 1] ?? 0) - (edges[start] ?? 0) <= longestMs) end++;
    yield { from: edges[start] ?? from, to: edges[end] ?? to };
    start = end;
  }
}
