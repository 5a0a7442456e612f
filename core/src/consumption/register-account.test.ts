import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aPoint } from "../testing/a-point.ts";
import { useParts } from "./parts.ts";
import { registerStatement } from "./register-account.ts";

const minute = 60_000;
const seriesOf = (rows: readonly (readonly [minutes: number, value: number])[]) => ({
  at: Float64Array.from(rows, ([at]) => at * minute),
  value: Float64Array.from(rows, ([, value]) => value),
  quality: new Uint8Array(rows.length),
});
const point = aPoint("activeEnergyImport", { multiplier: 100, valueSide: "secondary" });

describe("a register's statement", () => {
  it("shows the readings at the ends, the multiplier, and plain uses in one piece", () => {
    const rows = Array.from({ length: 10 }, (_, i) => [i, 50 + i * 0.5] as const);
    const statement = registerStatement(seriesOf(rows), point, { from: 2 * minute, to: 8 * minute });
    expect(statement.first).toEqual({ at: 2 * minute, value: 51 });
    expect(statement.last).toEqual({ at: 8 * minute, value: 54 });
    // (54 − 51) × 100
    expect(statement.uses).toEqual([
      { from: 2 * minute, to: 8 * minute, amount: 300, factor: 100, cause: "normal", isSure: true },
    ]);
    expect(statement.anomalies).toEqual([]);
  });

  it("lists a glitch and a reset with their instants", () => {
    const values = [100, 101, 102, 0, 104, 105, 106, 107, 0, 1, 2, 3];
    const rows = values.map((value, i) => [i, value] as const);
    const { anomalies, uses } = registerStatement(seriesOf(rows), point, { from: 0, to: 11 * minute });
    expect(anomalies.map(({ kind, from }) => [kind, from / minute])).toEqual([
      ["glitch", 3],
      ["reset", 7],
    ]);
    expect(uses.map(({ cause }) => cause)).toEqual(["normal", "reset", "normal"]);
  });

  it("adds up to the consumption of the range, wherever it is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 3, maxLength: 60 }),
        fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 3000 })),
        (steps, [start, length]) => {
          let value = 0;
          const series = seriesOf(steps.map((step, i) => [i, (value += step)] as const));
          const range = { from: start * 1000, to: (start + length) * 1000 };
          const total = useParts(series, point, Float64Array.of(range.from, range.to)).amount[0] ?? 0;
          const { uses } = registerStatement(series, point, range);
          expect(uses.reduce((sum, { amount }) => sum + amount, 0)).toBeCloseTo(total, 5);
        },
      ),
    );
  });
});
