import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RegulatedBook } from "../regulated/book.ts";
import { builtInRecords } from "../regulated/tables/index.ts";
import { quarterHours } from "../testing/a-month.ts";
import { ParkTime } from "../time.ts";
import { rankAdvice, totalSaving, type Advice, type AdviceKind } from "./advice.ts";
import { basicChargeAdvice, basicOptions, bestDeclaredKw, type BasicAdviceInput } from "./basic-charge-advice.ts";
import { baseLoadAdvice, baseLoadKw, powerFactorAdvice, shiftLoadAdvice, transformerAdvice } from "./savings-advice.ts";

const book = new RegulatedBook(builtInRecords);
const rules = book.inForce("twoPartRules", "china", "2026-01-01")!.value;
const parkTime = new ParkTime("Asia/Shanghai");

/** The charged kW of a month, written down again from the rule: declared once, what is over 105 % twice. */
const chargedByHand = (declaredKw: number, maxKw: number, belowExcess: "declared" | "tolerance"): number => {
  const tolerated = (declaredKw * 105) / 100;
  if (maxKw <= tolerated + 1e-9) return declaredKw;
  return (belowExcess === "declared" ? declaredKw : tolerated) + 2 * (maxKw - tolerated);
};

describe("the basic charge", () => {
  const input = (maxima: readonly (number | null)[], more: Partial<BasicAdviceInput> = {}): BasicAdviceInput => ({
    months: maxima.map((maxDemandKw) => ({ maxDemandKw, kwh: 0 })),
    contract: { method: "capacity", capacityKva: 2000 },
    rules,
    capacityYuanPerKva: 20,
    demandYuanPerKw: 30,
    ...more,
  });
  const year = [900, 950, 1000, 1000, 1050, 1050, 1200, 1200, 1050, 1000, 950, 900];

  it("compares the three ways over twelve months", () => {
    // capacity: 2 000 × 20 × 12 = 480 000. Actual: Σ maxima 12 250 × 30 = 367 500.
    // Declared: below 1 000 a kW less saves 12 and costs 2.1 in each of 5 months that are then over; below 952.38 in 8.
    // 953: 12 × 953 + 2 × (3 × (1 050 − 1 000.65) + 2 × (1 200 − 1 000.65)) = 12 529.5, × 30 = 375 885
    // 952: 12 × 952 + 2 × (3 × (1 000 − 999.6) + 3 × (1 050 − 999.6) + 2 × (1 200 − 999.6)) = 12 530.4
    expect(basicOptions(input(year))).toEqual([
      { contract: { method: "actualDemand", capacityKva: 2000 }, yuanPerYear: 367_500 },
      { contract: { method: "declaredDemand", capacityKva: 2000, declaredKw: 953 }, yuanPerYear: 375_885 },
      { contract: { method: "capacity", capacityKva: 2000 }, yuanPerYear: 480_000 },
    ]);
  });

  it("says what the cheapest way saves against today's", () => {
    expect(basicChargeAdvice(input(year))).toEqual({
      kind: "basicCharge",
      yuanPerYear: 112_500,
      formula: "advice.basicCharge",
      inputs: { months: 12, methodToday: "capacity", yuanToday: 480_000, method: "actualDemand", yuan: 367_500 },
    });
  });

  it("brings fewer known months to a year and names their number", () => {
    // Declared 952: 952 + 2 × (1 000 − 999.6) = 952.8 kW; × 30 × 12 = 343 008. (953 would be 953.)
    const advice = basicChargeAdvice(input([1000, null, 1000, null]));
    expect(advice?.inputs).toMatchObject({ months: 2, yuanToday: 480_000, declaredKw: 952, yuan: 343_008 });
  });

  it("cannot say anything without a known demand", () => {
    expect(basicOptions(input([null]))).toEqual([]);
    expect(basicChargeAdvice(input([]))).toBeNull();
  });

  it("steady demand: declare what 105 % just tolerates", () => {
    const months = [{ maxDemandKw: 1050, kwh: 0 }];
    expect(bestDeclaredKw(months, 2000, rules)).toBe(1000);
  });

  it("never below 40 % of the capacity", () => {
    expect(bestDeclaredKw([{ maxDemandKw: 100, kwh: 0 }], 2001, rules)).toBe(801);
  });

  it.each(["declared", "tolerance"] as const)(
    "no other whole kW costs less (105 % part charged as %s)",
    (belowExcess) => {
      const maxima = fc.array(fc.double({ min: 1, max: 600, noNaN: true }), { minLength: 1, maxLength: 12 });
      fc.assert(
        fc.property(maxima, fc.integer({ min: 1, max: 1000 }), (kws, capacityKva) => {
          const months = kws.map((maxDemandKw) => ({ maxDemandKw, kwh: 0 }));
          const cost = (kw: number): number =>
            kws.reduce((total, max) => total + chargedByHand(kw, max, belowExcess), 0);
          const best = bestDeclaredKw(months, capacityKva, { ...rules, belowExcess });
          expect(best).toBeGreaterThanOrEqual(capacityKva * 0.4 - 1e-9);
          for (let kw = Math.ceil(capacityKva * 0.4); kw <= 650; kw++)
            expect(cost(best)).toBeLessThanOrEqual(cost(kw) + 1e-6);
        }),
        { numRuns: 40 },
      );
    },
  );
});

describe("power-factor compensation", () => {
  const { value: table } = book.inForce("powerFactor", "0.90", "2026-01-01")!;

  it("names the kvar and the money of a year", () => {
    // 3 000 kWh and 4 000 kvarh in 30 days of 100 h: cosφ 0.60 → 15 % + 5 × 2 % = 25 %; at 0.95 −0.75 %.
    // kvarh to take away: 4 000 − 3 000 × tan(acos 0.95) = 4 000 − 986.05 = 3 013.95; over 100 h 30.14 kvar → 31
    // saved: 10 000 元 × 25.75 % = 2 575 元 in 30 days, × 365 / 30 = 31 329.17 元 a year
    const advice = powerFactorAdvice({
      table,
      activeKwh: 3000,
      reactiveForwardKvarh: 4000,
      reactiveReverseKvarh: 0,
      baseYuan: 10_000,
      operatingHours: 100,
      daysCovered: 30,
    });
    expect(advice).toMatchObject({ yuanPerYear: 31_329.17, inputs: { powerFactor: 0.6, target: 0.95, kvar: 31 } });
  });

  it("has nothing to say when the reduction cannot grow", () => {
    const good = { activeKwh: 3000, reactiveForwardKvarh: 900, reactiveReverseKvarh: 0 };
    const rest = { table, baseYuan: 10_000, operatingHours: 100, daysCovered: 30 };
    expect(powerFactorAdvice({ ...rest, ...good })).toBeNull();
    expect(powerFactorAdvice({ ...rest, ...good, activeKwh: 0 })).toBeNull();
  });

  it("reactive energy given back asks for less compensation, in other words", () => {
    const advice = powerFactorAdvice({
      table,
      activeKwh: 3000,
      reactiveForwardKvarh: 0,
      reactiveReverseKvarh: -4000,
      baseYuan: 10_000,
      operatingHours: 100,
      daysCovered: 30,
    });
    expect(advice?.formula).toBe("advice.overcompensated");
  });
});

describe("moving load", () => {
  it("values one percent of sharp and of peak moved to the cheapest period", () => {
    const uses = [
      { period: "sharp", kwh: 49_600, yuanPerKwh: 1.1102 },
      { period: "peak", kwh: 49_600, yuanPerKwh: 0.931 },
      { period: "flat", kwh: 99_200, yuanPerKwh: 0.5949 },
      { period: "valley", kwh: 99_200, yuanPerKwh: 0.2588 },
    ] as const;
    // 496 × (1.1102 − 0.2588) = 422.2944 in 31 days; × 365 / 31 = 4 972.18. 496 × (0.931 − 0.2588) = 333.4112 → 3 925.65
    expect(
      shiftLoadAdvice({ uses, daysCovered: 31 }).map(({ yuanPerYear, inputs }) => [inputs["period"], yuanPerYear]),
    ).toEqual([
      ["sharp", 4_972.18],
      ["peak", 3_925.65],
    ]);
  });
});

describe("load while nobody works", () => {
  const week = { from: parkTime.startOfLocalDay("2026-03-02"), to: parkTime.startOfLocalDay("2026-03-09") };
  const isOff = ({ hour, weekday }: { hour: number; weekday: number }): boolean => weekday === 0 || hour < 6;

  it("is the median power of nights and Sundays; one night's repair does not move it", () => {
    const intervals = quarterHours(parkTime, week, ({ day, hour, weekday }) =>
      day === 4 && hour < 6 ? 500 : isOff({ hour, weekday }) ? 20 : 100,
    );
    expect(baseLoadKw(intervals, parkTime, isOff)).toBe(80);
    expect(baseLoadKw(intervals, parkTime, () => false)).toBeNull();
  });

  it("costs kW × share × hours × price", () => {
    // 80 × 0.25 × 3 444 × 0.2588 = 17 826.144
    const advice = baseLoadAdvice({ baseLoadKw: 80, avoidableShare: 0.25, offHoursPerYear: 3444, yuanPerKwh: 0.2588 });
    expect(advice.yuanPerYear).toBe(17_826.14);
  });
});

describe("transformer load", () => {
  const input = { capacityKva: 2000, maxKw: 720, meanKw: 360, powerFactor: 0.9, targetLoadRate: 0.8 };

  it("names the spare capacity and what it costs by capacity", () => {
    // 720 / 0.9 = 800 kVA: 40 %; needed 800 / 0.8 = 1 000 kVA; 1 000 kVA spare × 20 × 12
    expect(transformerAdvice({ ...input, capacityYuanPerKva: 20 })).toMatchObject({
      yuanPerYear: 240_000,
      inputs: { spareKva: 1000, maxLoadRate: 0.4, meanLoadRate: 0.2 },
    });
    expect(transformerAdvice({ ...input, capacityYuanPerKva: null })).toMatchObject({ yuanPerYear: 0 });
  });

  it("a well used transformer needs no advice", () => {
    expect(transformerAdvice({ ...input, maxKw: 1440, capacityYuanPerKva: 20 })).toBeNull();
  });
});

describe("ranking", () => {
  it("most money first, nothing that saves nothing", () => {
    const advice = (yuanPerYear: number): Advice => ({
      kind: "baseLoad",
      yuanPerYear,
      formula: "advice.baseLoad",
      inputs: {},
    });
    expect(rankAdvice([advice(10), null, advice(0), advice(300), advice(-5)]).map((a) => a.yuanPerYear)).toEqual([
      300, 10,
    ]);
  });

  const of = (kind: AdviceKind, yuanPerYear: number): Advice => ({
    kind,
    yuanPerYear,
    formula: `advice.${kind}`,
    inputs: {},
  });

  it("says which advice lowers the same basic charge, and counts only the larger", () => {
    const ranked = rankAdvice([
      of("transformerLoad", 200),
      of("shiftLoad", 5),
      of("basicCharge", 300),
      of("shiftLoad", 7),
    ]);
    expect(ranked.map(({ id, overlaps }) => [id, overlaps])).toEqual([
      ["basicCharge", ["transformerLoad"]],
      ["transformerLoad", ["basicCharge"]],
      ["shiftLoad", []],
      ["shiftLoad.2", []],
    ]);
    expect(totalSaving(ranked)).toBe(312);
    expect(totalSaving(rankAdvice([of("transformerLoad", 200), of("basicCharge", 0)]))).toBe(200);
  });

  it("adds up to no more than all and no less than the largest, whatever the order", () => {
    const kind = fc.constantFrom<AdviceKind>("basicCharge", "transformerLoad", "shiftLoad", "leak");
    const one = fc.tuple(kind, fc.integer({ min: -5, max: 1000 })).map(([name, yuan]) => of(name, yuan));
    fc.assert(
      fc.property(fc.uniqueArray(one, { selector: (advice) => advice.kind }), (advice) => {
        const ranked = rankAdvice(advice);
        const all = ranked.reduce((sum, { yuanPerYear }) => sum + yuanPerYear, 0);
        expect(totalSaving(ranked)).toBeLessThanOrEqual(all);
        expect(totalSaving(ranked)).toBeGreaterThanOrEqual(ranked[0]?.yuanPerYear ?? 0);
        expect(totalSaving(rankAdvice(advice.toReversed()))).toBe(totalSaving(ranked));
        expect(new Set(ranked.map(({ id }) => id)).size).toBe(ranked.length);
      }),
    );
  });
});
