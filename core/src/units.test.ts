import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isQuantity, quantities, quantityNames } from "./quantity.ts";
import { baseUnit, convert, isConvertible, isUnit, unitsOf } from "./units.ts";

const families = [
  ["kW", "W", "MW"],
  ["kWh", "Wh", "MWh", "万kWh"],
  ["kvar", "var", "Mvar"],
  ["kvarh", "varh", "Mvarh"],
  ["1", "%"],
  ["V", "mV", "kV"],
  ["A", "mA", "kA"],
  ["m³/h", "m3/h", "L/s", "L/h", "L/min", "m³/s"],
  ["m³", "m3", "L"],
  ["Nm³", "Nm3"],
  ["Nm³/h", "Nm3/h"],
  ["t/h", "kg/h"],
  ["t", "kg"],
  ["GJ", "MJ", "kJ"],
  ["℃", "°C", "K"],
  ["kPa", "Pa", "MPa", "bar", "mbar"],
  ["mg/m³", "µg/m³", "μg/m³", "ug/m3", "g/m³"],
  ["mg/L", "µg/L", "g/L"],
];
const pair = fc
  .constantFrom(...families)
  .chain((family) => fc.tuple(fc.constantFrom(...family), fc.constantFrom(...family)));

describe("units", () => {
  it.each([
    [1500, "W", "kW", 1.5],
    [2.5, "万kWh", "kWh", 25_000],
    [10, "L/s", "m³/h", 36],
    [293.15, "K", "℃", 20],
    [20, "℃", "K", 293.15],
    [35, "µg/m³", "mg/m³", 0.035],
    [3, "bar", "kPa", 300],
    [95, "%", "1", 0.95],
    [1, "GJ", "MJ", 1000],
  ] as const)("%d %s in %s is %d", (value, from, to, expected) => {
    expect(convert(value, from, to)).toBeCloseTo(expected, 9);
  });

  it("there and back again gives the value", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), pair, (value, [from, to]) => {
        const back = convert(convert(value, from, to), to, from);
        expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)) + 1e-6);
      }),
    );
  });

  it.each([
    ["kW", "kWh"],
    ["m³", "Nm³"],
    ["kWh", "kvarh"],
    ["mg/m³", "mg/L"],
    ["kW", "hp"],
    ["__proto__", "kW"],
  ])("%s cannot be stated in %s", (from, to) => {
    expect(() => convert(1, from, to)).toThrow(RangeError);
  });

  it("every quantity has a base unit that is known and its own", () => {
    for (const quantity of quantityNames) {
      expect(isUnit(baseUnit(quantity))).toBe(true);
      expect(isConvertible(baseUnit(quantity), quantity)).toBe(true);
      expect(quantities[quantity].label).not.toBe("");
    }
  });

  it("knows which units suit a quantity", () => {
    expect(isConvertible("MWh", "activeEnergyImport")).toBe(true);
    expect(isConvertible("kW", "activeEnergyImport")).toBe(false);
    expect(isConvertible("furlong", "activePower")).toBe(false);
  });

  it("lists the units that suit a quantity, its own first and each once", () => {
    expect(unitsOf("activeEnergyImport")).toEqual(["kWh", "Wh", "MWh", "万kWh"]);
    expect(unitsOf("waterVolume")).toEqual(["m³", "L"]);
    for (const quantity of quantityNames) {
      const units = unitsOf(quantity);
      expect(units[0]).toBe(baseUnit(quantity));
      expect(units.every((unit) => isConvertible(unit, quantity))).toBe(true);
    }
  });

  it("takes only its own names for quantities", () => {
    expect(isQuantity("activePower")).toBe(true);
    for (const name of ["__proto__", "constructor", "toString", "ActivePower", ""])
      expect(isQuantity(name)).toBe(false);
  });
});
