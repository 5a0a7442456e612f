import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { proposeThreshold } from "./running-threshold.ts";

/** The definition itself: every split tried, its within-group variance by two passes. */
function slowly(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const variance = (list: readonly number[]): number => {
    const mean = list.reduce((a, b) => a + b, 0) / list.length;
    return list.reduce((a, b) => a + (b - mean) ** 2, 0);
  };
  let best: { within: number; at: number } | null = null;
  for (let i = 1; i < sorted.length; i++) {
    const [low, high] = [sorted.slice(0, i), sorted.slice(i)];
    if (low.at(-1) === high[0] || Math.min(i, sorted.length - i) / sorted.length < 0.02) continue;
    const within = variance(low) + variance(high);
    if (best === null || within < best.within) best = { within, at: i };
  }
  return best === null ? null : best.within;
}

describe("the proposed running threshold", () => {
  it("leaves the least variance within the two groups", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 60 }), (values) => {
        const proposed = proposeThreshold(values);
        const best = slowly(values);
        expect(proposed === null).toBe(best === null);
        if (proposed === null || best === null) return;
        const { threshold } = proposed;
        const groups = [values.filter((v) => v < threshold), values.filter((v) => v >= threshold)];
        const within = groups.flatMap((group) => {
          const mean = group.reduce((a, b) => a + b, 0) / group.length;
          return group.map((value) => (value - mean) ** 2);
        });
        expect(within.reduce((a, b) => a + b, 0)).toBeCloseTo(best, 6);
        expect(proposed.runningShare).toBeCloseTo((groups[1]?.length ?? 0) / values.length, 9);
      }),
      { numRuns: 300, seed: 8 },
    );
  });

  it("lies between idle and running, and is clear, for a machine that does either", () => {
    const noise = (i: number): number => ((i * 7919) % 100) / 100;
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 95 }), fc.integer({ min: 20, max: 500 }), (percent, kw) => {
        const values = Array.from({ length: 1000 }, (_, i) =>
          i % 100 < percent ? kw * (0.9 + 0.2 * noise(i)) : kw * 0.02 * noise(i),
        );
        const proposed = proposeThreshold(values);
        expect(proposed?.isClear).toBe(true);
        expect(proposed?.runningShare).toBeCloseTo(percent / 100, 9);
        expect(proposed?.threshold).toBeGreaterThan(kw * 0.02);
        expect(proposed?.threshold).toBeLessThan(kw * 0.9);
      }),
      { numRuns: 100, seed: 8 },
    );
  });

  it.each<{ name: string; values: number[] }>([
    { name: "evenly spread values", values: Array.from({ length: 1000 }, (_, i) => i) },
    {
      name: "one level that wanders",
      values: Array.from({ length: 1000 }, (_, i) => 100 + 10 * Math.sin(i) + 5 * Math.sin(i / 7)),
    },
    {
      name: "a level with rare disturbances",
      values: Array.from({ length: 1000 }, (_, i) => (i % 500 === 0 ? 0 : 100 + (i % 10))),
    },
  ])("is not clear for $name", ({ values }) => {
    expect(proposeThreshold(values)?.isClear).toBe(false);
  });

  it.each([[[]], [[5]], [[5, 5, 5]]])("is none for %j", (values) => {
    expect(proposeThreshold(values)).toBeNull();
  });
});
