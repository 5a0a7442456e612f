import { describe, expect, it } from "vitest";
import { align, sumSamples, summarize, toSamples } from "./series.ts";

const body = (step: "raw" | "15m", rows: readonly (readonly [at: number, value: number | null])[]) => ({
  point: "E1.activePower",
  unit: "kW",
  step,
  stat: "mean" as const,
  coverage: { measured: 1, estimated: 0, missing: 0 },
  state: "estimated" as const,
  closedMonths: [],
  rows: rows.map(([at, value]) => ({ at: new Date(at).toISOString(), value, quality: "good" as const })),
});
const line = (at: number[], values: (number | null)[]) => ({ at, values, qualities: at.map(() => "good" as const) });

describe("series for a chart", () => {
  it("breaks a raw line where more than three intervals passed without a reading", () => {
    const { values } = toSamples(
      body("raw", [
        [0, 1],
        [60_000, 2],
        [240_000, 3],
        [421_000, 4],
      ]),
      60,
    );
    expect(values).toEqual([1, 2, 3, null, 4]);
  });

  it("draws quarter-hour history of a meter that now reports every few seconds as one line", () => {
    const quarters = Array.from({ length: 6 }, (_, i) => [i * 900_000, i] as const);
    const seconds = Array.from({ length: 4 }, (_, i) => [6 * 900_000 + i * 5000, 9] as const);
    expect(toSamples(body("raw", quarters), 5).values).not.toContain(null);
    expect(toSamples(body("raw", [...quarters, ...seconds]), 5).values).not.toContain(null);
  });

  it("keeps empty buckets as gaps", () => {
    expect(
      toSamples(
        body("15m", [
          [0, 1],
          [900_000, null],
          [1_800_000, 3],
        ]),
        60,
      ).values,
    ).toEqual([1, null, 3]);
  });

  it("puts lines with different times over one axis without making gaps of it", () => {
    const { at, lines } = align([line([0, 20], [1, 2]), line([10, 20], [5, null])]);
    expect(at).toEqual([0, 10, 20]);
    expect(lines.map(({ values }) => values)).toEqual([
      [1, undefined, 2],
      [undefined, 5, null],
    ]);
  });

  it("leaves a sum empty where too few meters are known, rather than drawing it low", () => {
    const lines = [line([0, 1], [10, 10]), line([0, 1], [20, null]), line([0, 1], [30, 30])];
    expect(sumSamples(lines, 0.8).values).toEqual([60, null]);
    expect(sumSamples(lines, 0.5).values).toEqual([60, 40]);
  });

  it("counts gaps and ignores them in mean and extremes", () => {
    expect(summarize([1, null, null, 3, undefined, null])).toEqual({ min: 1, max: 3, mean: 2, last: 3, gaps: 2 });
    expect(summarize([])).toEqual({ min: null, max: null, mean: null, last: null, gaps: 0 });
  });
});
