import { describe, expect, it } from "vitest";
import { toPlainJson } from "./plain-numbers.ts";

describe("numbers of an answer", () => {
  it.each([
    ["a sum", 0.1 + 0.2, "0.3"],
    ["a difference", 4.35 - 4.25, "0.0999999999999996"], // what was lost before is not made up
    ["a register as it was sent", 123456789.012345, "123456789.012345"],
    ["a large whole number", Number.MAX_SAFE_INTEGER, "9007199254740991"],
    ["a small factor", 1.5e-9, "1.5e-9"],
    ["nothing", null, "null"],
    ["no number", Number.NaN, "null"],
  ])("%s is told plainly", (_name, value, text) => {
    expect(toPlainJson({ rows: [{ value }] })).toBe(`{"rows":[{"value":${text}}]}`);
  });
});
