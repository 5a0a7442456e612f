import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Coverage } from "../consumption/aggregate.ts";
import { knownShare, sumFigures, weightedCoverage, type SizedCoverage } from "./figure.ts";

const covered = (measured: number, estimated = 0): Coverage => ({
  measured,
  estimated,
  missing: 1 - measured - estimated,
});
const part = (size: number | null, known = 1): SizedCoverage => ({ size, coverage: covered(known) });
const silent = part(null, 0);

const coverages = fc
  .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
  .map(([known, share]) => covered((known / 100) * (share / 100), (known / 100) * (1 - share / 100)));
const parts = fc.array(
  fc
    .record({ size: fc.option(fc.integer({ min: 0, max: 1e6 })), coverage: coverages })
    .map(({ size, coverage }) => (knownShare(coverage) === 0 ? silent : { size: size ?? 0, coverage })),
  { minLength: 1, maxLength: 12 },
);

describe("the coverage of a sum of several meters", () => {
  it.each([
    { name: "one large meter half known among nine small ones", parts: [part(500, 0.5), ...Array(9).fill(part(1))] },
    { name: "the same, the small ones put together", parts: [part(500, 0.5), part(9)] },
  ])("$name: 1,000 of 1,009 hang on half of the time", ({ parts: given }) => {
    expect(knownShare(weightedCoverage(given as SizedCoverage[]))).toBeCloseTo((1000 * 0.5 + 9) / 1009, 12);
  });

  it("takes a silent meter for as heavy as the heaviest: nine small ones do not stand for it", () => {
    expect(knownShare(weightedCoverage([part(900), ...Array<SizedCoverage>(9).fill(part(1)), silent]))).toBeCloseTo(
      909 / 1809,
      12,
    );
  });

  it("is the plain mean where nothing tells the meters apart", () => {
    expect(weightedCoverage([part(0), part(0), silent])).toEqual({ measured: 2 / 3, estimated: 0, missing: 1 / 3 });
    expect(weightedCoverage([])).toEqual({ measured: 0, estimated: 0, missing: 1 });
  });

  it("is a coverage: shares from 0 to 1 that add up to 1", () => {
    fc.assert(
      fc.property(parts, (given) => {
        const { measured, estimated, missing } = weightedCoverage(given);
        for (const share of [measured, estimated, missing]) expect(share).toBeGreaterThanOrEqual(-1e-12);
        expect(measured + estimated + missing).toBeCloseTo(1, 9);
      }),
    );
  });

  it("lies between the worst and the best known part", () => {
    fc.assert(
      fc.property(parts, (given) => {
        const shares = given.map(({ coverage }) => knownShare(coverage));
        const known = knownShare(weightedCoverage(given));
        expect(known).toBeGreaterThanOrEqual(Math.min(...shares) - 1e-9);
        expect(known).toBeLessThanOrEqual(Math.max(...shares) + 1e-9);
      }),
    );
  });

  it("does not change when a known meter is read as many small ones", () => {
    const known = parts.filter((given) => given.every(({ size }) => size !== null && size > 0));
    fc.assert(
      fc.property(known, fc.integer({ min: 2, max: 20 }), (given, count) => {
        const [first, ...rest] = given;
        if (first?.size == null) return;
        const small = Array<SizedCoverage>(count).fill({ ...first, size: first.size / count });
        expect(knownShare(weightedCoverage([...small, ...rest]))).toBeCloseTo(knownShare(weightedCoverage(given)), 9);
      }),
    );
  });

  it("never gets better by adding small meters that are known, beyond what they use", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 100, max: 1e6 }), (count, size) => {
        const big = part(size / 2, 0.5);
        const more = knownShare(weightedCoverage([big, ...Array<SizedCoverage>(count).fill(part(1))]));
        expect(more).toBeLessThanOrEqual(0.5 + count / (size + count));
      }),
    );
  });

  it("is that of figures that are added", () => {
    const figure = (value: number | null, known: number) => ({
      figure: { value, unit: "kWh", coverage: covered(known), factorIds: [] },
      coefficient: 1,
    });
    const { value, coverage } = sumFigures([figure(900, 1), figure(10, 1), figure(null, 0)], "kWh");
    expect([value, knownShare(coverage)]).toEqual([910, expect.closeTo(910 / 1810, 12)]);
  });
});
