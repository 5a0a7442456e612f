import { describe, expect, it } from "vitest";
import { dayProblem, parseDay } from "./written-day.ts";

describe("a day that is typed", () => {
  it.each([
    ["2026-11-20", "2026-11-20"],
    [" 2026/1/5 ", "2026-01-05"],
    ["2026年1月5日", "2026-01-05"],
    ["2028-02-29", "2028-02-29"],
    ["2026-02-30", null],
    ["2026-13-01", null],
    ["11/20/2026", null],
    ["2026-11", null],
    ["", null],
  ])("%s is %s", (text, day) => {
    expect(parseDay(text)).toBe(day);
  });

  it("is held against its bounds, both included, and may be left out", () => {
    const bounds = { min: "2026-01-05", max: "2026-12-31" };
    const texts = ["2026-01-04", "2026-1-5", "2026-12-31", "2027-01-01", "soon", ""];
    expect(texts.map((text) => dayProblem(text, bounds))).toEqual(["early", null, null, "late", "form", null]);
  });
});
