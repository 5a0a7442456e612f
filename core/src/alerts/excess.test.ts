import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { excessAbove } from "./excess.ts";
import { hours, minutes } from "../time.ts";

const start = Date.UTC(2026, 0, 5);
const seriesOf = (rows: readonly (readonly [minute: number, value: number, quality?: number])[]) => ({
  at: Float64Array.from(rows.map(([minute]) => start + minutes(minute))),
  value: Float64Array.from(rows.map(([, value]) => value)),
  quality: Uint8Array.from(rows.map(([, , quality = 0]) => quality)),
});
const point = { intervalS: 900, stampAt: "end" } as const;
const range = { from: start, to: start + hours(1) };
const sum = (parts: readonly { amount: number }[]): number => parts.reduce((all, { amount }) => all + amount, 0);

describe("what is above a limit", () => {
  it("is the excess of each reading times the time it stands for", () => {
    const value = {
      series: seriesOf([
        [15, 120],
        [30, 100],
        [45, 140],
        [60, 80],
      ]),
      point,
    };
    const { parts, knownMs } = excessAbove({ value, limit: 100 }, range);
    expect([sum(parts), knownMs]).toEqual([20 / 4 + 40 / 4, hours(1)]);
    expect(parts.map(({ from, amount }) => [(from - start) / minutes(15), amount])).toEqual([
      [0, 5],
      [1, 0],
      [2, 10],
      [3, 0],
    ]);
  });

  it("does not fill a gap, and passes over bad values", () => {
    const value = {
      series: seriesOf([
        [0, 120],
        [240, 120],
        [241, 999, 3],
      ]),
      point,
    };
    const { parts, knownMs } = excessAbove({ value, limit: 100 }, { from: start, to: start + hours(4) });
    expect([sum(parts), knownMs]).toEqual([20 / 2, minutes(30)]);
  });

  it("counts a start stamp forward", () => {
    const value = {
      series: seriesOf([
        [0, 120],
        [15, 100],
      ]),
      point: { intervalS: 900, stampAt: "start" as const },
    };
    expect(sum(excessAbove({ value, limit: 100 }, range).parts)).toBe(5);
  });

  it("counts times a flow where that is known", () => {
    const value = {
      series: seriesOf([
        [15, 120],
        [30, 120],
        [45, 120],
        [60, 120],
      ]),
      point,
    };
    const weight = {
      series: seriesOf([
        [15, 1000],
        [30, 2000],
      ]),
      point,
    };
    const { parts, knownMs } = excessAbove({ value, limit: 100, weight }, range);
    expect([sum(parts), knownMs]).toEqual([(20 * 1000 + 20 * 2000) / 4, minutes(30)]);
  });

  it("is the same however the range is cut", () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 200 })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 119 }), (given, cut) => {
        const sorted = [...new Map(given).entries()].sort(([a], [b]) => a - b);
        const value = { series: seriesOf(sorted), point: { intervalS: 300, stampAt: "end" as const } };
        const [from, middle, to] = [start, start + minutes(cut), start + hours(2)];
        const whole = excessAbove({ value, limit: 100 }, { from, to });
        const halves = [
          excessAbove({ value, limit: 100 }, { from, to: middle }),
          excessAbove({ value, limit: 100 }, { from: middle, to }),
        ];
        expect(halves.reduce((all, { parts }) => all + sum(parts), 0)).toBeCloseTo(sum(whole.parts), 6);
        expect(halves.reduce((all, { knownMs }) => all + knownMs, 0)).toBe(whole.knownMs);
      }),
    );
  });
});
