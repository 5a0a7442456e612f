import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toNumber } from "../decimal.ts";
import { RegulatedBook } from "../regulated/book.ts";
import { builtInRecords } from "../regulated/tables/index.ts";
import { hunanTimeOfUse } from "../regulated/tables/time-of-use-hunan.ts";
import { hours, minutes, ParkTime, type TimeRange } from "../time.ts";
import { energyUses, intervalCosts } from "./energy-charge.ts";
import { toEnergyIntervals, type EnergyInterval } from "./energy-interval.ts";
import { meanPrice, periodPrice, type ComposedPrice } from "./energy-price.ts";
import { TimeOfUse } from "./time-of-use.ts";

const parkTime = new ParkTime("Asia/Shanghai");
const book = new RegulatedBook(builtInRecords);
const timeOfUse = new TimeOfUse(book, { region: "hunan", holidays: null, parkTime });
const at = (local: string): number => Date.parse(`${local}:00+08:00`);
const input = (intervals: readonly EnergyInterval[], range: TimeRange) => ({
  intervals,
  range,
  timeOfUse,
  book,
  priceSubject: "hunan.110kV",
});
const [table2025, table2026] = hunanTimeOfUse.map(({ value }) => value);

describe("the price of a period", () => {
  const composed = (floatingYuanPerKwh: number, restYuanPerKwh: number): ComposedPrice => ({
    form: "composed",
    floatingYuanPerKwh,
    // Of the samples only the sum of what does not float is known; it holds the fund.
    fixed: [{ name: "其余", yuanPerKwh: restYuanPerKwh }],
    governmentFundYuanPerKwh: 0,
    decimals: 4,
  });

  it.each([
    // January: floating 0.5601, the rest 0.0348. 1.92 × 0.5601 + 0.0348 = 1.110192; 1.6 × … = 0.93096; 0.4 × … = 0.25884
    { month: "January", floating: 0.5601, rest: 0.0348, sharp: 1.1102, peak: 0.931, flat: 0.5949, valley: 0.2588 },
    // April: floating 0.3928, the rest 0.0879. 1.92 × 0.3928 + 0.0879 = 0.842076; 1.6 × … = 0.71638; 0.4 × … = 0.24502
    { month: "April", floating: 0.3928, rest: 0.0879, sharp: 0.8421, peak: 0.7164, flat: 0.4807, valley: 0.245 },
  ])("$month 2026 by the ratios 1.92 : 1.6 : 1 : 0.4", ({ floating, rest, sharp, peak, flat, valley }) => {
    const priceOf = (period: "sharp" | "peak" | "flat" | "valley"): unknown => {
      const price = periodPrice(composed(floating, rest), period, table2026!);
      return typeof price === "string" ? price : toNumber(price.energy);
    };
    expect({
      sharp: priceOf("sharp"),
      peak: priceOf("peak"),
      flat: priceOf("flat"),
      valley: priceOf("valley"),
    }).toEqual({
      sharp,
      peak,
      flat,
      valley,
    });
  });

  it("the ratios hold in every month that is known: peak − flat = 0.6, flat − valley = 0.6 of the same floating part", () => {
    const samples = builtInRecords.flatMap((record) => (record.kind === "energyPrice" ? record.value : []));
    expect(samples).toHaveLength(6);
    for (const sample of samples) {
      if (sample.form !== "allIn") throw new Error("the samples are all-in prices");
      const { peak = NaN, flat = NaN, valley = NaN } = sample.yuanPerKwh;
      expect(Math.abs(peak - flat - (flat - valley))).toBeLessThan(1.5e-4);
    }
  });

  it("a table without ratios cannot compose a price, an all-in price without the period has none", () => {
    expect(periodPrice(composed(0.5, 0.1), "peak", table2025!)).toBe("noRatio");
    expect(periodPrice(composed(0.5, 0.1), "deepValley", table2026!)).toBe("noRatio");
    const governmentFund = { yuanPerKwh: 0.04625, isIncluded: true };
    expect(periodPrice({ form: "allIn", yuanPerKwh: { flat: 0.5 }, governmentFund }, "peak", table2026!)).toBe(
      "noPrice",
    );
  });
});

describe("energy by periods", () => {
  it("an hour over two periods is shared out by time and so is estimated, its sum stays exact", () => {
    // 15:30 to 16:30 in April: half flat, half peak. 0.1 kWh has no exact half in binary.
    const interval = { from: at("2026-04-01T15:30"), to: at("2026-04-01T16:30"), kwh: 0.1, isEstimated: false };
    const uses = energyUses(input([interval], interval));
    expect(uses.map((use) => [use.period, toNumber(use.kwh), toNumber(use.estimatedKwh)])).toEqual([
      ["peak", 0.05, 0.05],
      ["flat", 0.05, 0.05],
    ]);
  });

  it("an interval within one period stays measured; over the range's edge it is cut and estimated", () => {
    const interval = { from: at("2026-04-01T10:00"), to: at("2026-04-01T10:15"), kwh: 30, isEstimated: false };
    expect(energyUses(input([interval], interval)).map((use) => toNumber(use.estimatedKwh))).toEqual([0]);
    const cut = { from: at("2026-04-01T10:10"), to: at("2026-04-01T11:00") };
    expect(energyUses(input([interval], cut)).map((use) => [toNumber(use.kwh), toNumber(use.estimatedKwh)])).toEqual([
      [10, 10],
    ]);
  });

  it("buckets become intervals; a bucket without value is not known", () => {
    const rows = [
      { at: 0, value: 5, quality: "good" as const },
      { at: minutes(15), value: null, quality: "good" as const },
      { at: minutes(30), value: 7, quality: "estimated" as const },
    ];
    expect(toEnergyIntervals(rows, minutes(45))).toEqual([
      { from: 0, to: minutes(15), kwh: 5, isEstimated: false },
      { from: minutes(15), to: minutes(30), kwh: null, isEstimated: false },
      { from: minutes(30), to: minutes(45), kwh: 7, isEstimated: true },
    ]);
  });

  it("a quarter of an hour costs its energy times the price of its period, the fund included", () => {
    const interval = { from: at("2026-01-10T18:00"), to: at("2026-01-10T18:15"), kwh: 100, isEstimated: false };
    expect(intervalCosts(input([interval], interval))).toEqual([
      {
        from: interval.from,
        to: interval.to,
        period: "sharp",
        kwh: 100,
        yuan: 111.02,
        isEstimated: false,
        missing: null,
      },
    ]);
  });

  it("costs of unknown energy and of unknown prices are unknown, not zero", () => {
    const gap = { from: at("2026-01-10T18:00"), to: at("2026-01-10T18:15"), kwh: null, isEstimated: false };
    const late = { from: at("2026-09-10T18:00"), to: at("2026-09-10T18:15"), kwh: 5, isEstimated: false };
    const range = { from: gap.from, to: late.to };
    expect(intervalCosts(input([gap, late], range)).map(({ kwh, yuan }) => [kwh, yuan])).toEqual([
      [null, null],
      [5, null],
    ]);
  });
});

describe("laws of the energy charge", () => {
  const month = parkTime.billingMonth(at("2026-01-15T00:00"));
  /** Back-to-back intervals of 1 to 300 min. */
  const chains = fc
    .array(
      fc.record({ length: fc.integer({ min: 1, max: 300 }), kwh: fc.double({ min: 0, max: 5000, noNaN: true }) }),
      {
        minLength: 1,
        maxLength: 60,
      },
    )
    .map((parts) => {
      let from = month.from;
      return parts.map(({ length, kwh }): EnergyInterval => {
        const interval = { from, to: from + minutes(length), kwh, isEstimated: false };
        from = interval.to;
        return interval;
      });
    });
  const cost = (intervals: readonly EnergyInterval[], range: TimeRange): number =>
    intervalCosts(input(intervals, range)).reduce((total, { yuan }) => total + (yuan ?? NaN), 0);
  const kwhOf = (intervals: readonly EnergyInterval[]): number =>
    energyUses(input(intervals, month)).reduce((total, use) => total + toNumber(use.kwh), 0);

  it("cutting a range anywhere keeps its cost", () => {
    fc.assert(
      fc.property(chains, fc.integer({ min: 0, max: 300 }), (intervals, cutMinutes) => {
        const whole = { from: month.from, to: intervals.at(-1)!.to };
        const cut = Math.min(whole.to, whole.from + minutes(cutMinutes));
        const before = cost(intervals, { from: whole.from, to: cut });
        const after = cost(intervals, { from: cut, to: whole.to });
        expect(before + after).toBeCloseTo(cost(intervals, whole), 6);
      }),
    );
  });

  it("the periods add up to all energy, whatever the intervals straddle", () => {
    fc.assert(
      fc.property(chains, (intervals) => {
        expect(kwhOf(intervals)).toBeCloseTo(
          intervals.reduce((total, { kwh }) => total + (kwh ?? 0), 0),
          6,
        );
      }),
    );
  });

  it("the cost agrees with a minute-by-minute sum over the printed table", () => {
    const prices = { sharp: 1.1102, peak: 0.931, flat: 0.5949, valley: 0.2588 };
    const byHand = (minuteOfDay: number): number => {
      const hour = Math.floor(minuteOfDay / 60);
      if (hour < 6 || (hour >= 12 && hour < 14)) return prices.valley;
      if (hour < 16) return prices.flat;
      return hour >= 18 && hour < 22 ? prices.sharp : prices.peak;
    };
    fc.assert(
      fc.property(chains, (intervals) => {
        let expected = 0;
        for (const { from, to, kwh } of intervals)
          for (let minute = from; minute < to; minute += minutes(1))
            expected +=
              ((kwh ?? 0) / ((to - from) / minutes(1))) * byHand(((minute + hours(8)) % hours(24)) / minutes(1));
        expect(cost(intervals, { from: month.from, to: intervals.at(-1)!.to })).toBeCloseTo(expected, 5);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a mean price", () => {
  it("of energy that all cost the same is that price, to the last digit", () => {
    const energies = fc.array(fc.double({ min: 0.001, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 200 });
    const law = fc.property(energies, fc.integer({ min: 1, max: 300_000 }), (kwh, units) => {
      const [price, total] = [units / 1e5, kwh.reduce((a, b) => a + b, 0)];
      expect(
        meanPrice(
          kwh.reduce((yuan, one) => yuan + one * price, 0),
          total,
        ),
      ).toBe(price);
    });
    fc.assert(law);
    expect(meanPrice(2, 3)).toBe(0.666667);
  });
});
