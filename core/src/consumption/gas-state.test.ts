import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aPoint } from "../testing/a-point.ts";
import { hours } from "../time.ts";
import { standardPerWorking } from "./gas-state.ts";
import { multipliedUses, registerFactor } from "./multiplier.ts";

const series = (values: readonly number[]) => ({
  at: Float64Array.from(values, (_, n) => n * hours(1)),
  value: Float64Array.from(values),
  quality: new Uint8Array(values.length),
});

describe("the standard state of gas", () => {
  it("by hand: 200 kPa of gauge pressure and 20 °C", () => {
    // (101.325 + 200) / 101.325 = 2.973846533; 273.15 / 293.15 = 0.931775541; product 2.770957461
    expect(standardPerWorking({ gaugeKPa: 200, celsius: 20 })).toBeCloseTo(2.770957, 5);
    expect(standardPerWorking({ gaugeKPa: 0, celsius: 0 })).toBe(1);
    expect(standardPerWorking({ gaugeKPa: 0, celsius: 20 })).toBeCloseTo(0.931776, 6);
  });

  it("grows with pressure and falls with temperature", () => {
    const kPa = fc.double({ min: -90, max: 10_000, noNaN: true });
    const celsius = fc.double({ min: -60, max: 300, noNaN: true });
    fc.assert(
      fc.property(kPa, celsius, (gaugeKPa, t) => {
        const factor = standardPerWorking({ gaugeKPa, celsius: t });
        expect(standardPerWorking({ gaugeKPa: gaugeKPa + 1, celsius: t })).toBeGreaterThan(factor);
        expect(standardPerWorking({ gaugeKPa, celsius: t + 1 })).toBeLessThan(factor);
      }),
    );
  });

  const dated = aPoint("gasVolume", { gasStates: [{ from: hours(2), gaugeKPa: 101.325, celsius: 0 }] });

  it("holds from its day on; what was counted before stays Nm³ as it was sent", () => {
    expect(registerFactor(dated, hours(2) - 1)).toBe(1);
    expect(registerFactor(dated, hours(2))).toBe(2);
    const uses = multipliedUses(series([0, 10, 20, 30, 40]), dated);
    expect(uses.map(({ amount }) => amount)).toEqual([10, 10, 20, 20]);
  });

  it("changes no other register, and no gas register without one", () => {
    const water = aPoint("waterVolume", { gasStates: [{ from: null, gaugeKPa: 100, celsius: 0 }] });
    expect(registerFactor(water, 0)).toBe(1);
    expect(registerFactor(aPoint("gasVolume"), 0)).toBe(1);
  });
});
