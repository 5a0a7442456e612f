import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DurationHistogram } from "./duration-histogram.ts";

const countAt = (durationMs: number): number => {
  const histogram = new DurationHistogram();
  histogram.add(durationMs);
  return histogram.counts().counts.indexOf(1);
};

describe("a histogram of durations", () => {
  it.each([
    { name: "nothing at all", durationMs: 0, boundS: 0.0005 },
    { name: "exactly a bound", durationMs: 2, boundS: 0.002 },
    { name: "just above a bound", durationMs: 2.001, boundS: 0.005 },
    { name: "longer than every bound", durationMs: 3_600_000, boundS: undefined },
  ])("puts $name into the smallest bucket that holds it", ({ durationMs, boundS }) => {
    expect(new DurationHistogram().counts().boundsS[countAt(durationMs)]).toBe(boundS);
  });

  it("counts every duration once and keeps their sum", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100_000, noNaN: true })), (durationsMs) => {
        const histogram = new DurationHistogram();
        for (const durationMs of durationsMs) histogram.add(durationMs);
        const { boundsS, counts, sumS } = histogram.counts();
        expect(counts).toHaveLength(boundsS.length + 1);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(durationsMs.length);
        expect(sumS).toBeCloseTo(
          durationsMs.reduce((sum, ms) => sum + ms / 1000, 0),
          6,
        );
      }),
    );
  });
});
