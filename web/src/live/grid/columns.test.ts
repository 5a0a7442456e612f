import type { MeterBody } from "@smart-park/core/wire";
import { describe, expect, it } from "vitest";
import { chosenColumns, columnChoice, countsUse, type ColumnChoice } from "./columns.ts";

type Named = readonly [quantity: string, unit: string, kind?: "counter"];
const aMeter = (id: string, kind: string, points: readonly Named[]): MeterBody =>
  ({
    ...{ id, kind },
    points: points.map(([quantity, unit, form = "gauge"]) => ({ id: `${id}.${quantity}`, quantity, unit, kind: form })),
  }) as unknown as MeterBody; // what columns go by

const meters = [
  aMeter("e1", "electricity", [
    ...([
      ["activePower", "kW"],
      ["activeEnergyImport", "kWh", "counter"],
      ["powerFactor", "1"],
    ] as const),
    ...([
      ["voltageA", "V"],
      ["currentA", "A"],
      ["frequency", "Hz"],
    ] as const),
  ]),
  aMeter("e2", "electricity", [
    ["activePower", "kW"],
    ["activeEnergyImport", "kWh", "counter"],
  ]),
  aMeter("w1", "water", [
    ["waterFlow", "m³/h"],
    ["waterVolume", "m³", "counter"],
  ]),
  aMeter("n1", "environment", [
    ["pm25", "µg/m³"],
    ["noise", "dB(A)"],
  ]),
];
const keys = (choice: ColumnChoice, cols: readonly string[] | null = null): string[] =>
  chosenColumns(choice, cols).map(({ key }) => key);

describe("columns of the live grid", () => {
  it("of all kinds are the main value, the register, today's use and the last hour; V, A and PF on demand", () => {
    const choice = columnChoice("all", meters);
    expect(keys(choice)).toEqual(["main", "register", "today", "hour"]);
    expect(choice.all.map(({ key }) => key)).toEqual([
      ...["main", "register", "today", "powerFactor", "voltageA", "currentA", "hour"],
    ]);
  });

  it("of one kind are its main value, today's use in the unit of its register, and what else it measures", () => {
    const choice = columnChoice("electricity", meters);
    expect(keys(choice)).toEqual(["activePower", "today", "powerFactor", "voltageA", "currentA", "hour"]);
    expect(choice.all.find(({ key }) => key === "today")?.unit).toBe("kWh");
    expect(choice.all.map(({ key }) => key)).toContain("activeEnergyImport");
    expect(keys(columnChoice("water", meters))).toEqual(["waterFlow", "today", "hour"]);
  });

  it("hold no use where nothing is used", () => {
    expect(keys(columnChoice("environment", meters))).toEqual(["pm25", "noise", "hour"]);
    expect(meters.map(countsUse)).toEqual([true, true, true, false]);
  });

  it("are those that the address names, in their own order, without what there is none of", () => {
    const choice = columnChoice("electricity", meters);
    expect(keys(choice, ["hour", "frequency", "nonsense", "activePower"])).toEqual([
      "activePower",
      "frequency",
      "hour",
    ]);
    expect(keys(choice, [])).toEqual([]);
  });
});
