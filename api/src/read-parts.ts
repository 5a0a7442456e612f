import {
  concatParts,
  contextMs,
  minutes,
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

export interface PartsSource {
  readonly store: ReadingStore;
  readonly rollups: Rollups;
  readonly time: ParkTime;
}

/** Readings worked on at once where nothing is rolled up: years of a fast meter would not fit into memory. */
const maxReadingsAtOnce = 500_000;

/** Whether a figure is put together from quarter hours and days; others are worked out from readings each time. */
export const hasParts = (point: Point, step: Step, stat: Stat): boolean =>
  stepLengthMs(step) >= minutes(15) && (stat === "consumption") === (point.kind === "counter");

/**
 * All parts of [from, to), `from` before `to`: park days and quarter hours that are kept, and quarter hours worked out
 * from readings for the rest. Every edge of a bucket of `step` that lies in the range is an edge of theirs.
 */
export async function readParts(source: PartsSource, point: Point, range: TimeRange, step: Step): Promise<Parts> {
  return concatParts(await filled(source, point, range, levelsOf(step)));
}

const levelsOf = (step: Step): readonly RollupLevel[] =>
  step === "1d" || step === "1mo" ? ["day", "quarter"] : ["quarter"];

/**
 * As `readParts` for many points at once: what is kept of all of them is asked in one question, which for a park and a year
 * is most of it. Gives to the event loop between points.
 */
export async function readPartsOfAll(
  source: PartsSource,
  points: readonly Point[],
  range: TimeRange,
  step: Step,
): Promise<ReadonlyMap<PointId, Parts>> {
  const levels = levelsOf(step);
  const [level] = levels;
  const kept =
    level === undefined ? new Map<PointId, readonly Parts[]>() : await source.rollups.read(points, level, range);
  const all = new Map<PointId, Parts>();
  for (const point of points) {
    const pieces = await joined(source, point, range, kept.get(point.id) ?? [], levels.slice(1));
    all.set(point.id, concatParts(pieces));
  }
  return all;
}

/** The range in stretches: from the first level as far as that goes, the holes from the next one, at last from readings. */
async function filled(
  source: PartsSource,
  point: Point,
  range: TimeRange,
  [level, ...finer]: readonly RollupLevel[],
): Promise<Parts[]> {
  if (level === undefined) return fromReadings(source, point, range);
  const kept = (await source.rollups.read([point], level, range)).get(point.id) ?? [];
  return joined(source, point, range, kept, finer);
}

/** Stretches that are kept, and what fills the holes between them. */
async function joined(
  source: PartsSource,
  point: Point,
  range: TimeRange,
  kept: readonly Parts[],
  finer: readonly RollupLevel[],
): Promise<Parts[]> {
  const pieces: Parts[] = [];
  let at = range.from;
  for (const stretch of kept) {
    const [start, end] = [stretch.edges[0] ?? at, stretch.edges.at(-1) ?? at];
    if (at < start) pieces.push(...(await filled(source, point, { from: at, to: start }, finer)));
    pieces.push(stretch);
    at = end;
  }
  if (at < range.to) pieces.push(...(await filled(source, point, { from: at, to: range.to }, finer)));
  return pieces;
}

async function fromReadings({ store, time }: PartsSource, point: Point, range: TimeRange): Promise<Parts[]> {
  const around = contextMs(point);
  const pieces: Parts[] = [];
  for (const { from, to } of daysAtOnce(time, range, maxReadingsAtOnce * point.intervalS * 1000)) {
    const series = await store.read(point.id, { from: from - around, to: to + around }, { neighbours: true });
    pieces.push(quarterParts(series, point, time, { from, to }));
  }
  return pieces;
}

/** The range in pieces of whole park days, as many as fit into `longestMs`, at least one. */
function* daysAtOnce(time: ParkTime, { from, to }: TimeRange, longestMs: number): Iterable<TimeRange> {
  const edges = time.bucketEdges({ from, to }, "1d").map((edge) => Math.min(to, Math.max(from, edge)));
  for (let start = 0; start < edges.length - 1;) {
    let end = start + 1;
    while (end < edges.length - 1 && (edges[end + 1] ?? 0) - (edges[start] ?? 0) <= longestMs) end++;
    yield { from: edges[start] ?? from, to: edges[end] ?? to };
    start = end;
  }
}
