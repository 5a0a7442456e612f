import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EnterpriseId } from "../park.ts";
import type { TariffContract } from "../ports/figure-inputs.ts";
import { shanghai } from "../testing/a-bill.ts";
import { billingRange, contractMonth, monthPlus, monthRuns } from "./contract-month.ts";

const aContract = (effectiveFrom: string, billingDay = 1): TariffContract => ({
  enterpriseId: "A" as EnterpriseId,
  effectiveFrom,
  billingDay,
  electricity: null,
  demandMode: "interval",
  waterPrice: null,
  note: "",
});
const daysOf = ({ from, to }: { from: number; to: number }) => [shanghai.dayOf(from), shanghai.dayOf(to)];

describe("a billing month", () => {
  it.each([
    { name: "is the calendar month", day: 1, from: "2026-03-01", to: "2026-04-01" },
    { name: "begins in its month up to the 15th", day: 15, from: "2026-03-15", to: "2026-04-15" },
    { name: "ends in its month from the 16th on", day: 16, from: "2026-02-16", to: "2026-03-16" },
    {
      name: "of the 28th is named after its 27 days, not its first one",
      day: 28,
      from: "2026-02-28",
      to: "2026-03-28",
    },
  ])("$name", ({ day, from, to }) => {
    expect(daysOf(billingRange("2026-03", day, shanghai))).toEqual([from, to]);
  });

  it("of January may begin in the year before", () => {
    expect(daysOf(billingRange("2026-01", 25, shanghai))).toEqual(["2025-12-25", "2026-01-25"]);
    expect([monthPlus("2026-01", -1), monthPlus("2025-11", 12)]).toEqual(["2025-12", "2026-11"]);
  });

  it("are named in runs of those that follow one another", () => {
    expect(monthRuns(["2025-12", "2026-01", "2026-02", "2026-05", "2026-07", "2026-08"])).toEqual([
      { from: "2025-12", to: "2026-02" },
      { from: "2026-05", to: "2026-05" },
      { from: "2026-07", to: "2026-08" },
    ]);
    expect(monthRuns([])).toEqual([]);
  });

  it("in runs are exactly the months, and no two runs touch", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(60)), (numbers) => {
        const months = numbers.toSorted((a, b) => a - b).map((n) => monthPlus("2022-01", n));
        const runs = monthRuns(months);
        const all = Array.from({ length: 61 }, (_, n) => monthPlus("2022-01", n));
        expect(all.filter((month) => runs.some(({ from, to }) => from <= month && month <= to))).toEqual(months);
        for (const { to } of runs) expect(months).not.toContain(monthPlus(to, 1));
      }),
    );
  });
});

describe("the contract of a month", () => {
  it("is the one in force on the first day; a change inside is named and waits", () => {
    const contracts = [aContract("2026-02-11"), aContract("2025-06-01")];
    expect(contractMonth(contracts, "2026-02", shanghai)).toMatchObject({
      contract: { effectiveFrom: "2025-06-01" },
      changesOn: ["2026-02-11"],
    });
    expect(contractMonth(contracts, "2026-03", shanghai)).toMatchObject({
      contract: { effectiveFrom: "2026-02-11" },
      changesOn: [],
    });
  });

  it("is none before the first one begins", () => {
    const { contract, changesOn } = contractMonth([aContract("2026-02-11")], "2026-02", shanghai);
    expect({ contract, changesOn }).toEqual({ contract: null, changesOn: ["2026-02-11"] });
  });

  it("begins where the month before ended when the billing day changes: nothing is billed twice or never", () => {
    const changed = (before: number, after: number) => [
      aContract("2025-01-01", before),
      aContract("2026-06-01", after),
    ];
    const monthOf = (contracts: TariffContract[], month: string) =>
      daysOf(contractMonth(contracts, month, shanghai).range);
    expect(monthOf(changed(1, 25), "2026-05")).toEqual(["2026-05-01", "2026-06-01"]);
    expect(monthOf(changed(1, 25), "2026-06")).toEqual(["2026-06-01", "2026-06-25"]);
    expect(monthOf(changed(25, 1), "2026-05")).toEqual(["2026-04-25", "2026-05-25"]);
    expect(monthOf(changed(25, 1), "2026-06")).toEqual(["2026-05-25", "2026-07-01"]);
    expect(monthOf([aContract("2026-02-11", 25)], "2026-03")).toEqual(["2026-03-01", "2026-03-25"]);
  });

  it("joins to the next one whatever contracts follow each other", () => {
    const day = fc.integer({ min: 1, max: 28 });
    const contracts = fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), day), { maxLength: 4 }).map((all) =>
      all.map(([plus, billingDay]) => {
        const from = shanghai.startOfLocalDay("2025-06-01") + plus * 86_400_000;
        return aContract(shanghai.dayOf(from), billingDay);
      }),
    );
    fc.assert(
      fc.property(contracts, (all) => {
        const months = Array.from({ length: 24 }, (_, i) => monthPlus("2025-04", i));
        const ranges = months.map((month) => contractMonth(all, month, shanghai).range);
        for (const [i, { from, to }] of ranges.entries()) {
          expect(to).toBeGreaterThan(from);
          if (i > 0) expect(from).toBe(ranges[i - 1]?.to);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("says on which day the month begins", () => {
    const { range, contract } = contractMonth([aContract("2025-06-01", 25)], "2026-02", shanghai);
    expect([...daysOf(range), contract?.billingDay]).toEqual(["2026-01-25", "2026-02-25", 25]);
  });
});
