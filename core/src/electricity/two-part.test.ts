import { describe, expect, it } from "vitest";
import { RegulatedBook } from "../regulated/book.ts";
import type { AnyRegulated } from "../regulated/regulated.ts";
import { builtInRecords } from "../regulated/tables/index.ts";
import { aBill, amountsOf, declared, january, shanghai, singlePart, type BillWishes } from "../testing/a-bill.ts";
import { quarterHours } from "../testing/a-month.ts";

describe("the basic charge", () => {
  /** A month of little use, so that the price is 30.6 元/kW in full: 31 × 96 × 10 kWh = 29 760 kWh. */
  const little = { intervals: quarterHours(shanghai, january, () => 10) };
  const basic = (more: BillWishes): unknown[] =>
    amountsOf(aBill({ ...little, ...more }))
      .filter(([name]) => !["sharp", "peak", "flat", "valley", "governmentFund", "powerFactor"].includes(name))
      .map(([name, quantity, price, fen]) => [name, quantity, price, fen === null ? null : fen / 100]);

  it.each([
    { name: "below the declared demand", kw: 800, lines: [["declaredDemand", 1000, 30.6, 30_600]] },
    { name: "exactly at 105 %", kw: 1050, lines: [["declaredDemand", 1000, 30.6, 30_600]] },
    {
      name: "a hundredth of a kilowatt above 105 %", // 0.01 × 30.6 × 2 = 0.612
      kw: 1050.01,
      lines: [
        ["declaredDemand", 1000, 30.6, 30_600],
        ["excessDemand", 0.01, 61.2, 0.61],
      ],
    },
    {
      name: "well above 105 %", // (1 200 − 1 050) × 30.6 × 2
      kw: 1200,
      lines: [
        ["declaredDemand", 1000, 30.6, 30_600],
        ["excessDemand", 150, 61.2, 9_180],
      ],
    },
  ])("declared 1000 kW, $name", ({ kw, lines }) => {
    expect(basic({ tariff: declared(1000, 2000), maxDemandKw: kw })).toEqual(lines);
  });

  it("105 % is compared in decimal: of 101.6 kW it is 106.68 kW, though in binary fractions a little less", () => {
    expect(101.6 * 1.05).toBeLessThan(106.68);
    // 101.6 × 30.6 = 3 108.96
    expect(basic({ tariff: declared(101.6, 200), maxDemandKw: 106.68 })).toEqual([
      ["declaredDemand", 101.6, 30.6, 3_108.96],
    ]);
  });

  it("a declared demand below 40 % of the capacity is charged as 40 %", () => {
    expect(basic({ tariff: declared(500, 2000), maxDemandKw: 700 })).toEqual([["declaredDemand", 800, 30.6, 24_480]]);
  });

  it("where the grid charges 105 % once beside the excess, the rules say so", () => {
    const records = builtInRecords.map((record) =>
      record.kind === "twoPartRules"
        ? { ...record, value: { ...record.value, belowExcess: "tolerance" as const } }
        : record,
    );
    const tariff = declared(1000, 2000);
    expect(basic({ tariff, maxDemandKw: 1200, book: new RegulatedBook(records) })).toEqual([
      ["declaredDemand", 1050, 30.6, 32_130],
      ["excessDemand", 150, 61.2, 9_180],
    ]);
  });

  it.each([
    { name: "at 260 kWh per kVA", kva: 297_600 / 260, price: 27.54 },
    { name: "just below it", kva: 297_600 / 260 + 0.01, price: 30.6 },
  ])("the demand price is lower for high use: $name it is $price 元/kW", ({ kva, price }) => {
    const contract = { method: "actualDemand", capacityKva: kva } as const;
    const tariff = { ...singlePart, basic: { contract, rules: "china", price: "demandPrice.hunan.110kV" } };
    const [line] = aBill({ tariff, maxDemandKw: 412.5 }).lines;
    expect(line).toMatchObject({ part: "actualDemand", quantity: 412.5, unit: "kW", price });
    expect(line?.amountFen).toBe(Math.round(412.5 * price * 100));
  });

  const capacityPrice: AnyRegulated = {
    id: "capacityPrice.test",
    kind: "number",
    subject: "capacityPrice.test",
    name: "容量电价",
    value: 19.1,
    unit: "元/kVA·月",
    effectiveFrom: "2026-01-01",
    effectiveTo: null,
    source: "contract",
    documentNumber: "T-1",
    status: "unverified",
  };
  it.each([
    { name: "in use", suspendedKva: 0, line: ["capacity", 2000, 19.1, 38_200] },
    { name: "half suspended", suspendedKva: 1000, line: ["capacity", 1000, 19.1, 19_100] },
    { name: "suspended for the month", suspendedKva: 2000, line: ["capacity", 0, 19.1, 0] },
  ])("by capacity, 2000 kVA $name", ({ suspendedKva, line }) => {
    const contract = { method: "capacity", capacityKva: 2000, suspendedKva } as const;
    const tariff = { ...singlePart, basic: { contract, rules: "china", price: "capacityPrice.test" } };
    expect(basic({ tariff, book: new RegulatedBook([...builtInRecords, capacityPrice]) })).toEqual([line]);
  });
});
