import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, compare, decimal, fromFen, multiply, roundNumber, subtract, sum, toFen, toNumber } from "./decimal.ts";

describe("exact decimals", () => {
  it("adds ten cents and twenty cents to thirty cents", () => {
    expect(toNumber(add(decimal(0.1), decimal(0.2)))).toBe(0.3);
    expect(toNumber(subtract(decimal(0.3), decimal(0.1)))).toBe(0.2);
    expect(toNumber(multiply(decimal(1.1), decimal(1.1)))).toBe(1.21);
  });

  it.each([
    { value: 1.005, fen: 101 },
    { value: 1.004999, fen: 100 },
    { value: 0.004, fen: 0 },
    { value: -1.005, fen: -101 },
    { value: -0.004, fen: 0 },
    { value: 1e-7, fen: 0 },
    { value: 1.5e21, fen: 1.5e23 },
  ])("$value 元 is $fen 分", ({ value, fen }) => {
    expect(toFen(decimal(value))).toBe(fen);
  });

  it("rounds halves up in decimal, where binary fractions would round some down", () => {
    expect(Math.round(1.005 * 100) / 100).toBe(1);
    expect(roundNumber(1.005, 2)).toBe(1.01);
  });

  it.each([NaN, Infinity, -Infinity])("refuses %s", (value) => {
    expect(() => decimal(value)).toThrow(RangeError);
  });

  it("a number survives the way there and back", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (value) => {
        expect(toNumber(decimal(value)) === value).toBe(true);
      }),
    );
  });

  it("a sum does not depend on the order", () => {
    const amounts = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { maxLength: 30 });
    fc.assert(
      fc.property(amounts, (values) => {
        const forward = sum(values.map(decimal));
        expect(compare(forward, sum(values.toReversed().map(decimal)))).toBe(0);
      }),
    );
  });

  it("fen are kept exactly", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (fen) => {
        expect(toFen(fromFen(fen))).toBe(fen);
      }),
    );
  });
});
