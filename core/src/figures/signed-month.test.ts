import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, type JsonValue } from "./canonical-json.ts";
import { adjustments, signedValue, type SignedFigure, type SignedMonth } from "./signed-month.ts";

describe("canonical JSON", () => {
  it("has names in order, no blanks, and leaves out what is undefined", () => {
    const value = { b: [1, 0.1, -0, 1e21], a: { 电: null, d: undefined, c: 'x"' } };
    expect(canonicalJson(value)).toBe(String.raw`{"a":{"c":"x\"","电":null},"b":[1,0.1,0,1e+21]}`);
  });

  it("refuses what JSON would change", () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow(RangeError);
    expect(() => canonicalJson([Infinity])).toThrow(RangeError);
  });

  it("is the same text for the same content in any order, and reads back as it was", () => {
    const shuffled = (value: JsonValue): JsonValue => {
      if (value === null || typeof value !== "object") return value;
      if (Array.isArray(value)) return value.map(shuffled);
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, field]) => [name, shuffled(field as JsonValue)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const value = JSON.parse(JSON.stringify(json)) as JsonValue;
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(value);
      }),
    );
  });
});

const aFigure = (value: number | null, more: Partial<SignedFigure> = {}): SignedFigure => ({
  value,
  unit: "kWh",
  known: 1,
  bases: ["settlement.electricity"],
  ...more,
});
const aMonth = (figures: SignedMonth["figures"], bases: SignedMonth["bases"] = {}): SignedMonth => ({
  figures,
  bases: { "settlement.electricity": ["M1"], contract: { declaredKw: 600 }, ...bases },
});

describe("what is different since a month was signed", () => {
  it("is nothing when nothing moved", () => {
    const month = aMonth({ kwh: aFigure(100) });
    expect(adjustments(month, month)).toEqual([]);
  });

  it("is the figure, what it was, what it is now and the exact difference", () => {
    expect(adjustments(aMonth({ kwh: aFigure(0.1) }), aMonth({ kwh: aFigure(0.3) }))).toEqual([
      { figure: "kwh", unit: "kWh", signed: 0.1, current: 0.3, difference: 0.2, causes: ["correctedData"] },
    ]);
  });

  it.each([
    { name: "late readings: more is known than then", signed: aFigure(90, { known: 0.9 }), causes: ["lateData"] },
    { name: "a figure that was not known at all", signed: aFigure(null, { known: 0 }), causes: ["lateData"] },
    { name: "corrected readings: as much is known as then", signed: aFigure(90), causes: ["correctedData"] },
  ])("comes from $name", ({ signed, causes }) => {
    const [found] = adjustments(aMonth({ kwh: signed }), aMonth({ kwh: aFigure(100) }));
    expect(found?.causes).toEqual(causes);
  });

  it.each([
    { name: "other settlement meters", bases: { "settlement.electricity": ["M2"] }, cause: "changedSettlement" },
    { name: "another contract", bases: { contract: { declaredKw: 700 } }, cause: "changedContract" },
    { name: "another value of the tariff version", bases: { "version.p1": 0.7 }, cause: "changedTariff" },
  ])("comes from $name, for the figures that rest on it", ({ bases, cause }) => {
    const rests = { unit: "元", bases: ["settlement.electricity", "contract", "version.p1"] };
    const signed = aMonth({ yuan: aFigure(60, rests), water: aFigure(5, { bases: [] }) }, { "version.p1": 0.6 });
    const now = aMonth({ yuan: aFigure(70, rests), water: aFigure(6, { bases: [] }) }, { "version.p1": 0.6, ...bases });
    expect(adjustments(signed, now).map(({ figure, causes }) => [figure, causes])).toEqual([
      ["water", ["correctedData"]],
      ["yuan", [cause]],
    ]);
  });

  it("names a version that took the place of another", () => {
    const signed = aMonth({ yuan: aFigure(60, { bases: ["version.p1"] }) }, { "version.p1": 0.6 });
    const now = aMonth({ yuan: aFigure(70, { bases: ["version.p2"] }) }, { "version.p2": 0.7 });
    expect(adjustments(signed, now)[0]?.causes).toEqual(["changedTariff"]);
  });

  it("has no difference where one side is not known", () => {
    const [gone] = adjustments(aMonth({ kwh: aFigure(5) }), aMonth({}));
    expect(gone).toMatchObject({ signed: 5, current: null, difference: null });
  });
});

it("a signed figure is rounded half up, so equal readings give equal digits", () => {
  expect([signedValue(0.1 + 0.2), signedValue(1.0005), signedValue(null), signedValue(0.945, 2)]).toEqual([
    0.3,
    1.001,
    null,
    0.95,
  ]);
});
