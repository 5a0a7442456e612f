import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RegulatedBook } from "../regulated/book.ts";
import type { AnyRegulated } from "../regulated/regulated.ts";
import { builtInRecords } from "../regulated/tables/index.ts";
import { aBill, amountsOf, declared, january, singlePart } from "../testing/a-bill.ts";
import type { ElectricityTariff } from "./bill.ts";
import { days } from "../time.ts";

const newPrice: AnyRegulated = {
  id: "price.new",
  kind: "energyPrice",
  subject: "new",
  name: "换签后的电价",
  value: {
    form: "allIn",
    yuanPerKwh: { sharp: 1.2, peak: 1, flat: 0.6, valley: 0.3 },
    governmentFund: { yuanPerKwh: 0.04625, isIncluded: false },
  },
  unit: "元/kWh",
  effectiveFrom: "2026-01-05",
  effectiveTo: null,
  source: "test",
  documentNumber: null,
  status: "unverified",
};
const book = new RegulatedBook([...builtInRecords, newPrice]);

/** January in two contracts, the second from a day of the month on. */
const changed = (
  first: ElectricityTariff | null,
  second: ElectricityTariff | null,
  { day = 11, demands = [400, 400] as const }: { day?: number; demands?: readonly [number, number] } = {},
) => {
  const cut = january.from + days(day - 1);
  const stretches = [
    { from: january.from, to: cut, tariff: first, maxDemandKw: demands[0] },
    { from: cut, to: january.to, tariff: second, maxDemandKw: demands[1] },
  ];
  return aBill({ book, stretches });
};

describe("a contract that changes on the 11th of January", () => {
  it("costs each day's energy by its own price, and each basic charge by its days: by hand, to the cent", () => {
    // 400 kW: 297 600 kWh / 1 000 kVA = 297.6 ≥ 260, so 30.6 × 0.9 = 27.54 元/kW.
    // 400 × 27.54 × 10/30 = 3 672.00; 600 × 27.54 × 21/30 = 11 566.80
    // 10 days of 1 600 kWh sharp and peak, 3 200 flat and valley; 21 days at the new price, whose fund stands beside it.
    // base 3 672.00 + 11 566.80 + 55 537.60 + 134 400.00 = 205 176.40; cosφ 1 against 0.90: −0.75 % = −1 538.82
    const bill = changed(declared(400, 1000), { ...declared(600, 1000), energyPrice: "new" });
    expect(amountsOf(bill)).toEqual([
      ["declaredDemand", 400, 27.54, 367_200],
      ["declaredDemand", 600, 27.54, 1_156_680],
      ["sharp", 16_000, 1.06395, 1_702_320],
      ["peak", 16_000, 0.88475, 1_415_600],
      ["flat", 32_000, 0.54865, 1_755_680],
      ["valley", 32_000, 0.21255, 680_160],
      ["sharp", 33_600, 1.2, 4_032_000],
      ["peak", 33_600, 1, 3_360_000],
      ["flat", 67_200, 0.6, 4_032_000],
      ["valley", 67_200, 0.3, 2_016_000],
      ["powerFactor", 205_176.4, -0.0075, -153_882],
      ["governmentFund", 96_000, 0.04625, 444_000],
      ["governmentFund", 201_600, 0.04625, 932_400],
    ]);
    expect(bill.totalFen).toBe(21_740_158);
    expect(bill.lines.slice(0, 2).map(({ share }) => share)).toEqual([
      { from: "2026-01-01", to: "2026-01-11", days: 10, of: 30 },
      { from: "2026-01-11", to: "2026-02-01", days: 21, of: 30 },
    ]);
    expect(bill.versions.map(({ id }) => id)).toContain("basicCharge.daysPerMonth");
  });

  it("holds each declared demand against the largest demand of its own days", () => {
    const bill = changed(declared(400, 1000), declared(600, 1000), { demands: [500, 600] });
    // 500 − 420 = 80 kW at twice the price for 10 of 30 days: 80 × 55.08 × 10/30 = 1 468.80
    expect(amountsOf(bill).slice(0, 3)).toEqual([
      ["declaredDemand", 400, 27.54, 367_200],
      ["excessDemand", 80, 55.08, 146_880],
      ["declaredDemand", 600, 27.54, 1_156_680],
    ]);
  });

  it("charges the basic charge for the days it holds when the tariff before had none", () => {
    const bill = changed(singlePart, declared(400, 1000));
    expect(bill.lines.filter(({ kind }) => kind === "basic").map(({ amountFen }) => amountFen)).toEqual([771_120]);
  });

  it("has no total for energy that no contract bills, which is named", () => {
    const bill = changed(null, singlePart);
    expect(bill).toMatchObject({ totalFen: null, state: "incomplete", kwh: 297_600 });
    expect(bill.lines.find(({ missing }) => missing !== null)).toMatchObject({
      kind: "energy",
      period: null,
      quantity: 96_000,
      missing: "noContract",
    });
    // The rest of the month: 21 of 31 days of the whole month's bill.
    expect(bill.knownFen).toBe((18_593_056 / 31) * 21);
  });

  it("has no basic charge while nobody knows by how many days a month is divided", () => {
    const records = builtInRecords.filter(({ id }) => id !== "basicCharge.daysPerMonth");
    const half = { maxDemandKw: 400, to: january.from + days(10), from: january.from };
    const stretches = [
      { ...half, tariff: declared(400, 1000) },
      { ...half, from: half.to, to: january.to, tariff: declared(500, 1000) },
    ];
    const bill = aBill({ book: new RegulatedBook(records), stretches });
    expect(bill.lines.filter(({ missing }) => missing === "noRules")).toHaveLength(2);
    expect(bill.totalFen).toBeNull();
  });

  it("costs the same as before on whatever day a contract that says the same begins", () => {
    const whole = aBill({ book, tariff: declared(400, 1000) });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 31 }), (day) => {
        expect(changed(declared(400, 1000), declared(400, 1000), { day })).toEqual(whole);
      }),
      { numRuns: 10 },
    );
  });

  it("never loses a kilowatt-hour between two contracts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 31 }), (day) => {
        expect(changed(singlePart, { ...singlePart, energyPrice: "new" }, { day }).kwh).toBe(297_600);
      }),
      { numRuns: 10 },
    );
  });
});
