import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aggregate } from "./aggregate.ts";
import { multipliedUses, pointFrom, registerFactor } from "./multiplier.ts";
import type { EnterpriseId, MeterId, Point, PointId } from "../park.ts";
import type { Series } from "../reading.ts";
import { aPoint } from "../testing/a-point.ts";
import { days, hours } from "../time.ts";

describe("from the register to the quantity's unit", () => {
  const point: Point = {
    id: "M1.activeEnergyImport" as PointId,
    meterId: "M1" as MeterId,
    enterpriseId: "E1" as EnterpriseId,
    quantity: "activeEnergyImport",
    unit: "MWh",
    kind: "counter",
    multiplier: 4000,
    multiplierFrom: 1000,
    valueSide: "secondary",
    modulus: null,
    ratedPerHour: null,
    stampAt: "end",
    min: null,
    max: null,
    intervalS: 900,
  };
  it.each([
    { name: "unit and CT × PT from the day they hold", at: 1000, more: {}, factor: 4_000_000 },
    { name: "unit alone before that day", at: 999, more: {}, factor: 1000 },
    { name: "unit alone when the gateway multiplied already", at: 1000, more: { valueSide: "primary" }, factor: 1000 },
    { name: "CT × PT always without a day", at: 0, more: { multiplierFrom: null, unit: "kWh" }, factor: 4000 },
  ] as const)("$name", ({ at, more, factor }) => {
    expect(registerFactor({ ...point, ...more }, at)).toBe(factor);
  });
});

const toSeries = (rows: readonly (readonly [at: number, value: number])[]): Series => ({
  at: Float64Array.from(rows, ([at]) => at),
  value: Float64Array.from(rows, ([, value]) => value),
  quality: new Uint8Array(rows.length),
});

describe("a current transformer that is changed on 12 May", () => {
  const april = Date.UTC(2026, 3, 1);
  const may = Date.UTC(2026, 4, 1);
  const change = Date.UTC(2026, 4, 12, 10);
  const june = Date.UTC(2026, 5, 1);
  const behindCt = aPoint("activeEnergyImport", {
    valueSide: "secondary",
    intervalS: 3600,
    multipliers: [
      { from: change, value: 80 },
      { from: null, value: 40 },
    ],
  });
  const hourly = (from: number, to: number): [number, number][] =>
    Array.from({ length: (to - from) / hours(1) + 1 }, (_, i) => [from + i * hours(1), 500 + i]);
  const monthly = (series: Series, point: Point) =>
    aggregate(series, point, [april, may, june], "consumption", june).rows.map((row) => row.value);

  it("multiplies April by the old one and May by each in its time", () => {
    const series = toSeries(hourly(april, june));
    const mayBefore = (change - may) / hours(1);
    const mayAfter = (june - change) / hours(1);
    expect(monthly(series, behindCt)).toEqual([720 * 40, mayBefore * 40 + mayAfter * 80]);
    expect(monthly(series, { ...behindCt, multipliers: [{ from: null, value: 40 }] })[0]).toBe(720 * 40);
  });

  it("shares a use that straddles the change in time and says that it is estimated", () => {
    const series = toSeries([
      [change - hours(3), 100],
      [change + hours(1), 140],
    ]);
    expect(multipliedUses(series, behindCt)).toEqual([
      { from: change - hours(3), to: change, amount: 30 * 40, cause: "normal", isSure: false },
      { from: change, to: change + hours(1), amount: 10 * 80, cause: "normal", isSure: false },
    ]);
  });

  it("is exact when the register was read at the change", () => {
    const series = toSeries([
      [change - hours(3), 100],
      [change + hours(1), 140],
    ]);
    const read = { ...behindCt, registerChanges: [{ at: change, endReading: 105, startReading: 105 }] };
    expect(multipliedUses(series, read).map(({ amount, isSure }) => [amount, isSure])).toEqual([
      [5 * 40, true],
      [35 * 80, true],
    ]);
  });

  it("a change ahead never alters what was counted before it", () => {
    const multiplier = fc.record({ at: fc.integer({ min: 0, max: 60 }), value: fc.integer({ min: 1, max: 400 }) });
    fc.assert(
      fc.property(fc.array(multiplier, { maxLength: 6 }), multiplier, (known, later) => {
        const series = toSeries(hourly(april, may));
        const all = [...known, later].map(({ at, value }) => ({ from: april + days(at / 2), value }));
        const from = april + days(later.at / 2);
        const before = (multipliers: Point["multipliers"]): number[] =>
          multipliedUses(series, { ...behindCt, ...(multipliers ? { multipliers } : {}) }).flatMap((use) =>
            use.to <= from ? [use.amount] : [],
          );
        expect(before(all)).toEqual(before(all.slice(0, -1)));
      }),
    );
  });
});

describe("a point from an instant on", () => {
  const instant = fc.integer({ min: 0, max: 1000 });
  const dated = fc.uniqueArray(fc.record({ from: fc.option(instant), value: fc.integer({ min: 1, max: 99 }) }), {
    selector: ({ from }) => from,
    maxLength: 5,
  });

  it("counts as before from then on, and tells nothing of the time before", () => {
    fc.assert(
      fc.property(dated, fc.option(instant), instant, instant, (multipliers, multiplierFrom, at, later) => {
        const plain = aPoint("activeEnergyImport", { valueSide: "secondary", multiplier: 7, multiplierFrom });
        const point: Point = multipliers.length === 0 ? plain : { ...plain, multipliers };
        const change = { at: 1, endReading: 1, startReading: 0 };
        const from = pointFrom({ ...point, registerChanges: [change] }, at);
        expect(registerFactor(from, at + later)).toBe(registerFactor(point, at + later));
        expect(from.registerChanges).toBeUndefined();
        for (const one of [...(from.multipliers ?? []), { from: from.multiplierFrom }])
          expect(one.from ?? Infinity).toBeGreaterThan(at);
      }),
    );
  });
});
