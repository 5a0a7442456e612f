import type { EnergyInterval } from "./energy-interval.ts";
import { powerOf } from "./load-summary.ts";

/** Share of the time whose largest powers are inrush and trials, not the level at which a plant works: our choice. */
const spikeShare = 0.01;
/** From this share of the working load on, more of the plant runs at rest than stands still: our choice. */
const runningShare = 0.5;

/**
 * Power at which a plant works, kW: its load falls into a low and a high level, and this is the mean of the high one.
 * The levels are those of the split with the largest variance between them (N. Otsu, A threshold selection method from
 * gray-level histograms, IEEE Trans. SMC 9 (1979) 62–66), so that neither the length of a shift nor a standstill of
 * months matters. The largest 1 % of the powers are cut to the next lower. null without a known interval.
 */
export function workingLoadKw(intervals: readonly EnergyInterval[]): number | null {
  const powers = intervals
    .flatMap(({ from, to, kwh }) => (kwh === null ? [] : powerOf(kwh, to - from)))
    .toSorted((a, b) => a - b);
  const cut = powers[Math.ceil(powers.length * (1 - spikeShare)) - 1];
  if (cut === undefined) return null;
  const levels = powers.map((kw) => Math.min(kw, cut));
  return meanAbove(levels);
}

/** Mean of the upper of the two classes whose means differ most, weighted by their sizes; of all where none differ. */
function meanAbove(sorted: readonly number[]): number {
  const total = sorted.reduce((sum, kw) => sum + kw, 0);
  let [below, largest] = [0, 0];
  let mean = total / sorted.length;
  sorted.forEach((kw, n) => {
    if (n > 0 && kw > (sorted[n - 1] ?? kw)) {
      const rest = sorted.length - n;
      const upper = (total - below) / rest;
      const between = n * rest * (upper - below / n) ** 2;
      if (between > largest) [largest, mean] = [between, upper];
    }
    below += kw;
  });
  return mean;
}

/**
 * Whether a plant works also when most rest (nights, Sundays, holidays): at least half of its working load runs then.
 * Such a load is production and not left on by mistake. Both in kW; no unit of the load changes the answer.
 */
export const runsContinuously = (restKw: number, workingKw: number): boolean =>
  workingKw > 0 && restKw >= runningShare * workingKw;
