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

  it("are a part of them, at least one, that keeps to the most that is allowed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 100, max: 5000 }), (count, most) => {
        const sample = sampleOf(points(count), () => 1, { rangeMs: 60_000, most });
        expect(sample.length).toBeGreaterThan(0);
        // One more than an even share may be taken where the division leaves a rest.
        if (sample.length > 1) expect((sample.length - 1) * 60).toBeLessThanOrEqual(most);
      }),
    );
  });
});
