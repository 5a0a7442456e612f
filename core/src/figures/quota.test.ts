import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Figure } from "./figure.ts";
import { quotaProgress, type QuotaInput } from "./quota.ts";
import { days } from "../time.ts";

const used = (value: number | null, measured = value === null ? 0 : 1): Figure => ({
  value,
  unit: "m³",
  coverage: { measured, estimated: 0, missing: 1 - measured },
  factorIds: [],
});
const progress = (more: Partial<QuotaInput>) =>
  quotaProgress({
    limit: { value: 1000, unit: "m³" },
    period: { from: 0, to: days(100) },
    now: days(50),
    used: used(400),
    ...more,
  });

describe("a quota", () => {
  it("is not called used up in the past by the pace of time of which nothing is known", () => {
    // 600 in half of the time: 1 200 so far if the rest was alike, but 600 is what is known.
    expect(progress({ used: used(600, 0.5) })).toMatchObject({ share: 0.6, usedUpAt: days(50) });
    expect(progress({ used: used(600, 0.5), now: days(100) })).toMatchObject({ share: 0.6, usedUpAt: null });
    expect(progress({ used: used(1200, 0.9) }).usedUpAt).toBeLessThan(days(50));
  });

  it.each([
    { name: "on the way", value: 400, share: 0.4, level: null, pace: 800, projected: 0.8, usedUpAt: null },
    { name: "too fast", value: 600, share: 0.6, level: null, pace: 1200, projected: 1, usedUpAt: days(100) / 1.2 },
    { name: "at 80 %", value: 800, share: 0.8, level: 0.8, pace: 1600, projected: 1, usedUpAt: days(62.5) },
    {
      name: "just below 90 %",
      value: 899,
      share: 0.899,
      level: 0.8,
      pace: 1798,
      projected: 1,
      usedUpAt: days(100) / 1.798,
    },
    { name: "used up", value: 1000, share: 1, level: 1, pace: 2000, projected: 1, usedUpAt: days(50) },
    { name: "nothing used", value: 0, share: 0, level: null, pace: 0, projected: null, usedUpAt: null },
  ])("$name", ({ value, share, level, pace, projected, usedUpAt }) => {
    const answer = progress({ used: used(value) });
    expect(answer).toMatchObject({
      share,
      level,
      projectedByPace: pace,
      projectedLevel: projected,
      left: 1000 - value,
    });
    if (usedUpAt === null) expect(answer.usedUpAt).toBeNull();
    else expect(answer.usedUpAt).toBeCloseTo(usedUpAt, 3);
  });

  it("by last year's profile a summer's use may come later, or earlier", () => {
    expect(progress({ lastYear: { toSameMoment: 300, whole: 1000 } }).projectedByProfile).toBeCloseTo(400 / 0.3, 9);
    expect(progress({ lastYear: { toSameMoment: 300, whole: 1000 } }).projectedLevel).toBe(1);
    expect(progress({ lastYear: { toSameMoment: 800, whole: 1000 } }).projectedByProfile).toBeCloseTo(500, 9);
    for (const lastYear of [
      { toSameMoment: null, whole: 900 },
      { toSameMoment: 0, whole: 900 },
      { toSameMoment: 10, whole: 0 },
    ])
      expect(progress({ lastYear }).projectedByProfile).toBeNull();
  });

  it("unknown time counts at the known pace in the projection, never in the progress", () => {
    expect(progress({ used: used(400, 0.8) })).toMatchObject({ share: 0.4, projectedByPace: 1000 });
    expect(progress({ used: used(null) })).toEqual({
      share: null,
      left: null,
      level: null,
      projectedByPace: null,
      projectedByProfile: null,
      projectedLevel: null,
      usedUpAt: null,
    });
  });

  it("the first hours project nothing; after the period's end the projection is what was used", () => {
    expect(progress({ now: days(1), used: used(50) }).projectedByPace).toBeNull();
    expect(progress({ now: days(120), used: used(700) }).projectedByPace).toBe(700);
    expect(progress({ limit: { value: 0, unit: "m³" } }).share).toBeNull();
    expect(() => progress({ limit: { value: 1, unit: "kWh" } })).toThrow(RangeError);
  });

  it("more use never lowers a level or a projection", () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(500), fc.integer({ min: 3, max: 100 }), (value, more, day) => {
        const [less, greater] = [value, value + more].map((v) => progress({ now: days(day), used: used(v) }));
        expect(greater?.level ?? 0).toBeGreaterThanOrEqual(less?.level ?? 0);
        expect(greater?.projectedByPace ?? NaN).toBeGreaterThanOrEqual(less?.projectedByPace ?? NaN);
      }),
    );
  });
});
