import { describe, expect, it } from "vitest";
import { RegulatedBook } from "../regulated/book.ts";
import { builtInRecords } from "../regulated/tables/index.ts";
import { quarterHours } from "../testing/a-month.ts";
import { hours, ParkTime } from "../time.ts";
import { comparePlants, pvFigures, siteLoadKwh } from "./photovoltaics.ts";
import { cycleGainYuanPerKwh, roundTripEfficiency, storageAdvice, storageArbitrage, storageShift } from "./storage.ts";
import type { IntervalCost } from "./energy-charge.ts";
import { TimeOfUse } from "./time-of-use.ts";

describe("photovoltaics", () => {
  it.each([
    {
      name: "a day",
      generationKwh: 4000,
      feedInKwh: 1000,
      installedKwp: 1000,
      selfUseKwh: 3000,
      selfUseRate: 0.75,
      yieldHours: 4,
    },
    {
      name: "a dark day",
      generationKwh: 0,
      feedInKwh: 0,
      installedKwp: 1000,
      selfUseKwh: 0,
      selfUseRate: null,
      yieldHours: 0,
    },
    {
      name: "an unknown feed-in",
      generationKwh: 4000,
      feedInKwh: null,
      installedKwp: 1000,
      selfUseKwh: null,
      selfUseRate: null,
      yieldHours: 4,
    },
    {
      name: "more fed in than generated",
      generationKwh: 10,
      feedInKwh: 11,
      installedKwp: null,
      selfUseKwh: null,
      selfUseRate: null,
      yieldHours: null,
    },
  ])("$name", ({ generationKwh, feedInKwh, installedKwp, selfUseKwh, selfUseRate, yieldHours }) => {
    expect(pvFigures({ generationKwh, feedInKwh, installedKwp })).toEqual({ selfUseKwh, selfUseRate, yieldHours });
  });

  it("the site's load is what comes in and what is made, less what goes out or is held", () => {
    const site = { importKwh: 1000, generationKwh: 400, feedInKwh: 50, dischargeKwh: 30, chargeKwh: 80 };
    expect(siteLoadKwh(site)).toBe(1300);
  });

  it("a plant a fifth behind its sisters is behind; one without data is not judged", () => {
    const plants = [
      { id: "a", yieldHours: 4 },
      { id: "b", yieldHours: 4.2 },
      { id: "c", yieldHours: 3.2 },
      { id: "d", yieldHours: null },
    ];
    const compared = comparePlants(plants, 0.15);
    expect(compared.map(({ id, sistersHours, isBehind }) => [id, sistersHours, isBehind])).toEqual([
      ["a", 3.7, false],
      ["b", 3.6, false],
      ["c", 4.1, true],
      ["d", 4, false],
    ]);
    expect(compared[2]?.deviation).toBeCloseTo(3.2 / 4.1 - 1, 12);
  });

  it("two plants alone cannot say which of them is behind", () => {
    const compared = comparePlants(
      [
        { id: "a", yieldHours: 4 },
        { id: "b", yieldHours: 2 },
      ],
      0.1,
    );
    expect(compared.every(({ deviation, isBehind }) => deviation === null && !isBehind)).toBe(true);
  });
});

describe("storage", () => {
  it.each([
    {
      name: "a cycle still running",
      cycle: { chargeKwh: 400, dischargeKwh: 0, storedChangeKwh: 360 },
      efficiency: null,
    },
    { name: "whole cycles", cycle: { chargeKwh: 1000, dischargeKwh: 880, storedChangeKwh: 0 }, efficiency: 0.88 },
    {
      name: "200 kWh still held",
      cycle: { chargeKwh: 1200, dischargeKwh: 880, storedChangeKwh: 200 },
      efficiency: 0.88,
    },
    {
      name: "100 kWh from before",
      cycle: { chargeKwh: 900, dischargeKwh: 880, storedChangeKwh: -100 },
      efficiency: 0.88,
    },
    { name: "nothing taken", cycle: { chargeKwh: 0, dischargeKwh: 880, storedChangeKwh: -1000 }, efficiency: null },
    {
      name: "more given than taken",
      cycle: { chargeKwh: 100, dischargeKwh: 110, storedChangeKwh: 0 },
      efficiency: null,
    },
  ])("round trip: $name", ({ cycle, efficiency }) => {
    expect(roundTripEfficiency(cycle)).toBe(efficiency);
  });

  const parkTime = new ParkTime("Asia/Shanghai");
  const book = new RegulatedBook(builtInRecords);
  const timeOfUse = new TimeOfUse(book, { region: "hunan", holidays: null, parkTime });
  const dayOf = (day: string) => ({
    from: parkTime.startOfLocalDay(day),
    to: parkTime.startOfDay(parkTime.startOfLocalDay(day), 1),
  });
  const arbitrage = (day: string, kwh: (hour: number) => { charge: number; discharge: number | null }) => {
    const range = dayOf(day);
    return storageArbitrage(
      quarterHours(parkTime, range, ({ hour }) => kwh(hour).charge),
      quarterHours(parkTime, range, ({ hour }) => kwh(hour).discharge),
      { range, timeOfUse, book, priceSubject: "hunan.110kV" },
    );
  };
  /** 500 kWh taken from 02:00 to 03:00 (valley), 440 given from 19:00 to 20:00 (sharp in January). */
  const cycle = (hour: number) => ({ charge: hour === 2 ? 125 : 0, discharge: hour === 19 ? 110 : 0 });

  it("earns the difference of the prices at which it charges and discharges", () => {
    // 500 × 0.2588 = 129.40; 440 × 1.1102 = 488.488
    expect(arbitrage("2026-01-10", cycle)).toEqual({
      chargeYuan: 129.4,
      dischargeYuan: 488.49,
      gainYuan: 359.09,
      chargeYuanPerKwh: expect.closeTo(0.2588, 10),
      dischargeYuanPerKwh: expect.closeTo(1.1102, 10),
      knownShare: 1,
    });
  });

  it("says nothing where a price is not known, and how much of the time is known", () => {
    expect(arbitrage("2026-09-10", cycle)).toBeNull();
    const holed = arbitrage("2026-01-10", (hour) => ({
      ...cycle(hour),
      discharge: hour < 6 ? null : cycle(hour).discharge,
    }));
    expect(holed).toMatchObject({ gainYuan: 359.09, knownShare: 0.75 });
  });

  it("a kilowatt-hour given back earns its price less that of what was charged for it", () => {
    // 1.1102 − 0.2588 / 0.88 = 0.81610909…
    expect(cycleGainYuanPerKwh(0.2588, 1.1102, 0.88)).toBeCloseTo(0.816109, 6);
    expect(cycleGainYuanPerKwh(0.5, 0.5, 0.88)).toBeLessThan(0);
  });
});

describe("a storage that is thought of", () => {
  const prices = { sharp: 1, peak: 0.8, flat: 0.5, valley: 0.25, deepValley: 0.1 };
  type Hours = readonly (readonly [period: keyof typeof prices, kwh: number])[];
  /** A day by the hour; kWh of an hour are its kW. */
  const dayOf = (hoursOfDay: Hours): IntervalCost[] =>
    hoursOfDay.map(([period, kwh], i) => ({
      ...{ from: hours(i), to: hours(i + 1), period, kwh, missing: null, isEstimated: false },
      yuan: kwh * prices[period],
    }));
  const size = { kw: 100, kwh: 200, efficiency: 0.8 };
  const none = { chargeKwh: 0, dischargeKwh: 0, chargeYuan: 0, dischargeYuan: 0, cycles: 0 };

  it.each([
    {
      // Sharp takes 60 + 100 (of 150, by its power), peak the other 40; 200 / 0.8 = 250 kWh: 100 deep valley, 150 valley.
      name: "the dearest first from the cheapest first",
      day: [
        ["deepValley", 50],
        ["valley", 50],
        ["valley", 50],
        ["sharp", 60],
        ["sharp", 150],
        ["peak", 90],
      ],
      limitKw: 500,
      shift: { chargeKwh: 250, dischargeKwh: 200, chargeYuan: 10 + 37.5, dischargeYuan: 160 + 32, cycles: 1 },
    },
    {
      // 90 kW below the limit of 100 leave 10 and 40 kWh: 50 × 0.8 = 40 kWh back.
      name: "no more than the power may rise",
      day: [
        ["valley", 90],
        ["valley", 60],
        ["peak", 100],
      ],
      limitKw: 100,
      shift: { chargeKwh: 50, dischargeKwh: 40, chargeYuan: 12.5, dischargeYuan: 32, cycles: 1 },
    },
    {
      name: "no more than the load takes",
      day: [
        ["valley", 10],
        ["valley", 10],
        ["sharp", 8],
      ],
      limitKw: 500,
      shift: { chargeKwh: 10, dischargeKwh: 8, chargeYuan: 2.5, dischargeYuan: 8, cycles: 1 },
    },
    {
      name: "nothing without a valley",
      day: [
        ["flat", 100],
        ["peak", 100],
      ],
      limitKw: 500,
      shift: none,
    },
    {
      name: "nothing without a peak",
      day: [
        ["valley", 100],
        ["flat", 100],
      ],
      limitKw: 500,
      shift: none,
    },
    {
      name: "nothing without room below the limit",
      day: [
        ["valley", 100],
        ["peak", 100],
      ],
      limitKw: 100,
      shift: none,
    },
  ] as const)("moves $name", ({ day, limitKw, shift }) => {
    const moved = storageShift(dayOf(day), size, limitKw);
    for (const name of ["chargeKwh", "dischargeKwh", "chargeYuan", "dischargeYuan"] as const)
      expect([name, moved[name]]).toEqual([name, expect.closeTo(shift[name], 9)]);
    expect(moved.cycles).toBe(shift.cycles);
  });

  it("does not run where the losses are dearer than the spread", () => {
    const day = dayOf([
      ["valley", 100],
      ["peak", 100],
    ]);
    // 0.8 − 0.25 / 0.3 < 0
    expect(storageShift(day, { ...size, efficiency: 0.3 }, 500)).toEqual(none);
  });

  it("earns in a year what its days would have earned, with what that rests on", () => {
    const shift = { chargeKwh: 500, dischargeKwh: 400, chargeYuan: 100, dischargeYuan: 380, cycles: 2 };
    // (380 − 100) × 365 / 10
    expect(storageAdvice({ ...shift, size, daysCovered: 10 })).toEqual({
      kind: "storageArbitrage",
      yuanPerYear: 10_220,
      formula: "advice.storageArbitrage",
      inputs: {
        ...size,
        cyclesPerYear: 73,
        dischargeKwhPerYear: 14_600,
        dischargeYuanPerKwh: 0.95,
        chargeKwhPerYear: 18_250,
        chargeYuanPerKwh: 0.2,
      },
    });
    expect(storageAdvice({ ...none, size, daysCovered: 10 })).toBeNull();
  });
});
