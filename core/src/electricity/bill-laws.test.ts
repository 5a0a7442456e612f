import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aBill, declared, january } from "../testing/a-bill.ts";
import { minutes } from "../time.ts";

describe("laws of the bill", () => {
  const intervalsOf = (kwh: readonly number[]) =>
    kwh.map((value, i) => ({
      from: january.from + minutes(15) * i,
      to: january.from + minutes(15) * (i + 1),
      kwh: value,
      isEstimated: false,
    }));
  const loads = fc.array(fc.double({ min: 0, max: 5000, noNaN: true }), { minLength: 1, maxLength: 400 });
  const tariffs = fc.record({
    declaredKw: fc.integer({ min: 0, max: 30_000 }),
    capacityKva: fc.integer({ min: 1, max: 30_000 }),
    maxDemandKw: fc.double({ min: 0, max: 40_000, noNaN: true }),
    forwardKvarh: fc.double({ min: 0, max: 1e6, noNaN: true }),
  });

  it("the total is the sum of the lines, in whole cents", () => {
    fc.assert(
      fc.property(loads, tariffs, (kwh, { declaredKw, capacityKva, maxDemandKw, forwardKvarh }) => {
        const answer = aBill({
          tariff: declared(declaredKw, capacityKva),
          intervals: intervalsOf(kwh),
          maxDemandKw,
          reactive: { forwardKvarh, reverseKvarh: 0 },
        });
        fc.pre(answer.totalFen !== null);
        expect(answer.lines.reduce((total, line) => total + (line.amountFen ?? NaN), 0)).toBe(answer.totalFen);
        expect(answer.lines.every(({ amountFen }) => Number.isSafeInteger(amountFen))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("every amount is its quantity times its price, to half a cent", () => {
    fc.assert(
      fc.property(loads, (kwh) => {
        for (const { quantity, price, amountFen } of aBill({ intervals: intervalsOf(kwh) }).lines)
          expect(Math.abs((quantity ?? NaN) * (price ?? NaN) * 100 - (amountFen ?? NaN))).toBeLessThanOrEqual(0.5001);
      }),
      { numRuns: 60 },
    );
  });

  it("readings that arrive in another order give the same bill", () => {
    const shuffled = loads.chain((kwh) =>
      fc.tuple(fc.constant(kwh), fc.shuffledSubarray([...kwh.keys()], { minLength: kwh.length })),
    );
    fc.assert(
      fc.property(shuffled, ([kwh, order]) => {
        const intervals = intervalsOf(kwh);
        const other = order.flatMap((i) => intervals[i] ?? []);
        expect(aBill({ intervals: other })).toEqual(aBill({ intervals }));
      }),
      { numRuns: 40 },
    );
  });

  it("the kWh of the periods are all the kWh, to the rounding of each line", () => {
    fc.assert(
      fc.property(loads, (kwh) => {
        const { lines, kwh: total } = aBill({ intervals: intervalsOf(kwh) });
        const energy = lines.filter(({ kind }) => kind === "energy");
        expect(Math.abs((total ?? NaN) - kwh.reduce((a, b) => a + b, 0))).toBeLessThanOrEqual(
          0.005 * energy.length + 1e-6,
        );
      }),
      { numRuns: 60 },
    );
  });
});
