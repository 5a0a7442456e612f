import { defaultStat, figuresOf, type Coverage, type EpochMs, type Point, type TimeRange } from "@smart-park/core";
import type { PartsSource } from "../read-parts.ts";
import { partsByDay } from "./parts-by-day.ts";

/** How much of [from, to), up to now, is known of a point. */
export async function pointCoverage(
  source: PartsSource,
  point: Point,
  range: TimeRange,
  now: EpochMs,
): Promise<Coverage> {
  return figuresOf(await partsByDay(source, point, range), defaultStat(point), now).coverage;
}
