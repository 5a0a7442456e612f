import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { phDay, waterDay, type WaterHour } from "./daily-mean.ts";
import { hourlyMean } from "./hourly-mean.ts";
import { judgeLimit, type DatedLimit } from "./limit-verdict.ts";
import { correctedHour, correctToOxygen } from "./oxygen-correction.ts";
import { qualityCode, type Quality, type Series } from "../reading.ts";
import { decimalsOf, roundHalfEven } from "./rounding.ts";
import { hours } from "../time.ts";

const hourStart = Date.UTC(2026, 10, 23, 6);
const hour = { hourStart, hourEnd: hourStart + hours(1) };
const values = (value: number, count: number, intervalS = 60, quality: Quality = "good"): Series => ({
  at: Float64Array.from({ length: count }, (_, i) => hourStart + (i + 1) * intervalS * 1000),
  value: new Float64Array(count).fill(value),
  quality: new Uint8Array(count).fill(qualityCode(quality)),
});

describe("rounding as GB/T 8170 asks", () => {
  it.each([
    [2.5, 0, 2],
    [3.5, 0, 4],
    [2.51, 0, 3],
    [0.285, 2, 0.28],
    [2.675, 2, 2.68],
    [1.005, 2, 1],
    [-2.5, 0, -2],
    [-0.4, 0, 0],
    [100.05, 1, 100],
    [100.15, 1, 100.2],
    [1e12 + 0.5, 0, 1e12],
  ])("%d to %d decimals is %d", (value, decimals, rounded) => {
    expect(roundHalfEven(value, decimals)).toBe(rounded);
  });

  it("knows how a limit is written", () => {
    expect([50, 0.05, 1e-7, 2.5e-7, 1e21].map(decimalsOf)).toEqual([0, 2, 7, 8, 0]);
  });

  it("every half of a grid goes to the even neighbour, everything else to the nearest", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.integer({ min: 0, max: 4 }),
        (tenths, decimals) => {
          const scale = 10 ** decimals;
          const rounded = Math.round(roundHalfEven(tenths / 10 / scale, decimals) * scale);
          const distance = Math.abs(rounded * 10 - tenths);
          expect(distance).toBeLessThanOrEqual(5);
          if (distance === 5) expect(Math.abs(rounded % 2)).toBe(0);
        },
      ),
    );
  });
});

describe("an hour is valid from 45 minutes of its point's own interval on", () => {
  it.each([
    {
      name: "45 minute values",
      series: values(10, 45),
      more: {},
      expected: { validMinutes: 45, coverage: 0.75, isValid: true },
    },
    { name: "44 minute values", series: values(10, 44), more: {}, expected: { validMinutes: 44, isValid: false } },
    {
      name: "9 five-minute values",
      series: values(10, 9, 300),
      more: { intervalS: 300 },
      expected: { validMinutes: 45, isValid: true },
    },
    {
      name: "9 values of a minute meter",
      series: values(10, 9, 300),
      more: {},
      expected: { validMinutes: 9, isValid: false },
    },
    {
      name: "60 bad values",
      series: values(10, 60, 60, "bad"),
      more: {},
      expected: { mean: null, validMinutes: 0, isValid: false },
    },
    {
      name: "60 suspect values",
      series: values(10, 60, 60, "suspect"),
      more: {},
      expected: { mean: null, isValid: false },
    },
  ])("$name", ({ series, more, expected }) => {
    expect(hourlyMean({ ...hour, ...more, series })).toMatchObject(expected);
  });
});

describe("correction to the reference oxygen", () => {
  it.each([
    { name: "a gas boiler", c: 40, o2: 5, ref: 3.5, corrected: (40 * 17.5) / 16 },
    { name: "at the reference nothing changes", c: 40, o2: 9, ref: 9, corrected: 40 },
    { name: "nearly air: the plant stands", c: 40, o2: 20, ref: 9, corrected: null },
    { name: "air", c: 40, o2: 21, ref: 9, corrected: null },
    { name: "more oxygen than air", c: 40, o2: 25, ref: 9, corrected: null },
    { name: "a negative concentration", c: -1, o2: 9, ref: 9, corrected: null },
    { name: "a negative oxygen", c: 1, o2: -0.1, ref: 9, corrected: null },
    { name: "not a number", c: NaN, o2: 9, ref: 9, corrected: null },
  ])("$name", ({ c, o2, ref, corrected }) => {
    expect(correctToOxygen(c, o2, ref)).toBe(corrected);
  });

  it("even a guard set to 21 or more never divides by nothing", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e4, noNaN: true }),
        fc.double({ min: -5, max: 30, noNaN: true }),
        (c, o2) => {
          const corrected = correctToOxygen(c, o2, 9, 25);
          if (corrected !== null) expect(corrected >= 0 && Number.isFinite(corrected) && o2 < 21).toBe(true);
        },
      ),
    );
  });

  it("an hour needs 45 valid minutes of both, and is corrected once from the means", () => {
    const asked = { ...hour, pollutant: values(40, 60), reference: 3.5 };
    expect(correctedHour({ ...asked, oxygen: values(5, 60) })).toMatchObject({ state: "valid", value: 43.75 });
    expect(correctedHour({ ...asked, oxygen: values(5, 44) })).toMatchObject({ state: "insufficient", value: null });
    expect(correctedHour({ ...asked, oxygen: null })).toMatchObject({ state: "insufficient", value: null });
    expect(correctedHour({ ...asked, oxygen: values(20.9, 60) })).toMatchObject({ state: "stopped", value: null });
    expect(correctedHour({ ...asked, oxygen: null, reference: null })).toMatchObject({ state: "valid", value: 40 });
  });
});

describe("a value and its limit", () => {
  const july = Date.UTC(2026, 6, 1);
  const old: DatedLimit = { id: "old", effectiveFrom: 0, effectiveTo: july, max: 100, min: null, unit: "mg/m³" };
  const next: DatedLimit = { ...old, id: "new", effectiveFrom: july, effectiveTo: null, max: 50 };
  const limits = [next, old];

  it.each([
    { name: "equal is compliant (and near)", mean: 50, state: "warning", times: null },
    { name: "what rounds to the limit is compliant", mean: 50.5, state: "warning", times: null },
    { name: "above the half it exceeds", mean: 50.51, state: "exceeded", times: 0.02 },
    { name: "twice the limit exceeds once", mean: 100, state: "exceeded", times: 1 },
    { name: "below 90 % nothing is said", mean: 44.9, state: "compliant", times: null },
    { name: "no valid mean is not judged", mean: null, state: "notJudged", times: null },
  ])("$name", ({ mean, state, times }) => {
    expect(judgeLimit(mean, limits, july)).toMatchObject({ state, exceedTimes: times });
  });

  it("the limit of the day counts, and a stated decimal is kept", () => {
    expect(judgeLimit(80, limits, july - 1)).toMatchObject({ state: "compliant", limit: old });
    expect(judgeLimit(80, limits, july)).toMatchObject({ state: "exceeded", limit: next });
    expect(judgeLimit(50.3, [{ ...next, decimals: 1 }], july).state).toBe("exceeded");
    expect(judgeLimit(80, [next], july - 1)).toEqual({
      state: "notJudged",
      rounded: null,
      exceedTimes: null,
      limit: null,
    });
  });

  it("pH has two sides", () => {
    const ph = [{ ...old, max: 9, min: 6, decimals: 1, unit: "1" }];
    expect([5.94, 5.95, 6, 9, 9.04, 9.06].map((mean) => judgeLimit(mean, ph, 0).state)).toEqual([
      "exceeded",
      "compliant",
      "compliant",
      "compliant",
      "compliant",
      "exceeded",
    ]);
  });
});

describe("the day of a water outlet", () => {
  const day = (count: number, of: WaterHour, rest: WaterHour = { concentration: null, volumeM3: null }): WaterHour[] =>
    Array.from({ length: 24 }, (_, i) => (i < count ? of : rest));

  it("is weighted by flow", () => {
    const hoursOfDay = day(12, { concentration: 100, volumeM3: 1 }, { concentration: 20, volumeM3: 9 });
    expect(waterDay(hoursOfDay)).toEqual({
      mean: 28,
      loadKg: 3.36,
      knownHours: 24,
      isValid: true,
      method: "flowWeighted",
    });
  });

  it.each([
    { name: "20 known hours", hours: day(20, { concentration: 50, volumeM3: 2 }), valid: true, mean: 50 },
    { name: "19 known hours", hours: day(19, { concentration: 50, volumeM3: 2 }), valid: false, mean: 50 },
    {
      name: "hours without discharge are known",
      hours: day(2, { concentration: 50, volumeM3: 2 }, { concentration: null, volumeM3: 0 }),
      valid: true,
      mean: 50,
    },
    { name: "no discharge at all", hours: day(24, { concentration: null, volumeM3: 0 }), valid: true, mean: null },
    {
      name: "no flow meter",
      hours: day(12, { concentration: 10, volumeM3: null }, { concentration: 30, volumeM3: null }),
      valid: true,
      mean: 20,
    },
  ])("$name", ({ hours: asked, valid, mean }) => {
    expect(waterDay(asked)).toMatchObject({ isValid: valid, mean });
  });

  it("of pH is the median, whatever flowed", () => {
    expect(phDay([...Array.from({ length: 23 }, () => 7), 2])).toEqual({ mean: 7, knownHours: 24, isValid: true });
    expect(phDay([null, null])).toEqual({ mean: null, knownHours: 0, isValid: false });
  });

  it("never leaves the span of its hours, and cutting the hours in two keeps it", () => {
    const anyHour = fc.record({
      concentration: fc.double({ min: 0, max: 500, noNaN: true }),
      volumeM3: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(anyHour, { minLength: 1, maxLength: 24 }), (hoursOfDay) => {
        const mean = waterDay(hoursOfDay).mean ?? NaN;
        const all = hoursOfDay.map(({ concentration }) => concentration);
        expect(mean).toBeGreaterThanOrEqual(Math.min(...all) - 1e-9);
        expect(mean).toBeLessThanOrEqual(Math.max(...all) + 1e-9);
        const halves = hoursOfDay.flatMap((h) => [
          { ...h, volumeM3: h.volumeM3 / 2 },
          { ...h, volumeM3: h.volumeM3 / 2 },
        ]);
        expect(waterDay(halves).mean).toBeCloseTo(mean, 9);
      }),
    );
  });
});

it("minutes of an hour: an end stamp on the hour belongs to the hour before", () => {
  const series = values(10, 60);
  expect(hourlyMean({ ...hour, series }).validMinutes).toBe(60);
  const next = { hourStart: hour.hourEnd, hourEnd: hour.hourEnd + hours(1) };
  expect(hourlyMean({ ...next, series }).validMinutes).toBe(0);
});
