import { describe, expect, it } from "vitest";
import { roundTicks, runsOf } from "./axis.ts";

describe("the marks of an axis", () => {
  it.each([
    [0, 87, 4, [0, 25, 50, 75, 100]],
    [0, 0, 4, [0, 0.25, 0.5, 0.75, 1]],
    [-12, 30, 4, [-20, 0, 20, 40]],
    [0, 4200, 4, [0, 2000, 4000, 6000]],
    [500, 1000, 4, [0, 250, 500, 750, 1000]],
  ])("from %d to %d in %d steps", (min, max, most, ticks) => {
    expect(roundTicks(min, max, most)).toEqual(ticks);
  });
});

describe("a line", () => {
  it("breaks where nothing is known", () => {
    const samples = [1, null, 3, 4, null].map((value, at) => ({ at, value }));
    expect(runsOf(samples)).toEqual([
      [{ at: 0, value: 1 }],
      [
        { at: 2, value: 3 },
        { at: 3, value: 4 },
      ],
    ]);
  });
});
