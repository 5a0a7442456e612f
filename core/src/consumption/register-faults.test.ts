import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accountOf, usesOf, type Use } from "./consumption.ts";
import type { RegisterChange } from "../park.ts";
import { qualityCode, type Series } from "../reading.ts";
import { hours, minutes } from "../time.ts";

const quarter = minutes(15);
const seriesOf = (values: readonly number[]): Series => ({
  at: Float64Array.from(values, (_, i) => i * quarter),
  value: Float64Array.from(values),
  quality: new Uint8Array(values.length),
});
const total = (uses: readonly Use[]): number => uses.reduce((sum, use) => sum + use.amount, 0);
const steady = [10, 20, 30, 40, 50, 60, 70, 80].map((use) => 1000 + use);
const unrated = { modulus: null, ratedPerHour: null, intervalS: 900 };
const rated = { modulus: 10_000, ratedPerHour: 100, intervalS: 900 };

describe("what is odd about a register is marked, and none of it becomes use", () => {
  it.each([
    {
      name: "a spike that falls back",
      values: [...steady, 90_000, 1090, 1100],
      register: unrated,
      total: 90,
      sure: true,
    },
    {
      name: "three readings high",
      values: [...steady, 9e4, 9e4, 9e4, 1090, 1100],
      register: unrated,
      total: 90,
      sure: true,
    },
    { name: "a zero", values: [...steady, 0, 1090, 1100], register: unrated, total: 90, sure: true },
    { name: "not a number", values: [...steady, NaN, 1090, Infinity, 1100], register: unrated, total: 90, sure: true },
    { name: "a spike of a rated meter", values: [...steady, 9000, 1090, 1100], register: rated, total: 90, sure: true },
  ])("$name is passed over", ({ values, register, ...expected }) => {
    const { uses, anomalies } = accountOf(seriesOf(values), register);
    expect({ total: total(uses), sure: uses.every((use) => use.isSure) }).toEqual({
      total: expected.total,
      sure: expected.sure,
    });
    const marked = anomalies
      .filter(({ kind }) => kind === "glitch" || kind === "invalid")
      .map(({ from }) => from / quarter);
    const odd = [...values.keys()].filter((i) => !(values[i]! >= 1000 && values[i]! <= 2000));
    expect(marked).toEqual(odd);
  });

  it.each([
    { name: "a zero before the first true reading", values: [0, ...steady], total: 70, kind: "leap" },
    {
      name: "an unrecorded meter with a far higher register",
      values: [...steady, 45_000, 45_010, 45_020, 45_030],
      total: 100,
      kind: "leap",
    },
  ])("$name counts nothing and is marked", ({ values, kind, ...expected }) => {
    const { uses, anomalies } = accountOf(seriesOf(values), unrated);
    expect(total(uses)).toBe(expected.total);
    expect(anomalies.map((anomaly) => anomaly.kind)).toEqual([kind]);
    expect(uses.filter((use) => !use.isSure)).toHaveLength(1);
  });

  it("a bath after two quiet days is use, not a leap", () => {
    const quiet = Array.from({ length: 60 }, (_, i) => 97_000 + (i >> 2));
    expect(total(usesOf(seriesOf([...quiet, 97_300, 97_301]), unrated))).toBe(301);
  });

  it("a second sender a little behind adds nothing; it may as well be the meter running back, so it is not sure", () => {
    const { uses, anomalies } = accountOf(seriesOf([...steady, 1072, 1090]), unrated);
    expect([total(uses), uses.every((use) => use.isSure)]).toEqual([80, false]);
    expect(anomalies.map((anomaly) => anomaly.kind)).toEqual(["glitch"]);
  });

  it("a frozen reading that catches up is one use over all of its time", () => {
    const { uses, anomalies } = accountOf(seriesOf([100, 110, 110, 110, 110, 150, 160]), rated);
    expect(uses).toContainEqual({ from: 3 * quarter, to: 5 * quarter, amount: 40, cause: "normal", isSure: false });
    expect(anomalies).toEqual([{ from: 3 * quarter, to: 5 * quarter, kind: "frozen" }]);
  });

  it("more than the meter is rated for is counted, but not sure", () => {
    const { uses, anomalies } = accountOf(seriesOf([100, 110, 160, 170]), rated);
    expect(uses.map((use) => [use.amount, use.isSure])).toEqual([
      [10, true],
      [50, false],
      [10, true],
    ]);
    expect(anomalies.map((anomaly) => anomaly.kind)).toEqual(["fast"]);
  });

  it("keeps the sum of a gap and marks it; a gap long enough for a whole turn is not sure", () => {
    const at = [0, quarter, quarter + hours(50), quarter + hours(51)];
    const series: Series = {
      at: Float64Array.from(at),
      value: Float64Array.of(100, 110, 900, 910),
      quality: new Uint8Array(4),
    };
    const short = accountOf(series, rated);
    expect([total(short.uses), short.uses.every((use) => use.isSure)]).toEqual([810, true]);
    expect(short.anomalies.map((anomaly) => anomaly.kind)).toEqual(["gap", "gap"]);
    const wholeTurn = accountOf(series, { ...rated, modulus: 5000 }).uses;
    expect(wholeTurn.map((use) => use.isSure)).toEqual([true, false, true]);
  });

  it("of two readings of one instant the last stands, and the other is named", () => {
    const series: Series = {
      at: Float64Array.of(0, quarter, quarter),
      value: Float64Array.of(5, 9, 8),
      quality: new Uint8Array(3),
    };
    expect(accountOf(series, unrated)).toEqual({
      uses: [{ from: 0, to: quarter, amount: 3, cause: "normal", isSure: true }],
      anomalies: [{ from: quarter, to: quarter, kind: "repeat" }],
    });
  });
});

describe("a recorded meter change", () => {
  const change: RegisterChange = { at: 2 * quarter + 1, endReading: 1025, startReading: 7 };

  it("counts the old register to its end and the new one from its start", () => {
    const { uses, anomalies } = accountOf(seriesOf([1000, 1010, 1020, 10, 20]), {
      ...rated,
      registerChanges: [change],
    });
    expect([total(uses), uses.every((use) => use.isSure)]).toEqual([25 + 13, true]);
    expect(anomalies.filter(({ kind }) => kind === "swap")).toEqual([{ from: change.at, to: change.at, kind: "swap" }]);
  });

  it("without the end reading the use up to the change is missing, not zero", () => {
    const unknown = { ...change, endReading: null };
    const { uses } = accountOf(seriesOf([1000, 1010, 1020, 10, 20]), { ...rated, registerChanges: [unknown] });
    expect(uses.some((use) => use.from < change.at && use.to > 2 * quarter)).toBe(false);
    expect(total(uses)).toBe(20 + 13);
  });

  it("gives the new register its own capacity", () => {
    const smaller = { ...change, modulus: 1000, startReading: 985 };
    const { uses } = accountOf(seriesOf([1000, 1010, 1020, 995, 5]), { ...rated, registerChanges: [smaller] });
    expect([total(uses), uses.at(-1)?.cause]).toEqual([25 + 20, "rollover"]);
  });
});

type Event = "none" | "swap" | "silence" | "repeat" | "zero" | "spike";
const anyStep = fc.record({
  use: fc.integer({ min: 0, max: 25 }),
  event: fc.oneof(
    { arbitrary: fc.constant<Event>("none"), weight: 10 },
    ...(["swap", "silence", "repeat", "zero", "spike"] as const).map((event) => ({
      arbitrary: fc.constant<Event>(event),
      weight: 1,
    })),
  ),
  start: fc.integer({ min: 0, max: 9999 }),
});
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

/** A rated meter with a modulus: what its register shows, which changes are on record, and the truth. */
function play(first: number, steps: readonly Step[]) {
  let [register, truth, at] = [first, 0, 0];
  const rows: [at: number, value: number][] = [[at, register]];
  const changes: RegisterChange[] = [];
  for (const { use, event, start } of steps) {
    at += quarter;
    truth += use;
    const half = Math.floor(use / 2);
    if (event === "swap") {
      changes.push({ at: at - quarter / 2, endReading: (register + half) % 10_000, startReading: start });
      register = start - half;
    }
    register = (register + use + 10_000) % 10_000;
    if (event === "silence") continue;
    rows.push([at, event === "zero" ? 0 : event === "spike" ? (register + start) % 10_000 : register]);
    if (event === "repeat") rows.push([at, register]);
  }
  rows.push([at + quarter, register]);
  return { rows, changes, truth };
}
const toSeries = (rows: readonly (readonly [number, number])[]): Series => ({
  at: Float64Array.from(rows, ([at]) => at),
  value: Float64Array.from(rows, ([, value]) => value),
  quality: Uint8Array.from(rows, () => qualityCode("good")),
});

describe("ten thousand registers with recorded changes", () => {
  const sequence = fc.array(anyStep, { minLength: 1, maxLength: 40 });
  const first = fc.integer({ min: 0, max: 9999 });

  it("swaps, silences, repeats and roll-overs alone: the total is the truth and sure", () => {
    const clean = sequence.map((steps) => steps.filter(({ event }) => event !== "zero" && event !== "spike"));
    fc.assert(
      fc.property(first, clean, (from, steps) => {
        const { rows, changes, truth } = play(from, steps);
        const uses = usesOf(toSeries(rows), { ...rated, registerChanges: changes });
        expect({ total: total(uses), isSure: uses.every((use) => use.isSure) }).toEqual({ total: truth, isSure: true });
      }),
      { numRuns: 5000 },
    );
  });

  it("with zeros and spikes too: never negative, the truth or not sure", () => {
    fc.assert(
      fc.property(first, sequence, (from, steps) => {
        const { rows, changes, truth } = play(from, steps);
        const uses = usesOf(toSeries(rows), { ...rated, registerChanges: changes });
        expect(uses.filter((use) => !(use.amount >= 0))).toEqual([]);
        if (uses.every((use) => use.isSure)) expect(total(uses)).toBe(truth);
      }),
      { numRuns: 5000 },
    );
  });

  it("the order of arrival does not matter", () => {
    fc.assert(
      fc.property(first, sequence, fc.infiniteStream(fc.nat()), (from, steps, random) => {
        const { rows, changes } = play(from, steps);
        const once = [...new Map(rows).entries()];
        const keyed = once.map((row) => ({ row, key: random.next().value as number }));
        const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ row }) => row);
        const register = { ...rated, registerChanges: changes };
        expect(accountOf(toSeries(shuffled), register)).toEqual(accountOf(toSeries(once), register));
      }),
      { numRuns: 1000 },
    );
  });
});
