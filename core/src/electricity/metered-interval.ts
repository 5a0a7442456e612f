import { minDemandCoverage } from "../consumption/demand.ts";
import type { UseParts } from "../consumption/parts.ts";
import { hours } from "../time.ts";
import type { EnergyInterval } from "./energy-interval.ts";
import type { DemandWindow } from "./max-demand.ts";

/**
 * Energy of each bucket of some energy registers together, kWh; all hold the same buckets. What is known of a bucket counts,
 * however little of its time that is; where only some of it is filled in there are two intervals, one of them estimated.
 */
export function meteredIntervals(all: readonly UseParts[]): EnergyInterval[] {
  const intervals: EnergyInterval[] = [];
  const [first] = all;
  for (let i = 0; i < (first?.amount.length ?? 0); i++) {
    const [from, to] = [first?.edges[i] ?? 0, first?.edges[i + 1] ?? 0];
    const before = intervals.length;
    for (const isEstimated of [false, true]) {
      const kwh = knownEnergy(all, i, isEstimated);
      if (kwh !== null) intervals.push({ from, to, kwh, isEstimated });
    }
    if (intervals.length === before) intervals.push({ from, to, kwh: null, isEstimated: false });
  }
  return intervals;
}

function knownEnergy(all: readonly UseParts[], i: number, isEstimated: boolean): number | null {
  let sum: number | null = null;
  for (const { amount, measuredMs, estimatedMs } of all) {
    const estimated = estimatedMs[i] ?? 0;
    if (estimated > 0 === isEstimated && estimated + (measuredMs[i] ?? 0) > 0) sum = (sum ?? 0) + (amount[i] ?? 0);
  }
  return sum;
}

/**
 * The same for a curve: a bucket of which less than 80 % is known would look like a dip, so it is left unknown.
 */
export const curveIntervals = (parts: UseParts): EnergyInterval[] =>
  bucketsOf(parts).map(({ from, to, kwh, measuredMs, estimatedMs }) => ({
    from,
    to,
    kwh: measuredMs + estimatedMs < minDemandCoverage * (to - from) ? null : kwh,
    isEstimated: estimatedMs > 0,
  }));

/** Demand windows from quarter hours that are kept already; those with filled-in energy are not known. */
export const quarterDemand = (parts: UseParts): DemandWindow[] =>
  bucketsOf(parts).map(({ from, to, kwh, measuredMs, estimatedMs }) => {
    const isKnown = estimatedMs === 0 && measuredMs >= minDemandCoverage * (to - from);
    return { from, to, kw: isKnown ? (kwh / measuredMs) * hours(1) : null };
  });

function bucketsOf({ edges, amount, measuredMs, estimatedMs }: UseParts) {
  return Array.from(amount, (kwh, i) => ({
    from: edges[i] ?? 0,
    to: edges[i + 1] ?? 0,
    kwh,
    measuredMs: measuredMs[i] ?? 0,
    estimatedMs: estimatedMs[i] ?? 0,
  }));
}

/** Several meters' curves as one. All hold the same buckets; one that is not known of all is not known of the sum. */
export function sumIntervals(lists: readonly (readonly EnergyInterval[])[]): EnergyInterval[] {
  const [first = []] = lists;
  return first.map(({ from, to }, i) => {
    let [sum, isEstimated]: [number | null, boolean] = [0, false];
    for (const list of lists) {
      const kwh: number | null = list[i]?.kwh ?? null;
      sum = sum === null || kwh === null ? null : sum + kwh;
      isEstimated ||= list[i]?.isEstimated ?? false;
    }
    return { from, to, kwh: sum, isEstimated };
  });
}
