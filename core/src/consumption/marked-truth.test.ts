import fc from "fast-check";
import { expect, it } from "vitest";
import type { Series } from "../reading.ts";
import { aPoint } from "../testing/a-point.ts";
import { minutes, ParkTime } from "../time.ts";
import { mergeParts } from "./parts.ts";
import { quarterParts } from "./rollup.ts";

const time = new ParkTime("Europe/Berlin");
const quarter = minutes(15);
const modulus = 1000;
const start = 900;
const toSeries = (rows: readonly (readonly [at: number, value: number])[]): Series => ({
  at: Float64Array.from(rows, ([at]) => at),
  value: Float64Array.from(rows, ([, value]) => value),
  quality: new Uint8Array(rows.length),
});
const register = aPoint("activeEnergyImport", { intervalS: 900, modulus, ratedPerHour: 12 });

it("one missing quarter hour around midnight leaves the sum exact and marks both days as estimated", () => {
  const midnight = time.startOfLocalDay("2026-03-29");
  const rows = [-2, -1, 1, 2].map(
    (i) => [midnight + i * quarter, [100, 101, 105, 106][i + (i < 0 ? 2 : 1)] ?? 0] as const,
  );
  const range = { from: midnight - 2 * quarter, to: midnight + 2 * quarter };
  const parts = quarterParts(toSeries(rows), register, time, range);
  expect([...parts.edges].map((edge) => (edge - midnight) / quarter)).toEqual([-2, -1, 0, 1, 2]);
  expect(parts).toMatchObject({ kind: "uses", amount: Float64Array.of(1, 2, 2, 1) });
  expect([...parts.estimatedMs]).toEqual([0, quarter, quarter, 0]);
  expect([...mergeParts(parts, Float64Array.of(range.from, range.to)).estimatedMs]).toEqual([0]);
});

/** Six days over a change of the clock: use of each quarter hour, a meter swap or none, and readings that are lost. */
const histories = fc.record({
  from: fc.constantFrom("2026-03-27", "2026-10-23", "2024-02-27"),
  uses: fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 580, maxLength: 580 }),
  swap: fc.option(fc.integer({ min: 20, max: 500 })),
  lost: fc.array(fc.integer({ min: 1, max: 570 }), { maxLength: 60 }),
  silence: fc.record({ from: fc.integer({ min: 1, max: 500 }), length: fc.integer({ min: 0, max: 40 }) }),
});

it("whatever readings are lost, every day is exact or marked and the sum of all days is exact, over roll-over and swap", () => {
  fc.assert(
    fc.property(histories, ({ from: day, uses, swap, lost, silence }) => {
      const from = time.startOfLocalDay(day);
      const to = time.startOfDay(from, 6);
      const count = (to - from) / quarter;
      const isLost = (i: number): boolean =>
        lost.includes(i) || (i >= silence.from && i < Math.min(count, silence.from + silence.length));
      let value = start;
      const rows: (readonly [number, number])[] = [[from, value]];
      const registerChanges = [];
      for (let i = 0; i < count; i++) {
        value = (value + (uses[i] ?? 0)) % modulus;
        const at = from + (i + 1) * quarter;
        if (i + 1 === swap) {
          registerChanges.push({ at, endReading: value, startReading: 7 });
          value = 7;
        }
        if (i + 1 === count || !isLost(i + 1)) rows.push([at, value]);
      }
      const parts = quarterParts(toSeries(rows), { ...register, registerChanges }, time, { from, to });
      const merged = mergeParts(parts, Float64Array.from(time.bucketEdges({ from, to }, "1d")));
      if (merged.kind !== "uses") throw new Error("a register has uses");
      let whole = 0;
      merged.amount.forEach((amount, i) => {
        const [first, end] = [merged.edges[i] ?? 0, merged.edges[i + 1] ?? 0].map((edge) => (edge - from) / quarter);
        const truth = uses.slice(first, end).reduce((a, b) => a + b, 0);
        whole += truth;
        expect(amount).toBeGreaterThanOrEqual(0);
        if (Math.abs(amount - truth) > 1e-6) expect(merged.estimatedMs[i]).toBeGreaterThan(0);
      });
      expect(merged.amount).toHaveLength(6);
      expect(merged.amount.reduce((a, b) => a + b, 0)).toBeCloseTo(whole, 6);
    }),
    { numRuns: 40 },
  );
});
