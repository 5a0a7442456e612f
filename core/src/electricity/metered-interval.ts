import { minDemandCoverage } from "../consumption/demand.ts";
import type { UseParts } from "../consumption/parts.ts";
import { hours } from "../time.ts";
import type { EnergyInterval } from "./energy-interval.ts";
import type { DemandWindow } from "./max-demand.ts";

/** Energy of each bucket of an energy register, kWh. What is known of a bucket counts, however little of its time that is. */
export const meteredIntervals = (parts: UseParts): EnergyInterval[] =>
  bucketsOf(parts).map(({ from, to, kwh, measuredMs, estimatedMs }) => ({
    from,
    to,
    kwh: measuredMs + estimatedMs > 0 ? kwh : null,
    isEstimated: estimatedMs > 0,
  }));

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
  const [first = [], ...others] = lists;
  return first.map((interval, i) => {
    const same = [interval, ...others.flatMap((list) => list[i] ?? [])];
    const known = same.flatMap(({ kwh }) => (kwh === null ? [] : [kwh]));
    return {
      from: interval.from,
      to: interval.to,
      kwh: known.length < lists.length ? null : known.reduce((a, b) => a + b, 0),
      isEstimated: same.some(({ isEstimated }) => isEstimated),
    };
  });
}
