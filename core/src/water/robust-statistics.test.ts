import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mean, median, quantile, robustSigma, theilSenSlope, trendScore } from "./robust-statistics.ts";

describe("statistics that single wild values do not move", () => {
  it("knows middle, quantile and mean", () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), quantile([0, 10], 0.25), mean([1, 2, 6])]).toEqual([
      2, 2.5, 2.5, 3,
    ]);
    expect(median([])).toBeNaN();
  });

  it("a sigma of 60 errors does not care for five of them", () => {
    const errors = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (1 + (i % 3)));
    const wild = errors.map((error, i) => (i < 5 ? 1000 : error));
    expect(robustSigma(wild)).toBe(robustSigma(errors));
    expect(robustSigma([])).toBeNaN();
  });

  it("finds the slope of a line with a third of its points wrong, and how sure the trend is", () => {
    const line = Array.from({ length: 21 }, (_, x) => ({ x, y: x % 3 === 0 ? 500 : 2 * x + 7 }));
    expect(theilSenSlope(line.filter(({ x }) => x % 6 !== 0))).toBeCloseTo(2, 0);
    expect(trendScore(Array.from({ length: 28 }, (_, i) => i))).toBeGreaterThan(5);
    expect([trendScore([1, 1, 1, 1]), theilSenSlope([])]).toEqual([0, 0]);
  });

  it("the slope follows scale and shift of the values", () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(values, fc.integer({ min: -50, max: 50 }), fc.integer({ min: -9, max: 9 }), (ys, shift, scale) => {
        const points = ys.map((y, x) => ({ x, y }));
        const moved = ys.map((y, x) => ({ x, y: scale * y + shift }));
        expect(theilSenSlope(moved)).toBeCloseTo(scale * theilSenSlope(points), 6);
      }),
    );
  });
});
