import { aggregateParts, defaultStat, type Coverage, type EpochMs, type Point, type TimeRange } from "@smart-park/core";
import { readParts, type PartsSource } from "../read-parts.ts";

/** How much of [from, to), up to now, is known of a point. */
export async function pointCoverage(
  source: PartsSource,
  point: Point,
  range: TimeRange,
  now: EpochMs,
): Promise<Coverage> {
  const parts = await readParts(source, point, range, "1d");
  return aggregateParts(parts, [range.from, range.to], defaultStat(point), now).coverage;
}
