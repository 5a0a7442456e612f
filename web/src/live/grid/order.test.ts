import type { MeterBody } from "@smart-park/core/wire";
import fc from "fast-check";
import { expect, it } from "vitest";
import { LiveStore } from "../live-store.ts";
import { parseSort, sortMeters, TextPlaces } from "./order.ts";

const meterOf = (id: string, name: string): MeterBody =>
  ({ id, name, enterpriseId: "e", points: [] }) as unknown as MeterBody;
const texts = {
  id: ({ id }: MeterBody) => id,
  name: ({ name }: MeterBody) => name,
  ent: ({ enterpriseId }: MeterBody) => enterpriseId,
};

function ordered(meters: readonly MeterBody[], sort: string, useOf: (meter: MeterBody) => number | null = () => null) {
  const store = new LiveStore({ schedule: () => undefined });
  const columns = [{ key: "today", shape: "today" as const, unit: "kWh" }] as never;
  const places = new TextPlaces(meters, texts, "zh-CN");
  return sortMeters(meters, parseSort(sort), { store, states: new Map(), columns, todayOf: useOf, places });
}

const names = fc.array(fc.constantFrom("2号车间", "10号车间", "总进线", "Workshop 2", "workshop 10", "空压站"), {
  maxLength: 40,
});

it("orders by names as the language does, the same names by id, and backwards with the same ids", () => {
  const collator = new Intl.Collator("zh-CN", { numeric: true });
  fc.assert(
    fc.property(names, (list) => {
      const meters = list.map((name, n) => meterOf(`m${n}`, name));
      const expected = (sign: number): string[] =>
        [...meters]
          .sort((a, b) => sign * collator.compare(a.name, b.name) || collator.compare(a.id, b.id))
          .map(({ id }) => id);
      expect(ordered(meters, "name").map(({ id }) => id)).toEqual(expected(1));
      expect(ordered(meters, "-name").map(({ id }) => id)).toEqual(expected(-1));
    }),
  );
});

it("counts digits in a code as a number", () => {
  const meters = ["m10", "m9", "m100"].map((id) => meterOf(id, ""));
  expect(ordered(meters, "id").map(({ id }) => id)).toEqual(["m9", "m10", "m100"]);
});

it("puts what is not known last in either direction", () => {
  const uses = new Map([
    ["a", 2],
    ["b", null],
    ["c", 5],
    ["d", null],
  ]);
  const meters = [...uses.keys()].map((id) => meterOf(id, ""));
  const by = (sort: string): string[] => ordered(meters, sort, ({ id }) => uses.get(id) ?? null).map(({ id }) => id);
  expect(by("today")).toEqual(["a", "c", "b", "d"]);
  expect(by("-today")).toEqual(["c", "a", "b", "d"]);
});
