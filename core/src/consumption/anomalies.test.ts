import { describe, expect, it } from "vitest";
import { anomaliesOf, joinThinGaps, type Anomaly } from "./anomalies.ts";
import type { Point } from "../park.ts";
import { qualityCode, type Quality, type Series } from "../reading.ts";
import { aPoint } from "../testing/a-point.ts";
import { hours, minutes } from "../time.ts";

const quarter = minutes(15);
type Row = readonly [at: number, value: number, quality?: Quality];
const seriesOf = (rows: readonly Row[]): Series => ({
  at: Float64Array.from(rows, ([at]) => at),
  value: Float64Array.from(rows, ([, value]) => value),
  quality: Uint8Array.from(rows, ([, , quality = "good"]) => qualityCode(quality)),
});
const everyQuarter = (values: readonly number[]): Row[] => values.map((value, i) => [i * quarter, value]);
const register = (more: Partial<Point> = {}): Point =>
  aPoint("activeEnergyImport", { modulus: 10_000, ratedPerHour: 400, intervalS: 900, ...more });
const found = (rows: readonly Row[], point: Point, now = rows.at(-1)?.[0] ?? 0): Anomaly[] =>
  joinThinGaps(anomaliesOf(seriesOf(rows), point, now));

describe("anomalies of a register", () => {
  it("says nothing of plain use", () => {
    expect(found(everyQuarter([1, 2, 3, 3, 4]), register())).toEqual([]);
  });

  it.each([
    {
      name: "a roll-over is counted over the edge",
      values: [9930, 9960, 9990, 20, 50],
      expected: { kind: "rollover", treatment: "counted", amount: 30, isSure: true },
      numbers: [9990, null, 20],
    },
    {
      name: "a reset counts from zero, as a lower bound",
      values: [500, 510, 520, 5, 15],
      expected: { kind: "reset", treatment: "countedFromZero", amount: 5, isSure: false },
      numbers: [520, null, 5],
    },
    {
      name: "a register that ran back counts nothing",
      values: [500, 510, 520, 470, 480, 490],
      expected: { kind: "backward", treatment: "notCounted", amount: 0, isSure: false },
      numbers: [520, null, 470],
    },
    {
      name: "a zero between is passed over",
      values: [500, 510, 0, 530, 540],
      expected: { kind: "glitch", treatment: "passedOver", amount: null, isSure: true },
      numbers: [510, 0, 530],
    },
  ])("$name", ({ values, expected, numbers }) => {
    const [anomaly, ...others] = found(everyQuarter(values), register());
    expect(others).toEqual([]);
    expect(anomaly).toMatchObject(expected);
    expect([anomaly?.before?.value ?? null, anomaly?.value, anomaly?.after?.value]).toEqual(numbers);
  });

  it("of a suspect reading it names the usable ones around it", () => {
    const rows: Row[] = [
      [0, 1],
      [quarter, 700, "suspect"],
      [2 * quarter, 800, "bad"],
      [3 * quarter, 4],
    ];
    const marked = found(rows, register());
    expect(marked.map(({ kind, value }) => [kind, value])).toEqual([
      ["invalid", 700],
      ["invalid", 800],
    ]);
    expect(marked.map(({ before, after }) => [before?.value, after?.value])).toEqual([
      [1, 4],
      [1, 4],
    ]);
  });

  it("says of a gap what was shared out over it, multiplied", () => {
    const rows: Row[] = [
      [0, 10],
      [hours(5), 40],
      [hours(5) + quarter, 41],
    ];
    const point = register({ multiplier: 20, valueSide: "secondary" });
    expect(found(rows, point)).toEqual([
      expect.objectContaining({ kind: "gap", from: 0, to: hours(5), treatment: "sharedOut", amount: 600, times: 1 }),
    ]);
  });

  it("a silence that lasts has no end and no amount", () => {
    expect(found(everyQuarter([1, 2]), register(), hours(9))).toEqual([
      expect.objectContaining({
        kind: "gap",
        from: quarter,
        to: null,
        treatment: "leftOut",
        amount: null,
        after: null,
      }),
    ]);
  });

  it("thin history is one entry, a real gap in it another", () => {
    const rows: Row[] = [...everyQuarter([1, 2, 3]), [hours(3), 9], [hours(3) + quarter, 10]];
    const marked = found(rows, register({ intervalS: 5 }));
    expect(marked.map(({ kind, times, amount }) => [kind, times, amount])).toEqual([
      ["gap", 2, 2],
      ["gap", 1, 6],
      ["gap", 1, 1],
    ]);
  });

  it("shows a recorded change of the meter with both readings", () => {
    const at = 2 * quarter + minutes(5);
    const point = register({ registerChanges: [{ at, endReading: 525, startReading: 3 }] });
    const rows = everyQuarter([500, 510, 520, 8, 18]);
    expect(found(rows, point)).toEqual([
      expect.objectContaining({ kind: "swap", from: at, to: at, before: { at, value: 525 }, after: { at, value: 3 } }),
    ]);
  });
});

describe("anomalies of a momentary value", () => {
  it("names what could not be used, and silences, over which nothing is filled in", () => {
    const rows: Row[] = [
      [0, 5],
      [minutes(1), 9999, "suspect"],
      [minutes(2), 6],
      [hours(2), 7],
    ];
    expect(found(rows, aPoint("activePower")).map(({ kind, treatment }) => [kind, treatment])).toEqual([
      ["invalid", "passedOver"],
      ["gap", "leftOut"],
    ]);
  });
});
