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
}

export const noStories: StoryTimes = { leakFrom: Infinity, demandRuns: [], outletRuns: [] };

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

const crossAfterMin = 20;
/** The projection uses the mean of the last five minutes, which lags a steady rise by half of that. */
const levelLagMin = 2.5;
const holdMin = 35;
const declineMin = 20;
/** After the hour in which it crossed, the outlet stays this far over its limit until it is put right. */
const lateShare = 1.08;

export const outletRunMs = minutes(crossAfterMin + holdMin + declineMin + 60);

/**
 * Level of an outlet whose fault began at `runAt`: a steady rise, as steep as needed for the projected mean of the running
 * hour to pass `limit` 20 minutes later; then it stays there until that hour is over, and at last comes back to `usual`.
 * Null before and after the fault.
 */
export function outletLevel(fault: { runAt: number; usual: number; limit: number }, at: number): number | null {
  const x = (at - fault.runAt) / minutes(1);
  const { peak, holdUntil } = outletShape(fault);
  const late = Math.min(peak, fault.limit * lateShare);
  if (x < 0 || x >= holdUntil + holdMin + declineMin) return null;
  if (x <= crossAfterMin) return mix(fault.usual, peak, x / crossAfterMin);
  if (x <= holdUntil) return peak;
  if (x <= holdUntil + holdMin) return mix(peak, late, Math.min(1, (x - holdUntil) / 5));
  return mix(late, fault.usual, (x - holdUntil - holdMin) / declineMin);
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

/** How high the rise must go, by the projection known·c + level·r of the hour in which the crossing lies. */
function outletShape({ runAt, usual, limit }: { runAt: number; usual: number; limit: number }): {
  peak: number;
  holdUntil: number;
} {
  const crossing = runAt + minutes(crossAfterMin);
  const hourStart = Math.floor(crossing / hours(1)) * hours(1);
  const minutesLeft = 60 - (crossing - hourStart) / minutes(1);
  const riseBeforeHour = Math.max(0, (hourStart - runAt) / minutes(1));
  const risen = (crossAfterMin ** 2 - riseBeforeHour ** 2) / (2 * crossAfterMin);
  const level = (crossAfterMin - levelLagMin) / crossAfterMin;
  const peak = usual + ((limit - usual) * 60) / (risen + level * minutesLeft);
  return { peak, holdUntil: crossAfterMin + Math.max(3, minutesLeft) };
}
