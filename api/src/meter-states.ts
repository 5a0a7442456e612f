import { minutes, type EpochMs, type Meter } from "@smart-park/core";
import type { LatestValues } from "./live-scope.ts";

export interface MeterCounts {
  total: number;
  live: number;
  late: number;
  offline: number;
  none: number;
}

/**
 * How many meters speak, by the age of their newest reading against their interval T: live up to 1.5 T, offline from
 * 10 T (at least 10 minutes) on, late between the two, none when nothing ever came.
 */
export function countMeters(meters: Iterable<Meter>, values: LatestValues, now: EpochMs): MeterCounts {
  const counts: MeterCounts = { total: 0, live: 0, late: 0, offline: 0, none: 0 };
  for (const meter of meters) {
    counts.total += 1;
    counts[stateOf(meter, values, now)] += 1;
  }
  return counts;
}

function stateOf(meter: Meter, values: LatestValues, now: EpochMs): Exclude<keyof MeterCounts, "total"> {
  const newest = meter.points.reduce(
    (at, point) => Math.max(at, values.get(point.id)?.observedAt ?? -Infinity),
    -Infinity,
  );
  if (newest === -Infinity) return "none";
  const [age, interval] = [now - newest, meter.intervalS * 1000];
  if (age <= 1.5 * interval) return "live";
  return age > Math.max(10 * interval, minutes(10)) ? "offline" : "late";
}
