import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRegulated, regulatedSchema } from "../wire/regulated.ts";
import { bookProblems, RegulatedBook } from "./book.ts";
import { builtInRecords } from "./tables/index.ts";
import { fuelTco2PerUnit, kgcePerUnit } from "./factors.ts";
import { figureLabel, labelOfAll, type Regulated } from "./regulated.ts";

const number = (more: Partial<Regulated<"number">> = {}): Regulated<"number"> => ({
  id: "n",
  kind: "number",
  subject: "price",
  name: "价格",
  value: 1,
  unit: "元",
  effectiveFrom: null,
  effectiveTo: null,
  source: "test",
  documentNumber: null,
  status: "unverified",
  ...more,
});
const book = new RegulatedBook(builtInRecords);

describe("the version in force", () => {
  const versions = [
    number({ id: "c", value: 3, effectiveFrom: "2026-01-01" }),
    number({ id: "a", value: 1, effectiveTo: "2024-07-01" }),
    number({ id: "b", value: 2, effectiveFrom: "2024-07-01", effectiveTo: "2025-01-01" }),
  ];
  it.each([
    { day: "1999-12-31", value: 1 },
    { day: "2024-06-30", value: 1 },
    { day: "2024-07-01", value: 2 },
    { day: "2024-12-31", value: 2 },
    { day: "2025-01-01", value: null }, // a gap: no value, not the last one
    { day: "2025-12-31", value: null },
    { day: "2026-01-01", value: 3 },
    { day: "2099-01-01", value: 3 },
  ])("on $day is $value", ({ day, value }) => {
    expect(new RegulatedBook(versions).inForce("number", "price", day)?.value ?? null).toBe(value);
  });

  it("of another subject or kind is none", () => {
    expect(new RegulatedBook(versions).inForce("number", "other", "2026-01-01")).toBeNull();
    expect(new RegulatedBook(versions).inForce("gridCarbon", "price", "2026-01-01")).toBeNull();
  });

  it.each([
    {
      name: "two in force on one day",
      records: [number({ id: "a", effectiveTo: "2026-01-02" }), number({ id: "b", effectiveFrom: "2026-01-01" })],
      problems: [{ code: "overlap", ids: ["a", "b"] }],
    },
    {
      name: "two without end",
      records: [number({ id: "a" }), number({ id: "b", effectiveFrom: "2026-01-01" })],
      problems: [{ code: "overlap", ids: ["a", "b"] }],
    },
    {
      name: "one inside a long one",
      records: [
        number({ id: "long", effectiveFrom: "2020-01-01", effectiveTo: "2030-01-01" }),
        number({ id: "x", effectiveFrom: "2021-01-01", effectiveTo: "2022-01-01" }),
        number({ id: "y", effectiveFrom: "2023-01-01", effectiveTo: "2024-01-01" }),
      ],
      problems: [
        { code: "overlap", ids: ["long", "x"] },
        { code: "overlap", ids: ["long", "y"] },
      ],
    },
    {
      name: "one that ends before it begins",
      records: [number({ effectiveFrom: "2026-01-01", effectiveTo: "2025-01-01" })],
      problems: [{ code: "emptyPeriod", ids: ["n"] }],
    },
    {
      name: "an id twice",
      records: [number(), number({ subject: "other" })],
      problems: [{ code: "sameId", ids: ["n"] }],
    },
  ])("$name is an error", ({ records, problems }) => {
    expect(bookProblems(records)).toEqual(problems);
    expect(() => new RegulatedBook(records)).toThrow(problems[0]?.code);
  });

  it("versions in a row never overlap, and every day has at most one", () => {
    const starts = fc.uniqueArray(fc.integer({ min: 2000, max: 2100 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(starts, fc.integer({ min: 1990, max: 2110 }), (years, year) => {
        const sorted = years.toSorted((a, b) => a - b);
        const records = sorted.map((from, i) =>
          number({
            id: `v${i}`,
            value: from,
            effectiveFrom: `${from}-01-01`,
            effectiveTo: i + 1 < sorted.length ? `${sorted[i + 1]}-01-01` : null,
          }),
        );
        expect(bookProblems(records)).toEqual([]);
        const newest = sorted.filter((from) => from <= year).at(-1) ?? null;
        expect(new RegulatedBook(records).inForce("number", "price", `${year}-06-30`)?.value ?? null).toBe(newest);
      }),
    );
  });
});

describe("reference value 参考值", () => {
  const confirmedBy = { by: "clerk", at: 0, documentNumber: "湘发改 1号" };
  it.each([
    { name: "verified", evidence: { status: "verified" }, label: "official" },
    { name: "second-hand", evidence: { status: "secondary" }, label: "reference" },
    { name: "unverified", evidence: { status: "unverified" }, label: "reference" },
    {
      name: "unverified, but confirmed with a document",
      evidence: { status: "unverified", confirmedBy },
      label: "official",
    },
    {
      name: "confirmed without a document",
      evidence: { status: "secondary", confirmedBy: { ...confirmedBy, documentNumber: " " } },
      label: "reference",
    },
  ] as const)("$name is $label", ({ evidence, label }) => {
    expect(figureLabel(evidence)).toBe(label);
  });

  it("one doubtful value makes the figure a reference", () => {
    expect(labelOfAll([{ status: "verified" }, { status: "unverified" }])).toBe("reference");
    expect(labelOfAll([{ status: "verified" }])).toBe("official");
  });
});

describe("what the product brings along", () => {
  it("has no overlap and passes the schema by which a park's own versions are entered", () => {
    expect(bookProblems(builtInRecords)).toEqual([]);
    for (const record of builtInRecords) expect(parseRegulated(record)).toEqual(record);
  });

  it.each([
    // kg CO₂ and t CO₂ as the guideline's parts give them: 19.57 × 26.1 ÷ 1000 × 0.93 × 44 ÷ 12 = 1.742
    { fuel: "bituminousCoal", tco2: 1.742 },
    { fuel: "lignite", tco2: 1.173 },
    { fuel: "coke", tco2: 2.86 },
    { fuel: "fuelOil", tco2: 3.17 },
    { fuel: "gasoline", tco2: 2.925 },
    { fuel: "diesel", tco2: 3.096 },
    { fuel: "lpg", tco2: 3.101 },
    { fuel: "lng", tco2: 2.831 },
    { fuel: "naturalGas", tco2: 21.62 },
  ])("a unit of $fuel gives $tco2 t of CO2", ({ fuel, tco2 }) => {
    const record = book.inForce("fuelCarbon", fuel, "2026-01-01");
    const digits = fuel === "naturalGas" ? 2 : 3;
    expect(Number(fuelTco2PerUnit(record!.value).toFixed(digits))).toBe(tco2);
  });

  it.each([
    { scope: "hunan", day: "2021-06-01", year: 2021, kg: 0.5138 },
    { scope: "hunan", day: "2022-06-01", year: 2022, kg: 0.49 },
    { scope: "hunan", day: "2026-06-01", year: 2023, kg: 0.4976 }, // the newest published, with its year
    { scope: "national", day: "2023-01-01", year: 2023, kg: 0.5306 },
    { scope: "nationalWithoutTradedNonFossil", day: "2022-12-31", year: 2022, kg: 0.5856 },
  ])("grid electricity of $scope on $day: $kg kg (of $year)", ({ scope, day, year, kg }) => {
    expect(book.inForce("gridCarbon", scope, day)?.value).toEqual({ year, kgPerKwh: kg });
  });

  it("a grid factor that is not known to us is no value", () => {
    expect(book.inForce("gridCarbon", "nationalWithoutTradedNonFossil", "2023-01-01")).toBeNull();
    expect(book.inForce("gridCarbon", "hunan", "2020-12-31")).toBeNull();
  });

  it.each([
    { carrier: "electricity", kgce: 0.1229 },
    { carrier: "rawCoal", kgce: 0.7143 },
    { carrier: "diesel", kgce: 1.4571 },
    { carrier: "naturalGas", kgce: 1.2143 },
    { carrier: "slime", kgce: null }, // the standard gives a range: it must be measured
  ])("a unit of $carrier is $kgce kgce", ({ carrier, kgce }) => {
    expect(kgcePerUnit(book.inForce("standardCoal", carrier, "2026-01-01")!.value)).toBe(kgce);
  });

  it("coefficients agree with their calorific values and 29 307 kJ to three ten-thousandths", () => {
    for (const { kind, value } of builtInRecords)
      if (kind === "standardCoal" && typeof value.ncvKj === "number" && typeof value.kgce === "number")
        expect(Math.abs(value.ncvKj / 29_307 - value.kgce)).toBeLessThan(3e-4);
  });

  it("a measured calorific value goes before the table", () => {
    const { value } = book.inForce("standardCoal", "rawCoal", "2026-01-01")!;
    const { value: kjPerKgce } = book.inForce("number", "standardCoal.kjPerKgce", "2026-01-01")!;
    expect(kgcePerUnit(value, { ncvKj: 22_000, kjPerKgce })).toBeCloseTo(22_000 / 29_307, 12);
  });
});

describe("a version that is entered", () => {
  it.each([
    { name: "a day that does not exist", change: { effectiveFrom: "2026-02-30" } },
    { name: "an end before its beginning", change: { effectiveFrom: "2026-01-02", effectiveTo: "2026-01-01" } },
    { name: "a status of its own", change: { status: "certain" } },
    { name: "no source", change: { source: "" } },
    { name: "a value of another kind", change: { value: { year: 2026, kgPerKwh: 0.5 } } },
    { name: "a confirmation without document", change: { confirmedBy: { by: "clerk", at: 0, documentNumber: "" } } },
  ])("is refused with $name", ({ change }) => {
    expect(regulatedSchema.safeParse({ ...number(), ...change }).success).toBe(false);
  });

  it("a time-of-use table with a gap is refused, and the gap is named", () => {
    const months = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    const value = { ratios: null, rules: [{ months, periods: { flat: ["00:00-23:00"] } }] };
    const result = regulatedSchema.safeParse({ ...number(), kind: "timeOfUse", value });
    expect(result.error?.issues[0]?.message).toContain('"from":"23:00","to":"24:00"');
  });

  it("a power-factor table that does not walk away from its standard is refused", () => {
    const step = (to: number) => ({ to, percentPerHundredth: 1 });
    const value = { standard: 0.9, bonus: [step(0.95), step(0.93)], penalty: [step(0.7), step(0)] };
    expect(regulatedSchema.safeParse({ ...number(), kind: "powerFactor", value }).success).toBe(false);
  });
});
