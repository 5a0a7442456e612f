import { describe, expect, it } from "vitest";
import { valueMarks } from "./value-marks.ts";

describe("marks beside a value axis", () => {
  it.each([
    [0, 2.5, ["0", "2.5", "5.0", "7.5"]],
    [0, 0.25, ["0", "0.25", "0.50", "0.75"]],
    [0, 500, ["0", "500", "1,000", "1,500"]],
    [0.9, 0.02, ["0.90", "0.92", "0.94", "0.96"]],
    [-0.2, 0.1, ["−0.2", "−0.1", "0", "0.1"]],
  ] as const)("say what they stand at: from %s by %s", (first, step, expected) => {
    const splits = [0, 1, 2, 3].map((n) => first + n * step);
    expect(valueMarks(splits).map((text) => text.replace(/^0\.0+$/, "0"))).toEqual(expected);
  });
});
