import fc from "fast-check";
import { days, minutes, type Series } from "@smart-park/core";
import { describe, expect, it } from "vitest";
import { decodeChunk, encodeChunk } from "./chunk-codec.ts";
import { DamagedDataError } from "../../threads/answer.ts";

const day = 20_000;
const start = day * days(1);
const bits = (rows: Series) => ({
  at: [...rows.at],
  value: [...new BigUint64Array(rows.value.slice().buffer)],
  quality: [...rows.quality],
});
const toSeries = (rows: readonly { at: number; value: number; quality: number }[]): Series => ({
  at: Float64Array.from(rows, (row) => start + row.at),
  value: Float64Array.from(rows, (row) => row.value),
  quality: Uint8Array.from(rows, (row) => row.quality),
});
const everyQuarter = (value: (i: number) => number): Series =>
  toSeries(Array.from({ length: 96 }, (_, i) => ({ at: minutes(15) * i, value: value(i), quality: 0 })));

const decimals = fc
  .tuple(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), fc.integer({ min: 0, max: 12 }))
  .map(([integer, places]) => Number(`${integer}e-${places}`));
const anyValue = fc.oneof(decimals, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger());
const anyRows = (value: fc.Arbitrary<number>) =>
  fc
    .uniqueArray(
      fc.record({
        at: fc.integer({ min: 0, max: days(1) - 1 }),
        value,
        quality: fc.integer({ min: 0, max: 3 }),
      }),
      { minLength: 1, maxLength: 200, selector: (row) => row.at },
    )
    .map((rows) => toSeries(rows.toSorted((a, b) => a.at - b.at)));

describe("a day of readings in bytes", () => {
  it.each([
    { name: "values with decimals", value: decimals },
    { name: "any doubles", value: anyValue },
    { name: "few different values", value: fc.constantFrom(0, 1, 0.1) },
    { name: "both zeros", value: fc.constantFrom(0, -0) },
  ])("comes back bit for bit: $name", ({ value }) => {
    fc.assert(
      fc.property(anyRows(value), fc.boolean(), (rows, compact) => {
        expect(bits(decodeChunk(day, encodeChunk(day, rows, compact)))).toEqual(bits(rows));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { name: "a steady register", value: (i: number) => 1000 + i * 2.5, maxBytes: 24 },
    { name: "a value that does not move", value: () => 50.01, maxBytes: 24 },
    { name: "a noisy gauge", value: (i: number) => Math.round(2300 + 40 * Math.sin(i * i)) / 10, maxBytes: 220 },
  ])("is small: $name", ({ value, maxBytes }) => {
    expect(encodeChunk(day, everyQuarter(value), true).length).toBeLessThan(maxBytes);
  });

  it("is refused when any byte changed on disk", () => {
    const chunk = encodeChunk(day, everyQuarter(Math.sin), true);
    for (let i = 0; i < chunk.length; i += 7) {
      const damaged = chunk.slice();
      damaged[i] = (damaged[i] ?? 0) ^ 0x10;
      expect(() => decodeChunk(day, damaged)).toThrow(DamagedDataError);
    }
  });
});
