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
  const readings = (some: readonly PointBody[]): number =>
    some.reduce((sum, point) => sum + rangeMs / (intervalOf(point) * 1000), 0);
  let every = Math.max(1, Math.min(points.length, Math.ceil(readings(points) / most)));
  const sample = (): readonly PointBody[] => (every === 1 ? points : points.filter((_, index) => index % every === 0));
  // Those that are left may be read more often than the others.
  while (every < points.length && readings(sample()) > most) every += 1;
  return sample();
}
