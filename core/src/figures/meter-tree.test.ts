import fc from "fast-check";
import { expect, it } from "vitest";
import type { MeterId } from "../park.ts";
import { generationsOf, mainsOf, MeterTree } from "./meter-tree.ts";

interface Hung {
  readonly id: MeterId;
  readonly parentId: MeterId | null;
}
const idOf = (n: number): MeterId => `m${n}` as MeterId;

/** Meters in any order, each below one made before it, below one that is not there, or below nothing. */
const forests = fc
  .array(fc.option(fc.nat(40)), { maxLength: 20 })
  .map((parents) => parents.map((parent, n): Hung => ({ id: idOf(n), parentId: parentOf(parent, n) })))
  .chain((meters) => fc.shuffledSubarray(meters, { minLength: meters.length }));
const parentOf = (parent: number | null, n: number): MeterId | null =>
  parent === null ? null : parent < n ? idOf(parent) : idOf(1000 + parent);

it("generations hold every meter once, each after its parent", () => {
  fc.assert(
    fc.property(forests, (meters) => {
      const generations = generationsOf(meters);
      const at = new Map(generations.flatMap((own, depth) => own.map(({ id }) => [id, depth] as const)));
      expect(generations.flat()).toHaveLength(meters.length);
      for (const { id, parentId } of meters) {
        const above = parentId === null ? undefined : at.get(parentId);
        expect(at.get(id)).toBe(above === undefined ? 0 : above + 1);
      }
    }),
  );
});

it("mains cover every meter once: each is one or hangs below exactly one", () => {
  fc.assert(
    fc.property(forests, (meters) => {
      const [tree, mains] = [new MeterTree(meters), new Set(mainsOf(meters).map(({ id }) => id))];
      for (const { id } of meters)
        expect([id, ...tree.ancestorsOf(id)].filter((one) => mains.has(one))).toHaveLength(1);
    }),
  );
});

it("of a part of the meters, those below another one of the part are no mains, whatever stands between", () => {
  const all: Hung[] = [
    { id: idOf(1), parentId: null },
    { id: idOf(2), parentId: idOf(1) },
    { id: idOf(3), parentId: idOf(2) },
  ];
  const part = all.filter(({ id }) => id !== idOf(2));
  expect(mainsOf(part, new MeterTree(all)).map(({ id }) => id)).toEqual([idOf(1)]);
});

it("meters whose parents lead back to themselves end nothing: they come last, with each ancestor once", () => {
  const circle: Hung[] = [
    { id: idOf(1), parentId: idOf(2) },
    { id: idOf(2), parentId: idOf(1) },
    { id: idOf(3), parentId: null },
  ];
  expect(generationsOf(circle).map((own) => own.map(({ id }) => id))).toEqual([[idOf(3)], [idOf(1), idOf(2)]]);
  expect(new MeterTree(circle).ancestorsOf(idOf(1))).toEqual([idOf(2), idOf(1)]);
});
