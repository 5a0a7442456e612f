import { describe, expect, it } from "vitest";
import type { EnterpriseId } from "../park.ts";
import type { SupplierBill } from "../ports/figure-inputs.ts";
import { aBill } from "../testing/a-bill.ts";
import { compareBills, type ComputedMonth } from "./bill-comparison.ts";
import { periodShares } from "./period-shares.ts";

const bill: SupplierBill = {
  enterpriseId: "A" as EnterpriseId,
  kind: "electricity",
  month: "2026-01",
  amount: 1000,
  amountByPeriod: { peak: 400, valley: 0 },
  maxDemandKw: 250,
  powerFactor: null,
  yuan: 800,
  causes: { amount: { cause: "readingTime", note: "抄表晚一天" } },
};
const computed: ComputedMonth = {
  kwh: 1030,
  periods: [
    { period: "peak", kwh: 404, share: 0.4 },
    { period: "valley", kwh: 5, share: 0.1 },
  ],
  maxDemandKw: 250.004,
  powerFactor: 0.93,
  yuan: null,
};

describe("the supplier's bill beside ours", () => {
  it("is compared line by line, with the recorded cause and whether it is more than tolerated", () => {
    const lines = compareBills(computed, bill, 2);
    const none = { difference: null, share: null, isAboveTolerance: null, cause: null };
    expect(lines).toEqual([
      {
        line: "amount",
        unit: "kWh",
        computed: 1030,
        supplier: 1000,
        difference: 30,
        share: 0.03,
        isAboveTolerance: true,
        cause: { cause: "readingTime", note: "抄表晚一天" },
      },
      {
        line: "peak",
        unit: "kWh",
        computed: 404,
        supplier: 400,
        difference: 4,
        share: 0.01,
        isAboveTolerance: false,
        cause: null,
      },
      {
        line: "valley",
        unit: "kWh",
        computed: 5,
        supplier: 0,
        difference: 5,
        share: null,
        isAboveTolerance: true,
        cause: null,
      },
      {
        line: "maxDemandKw",
        unit: "kW",
        computed: 250,
        supplier: 250,
        difference: 0,
        share: 0,
        isAboveTolerance: false,
        cause: null,
      },
      { line: "powerFactor", unit: "1", computed: 0.93, supplier: null, ...none },
      { line: "yuan", unit: "元", computed: null, supplier: 800, ...none },
    ]);
  });

  it("stands on the edge of the tolerance without being above it", () => {
    const [line] = compareBills({ ...computed, kwh: 1020 }, bill, 2);
    expect(line).toMatchObject({ share: 0.02, isAboveTolerance: false });
  });

  it("may be missing: then ours stands alone", () => {
    expect(compareBills(computed, null, 2).map(({ line, supplier }) => [line, supplier])).toEqual([
      ["amount", null],
      ["peak", null],
      ["valley", null],
      ["maxDemandKw", null],
      ["powerFactor", null],
    ]);
  });
});

describe("the energy of a bill by period", () => {
  it("adds up to the whole, dearest period first", () => {
    // January 2026, 400 kW: 4 h sharp, 4 h peak, 8 h flat, 8 h valley a day.
    const day = 400 * 31;
    expect(periodShares(aBill())).toEqual([
      { period: "sharp", kwh: 4 * day, share: expect.closeTo(4 / 24, 12) },
      { period: "peak", kwh: 4 * day, share: expect.closeTo(4 / 24, 12) },
      { period: "flat", kwh: 8 * day, share: expect.closeTo(8 / 24, 12) },
      { period: "valley", kwh: 8 * day, share: expect.closeTo(8 / 24, 12) },
    ]);
  });

  it("is nothing while no energy is known", () => {
    expect(periodShares(aBill({ intervals: [] }))).toEqual([]);
  });
});
