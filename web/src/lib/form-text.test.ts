import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatNumber } from "./format.ts";
import { parseNumber } from "./form-text.ts";

describe("a number as people write it", () => {
  it.each([
    ["1,234.5", 1234.5],
    [" 271625 ", 271_625],
    ["−3", -3],
    ["-.5", -0.5],
    ["１２，０００．５", 12_000.5],
    ["1e3", 1000],
  ])("reads %j", (text, value) => expect(parseNumber(text)).toBe(value));

  it.each(["", "  "])("knows that nothing is written in %j", (text) => expect(parseNumber(text)).toBeNull());

  it.each([
    "271625 度",
    "179300.50元",
    "abc",
    "12万",
    "1,5",
    "12,34",
    "1.234,5",
    "0x10",
    "Infinity",
    "1e999",
    "-",
    ".",
  ])("takes %j for no number", (text) => expect(parseNumber(text)).toBeNaN());

  it("reads what the pages write", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (hundredths) => {
        expect(parseNumber(formatNumber(hundredths / 100, 2)) === hundredths / 100).toBe(true);
      }),
    );
  });
});
