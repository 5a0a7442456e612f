import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Series } from "../reading.ts";
import { aPoint } from "../testing/a-point.ts";
import { hours, minutes } from "../time.ts";
import { demandWindows, maxDemand, type MaxDemandInput } from "./max-demand.ts";

const start = Date.UTC(2026, 3, 1);
const power = aPoint("activePower", { stampAt: "end", intervalS: 60 });
const register = aPoint("activeEnergyImport", { intervalS: 60 });
const toSeries = (rows: readonly (readonly [minute: number, value: number])[]): Series => ({
  at: Float64Array.from(rows, ([minute]) => start + minutes(minute)),
  value: Float64Array.from(rows, ([, value]) => value),
  quality: new Uint8Array(rows.length),
});
/** Power of each minute, stamped at its end, kW. */
const minuteByMinute = (kw: readonly (number | null)[]): Series =>
  toSeries(kw.flatMap((value, i) => (value === null ? [] : [[i + 1, value] as const])));
const ask = (more: Partial<MaxDemandInput>): MaxDemandInput => ({
  series: minuteByMinute([]),
  point: power,
  range: { from: start, to: start + hours(1) },
  mode: "interval",
  ...more,
});
const flat = (kw: number, count: number): number[] => Array.from({ length: count }, () => kw);

describe("the month's maximum demand", () => {
  // 60 min at 400 kW, but from minute 10 to 25 at 1000 kW: across two aligned windows.
  const kw = [...flat(400, 10), ...flat(1000, 15), ...flat(400, 35)];

  it("by intervals: windows begin at :00, :15, :30, :45", () => {
    const windows = demandWindows(ask({ series: minuteByMinute(kw) }));
    // (10 × 400 + 5 × 1000) / 15 = 600; (10 × 1000 + 5 × 400) / 15 = 800
    expect(windows.map((w) => Math.round((w.kw ?? NaN) * 1e6) / 1e6)).toEqual([600, 800, 400, 400]);
    expect(maxDemand(ask({ series: minuteByMinute(kw) })).max?.window).toEqual({
      from: start + minutes(15),
      to: start + minutes(30),
    });
  });

  it("sliding by the minute it finds the peak where it was", () => {
    const { max, coverage } = maxDemand(ask({ series: minuteByMinute(kw), mode: "sliding" }));
    expect(max?.kw).toBeCloseTo(1000, 6);
    expect(max?.window).toEqual({ from: start + minutes(10), to: start + minutes(25) });
    expect(coverage).toBe(1);
  });

  it("from a register behind CT and PT it is the energy of the window times the multiplier, by 0.25 h", () => {
    // 4000-fold: 0.05 kWh on the register in 15 min are 200 kWh, 800 kW.
    const point = { ...register, multiplier: 4000, valueSide: "secondary" as const, intervalS: 900 };
    const series = toSeries([0, 15, 30, 45, 60].map((m, i) => [m, 7 + [0, 0.05, 0.08, 0.1, 0.12][i]!]));
    const windows = demandWindows(ask({ series, point }));
    expect(windows.map((w) => Math.round(w.kw ?? NaN))).toEqual([800, 480, 320, 320]);
  });

  it("a window with less than 80 % known time is not judged", () => {
    const holed = kw.map((value, i) => (i >= 15 && i < 19 ? null : value));
    const [first, second] = demandWindows(ask({ series: minuteByMinute(holed) }));
    expect(first?.kw).toBeCloseTo(600, 6);
    expect(second?.kw).toBeNull();
    const short = kw.map((value, i) => (i >= 15 && i < 18 ? null : value)); // 12 of 15 min
    // 7 × 1000 + 5 × 400 over the 12 min that are known
    expect(demandWindows(ask({ series: minuteByMinute(short) }))[1]?.kw).toBeCloseTo(750, 6);
  });

  it("what a register counted over a gap is no demand, unless a window holds the whole gap", () => {
    // Readings every 5 min at 600 kW; from minute 15 to 50 none, in which 1,050 kWh went through.
    const fiveMinutes = { ...register, intervalS: 300 };
    const rows = [0, 5, 10, 15, 50, 55, 60].map((m) => [m, m <= 15 ? m * 10 : 1050 + (m - 50) * 10 + 150] as const);
    const windows = demandWindows(ask({ series: toSeries(rows), point: fiveMinutes }));
    expect(windows.map(({ kw }) => kw)).toEqual([600, null, null, null]);
    expect(maxDemand(ask({ series: toSeries(rows), point: fiveMinutes }))).toMatchObject({
      max: { kw: 600 },
      coverage: 0.25,
    });
    // A gap of 5 of the 15 min of one window of a meter that speaks every minute: its sum is exact.
    const inside = Array.from({ length: 61 }, (_, m) => [m, m * 10] as const).filter(([m]) => m < 18 || m > 22);
    expect(demandWindows(ask({ series: toSeries(inside), point: register })).map(({ kw }) => kw)).toEqual([
      600, 600, 600, 600,
    ]);
  });

  it("a rise that is more than the meter can count is no demand", () => {
    const rated = { ...register, ratedPerHour: 1000, intervalS: 900 };
    const series = toSeries([0, 15, 30, 45, 60].map((m, i) => [m, [0, 200, 600, 800, 1000][i]!]));
    expect(demandWindows(ask({ series, point: rated })).map(({ kw }) => kw)).toEqual([800, null, 800, 800]);
  });

  it("without readings there is none", () => {
    expect(maxDemand(ask({}))).toEqual({ max: null, coverage: 0 });
  });

  it("only windows wholly in the billing month count", () => {
    const range = { from: start + minutes(20), to: start + minutes(50) };
    const windows = demandWindows(ask({ series: minuteByMinute(kw), range }));
    expect(windows.map(({ from }) => (from - start) / minutes(1))).toEqual([30]);
  });

  const loads = fc.array(fc.double({ min: 0, max: 5000, noNaN: true }), { minLength: 60, maxLength: 240 });

  it("each sliding window is the mean of its fifteen minutes", () => {
    fc.assert(
      fc.property(loads, (values) => {
        const range = { from: start, to: start + minutes(values.length) };
        const windows = demandWindows(ask({ series: minuteByMinute(values), range, mode: "sliding" }));
        expect(windows).toHaveLength(values.length - 14);
        windows.forEach(({ kw: mean }, i) => {
          expect(mean).toBeCloseTo(values.slice(i, i + 15).reduce((a, b) => a + b, 0) / 15, 6);
        });
      }),
      { numRuns: 50 },
    );
  });

  it("sliding demand is never below interval demand, and neither is above the highest minute", () => {
    fc.assert(
      fc.property(loads, (values) => {
        const input = { series: minuteByMinute(values), range: { from: start, to: start + minutes(values.length) } };
        const sliding = maxDemand(ask({ ...input, mode: "sliding" })).max?.kw ?? NaN;
        const interval = maxDemand(ask({ ...input, mode: "interval" })).max?.kw ?? NaN;
        expect(sliding).toBeGreaterThanOrEqual(interval - 1e-6);
        expect(sliding).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
      }),
      { numRuns: 50 },
    );
  });

  it("power and the register that counts it give the same demand", () => {
    fc.assert(
      fc.property(loads, (values) => {
        const range = { from: start, to: start + minutes(values.length) };
        let kwh = 1000;
        const counted = toSeries([[0, kwh], ...values.map((v, i) => [i + 1, (kwh += v / 60)] as const)]);
        const byPower = maxDemand(ask({ series: minuteByMinute(values), range, mode: "sliding" })).max?.kw ?? NaN;
        const byRegister = maxDemand(ask({ series: counted, point: register, range, mode: "sliding" })).max?.kw;
        expect(byRegister).toBeCloseTo(byPower, 4);
      }),
      { numRuns: 50 },
    );
  });
});
