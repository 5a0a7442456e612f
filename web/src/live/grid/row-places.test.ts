import fc from "fast-check";
import { expect, it } from "vitest";
import { RowPlaces } from "./row-places.ts";

const places = (from: number, count: number): number[] => Array.from({ length: count }, (_, n) => from + n);

it("gives each place in sight a row of its own, the same one while nothing is scrolled", () => {
  const walk = fc.array(fc.record({ from: fc.nat(5000), count: fc.nat(60) }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(walk, (steps) => {
      const rows = new RowPlaces();
      for (const { from, count } of steps) {
        const given = rows.rowsFor(places(from, count));
        expect(new Set(given).size).toBe(count);
        expect(rows.rowsFor(places(from, count))).toBe(given);
      }
    }),
  );
});

it("keeps rows with their places while scrolled by a few", () => {
  const rows = new RowPlaces();
  expect(rows.rowsFor(places(10, 6))).toEqual([0, 1, 2, 3, 4, 5]);
  expect(rows.rowsFor(places(12, 6))).toEqual([2, 3, 4, 5, 0, 1]);
  expect(rows.rowsFor(places(11, 6))).toEqual([1, 2, 3, 4, 5, 0]);
});

it("moves no row in the page when scrolled far", () => {
  const rows = new RowPlaces();
  rows.rowsFor(places(10, 6));
  const before = rows.rowsFor(places(12, 6));
  expect(rows.rowsFor(places(16, 6))).toEqual(before);
  expect(rows.rowsFor(places(4000, 6))).toEqual(before);
});
