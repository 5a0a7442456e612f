import { describe, expect, it } from "vitest";
import { marksIn, toFlags, type ChartMark } from "./chart-marks.ts";

const aMark = (number: number, from: number, to = from): ChartMark => ({
  ...{ id: `a${number}`, number, from, to, text: `t${number}` },
});
const numbers = (marks: readonly ChartMark[]): number[] => marks.map(({ number }) => number);

describe("flags of marks", () => {
  it("stand where their mark begins, and become one where they would cover each other", () => {
    const flags = toFlags([aMark(1, 0), aMark(2, 20), aMark(3, 29), aMark(4, 60)], ({ from }) => from);
    expect(flags.map(({ left, marks }) => [left, ...numbers(marks)])).toEqual([
      [0, 1, 2, 3],
      [60, 4],
    ]);
  });
});

describe("marks of a bucket", () => {
  it("are those that touch it; what ends where it begins does not", () => {
    const marks = [aMark(1, 0, 10), aMark(2, 10), aMark(3, 5, 25), aMark(4, 20)];
    expect(numbers(marksIn(marks, 10, 20))).toEqual([2, 3]);
    expect(numbers(marksIn(marks, 20, 30))).toEqual([3, 4]);
  });
});
