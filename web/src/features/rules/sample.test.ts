import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PointBody } from "../../lib/point-groups.ts";
import { sampleOf } from "./sample.ts";

const points = (count: number): PointBody[] =>
  Array.from({ length: count }, (_, n) => ({ id: `M${n}.activePower` }) as PointBody); // nothing else is looked at

describe("the points that a back-test takes", () => {
  it("are all of them while their readings are few enough", () => {
    const all = points(100);
    expect(sampleOf(all, () => 60, { rangeMs: 600_000, most: 1000 })).toBe(all);
  });

  it("are a part of them, at least one, whose readings are few enough however often each is read", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 100, max: 5000 }),
        (intervals, most) => {
          const all = points(intervals.length);
          const intervalOf = (point: PointBody): number => intervals[all.indexOf(point)] ?? 1;
          const sample = sampleOf(all, intervalOf, { rangeMs: 60_000, most });
          expect(sample.length).toBeGreaterThan(0);
          const readings = sample.reduce((sum, point) => sum + 60 / intervalOf(point), 0);
          if (sample.length > 1) expect(readings).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});
