import { describe, expect, it } from "vitest";
import { RegulatedBook } from "../regulated/book.ts";
import type { AnyRegulated } from "../regulated/regulated.ts";
import { builtInRecords } from "../regulated/tables/index.ts";
import { aBill, nameOf, shanghai, singlePart } from "../testing/a-bill.ts";
import { quarterHours } from "../testing/a-month.ts";

const months = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const common = { source: "test", documentNumber: null, status: "unverified", effectiveTo: null } as const;
/** Deep valley from 10 to 14 o'clock on holidays, in February only; flat otherwise. */
const table: AnyRegulated = {
  ...common,
  id: "tou.festival",
  kind: "timeOfUse",
  subject: "festival",
  name: "春节深谷",
  unit: "当地时间",
  effectiveFrom: null,
  value: {
    ratios: null,
    rules: [
      { months: months.filter((month) => month !== 2), periods: { flat: ["00:00-24:00"] } },
      { months: [2], dayTypes: ["workday", "weekend"], periods: { flat: ["00:00-24:00"] } },
      {
        months: [2],
        dayTypes: ["holiday"],
        periods: { flat: ["00:00-10:00", "14:00-24:00"], deepValley: ["10:00-14:00"] },
      },
    ],
  },
};
const price: AnyRegulated = {
  ...common,
  id: "price.festival",
  kind: "energyPrice",
  subject: "festival",
  name: "电价",
  unit: "元/kWh",
  effectiveFrom: null,
  value: {
    form: "allIn",
    yuanPerKwh: { flat: 0.5, deepValley: 0.2 },
    governmentFund: { yuanPerKwh: 0, isIncluded: true },
  },
};
const book = new RegulatedBook([...builtInRecords, table, price]);
const tariff = { ...singlePart, region: "festival", energyPrice: "festival", holidays: "china" };

/** A steady 400 kW in a month. */
const bill = (month: string, holidays: string | null = "china") => {
  const range = shanghai.billingMonth(Date.parse(`${month}-15T00:00:00+08:00`));
  return aBill({ range, book, tariff: { ...tariff, holidays }, intervals: quarterHours(shanghai, range, () => 100) });
};

describe("a tariff that names holidays", () => {
  it("gives the nine days of the Spring Festival of 2026 their deep valley, and names the notice", () => {
    const { lines, versions, state } = bill("2026-02");
    const kwh = lines.filter(({ kind }) => kind === "energy").map((line) => [nameOf(line), line.quantity]);
    // 15 to 23 February: 9 days × 4 h × 400 kW; the rest of 28 × 24 × 400.
    expect(kwh).toEqual([
      ["flat", 268_800 - 14_400],
      ["deepValley", 14_400],
    ]);
    expect(versions.map(({ id }) => id)).toContain("holidays.china.2026");
    expect(state).toBe("complete");
  });

  it.each([
    { name: "a year whose notice is not known", month: "2027-02", holidays: "china" },
    { name: "a contract that names no holidays", month: "2026-02", holidays: null },
  ])("has no price for $name: the reason stands in the line, no wrong price", ({ month, holidays }) => {
    const { lines, totalFen, state } = bill(month, holidays);
    expect([totalFen, state]).toEqual([null, "incomplete"]);
    expect(lines.map(({ missing }) => missing)).toEqual(["noHolidayDates"]);
  });

  it("is not held up in months in which holidays play no part", () => {
    expect(bill("2027-03")).toMatchObject({ totalFen: 14_880_000, state: "complete" }); // 31 × 24 × 400 × 0.5
  });
});

describe("the built-in arrangements", () => {
  const years = builtInRecords.flatMap((one) => (one.kind === "holidays" && one.subject === "china" ? [one] : []));

  it("have as many days off as the notices add up to", () => {
    // 1+8+3+5+1+3+7, 1+8+3+5+3+8, 3+9+3+5+3+3+7
    expect(years.map(({ value }) => value.holidays.length)).toEqual([28, 28, 33]);
  });

  it("let people work on weekend days only, none of which is a holiday", () => {
    for (const { value } of years)
      for (const day of value.workdays) {
        expect([0, 6], day).toContain(new Date(day).getUTCDay());
        expect(value.holidays).not.toContain(day);
      }
  });

  it("hold 正月初一 within the Spring Festival of each year that has a notice", () => {
    const first = builtInRecords.flatMap((one) =>
      one.kind === "holidays" && one.subject === "springFestival" ? one.value.holidays : [],
    );
    expect(first.map((day) => day.slice(0, 4)).sort()).toEqual(Array.from({ length: 9 }, (_, i) => String(2020 + i)));
    for (const { value, effectiveFrom } of years)
      expect(value.holidays).toContain(first.find((day) => day.startsWith(effectiveFrom?.slice(0, 4) ?? "-")));
  });
});
