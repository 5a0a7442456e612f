import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatParts, useParts } from "../consumption/parts.ts";
import { aPoint } from "../testing/a-point.ts";
import { hours } from "../time.ts";
import { groupUse, type UseTerm } from "./group-use.ts";

const from = Date.UTC(2026, 0, 5);
const edges = Array.from({ length: 9 }, (_, i) => from + i * hours(1));
const to = from + hours(8);
const point = aPoint("activeEnergyImport", { intervalS: 3600 });

/** A register read every hour; null = not read. */
function hourly(registers: readonly (number | null)[]): UseTerm {
  const rows = registers.flatMap((value, i) => (value === null ? [] : [{ at: from + hours(i), value }]));
  const series = {
    at: Float64Array.from(rows, ({ at }) => at),
    value: Float64Array.from(rows, ({ value }) => value),
    quality: new Uint8Array(rows.length),
  };
  const parts = concatParts([useParts(series, point, Float64Array.from(edges))]);
  if (parts.kind !== "uses") throw new Error("a register has uses");
  return { parts, coefficient: 1, range: { from, to } };
}

const silent: UseTerm = { parts: null, coefficient: 1, range: { from, to } };
const steady = hourly([0, 1, 2, 3, 4, 5, 6, 7, 8]);

describe("use of several meters together", () => {
  it("is the sum of what is known; a silent meter lowers the coverage and is never zero", () => {
    expect(groupUse([steady, steady], edges, to, "kWh").total).toMatchObject({
      value: 16,
      coverage: { measured: 1, missing: 0 },
    });
    expect(groupUse([steady, silent], edges, to, "kWh").total).toMatchObject({ value: 8, coverage: { measured: 0.5 } });
    expect(groupUse([silent], edges, to, "kWh").total.value).toBeNull();
    expect(groupUse([], edges, to, "kWh").total).toMatchObject({ value: null, coverage: { missing: 1 } });
  });

  it("of a difference with an unknown part is not known", () => {
    expect(groupUse([steady, { ...silent, coefficient: -1 }], edges, to, "kWh").total.value).toBeNull();
    expect(groupUse([steady, { ...steady, coefficient: -1 }], edges, to, "kWh").total.value).toBe(0);
  });

  it("counts a meter only while it settles", () => {
    const first = { ...steady, range: { from, to: from + hours(3) } };
    const second = { ...steady, range: { from: from + hours(3), to } };
    const { total, buckets } = groupUse([first, second], edges, to, "kWh");
    expect(total).toMatchObject({ value: 8, coverage: { measured: 1 } });
    expect(buckets.map(({ value }) => value)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    expect(
      groupUse([second], edges, to, "kWh")
        .buckets.slice(0, 4)
        .map(({ value }) => value),
    ).toEqual([null, null, null, 1]);
  });

  it("in buckets adds up to the total, however the range is cut", () => {
    const reading = fc.option(fc.integer({ min: 0, max: 50 }), { freq: 4 });
    const register = fc.array(reading, { minLength: 9, maxLength: 9 }).map((steps) => {
      let value = 0;
      return steps.map((step) => (step === null ? null : (value += step)));
    });
    fc.assert(
      fc.property(fc.array(register, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 7 }), (all, cut) => {
        const terms = all.map(hourly);
        const sum = (values: readonly (number | null)[]): number => values.reduce<number>((a, b) => a + (b ?? 0), 0);
        const whole = groupUse(terms, edges, to, "kWh");
        expect(sum(whole.buckets.map(({ value }) => value))).toBeCloseTo(whole.total.value ?? 0, 9);
        const at = from + hours(cut);
        const halves = [
          [from, at],
          [at, to],
        ].map((part) => groupUse(terms, part, to, "kWh").total.value);
        expect(sum(halves)).toBeCloseTo(whole.total.value ?? 0, 9);
      }),
    );
  });
});
