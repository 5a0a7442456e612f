import { describe, expect, it } from "vitest";
import type { UseParts } from "../consumption/parts.ts";
import { minutes, ParkTime } from "../time.ts";
import { loadSummary } from "./load-summary.ts";
import { dailyDemand, largestDemand, sumDemand, type DemandWindow } from "./max-demand.ts";
import { curveIntervals, meteredIntervals, quarterDemand, sumIntervals } from "./metered-interval.ts";

type Row = readonly [kwh: number, measuredMinutes: number, estimatedMinutes?: number];
const quarters = (rows: readonly Row[]): UseParts => ({
  kind: "uses",
  edges: Float64Array.from({ length: rows.length + 1 }, (_, i) => minutes(15 * i)),
  amount: Float64Array.from(rows, ([kwh]) => kwh),
  measuredMs: Float64Array.from(rows, ([, measured]) => minutes(measured)),
  estimatedMs: Float64Array.from(rows, ([, , estimated = 0]) => minutes(estimated)),
  gaps: [],
});
const windows = (...kw: (number | null)[]): DemandWindow[] =>
  kw.map((value, i) => ({ from: minutes(15 * i), to: minutes(15 * (i + 1)), kw: value }));
const kwhOf = (intervals: readonly { kwh: number | null }[]) => intervals.map(({ kwh }) => kwh);

describe("quarter hours of a register", () => {
  // whole, barely enough, too little, filled in, nothing
  const parts = quarters([
    [100, 15],
    [80, 12],
    [20, 3],
    [100, 0, 15],
    [0, 0],
  ]);

  it("count in the bill however little of their time is known", () => {
    expect(kwhOf(meteredIntervals([parts]))).toEqual([100, 80, 20, 100, null]);
    expect(meteredIntervals([parts]).map(({ isEstimated }) => isEstimated)).toEqual([false, false, false, true, false]);
  });

  it("are left open in a curve where they would look like a dip", () => {
    expect(kwhOf(curveIntervals(parts))).toEqual([100, 80, null, 100, null]);
  });

  it("are demand only where at least 80 % is measured, over the measured time", () => {
    expect(quarterDemand(parts).map(({ kw }) => kw)).toEqual([400, 400, null, null, null]);
  });
});

describe("several meters together", () => {
  it("have the demand of their common windows, not the sum of their peaks", () => {
    const sum = sumDemand([windows(600, 400, 400), windows(100, 100, 400)]);
    expect(sum.map(({ kw }) => kw)).toEqual([700, 500, 800]);
    expect(largestDemand(sum)).toEqual({
      max: { kw: 800, window: { from: minutes(30), to: minutes(45) } },
      coverage: 1,
    });
  });

  it("have no known demand in a window of which one of them is not known", () => {
    expect(sumDemand([windows(600, null), windows(100, 100)]).map(({ kw }) => kw)).toEqual([700, null]);
    expect(sumDemand([windows(600, 400), []]).map(({ kw }) => kw)).toEqual([null, null]);
  });

  it("have their energy together, what is filled in of one of them apart", () => {
    const one = quarters([
      [100, 15],
      [100, 15],
      [0, 0],
    ]);
    const other = quarters([
      [50, 15],
      [20, 0, 15],
      [0, 0],
    ]);
    expect(meteredIntervals([one, other])).toEqual([
      { from: 0, to: minutes(15), kwh: 150, isEstimated: false },
      { from: minutes(15), to: minutes(30), kwh: 100, isEstimated: false },
      { from: minutes(15), to: minutes(30), kwh: 20, isEstimated: true },
      { from: minutes(30), to: minutes(45), kwh: null, isEstimated: false },
    ]);
  });

  it("have a curve that is open where one of them is", () => {
    const one = curveIntervals(
      quarters([
        [10, 15],
        [10, 15],
      ]),
    );
    const other = curveIntervals(
      quarters([
        [5, 15],
        [5, 1],
      ]),
    );
    expect(kwhOf(sumIntervals([one, other]))).toEqual([15, null]);
    expect(kwhOf(sumIntervals([one, []]))).toEqual([null, null]);
    expect(sumIntervals([])).toEqual([]);
  });
});

describe("the largest demand of a day", () => {
  it("is looked for on the park's days", () => {
    const time = new ParkTime("Asia/Shanghai");
    const midnight = Date.parse("2026-01-02T00:00:00+08:00");
    const around = windows(5, 9, 7).map((window) => ({
      ...window,
      from: window.from + midnight - minutes(15),
      to: window.to + midnight - minutes(15),
    }));
    expect(dailyDemand(around, time).map(({ day, max }) => [day, max?.kw])).toEqual([
      ["2026-01-01", 5],
      ["2026-01-02", 9],
    ]);
  });
});

describe("a load curve at a glance", () => {
  it("has its peak, its least, mean, load factor and gap", () => {
    const summary = loadSummary(
      curveIntervals(
        quarters([
          [50, 15],
          [100, 15],
          [25, 15],
          [25, 15],
        ]),
      ),
    );
    expect(summary).toEqual({
      peak: { from: minutes(15), to: minutes(30), kw: 400 },
      min: { from: minutes(30), to: minutes(45), kw: 100 },
      meanKw: 200,
      loadFactor: 0.5,
      gapKw: 300,
      gapShare: 0.75,
    });
  });

  it("has neither peak nor least of energy that was shared out over a gap", () => {
    const measured = curveIntervals(
      quarters([
        [50, 15],
        [25, 15],
      ]),
    );
    const sharedOut = { from: minutes(30), to: minutes(45), kwh: 500, isEstimated: true };
    expect(loadSummary([...measured, sharedOut])).toEqual(loadSummary(measured));
    expect(loadSummary([sharedOut])).toBeNull();
  });

  it("is nothing without a known interval, and has no factors when nothing ran", () => {
    expect(loadSummary(curveIntervals(quarters([[0, 0]])))).toBeNull();
    expect(loadSummary(curveIntervals(quarters([[0, 15]])))).toMatchObject({
      meanKw: 0,
      loadFactor: null,
      gapShare: null,
    });
  });
});
