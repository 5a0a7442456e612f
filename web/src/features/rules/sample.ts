import type { PointBody } from "../../lib/point-groups.ts";

/** Somewhat below what the server takes at once: meters may be read more often than their interval says. */
const mostReadings = 4_000_000;

/**
 * Points spread evenly over all of them, so few that their readings over a range (ms) stay below `most`; at least one.
 * `intervalOf` tells how often a point is read, in seconds.
 */
export function sampleOf(
  points: readonly PointBody[],
  intervalOf: (point: PointBody) => number,
  { rangeMs, most = mostReadings }: { readonly rangeMs: number; readonly most?: number },
): readonly PointBody[] {
  const readings = points.reduce((sum, point) => sum + rangeMs / (intervalOf(point) * 1000), 0);
  if (readings <= most) return points;
  const every = Math.min(points.length, Math.ceil(readings / most));
  return points.filter((_, index) => index % every === 0);
}
