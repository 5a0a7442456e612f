import {
  concatParts,
  contextMs,
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
  const [pieces = []] = await filled(source, [{ point, range }], step, levelsOf(step));
  return concatParts(pieces);
}

/** As `readParts` for many points: what is kept of all of them is asked together, which for a park and a year is nearly all. */
export async function readPartsOfAll(
  source: PartsSource,
  points: readonly Point[],
  range: TimeRange,
  step: Step,
): Promise<ReadonlyMap<PointId, Parts>> {
  const asked = points.map((point) => ({ point, range }));
  const pieces = await filled(source, asked, step, levelsOf(step));
  return new Map(points.map(({ id }, i) => [id, concatParts(pieces[i] ?? [])]));
}

const isOfDays = (step: Step): boolean => step === "1d" || step === "1mo";

function levelsOf(step: Step): readonly RollupLevel[] {
  if (step === "1mo") return ["month", "day", "quarter"];
  return step === "1d" ? ["day", "quarter"] : ["quarter"];
}

interface Stretch {
  readonly point: Point;
  readonly range: TimeRange;
}

/** Parts of each stretch: from the first level as far as that goes, the holes from the next one, at last from readings. */
async function filled(
  source: PartsSource,
  stretches: readonly Stretch[],
  step: Step,
  [level, ...finer]: readonly RollupLevel[],
): Promise<Parts[][]> {
  if (level === undefined) {
    const turns = new Turns(readsAtOnce);
    return Promise.all(stretches.map(({ point, range }) => turns.take(() => fromReadings(source, point, range, step))));
  }
  const kept = await readKept(source, stretches, level);
  const holes = stretches.map(({ point, range }, i) =>
    holesIn(range, kept[i] ?? []).map((hole) => ({ point, range: hole })),
  );
  const fillings = holes.some((some) => some.length > 0) ? await filled(source, holes.flat(), step, finer) : [];
  let next = 0;
  return stretches.map((_, i) => {
    const count = holes[i]?.length ?? 0;
    const own = fillings.slice(next, (next += count)).flat();
    return [...(kept[i] ?? []), ...own].sort((a, b) => (a.edges[0] ?? 0) - (b.edges[0] ?? 0));
  });
}

/** What is kept of each stretch; stretches of equal range are one question. */
async function readKept(
  { rollups }: PartsSource,
  stretches: readonly Stretch[],
  level: RollupLevel,
): Promise<(readonly Parts[])[]> {
  const kept: (readonly Parts[])[] = stretches.map(() => []);
  const byRange = new Map<string, number[]>();
  stretches.forEach(({ range }, i) => {
    const key = `${range.from} ${range.to}`;
    byRange.set(key, [...(byRange.get(key) ?? []), i]);
  });
  for (const places of byRange.values()) {
    const points = places.flatMap((i) => stretches[i]?.point ?? []);
    const found = await rollups.read(points, level, stretches[places[0] ?? 0]?.range ?? { from: 0, to: 0 });
    for (const i of places) kept[i] = found.get(stretches[i]?.point.id ?? ("" as PointId)) ?? [];
  }
  return kept;
}

function holesIn({ from, to }: TimeRange, kept: readonly Parts[]): TimeRange[] {
  const holes: TimeRange[] = [];
  let at = from;
  for (const { edges } of kept) {
    if (at < (edges[0] ?? at)) holes.push({ from: at, to: edges[0] ?? at });
    at = edges.at(-1) ?? at;
  }
  return at < to ? [...holes, { from: at, to }] : holes;
}

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
