import { gapIntervals, longestEvenMs } from "./consumption.ts";
import { multipliedUses, registerFactor } from "./multiplier.ts";
import type { Point } from "../park.ts";
import { qualityCode, type Series } from "../reading.ts";
import type { EpochMs } from "../time.ts";

const hourMs = 3_600_000;

/** Energy of an unbroken stretch of time. */
export interface EnergySpan {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly kwh: number;
  /**
   * even: counted within the meter's interval; whole: over a gap, so that only the sum is known; doubtful: the sum is a guess
   * or when it was used is.
   */
  readonly certainty: "even" | "whole" | "doubtful";
}

interface Metered {
  /** Readings of an energy register or of active power, oldest first. */
  readonly series: Series;
  /** Says which of both it is, in which unit, and by what it is multiplied. */
  readonly point: Point;
}

/** Stretches of known energy, oldest first, from an energy register or from power; over gaps of power and resets nothing. */
export const energySpans = (metered: Metered): EnergySpan[] =>
  metered.point.kind === "counter" ? registerSpans(metered) : powerSpans(metered);

function registerSpans({ series, point }: Metered): EnergySpan[] {
  return multipliedUses(series, point)
    .filter((use) => use.cause === "normal" || use.cause === "rollover")
    .map(({ from, to, amount, isSure }) => {
      const isGap = to - from > longestEvenMs(point.intervalS);
      return { from, to, kwh: amount, certainty: isSure ? (isGap ? "whole" : "even") : "doubtful" };
    });
}

/** Each power value holds for the time between it and its neighbour; over a gap, for one interval only. */
function powerSpans({ series, point }: Metered): EnergySpan[] {
  const intervalMs = point.intervalS * 1000;
  const usable = [...series.at.keys()].filter((i) => (series.quality[i] ?? 0) <= qualityCode("estimated"));
  return usable.map((index, position) => {
    const at = series.at[index] ?? 0;
    const neighbour = series.at[usable[position + (point.stampAt === "end" ? -1 : 1)] ?? -1];
    const distance = neighbour === undefined ? Infinity : Math.abs(at - neighbour);
    const length = distance > gapIntervals * intervalMs ? intervalMs : distance;
    const kwh = ((series.value[index] ?? 0) * registerFactor(point, at) * length) / hourMs;
    const [from, to] = point.stampAt === "end" ? [at - length, at] : [at, at + length];
    return { from, to, kwh, certainty: "even" };
  });
}

/** Energy within [from, to) and how much of that time is known; a span that is cut counts in proportion to time. */
export function energyBetween(spans: readonly EnergySpan[], from: EpochMs, to: EpochMs): { kwh: number; ms: number } {
  let [kwh, ms] = [0, 0];
  for (const span of spans) {
    const overlap = Math.min(span.to, to) - Math.max(span.from, from);
    if (overlap <= 0) continue;
    kwh += (span.kwh * overlap) / (span.to - span.from);
    ms += overlap;
  }
  return { kwh, ms };
}
