import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { profileRate, weekMs, type Profile } from "./profile.ts";
import { added, hourMs, meanOver, onlyIn, replacement, type Rate } from "./rate.ts";

const quarter = hourMs / 4;
const monday = Date.UTC(2024, 0, 1);
const profileOf = (values: readonly number[]): Profile => ({
  stepMs: quarter,
  origin: monday,
  means: Float64Array.from({ length: weekMs / quarter }, (_, i) => values[i % values.length] ?? 0),
});
const rateOf = (values: readonly number[]): Rate =>
  profileRate(profileOf(values), { utcOffsetMs: 0, seed: 7, ripple: 0.25 });
const loads = fc.array(fc.double({ min: 0, max: 5000, noNaN: true }), { minLength: 1, maxLength: 96 });
const instants = fc.integer({ min: monday - 10 * weekMs, max: monday + 100 * weekMs });

describe("the rate of a profile", () => {
  it("has in every interval exactly the mean of the series", () => {
    fc.assert(
      fc.property(loads, fc.nat(671), (values, index) => {
        const mean = meanOver(rateOf(values), monday + index * quarter, quarter);
        expect(mean).toBeCloseTo(values[index % values.length] ?? 0, 6);
      }),
    );
  });

  it("is never negative and its register never falls", () => {
    fc.assert(
      fc.property(loads, instants, fc.nat(100_000), (values, at, later) => {
        const rate = rateOf(values);
        expect(rate.at(at)).toBeGreaterThanOrEqual(0);
        expect(rate.total(at + later) - rate.total(at)).toBeGreaterThanOrEqual(-1e-6);
      }),
    );
  });

  it("is the slope of its register at every moment", () => {
    fc.assert(
      fc.property(loads, instants, (values, at) => {
        const rate = rateOf(values);
        const inside = Math.floor(at / quarter) * quarter + 1_000 + (Math.abs(at) % (quarter - 2_000));
        const slope = meanOver(rate, inside - 500, 1_000);
        expect(slope).toBeCloseTo(rate.at(inside), -Math.log10(Math.max(1, ...values) * 0.02));
      }),
    );
  });

  it("repeats after whole weeks, on the same weekday and local hour", () => {
    const rate = rateOf([3, 90, 14]);
    expect(rate.at(monday + 12_345_678 + 3 * weekMs)).toBeCloseTo(rate.at(monday + 12_345_678), 8);
  });
});

describe("what a story adds", () => {
  const base = rateOf([100, 400, 250]);
  const segments = [
    { from: monday + 1_000_000, to: monday + 1_900_000, rate: 900 },
    { from: monday + 1_900_000, to: monday + 2_500_000, rate: 950 },
  ];

  it("makes the meter show the story's power, and its register keeps the energy afterwards", () => {
    const told = added(base, replacement(base, segments));
    expect(told.at(monday + 1_500_000)).toBeCloseTo(900, 9);
    expect(meanOver(told, monday + 1_900_000, 600_000)).toBeCloseTo(950, 6);
    expect(meanOver(told, monday + 2_500_000, hourMs)).toBeCloseTo(meanOver(base, monday + 2_500_000, hourMs), 6);
    expect(told.total(monday)).toBe(base.total(monday));
  });

  it("adds a leak's volume only while it leaks", () => {
    const leak = onlyIn([{ from: 0, to: 2 * hourMs, rate: 6 }]);
    expect([leak.at(-1), leak.at(hourMs), leak.at(2 * hourMs)]).toEqual([0, 6, 0]);
    expect([leak.total(-5), leak.total(hourMs), leak.total(9 * hourMs)]).toEqual([0, 6, 12]);
  });
});
