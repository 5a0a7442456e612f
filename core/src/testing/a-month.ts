import type { EnergyInterval } from "../electricity/energy-interval.ts";
import { minutes, type EpochMs, type ParkTime, type TimeRange } from "../time.ts";

/** 15-min intervals that fill a range, measured, with the energy (kWh) that the hour and minute of the park's clock say. */
export function quarterHours(
  parkTime: ParkTime,
  range: TimeRange,
  kwhAt: (clock: { month: number; day: number; hour: number; minute: number; weekday: number }) => number | null,
): EnergyInterval[] {
  const intervals: EnergyInterval[] = [];
  for (let from: EpochMs = range.from; from < range.to; from += minutes(15)) {
    const kwh = kwhAt(parkTime.partsOf(from));
    intervals.push({ from, to: from + minutes(15), kwh, isEstimated: false });
  }
  return intervals;
}
