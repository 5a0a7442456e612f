import {
  aggregate,
  aggregateParts,
  contextMs,
  days,
  baseUnit,
  defaultStat,
  ParkError,
  qualityOf,
  stepLengthMs,
  steps,
  type Aggregated,
  type Coverage,
  type EpochMs,
  type Point,
  type ReadingStore,
  type Series,
  type Stat,
  type Step,
  type TimeRange,
} from "@smart-park/core";
import type { rangeClosing, readingsQuery, ReadingsBody } from "@smart-park/core/wire";
import type { z } from "zod";
import type { ApiContext } from "./context.ts";
import { hasParts, readParts } from "./read-parts.ts";

export type SeriesQuery = z.output<typeof readingsQuery>;
/** What was read; the closing of its months is the asker's to know. */
type SeriesBody = Omit<ReadingsBody, keyof typeof rangeClosing>;
type ReadContext = Pick<ApiContext, "store" | "rollups" | "time" | "clock">;

/** Rows of one answer at an explicit step; more is 422. */
export const maxRows = 100_000;
/** Meters' clocks may run ahead by minutes. */
const aheadMs = days(1);
const emptySeries: Series = { at: new Float64Array(0), value: new Float64Array(0), quality: new Uint8Array(0) };
/** Buckets are worked out over so many expected readings at a time: years of a fast meter would not fit into memory. */
const maxReadingsAtOnce = 500_000;
/** Rows that `step=auto` aims at. */
const maxAutoRows = 2000;

/**
 * The readings of one point over [from, to), as sent or in buckets of park time. An explicit step is exact; `auto` takes
 * the finest that fits in 2,000 rows. Buckets at the ends hold only what lies inside the range.
 */
export async function readSeries(context: ReadContext, point: Point, query: SeriesQuery): Promise<SeriesBody> {
  if (query.from >= query.to) throw new ParkError("unprocessable", "from must be before to");
  if (query.stat === "consumption" && point.kind === "gauge") {
    throw new ParkError("unprocessable", "only a cumulative register has a consumption");
  }
  if (query.step === "raw") return readRaw(context, point, query);
  if (query.step !== "auto") return readBuckets(context, point, query, query.step);
  return readAuto(context, point, query);
}

async function readAuto(context: ReadContext, point: Point, query: SeriesQuery): Promise<SeriesBody> {
  const isFew = (query.to - query.from) / (point.intervalS * 1000) <= maxAutoRows;
  const mayBeRaw = query.stat === undefined ? point.kind === "gauge" : query.stat === "last";
  if (isFew && mayBeRaw) {
    const series = await context.store.read(point.id, query);
    if (series.at.length <= maxAutoRows) return toRawBody(context, point, query, series);
  }
  return readBuckets(context, point, query, autoStep(point, query));
}

/** The finest step that is not finer than the meter's own interval and stays within the rows aimed at. */
function autoStep(point: Point, range: TimeRange): Step {
  const fits = (step: Step): boolean =>
    stepLengthMs(step) >= point.intervalS * 1000 && (range.to - range.from) / stepLengthMs(step) <= maxAutoRows - 2;
  return steps.find(fits) ?? "1mo";
}

async function readRaw(context: ReadContext, point: Point, query: SeriesQuery): Promise<SeriesBody> {
  if (query.stat === "consumption")
    throw new ParkError("unprocessable", "raw readings have no consumption; choose a step");
  return toRawBody(context, point, query, await readAtMost(context.store, point, query, maxRows));
}

/**
 * Readings in the range, newest slice first and wider slices where little is found, so that a question for far too much
 * is refused before it is all in memory.
 */
async function readAtMost(store: ReadingStore, point: Point, range: TimeRange, limit: number): Promise<Series> {
  const parts: Series[] = [];
  let sliceMs = limit * point.intervalS * 1000;
  let rows = 0;
  for (let to = range.to; to > range.from;) {
    const from = Math.max(range.from, to - sliceMs);
    const part = await store.read(point.id, { from, to });
    parts.unshift(part);
    rows += part.at.length;
    if (rows > limit) throw tooManyRows(`more than ${limit}`);
    if (part.at.length < limit / 4) sliceMs *= 4;
    to = from;
  }
  return joined(parts);
}

function joined(parts: readonly Series[]): Series {
  const length = parts.reduce((sum, { at }) => sum + at.length, 0);
  const whole = { at: new Float64Array(length), value: new Float64Array(length), quality: new Uint8Array(length) };
  let start = 0;
  for (const part of parts) {
    whole.at.set(part.at, start);
    whole.value.set(part.value, start);
    whole.quality.set(part.quality, start);
    start += part.at.length;
  }
  return whole;
}

function toRawBody({ time, clock }: ReadContext, point: Point, query: SeriesQuery, series: Series): SeriesBody {
  const rows = Array.from(series.at, (at, i) => ({
    at: time.toIso(at),
    value: series.value[i] ?? null,
    quality: qualityOf(series.quality[i] ?? 0),
  }));
  const { coverage } = aggregate(series, point, [query.from, query.to], defaultStat(point), clock.now());
  return { point: point.id, unit: point.unit, step: "raw", stat: query.stat ?? "last", coverage, rows };
}

async function readBuckets(context: ReadContext, point: Point, query: SeriesQuery, step: Step): Promise<SeriesBody> {
  const stat = query.stat ?? defaultStat(point);
  const { starts, rows, coverage } = await aggregateRange(context, point, query, step, stat);
  const unit = stat === "consumption" ? baseUnit(point.quantity) : point.unit;
  const shown = rows.map(({ value, quality }, i) => ({ at: context.time.toIso(starts[i] ?? 0), value, quality }));
  return { point: point.id, unit, step, stat, coverage, rows: shown };
}

/** Buckets that touch the range, each clipped to it; `starts` are the unclipped starts that rows are named by. */
async function aggregateRange(
  context: ReadContext,
  point: Point,
  range: TimeRange,
  step: Step,
  stat: Stat,
): Promise<Aggregated & { starts: readonly EpochMs[] }> {
  const estimate = (range.to - range.from) / stepLengthMs(step);
  if (estimate > maxRows) throw tooManyRows(Math.ceil(estimate));
  const edges = context.time.bucketEdges(range, step);
  const clipped = edges.map((edge) => Math.min(range.to, Math.max(range.from, edge)));
  if (edges.length - 1 > maxRows) throw tooManyRows(edges.length - 1);
  const now = context.clock.now();
  // Nothing is measured yet of buckets that begin only later: they are empty without being looked for.
  const past = clipped.filter((_edge, i) => i < 2 || (clipped[i - 1] ?? 0) < now + aheadMs);
  const known = await aggregatePast(context, point, past, { step, stat, now });
  const { rows } = aggregate(emptySeries, point, clipped.slice(past.length - 1), stat, now);
  return { starts: edges, rows: [...known.rows, ...rows], coverage: known.coverage };
}

async function aggregatePast(
  context: ReadContext,
  point: Point,
  clipped: readonly EpochMs[],
  { step, stat, now }: { readonly step: Step; readonly stat: Stat; readonly now: EpochMs },
): Promise<Aggregated> {
  const range = { from: clipped[0] ?? 0, to: clipped.at(-1) ?? 0 };
  if (hasParts(point, step, stat))
    return aggregateParts(await readParts(context, point, range, step), clipped, stat, now);
  const parts: (Aggregated & { passedMs: number })[] = [];
  for (const part of piecesOf(clipped, maxReadingsAtOnce * point.intervalS * 1000)) {
    const passedMs = Math.max(0, Math.min(part.at(-1) ?? 0, now) - (part[0] ?? 0));
    parts.push({ passedMs, ...(await aggregateEdges(context.store, point, part, stat, now)) });
  }
  return { rows: parts.flatMap(({ rows }) => rows), coverage: coverageOf(parts) };
}

/** Whole buckets, as many as fit into `longestMs`, at least one. */
function* piecesOf(edges: readonly EpochMs[], longestMs: number): Iterable<readonly EpochMs[]> {
  for (let start = 0; start < edges.length - 1;) {
    let end = start + 1;
    while (end < edges.length - 1 && (edges[end + 1] ?? 0) - (edges[start] ?? 0) <= longestMs) end++;
    yield edges.slice(start, end + 1);
    start = end;
  }
}

async function aggregateEdges(
  store: ReadingStore,
  point: Point,
  edges: readonly EpochMs[],
  stat: Stat,
  now: EpochMs,
): Promise<Aggregated> {
  // Consumption needs the register just outside, and some readings around it to know a glitch on the edge from a reset;
  // an end stamp at the end describes time inside.
  const aroundMs = stat === "consumption" ? contextMs(point) : 0;
  const read = { from: (edges[0] ?? 0) - aroundMs, to: (edges.at(-1) ?? 0) + aroundMs };
  return aggregate(await store.read(point.id, read, { neighbours: true }), point, edges, stat, now);
}

function coverageOf(parts: readonly { readonly coverage: Coverage; readonly passedMs: number }[]): Coverage {
  const total = parts.reduce((sum, { passedMs }) => sum + passedMs, 0);
  const share = (of: (coverage: Coverage) => number): number =>
    total === 0 ? 0 : parts.reduce((sum, { coverage, passedMs }) => sum + of(coverage) * passedMs, 0) / total;
  return { measured: share((c) => c.measured), estimated: share((c) => c.estimated), missing: share((c) => c.missing) };
}

const tooManyRows = (rows: number | string): ParkError =>
  new ParkError("unprocessable", `the answer would have ${rows} rows; at most ${maxRows}: choose a coarser step`);
