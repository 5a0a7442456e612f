import { hours, type TimeRange } from "../time.ts";
import type { EnergyInterval } from "./energy-interval.ts";

/** Mean power of one interval of a load curve, kW. */
export interface IntervalPower extends TimeRange {
  readonly kw: number;
}

/** What a load curve says at a glance. */
export interface LoadSummary {
  readonly peak: IntervalPower;
  readonly min: IntervalPower;
  readonly meanKw: number;
  /** Mean / peak (负荷率), 0 to 1; null when the peak is 0. */
  readonly loadFactor: number | null;
  /** Peak − least power (峰谷差), kW. */
  readonly gapKw: number;
  /** Gap / peak (峰谷差率), 0 to 1; null when the peak is 0. */
  readonly gapShare: number | null;
}

/**
 * Summary over the measured intervals of a curve; the first of equal peaks and minima. null without any: what is shared out
 * over a gap has neither peak nor valley.
 */
export function loadSummary(intervals: readonly EnergyInterval[]): LoadSummary | null {
  let [kwh, ms] = [0, 0];
  let [peak, min]: (IntervalPower | null)[] = [null, null];
  for (const { from, to, kwh: energy, isEstimated } of intervals) {
    if (energy === null || isEstimated) continue;
    kwh += energy;
    ms += to - from;
    const kw = powerOf(energy, to - from);
    if (!peak || kw > peak.kw) peak = { from, to, kw };
    if (!min || kw < min.kw) min = { from, to, kw };
  }
  if (!peak || !min) return null;
  const [meanKw, gapKw] = [powerOf(kwh, ms), peak.kw - min.kw];
  const [loadFactor, gapShare] = peak.kw > 0 ? [meanKw / peak.kw, gapKw / peak.kw] : [null, null];
  return { peak, min, meanKw, loadFactor, gapKw, gapShare };
}

/** Mean power of an energy over a time, kW. */
export const powerOf = (kwh: number, ms: number): number => (kwh / ms) * hours(1);
