import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { demandWindow, type DemandInput } from "./demand.ts";
import type { Point } from "../park.ts";
import type { Series } from "../reading.ts";
import { aPoint } from "../testing/a-point.ts";

const windowStart = Date.UTC(2026, 10, 23, 6);
const second = 1000;
const power = aPoint("activePower", { stampAt: "end", intervalS: 10 });
const register: Point = { ...power, quantity: "activeEnergyImport", unit: "kWh", kind: "counter" };

const everyTenSeconds = (fromS: number, toS: number, value: (s: number) => number | null): Series => {
  const rows: [number, number][] = [];
  for (let s = fromS; s <= toS; s += 10) {
    const v = value(s);
    if (v !== null) rows.push([windowStart + s * second, v]);
  }
  return {
    at: Float64Array.from(rows, ([at]) => at),
    value: Float64Array.from(rows, ([, v]) => v),
    quality: new Uint8Array(rows.length),
  };
};
const forecast = (series: Series, elapsedS: number, more: Partial<DemandInput> = {}) =>
  demandWindow({ series, point: power, windowStart, now: windowStart + elapsedS * second, declaredKw: 1000, ...more });

describe("15-minute demand forecast", () => {
  it("adds the energy so far and the present power for the rest of the window", () => {
    // 5 min at 800 kW, then 5 min at 1100 kW, 5 min to go.
    const answer = forecast(
      everyTenSeconds(-300, 600, (s) => (s <= 300 ? 800 : 1100)),
      600,
    );
    expect(answer.meanKw).toBeCloseTo(950, 6);
    expect(answer.presentKw).toBeCloseTo(1100, 6);
    expect(answer.projectedKw).toBeCloseTo((800 + 1100 + 1100) / 3, 6);
    expect(answer).toMatchObject({ minutesLeft: 5, state: "warning" });
  });

  it.each([
    { kw: 950, state: "normal" },
    { kw: 951, state: "warning" },
    { kw: 1050, state: "warning" },
    { kw: 1051, state: "alarm" },
  ])("$kw kW against 1000 kW declared is $state", ({ kw, state }) => {
    expect(
      forecast(
        everyTenSeconds(-300, 300, () => kw),
        300,
      ).state,
    ).toBe(state);
  });

  it("gives the same from a register behind CT and PT as from the power", () => {
    const kw = (s: number): number => (s <= 300 ? 800 : 1100);
    let kwh = 5000;
    const counted = everyTenSeconds(-300, 600, (s) => (kwh += (kw(s) * 10) / 3600 / 4000));
    const behindCt: Point = { ...register, multiplier: 4000, valueSide: "secondary" };
    const answer = forecast(counted, 600, { point: behindCt });
    expect(answer.projectedKw).toBeCloseTo(1000, 3);
    expect(answer.presentKw).toBeCloseTo(1100, 3);
  });

  it("forecasts from the window's first second on, by the power just before it", () => {
    const answer = forecast(
      everyTenSeconds(-300, 0, () => 970),
      5,
    );
    expect(answer).toMatchObject({ meanKw: null, state: "warning" });
    expect(answer.projectedKw).toBeCloseTo(970, 6);
  });

  it("says unknown for a silent meter and for a window with less than 80 percent known", () => {
    expect(
      forecast(
        everyTenSeconds(-300, 200, () => 970),
        800,
      ).state,
    ).toBe("unknown");
    const holed = everyTenSeconds(-300, 600, (s) => (s > 60 && s < 400 ? null : 970));
    expect(forecast(holed, 600).state).toBe("unknown");
    expect(
      forecast(
        everyTenSeconds(0, -10, () => null),
        600,
      ).state,
    ).toBe("unknown");
  });

  it("a finished window's forecast is its mean", () => {
    const answer = forecast(
      everyTenSeconds(-300, 1000, (s) => (s <= 450 ? 900 : 1100)),
      1000,
    );
    expect(answer.projectedKw).toBeCloseTo(1000, 6);
    expect(answer.minutesLeft).toBe(0);
  });

  it("a reset or backward run of the register is no demand", () => {
    const counted = everyTenSeconds(-300, 600, (s) => (s < 300 ? 90_000 + s / 10 : 5));
    expect(forecast(counted, 300, { point: register }).projectedKw).toBeCloseTo(360, 6);
  });

  it("steady power is forecast as itself at every second of the window", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 900 }), fc.double({ min: 0, max: 1e5, noNaN: true }), (elapsed, kw) => {
        const series = everyTenSeconds(-300, elapsed, () => kw);
        expect(forecast(series, elapsed).projectedKw).toBeCloseTo(kw, 3);
      }),
    );
  });
});
