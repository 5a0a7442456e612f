import { days, hours, minutes } from "@smart-park/core";
import { hourMs, type Rate, type Segment } from "./rate.ts";
import { randomAt } from "./seeded-noise.ts";

/** When each scripted story of the demo ran; a pure part of the models, so past and present agree. */
export interface StoryTimes {
  /** The leak's first hour (local 01:30 four nights before the first start). */
  readonly leakFrom: number;
  /** Starts of the demand peaks, oldest first. */
  readonly demandRuns: readonly number[];
  /** Starts of the outlet's faults, oldest first. */
  readonly outletRuns: readonly number[];
  /** When one meter was exchanged for a new one; null = never. */
  readonly exchangeAt: number | null;
}

export const noStories: StoryTimes = { leakFrom: Infinity, demandRuns: [], outletRuns: [], exchangeAt: null };

const leakLastsMs = days(10);
const leakEveryMs = days(21);

/** A leak of ten days that comes back every three weeks (repaired in between). */
export function leakSegments(leakFrom: number, flow: number, until: number): Segment[] {
  const segments: Segment[] = [];
  for (let from = leakFrom; from < until; from += leakEveryMs)
    segments.push({ from, to: from + leakLastsMs, rate: flow });
  return segments;
}

const windowMs = minutes(15);
const demandPieceMs = 30_000;
/** Mean of each 15-min window of the peak, as a share of the declared demand: close, but not over. */
const demandShares = [0.97, 0.985, 0.98, 0.96];
/** Most power the running window may need to still come near, as a share of the declared demand. */
const maxCatchUp = 1.12;

export const demandRunMs = demandShares.length * windowMs;

/**
 * A demand peak that begins at `runAt`: the running 15-min window is brought near the declared demand as far as it still
 * can be, the three windows after it come to 96 … 98.5 %. In pieces of 30 s that vary by ± 0.6 %.
 */
export function demandSegments(base: Rate, declaredKw: number, runAt: number): Segment[] {
  const firstWindow = Math.floor(runAt / windowMs) * windowMs;
  const seed = Math.floor(runAt / 1000);
  return demandShares.flatMap((share, n) => {
    const [start, end] = [firstWindow + n * windowMs, firstWindow + (n + 1) * windowMs];
    const from = Math.max(runAt, start);
    const needed = share * declaredKw * (windowMs / hourMs) - (base.total(from) - base.total(start));
    const level = Math.min(maxCatchUp * declaredKw, Math.max(base.at(from), (needed * hourMs) / (end - from)));
    return pieces(from, end).map((piece, i) => ({
      ...piece,
      rate: level * (1 + 0.012 * (randomAt(seed + n, i) - 0.5)),
    }));
  });
}

function pieces(from: number, to: number): { from: number; to: number }[] {
  const count = Math.max(1, Math.floor((to - from) / demandPieceMs));
  const edge = (i: number): number => from + ((to - from) * i) / count;
  return Array.from({ length: count }, (_, i) => ({ from: edge(i), to: edge(i + 1) }));
}

const crossAfter = minutes(20);
/** How long before the start the fault began, where the hour is old enough: the projection then shows it at once. */
const faultAhead = minutes(8);
/** Every hour begins with this much usual emission, so that its mean starts below the limit. */
const usualFirst = minutes(4);
/** The hour's mean passes its limit at least this long before the hour ends. */
const crossBeforeEnd = minutes(2);
/** A start later in the hour than this tells the story of the next hour. */
const latestStart = minutes(55);
const ramp = minutes(2);
const decline = minutes(10);

export const outletRunMs = hours(1) + minutes(20);

/**
 * Level of an outlet whose fault is seen from `runAt` on: it jumps, within two minutes, to where the running mean of the
 * hour passes `limit` 20 minutes after the start (sooner when the hour ends before); after that hour it comes back to
 * `usual`. So the projected mean is over the limit from the start, or a few minutes into a new hour. Null before and after.
 */
export function outletLevel(fault: { runAt: number; usual: number; limit: number }, at: number): number | null {
  const { from, peak, hourEnd } = outletFault(fault);
  if (at < from - ramp / 2 || at >= hourEnd + decline) return null;
  if (at < hourEnd) return mix(fault.usual, peak, Math.min(1, (at - from + ramp / 2) / ramp));
  return mix(peak, fault.usual, (at - hourEnd) / decline);
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

/** Since when the outlet is at which level: usual · (from − hourStart) + peak · (crossing − from) = limit · (crossing − hourStart). */
function outletFault({ runAt, usual, limit }: { runAt: number; usual: number; limit: number }): {
  from: number;
  peak: number;
  hourEnd: number;
} {
  const thisHour = Math.floor(runAt / hours(1)) * hours(1);
  const hourStart = runAt - thisHour <= latestStart ? thisHour : thisHour + hours(1);
  const hourEnd = hourStart + hours(1);
  const from = Math.max(hourStart + usualFirst, runAt - faultAhead);
  const crossing = Math.min(Math.max(runAt, hourStart) + crossAfter, hourEnd - crossBeforeEnd);
  const peak = (limit * (crossing - hourStart) - usual * (from - hourStart)) / (crossing - from);
  return { from, peak, hourEnd };
}

/** The first moment at which a fault seen from `runAt` on shows. */
export const outletFaultFrom = (runAt: number): number => runAt - faultAhead - ramp / 2;
