import { days, hours, minutes, type TimeRange } from "@smart-park/core";
import type { ParkFile, ParkMeter } from "../park-file.ts";
import { addSpan, uncovered, type Span } from "./demo-state.ts";

/** One import request's worth of history. */
export interface PastChunk extends TimeRange {
  readonly meterId: string;
  readonly stepMs: number;
  /** Whether only the quantities kept for 13 months are wanted. */
  readonly isLong: boolean;
}

export interface PastPlan {
  /** The last minutes of two stories' meters at their own intervals: a running hour and window need them at once. */
  readonly first: readonly PastChunk[];
  /** 35 days of every meter, newest first; the meters of the stories lead. */
  readonly recent: readonly PastChunk[];
  /** Up to 13 months of the meters at the border of an enterprise, last month of all others; newest first. */
  readonly long: readonly PastChunk[];
}

const stepMs = minutes(15);
const recentMs = days(35);
const longMs = days(396);
/** The whole of last month, whatever day it is. */
const twoMonthsMs = days(62);
/** Hourly means of an outlet need most minutes of the hour. */
const outletMs = days(3);
/** At most so many times in one request: with ten quantities the platform takes no more. */
const maxRows = 960;
/** Edges of the pieces, counted back from now: a day, then weeks. */
const dayMs = days(1);
const weekMs = days(7);

/**
 * What is still to be imported when the gateways start at `liveFrom`. Times in which they ran before (`live`) and what
 * was imported earlier are left out.
 */
export function planPast(
  park: ParkFile,
  known: { liveFrom: number; live: readonly Span[]; imported: ReadonlyMap<string, readonly Span[]> },
): PastPlan {
  // The quarter hour in which the gateways start is begun by history; its row lies before the start.
  const until = ceilTo(known.liveFrom);
  const covered = (meter: ParkMeter): Span[] =>
    [...known.live, ...(known.imported.get(meter.id) ?? [])].reduce<Span[]>((all, next) => addSpan(all, next), []);
  const pieces = (meter: ParkMeter, range: TimeRange, isLong: boolean, step = stepMs): PastChunk[] =>
    slices(range, until)
      .flatMap((slice) => uncovered(slice, covered(meter)).toReversed())
      .map((hole) => ({ meterId: meter.id, from: ceilTo(hole.from), to: hole.to, stepMs: step, isLong }))
      .filter((chunk) => chunk.from < chunk.to)
      .flatMap(requests);
  const recentRange = { from: until - recentMs, to: until };
  const longRange = { from: until - longMs, to: until - recentMs };
  const lastMonthRange = { from: until - twoMonthsMs, to: until - recentMs };
  const outletRange = { from: until - outletMs, to: until };
  const leading = storyMeters(park);
  const recent = park.meters.flatMap((meter) =>
    meter.kind === "emission"
      ? [
          ...pieces(meter, outletRange, false, meter.intervalS * 1000),
          ...pieces(meter, { ...recentRange, to: outletRange.from }, false),
        ]
      : pieces(meter, recentRange, false),
  );
  const rest = park.meters.filter((meter) => !isBorder(meter));
  return {
    first: firstChunks(park, known.liveFrom),
    recent: [
      ...newestFirst(recent.filter((chunk) => leading.has(chunk.meterId))),
      ...newestFirst(recent.filter((chunk) => !leading.has(chunk.meterId))),
    ],
    long: newestFirst([
      ...park.meters.filter(isBorder).flatMap((meter) => pieces(meter, longRange, true)),
      ...rest.flatMap((meter) => pieces(meter, lastMonthRange, true)),
    ]),
  };
}

/** A piece as requests of so many rows, newest first. */
function requests(chunk: PastChunk): PastChunk[] {
  const lengthMs = maxRows * chunk.stepMs;
  const count = Math.ceil((chunk.to - chunk.from) / lengthMs);
  return Array.from({ length: count }, (_, i) => {
    const from = chunk.from + (count - 1 - i) * lengthMs;
    return { ...chunk, from, to: Math.min(chunk.to, from + lengthMs) };
  });
}

/** What a year's figures are made of: main meters, and the registers of all that hang below no other. */
const isBorder = ({ isMain, parentId, points }: ParkMeter): boolean =>
  isMain || (parentId === null && points.some(({ kind }) => kind === "counter"));

function storyMeters({ stories }: ParkFile): ReadonlySet<string> {
  return new Set([stories.leak.meterId, stories.demand.meterId, stories.outlet.meterId]);
}

/** The running hour of the outlet and the running window of the demand, reading by reading as if they had been live. */
function firstChunks(park: ParkFile, liveFrom: number): PastChunk[] {
  const { outlet, demand } = park.stories;
  const leads = new Map<string, number>([
    [outlet.meterId, hours(2)],
    [demand.meterId, minutes(30)],
  ]);
  return park.meters.flatMap(({ id, intervalS }) => {
    const leadMs = leads.get(id);
    if (leadMs === undefined) return [];
    const stepMs = intervalS * 1000;
    const to = Math.floor(liveFrom / stepMs) * stepMs;
    return [{ meterId: id, from: to - leadMs, to, stepMs, isLong: false }];
  });
}

/** A range cut at one day and then at whole weeks before `until`, newest first. */
function slices(range: TimeRange, until: number): TimeRange[] {
  const edges = [until, until - dayMs];
  for (let edge = until - weekMs; edge > range.from - weekMs; edge -= weekMs) edges.push(edge);
  return edges
    .map((edge, i) => ({ from: Math.max(edges[i + 1] ?? edge, range.from), to: Math.min(edge, range.to) }))
    .filter(({ from, to }) => from < to);
}

const ceilTo = (at: number): number => Math.ceil(at / stepMs) * stepMs;

const newestFirst = (chunks: readonly PastChunk[]): PastChunk[] => chunks.toSorted((a, b) => b.to - a.to);
