import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carbon, clinkerPerTonne, fuelEmission, type CarbonInput, type PurchasedEnergy } from "./carbon.ts";
import type { Figure } from "./figure.ts";
import { intensity, standardCoal, type Carrier, type Factor } from "./standard-coal.ts";

const full = { measured: 1, estimated: 0, missing: 0 };
const figure = (value: number | null, unit: string, measured = value === null ? 0 : 1): Figure => ({
  value,
  unit,
  coverage: { measured, estimated: 0, missing: 1 - measured },
  factorIds: [],
});
const factor = (value: number, unit: string, id = `${unit}@1`): Factor => ({ id, value, unit });
const carrier = (
  name: string,
  value: number | null,
  unit: string,
  k: number,
  more: Partial<Carrier> = {},
): Carrier => ({
  name,
  purchased: figure(value, unit),
  factors: {
    equivalent: factor(k, `kgce/${unit}`, `${name}-当量`),
    substitution: factor(k * 2, `kgce/${unit}`, `${name}-等价`),
  },
  ...more,
});

describe("standard coal", () => {
  const electricity = carrier("electricity", 1_000_000, "kWh", 0.1229);
  const coal = carrier("coal", 500, "t", 714.3, { stockDecrease: 20, sold: 10, nonEnergyUse: 5 });

  it("sums what crossed the boundary and was burnt, by either basis, and names its factors", () => {
    const sum = standardCoal([electricity, coal], "equivalent");
    expect(sum.total.value).toBeCloseTo(122.9 + 505 * 0.7143, 9);
    expect(sum.total).toMatchObject({ unit: "tce", coverage: full, factorIds: ["coal-当量", "electricity-当量"] });
    const regional = standardCoal([electricity], "substitution").total;
    expect(regional.factorIds).toEqual(["electricity-等价"]);
    expect(regional.value).toBeCloseTo(245.8, 9);
  });

  it("keeps renewable energy and feedstock apart, for an assessment deducts them", () => {
    const pv = carrier("own PV", 100_000, "kWh", 0.1229, { isRenewable: true });
    const naphtha = carrier("naphtha", 10, "t", 1500, { isFeedstock: true });
    const sum = standardCoal([electricity, pv, naphtha], "equivalent");
    expect(sum.renewable.value).toBeCloseTo(12.29, 9);
    expect(sum.feedstock.value).toBeCloseTo(15, 9);
    expect(sum.total.value).toBeCloseTo(122.9 + 12.29 + 15, 9);
    expect(sum.assessed.value).toBeCloseTo(122.9, 9);
    expect(standardCoal([electricity], "equivalent").renewable.value).toBe(0);
  });

  it("leaves energy-carrying media out unless they are asked for", () => {
    const water = carrier("fresh water", 1000, "t", 0.2571, { isMedium: true });
    expect(standardCoal([electricity, water], "equivalent").total.value).toBeCloseTo(122.9, 9);
    expect(standardCoal([electricity, water], "equivalent", { withMedia: true }).total.value).toBeCloseTo(
      122.9 + 0.2571,
      9,
    );
  });

  it("names a carrier without a factor or an amount, and lowers the coverage", () => {
    const unknown = carrier("steam", null, "GJ", 34.12);
    const noFactor = { ...carrier("biogas", 10, "m³", 0.7), factors: { equivalent: null, substitution: null } };
    const sum = standardCoal([electricity, unknown, noFactor], "equivalent");
    expect(sum.incomplete).toEqual(["steam", "biogas"]);
    expect(sum.total.coverage.missing).toBeCloseTo(2 / 3, 12);
    expect(standardCoal([unknown], "equivalent").total.value).toBeNull();
  });

  it("a factor of another unit is refused", () => {
    const wrong = { ...electricity, factors: { ...electricity.factors, equivalent: factor(122.9, "kgce/MWh") } };
    expect(() => standardCoal([wrong], "equivalent")).toThrow(RangeError);
  });

  it.each([
    { name: "added value", per: { value: 200, unit: "万元" }, value: 0.5 },
    { name: "no added value yet", per: { value: null, unit: "万元" }, value: null },
    { name: "no production", per: { value: 0, unit: "t" }, value: null },
    { name: "a negative added value", per: { value: -5, unit: "万元" }, value: null },
  ])("intensity by $name", ({ per, value }) => {
    expect(intensity(figure(100, "tce"), per)).toMatchObject({ value, unit: `tce/${per.unit}` });
  });

  it("the sum of two enterprises is that of both together", () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        const of = (values: readonly number[]): Carrier[] =>
          values.map((value, i) => carrier(`c${i}`, value, "kWh", 0.1229));
        const total = (carriers: readonly Carrier[]): number => standardCoal(carriers, "equivalent").total.value ?? NaN;
        expect(total(of(a)) + total(of(b))).toBeCloseTo(total([...of(a), ...of(b)]), 6);
      }),
    );
  });
});

describe("carbon", () => {
  const fuel = (amount: number | null, ncv: number, cc: number, of: number, isBiomass = false) => ({
    name: "fuel",
    amount: figure(amount, "t"),
    ncv: factor(ncv, "GJ/t"),
    carbonContent: factor(cc, "tC/TJ"),
    oxidation: factor(of, "1"),
    isBiomass,
  });

  it.each([
    { name: "bituminous coal", ncv: 19.57, cc: 26.1, of: 0.93, perTonne: 1.742 },
    { name: "diesel", ncv: 42.652, cc: 20.2, of: 0.98, perTonne: 3.096 },
    { name: "natural gas, 10⁴ Nm³", ncv: 389.31, cc: 15.3, of: 0.99, perTonne: 21.62 },
  ])("$name from the parts of its factor", ({ ncv, cc, of, perTonne }) => {
    const emission = fuelEmission(fuel(1, ncv, cc, of));
    expect(emission.value).toBeCloseTo(perTonne, 2);
    expect(emission.factorIds).toEqual(["1@1", "GJ/t@1", "tC/TJ@1"]);
  });

  it("clinker from its oxides", () => {
    const perTonne = clinkerPerTonne({ cao: 0.645, caoNonCarbonate: 0.005, mgo: 0.03, mgoNonCarbonate: 0 });
    // 0.64 × 44/56 = 0.502857…, 0.03 × 44/40 = 0.033
    expect(perTonne).toBeCloseTo(0.535857, 6);
  });

  const grid = factor(0.5, "kgCO2/kWh", "grid-2023");
  const power = (more: Partial<PurchasedEnergy> = {}): PurchasedEnergy => ({
    purchased: figure(1_000_000, "kWh"),
    exported: null,
    location: grid,
    ...more,
  });
  const only = (more: Partial<CarbonInput>): CarbonInput => ({
    fuels: [],
    processes: [],
    electricity: [],
    heat: [],
    ...more,
  });

  it("bought electricity and heat, location-based and market-based side by side", () => {
    const residual = factor(0.6, "kgCO2/kWh", "residual-2023");
    const heat = { purchased: figure(100, "GJ"), exported: null, location: factor(0.11, "tCO2/GJ", "heat") };
    const sum = carbon(only({ electricity: [power({ green: 400_000, residual })], heat: [heat] }));
    expect(sum.scope2Location.value).toBeCloseTo(500 + 11, 9);
    expect(sum.scope2Market.value).toBeCloseTo(360 + 11, 9);
    expect(sum.scope2Location.factorIds).toEqual(["grid-2023", "heat"]);
    expect(sum.scope1.value).toBe(0);
  });

  it("more certificates than electricity count no further than to zero", () => {
    expect(carbon(only({ electricity: [power({ green: 5_000_000 })] })).scope2Market.value).toBe(0);
  });

  it("exports are subtracted with the same factor; own PV used inside changes nothing", () => {
    expect(
      carbon(only({ electricity: [power({ exported: figure(200_000, "kWh") })] })).scope2Location.value,
    ).toBeCloseTo(400, 9);
    expect(carbon(only({ electricity: [power({ exported: figure(null, "kWh") })] })).scope2Location.value).toBeNull();
  });

  it("a process counts in scope 1 by what is made, whatever else is burnt", () => {
    const made = { amount: figure(1000, "t"), perTonne: factor(0.535, "tCO2/t", "lab") };
    const { process, scope1, scope2Location } = carbon(only({ processes: [made] }));
    expect(process).toMatchObject({ value: expect.closeTo(535, 9), factorIds: ["lab"] });
    expect(scope1.value).toBeCloseTo(535, 9);
    expect(scope2Location.value).toBe(0);
  });

  it("scope 1 is fuel and process less what was captured; biomass is apart", () => {
    const sum = carbon(
      only({ fuels: [fuel(10, 19.57, 26.1, 0.93), fuel(5, 15, 28, 0.95, true)], captured: figure(2, "tCO2") }),
    );
    expect(sum.scope1.value).toBeCloseTo(17.42 - 2, 1);
    expect(sum.biomass.value).toBeCloseTo(((5 * 15 * 28) / 1000) * 0.95 * (44 / 12), 9);
    expect(sum.totalLocation.value).toBe(sum.scope1.value);
  });

  it("an unknown fuel lowers the coverage, and nothing known gives no figure", () => {
    const half = carbon(only({ fuels: [fuel(10, 19.57, 26.1, 0.93), fuel(null, 42.652, 20.2, 0.98)] }));
    expect(half.scope1.coverage.missing).toBeCloseTo(0.5, 12);
    expect(carbon(only({ fuels: [fuel(null, 42.652, 20.2, 0.98)] })).scope1.value).toBeNull();
  });
});
