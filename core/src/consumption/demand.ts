import { gapIntervals } from "./consumption.ts";
import { energyBetween, energySpans } from "./energy-span.ts";
import type { Point } from "../park.ts";
import type { Series } from "../reading.ts";
import type { EpochMs } from "../time.ts";
import type { WatchState } from "../alerts/watch-state.ts";

/** Length of the billing demand window. */
export const demandWindowMs = 900_000;
const hourMs = 3_600_000;
/** Present power = mean of this much time, or of two intervals of a slower meter: short enough to be now. */
const presentMs = 60_000;
/** A window with a smaller share of known time than this is not judged. */
export const minDemandCoverage = 0.8;
const staleMs = 300_000;
const warningShare = 0.95;
const alarmShare = 1.05;

export interface DemandInput {
  /** Readings of an energy register or of active power, oldest first; should begin some minutes before the window. */
  readonly series: Series;
  /** Says which of both it is, in which unit, and by what it is multiplied. */
  readonly point: Point;
  readonly windowStart: EpochMs;
  readonly now: EpochMs;
  readonly declaredKw: number;
}

export interface DemandForecast {
  /** Mean power of the window so far, kW. */
  readonly meanKw: number | null;
  /** Mean power of the last minute (of two intervals of a slower meter), kW; null when the meter is silent. */
  readonly presentKw: number | null;
  /** Mean power of the whole window if the present power stays, kW. */
  readonly projectedKw: number | null;
  readonly minutesLeft: number;
  readonly state: WatchState;
}

/**
 * Where a 15-min demand window will end: P = (E_so_far + P_now · (900 s − t) / 3600) / 0.25 h, t = seconds of the window
 * that are known (up to the newest reading). warning above 95 % of the declared demand, alarm above 105 %: what
 * lies beyond that is charged double. Below 80 % known time, or without fresh readings, the state is unknown.
 */
export function demandWindow(input: DemandInput): DemandForecast {
  const { windowStart, now, declaredKw } = input;
  const windowEnd = windowStart + demandWindowMs;
  const until = Math.min(now, windowEnd);
  const spans = energySpans(input).filter((span) => span.from < until);
  const knownUntil = Math.min(until, spans.at(-1)?.to ?? -Infinity);
  const soFar = energyBetween(spans, windowStart, knownUntil);
  const present = energyBetween(spans, knownUntil - Math.max(presentMs, 2 * input.point.intervalS * 1000), knownUntil);
  const isFresh = until - knownUntil <= Math.max(staleMs, gapIntervals * input.point.intervalS * 1000);
  const presentKw = isFresh && present.ms > 0 ? (present.kwh / present.ms) * hourMs : null;
  const projectedKw = projectKw(soFar, presentKw, knownUntil - windowStart);
  return {
    meanKw: soFar.ms > 0 ? (soFar.kwh / soFar.ms) * hourMs : null,
    presentKw,
    projectedKw,
    minutesLeft: Math.max(0, windowEnd - Math.max(now, windowStart)) / 60_000,
    state: stateOf(projectedKw, declaredKw),
  };
}

function projectKw(soFar: { kwh: number; ms: number }, presentKw: number | null, knownMs: number): number | null {
  const elapsed = Math.max(0, knownMs);
  if (soFar.ms < minDemandCoverage * elapsed || presentKw === null) return null;
  // Short holes count at the mean of what is known.
  const energy = soFar.ms === 0 ? 0 : (soFar.kwh / soFar.ms) * elapsed;
  return ((energy + (presentKw * (demandWindowMs - elapsed)) / hourMs) / demandWindowMs) * hourMs;
}

function stateOf(projectedKw: number | null, declaredKw: number): WatchState {
  if (projectedKw === null) return "unknown";
  if (projectedKw > alarmShare * declaredKw) return "alarm";
  return projectedKw > warningShare * declaredKw ? "warning" : "normal";
}
