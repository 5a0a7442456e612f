import type { Point } from "../park.ts";
import type { TimeRange } from "../time.ts";

/** Readings that one question about anomalies may look at: they are read anew each time. */
export const mostJudgedReadings = 3_000_000;

/** The points of a meter that are judged: its registers, or all where it has none. */
export function judgedPoints<P extends Pick<Point, "kind">>(points: readonly P[]): readonly P[] {
  const registers = points.filter(({ kind }) => kind === "counter");
  return registers.length > 0 ? registers : points;
}

/** How many readings points that send every `intervalS` seconds have in a range. */
export const expectedReadings = (points: readonly Pick<Point, "intervalS">[], { from, to }: TimeRange): number =>
  points.reduce((sum, { intervalS }) => sum + (to - from) / (intervalS * 1000), 0);
