import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { usesOf, type Use } from "./consumption.ts";
import { qualityCode, type Quality, type Series } from "../reading.ts";

const intervalMs = 900_000;
const free = { modulus: null, ratedPerHour: null };

const every15Min = (values: readonly number[], quality: (index: number) => Quality = () => "good"): Series => ({
  at: Float64Array.from(values, (_, i) => i * intervalMs),
  value: Float64Array.from(values),
  quality: Uint8Array.from(values, (_, i) => qualityCode(quality(i))),
});
const total = (uses: readonly Use[]): number => uses.reduce((sum, use) => sum + use.amount, 0);
const summary = (values: readonly number[], register: Parameters<typeof usesOf>[1] = free) => {
  const uses = usesOf(every15Min(values), register);
  const odd = uses.filter((use) => use.cause !== "normal").map((use) => use.cause);
  return { total: total(uses), odd, isSure: uses.every((use) => use.isSure) };
};

describe("use from a cumulative register", () => {
  it.each([
    { name: "a rising register", values: [100, 110, 110, 125], total: 25, odd: [], isSure: true },
    { name: "one reading", values: [100], total: 0, odd: [], isSure: true },
    { name: "a reset, counted from zero", values: [100, 110, 5, 15], total: 25, odd: ["reset"], isSure: false },
    { name: "a fall that is no reset", values: [1000, 900, 905], total: 5, odd: ["backward"], isSure: false },
    { name: "one zero in between", values: [1000, 0, 1010], total: 10, odd: [], isSure: true },
    { name: "three zeros in between", values: [1000, 1001, 0, 0, 0, 1010], total: 10, odd: [], isSure: true },
    {
      name: "five zeros in between, longer than a glitch",
      values: [1000, 1002, 0, 0, 0, 0, 0, 1010, 1012],
      total: 12,
      odd: ["reset", "leap"],
      isSure: false,
    },
    {
      name: "a reset of a young register that soon climbs past its old level",
      values: [4, 7, 10, 0, 3, 7, 12],
      total: 6 + 12,
      odd: ["reset"],
      isSure: false,
    },
    { name: "a zero at the end, not yet back", values: [1000, 1010, 0], total: 10, odd: ["reset"], isSure: false },
  ])("$name", ({ name, values, ...expected }) => {
    expect(summary(values)).toEqual(expected);
  });

  const fiveDigits = { modulus: 100_000, ratedPerHour: 100 };
  it.each([
    { name: "a roll-over at the end of the register", values: [99_990, 99_995, 5, 15], total: 25, odd: ["rollover"] },
    {
      name: "a fall from the end that would be too much use",
      values: [95_000, 95_010, 60, 70],
      total: 20,
      odd: ["reset"],
    },
    { name: "a fall from below the last tenth", values: [89_000, 3, 13], total: 13, odd: ["reset"] },
    {
      name: "a zero glitch just before the end of the register",
      values: [99_990, 0, 99_995, 5],
      total: 15,
      odd: ["rollover"],
    },
    { name: "another meter with a higher register", values: [1000, 1010, 40_000, 40_010], total: 20, odd: ["leap"] },
    { name: "another meter with a lower register", values: [40_000, 40_010, 3000, 3010], total: 20, odd: ["reset"] },
    { name: "a spike of one reading", values: [1000, 1010, 90_000, 1030], total: 30, odd: [] },
  ])("with a register of five digits rated 100 an hour: $name", ({ name, values, ...expected }) => {
    expect(summary(values, fiveDigits)).toMatchObject(expected);
  });

  it("without a rated use, a fall from the end of the register is a roll-over only at the meter's usual pace", () => {
    const register = { modulus: 100_000, ratedPerHour: null };
    expect(summary([99_985, 99_990, 99_995, 5, 15], register).odd).toEqual(["rollover"]);
    expect(summary([94_985, 94_990, 94_995, 5, 15], register).odd).toEqual(["reset"]);
  });

  it("passes over suspect and bad readings and keeps the sum", () => {
    const series = every15Min([100, 90_000, 110, 3, 120], (i) => (i === 1 ? "suspect" : i === 3 ? "bad" : "good"));
    expect(usesOf(series, free)).toEqual([
      { from: 0, to: 2 * intervalMs, amount: 10, cause: "normal", isSure: true },
      { from: 2 * intervalMs, to: 4 * intervalMs, amount: 10, cause: "normal", isSure: true },
    ]);
  });

  it("splitting a range keeps its consumption", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 2, maxLength: 60 }), fc.nat(), (increments, at) => {
        let level = 5000;
        const values = increments.map((increment) => (level += increment));
        const cut = 1 + (at % (values.length - 1));
        const sum = (part: number[]): number => total(usesOf(every15Min(part), free));
        expect(sum(values.slice(0, cut + 1)) + sum(values.slice(cut))).toBe(sum(values));
      }),
    );
  });
});

/** A meter rated 100 an hour, so at most 25 in 15 minutes, and what goes wrong with its register. */
const rated = 100;
type Fault = "none" | "zero" | "reset" | "backward" | "swap";
interface Step {
  readonly use: number;
  readonly fault: Fault;
  /** How many readings a zero glitch lasts. */
  readonly length: number;
  /** Share of the register that a backward run loses. */
  readonly share: number;
}
const anyStep = (faults: readonly { arbitrary: fc.Arbitrary<Fault>; weight: number }[]): fc.Arbitrary<Step> =>
  fc.record({
    use: fc.integer({ min: 0, max: 25 }),
    fault: fc.oneof({ arbitrary: fc.constant<Fault>("none"), weight: 12 }, ...faults),
    length: fc.integer({ min: 1, max: 3 }),
    share: fc.double({ min: 0.01, max: 0.8, noNaN: true }),
  });
const fault = (name: Fault) => ({ arbitrary: fc.constant(name), weight: 1 });

/** Plays the steps on a register; `truth` counts from the first shown reading to the last one. */
function play(start: number, steps: readonly Step[], modulus: number): { values: number[]; truth: number } {
  let [register, truth, zeros] = [start, 0, 0];
  const values = [register];
  for (const { use, fault: what, length, share } of steps) {
    truth += use;
    register = (register + use) % modulus;
    // What happens to a register while its readings are zero cannot be seen, so nothing does.
    if (zeros > 0) zeros -= 1;
    else if (what === "zero") zeros = length;
    else if (what !== "none") {
      const fallen = { reset: use / 2, backward: register * (1 - share), swap: register / 3 }[what];
      // Nor can a fall that the use of the same quarter hour makes up for, or one in the moment of rolling over.
      const shown = values.at(-1) ?? 0;
      const isAtEnd = Math.max(register, shown) > modulus - 2 * 25;
      if (fallen < shown && !isAtEnd) register = fallen;
    }
    values.push(zeros > 0 ? 0 : register);
  }
  // The last word is the register's own, so that the truth has an end.
  values.push(register);
  return { values, truth };
}

/** Use may catch up for what a glitch near zero has hidden, never more. */
const noSpike = (use: Use): boolean =>
  use.amount >= 0 && use.amount <= 1.2 * rated * ((use.to - use.from + 3 * intervalMs) / 3_600_000) + 1e-6;

describe("ten thousand registers with known truth", () => {
  const modulus = 10_000;
  const start = fc.integer({ min: 0, max: modulus - 1 });
  const register = { modulus, ratedPerHour: rated };

  it("zero glitches and roll-overs: the total is the truth, or says that it is not sure", () => {
    fc.assert(
      fc.property(start, fc.array(anyStep([fault("zero")]), { minLength: 1, maxLength: 40 }), (from, steps) => {
        const { values, truth } = play(from, steps, modulus);
        const uses = usesOf(every15Min(values), register);
        expect(uses.filter((use) => !noSpike(use))).toEqual([]);
        if (uses.every((use) => use.isSure)) expect(total(uses)).toBeCloseTo(truth, 6);
      }),
      { numRuns: 5000 },
    );
  });

  it("zero glitches far from zero and roll-overs without glitches are exact and sure", () => {
    const isolated = fc.array(fc.nat(25), { minLength: 4, maxLength: 30 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 8000 }),
        isolated,
        fc.nat(),
        fc.integer({ min: 1, max: 3 }),
        (from, increments, seed, length) => {
          const { values, truth } = play(
            from,
            increments.map((use) => ({ use, fault: "none", length: 1, share: 0 })),
            modulus,
          );
          const first = 1 + (seed % (values.length - 2));
          const glitched = values.map((value, i) =>
            i >= first && i < Math.min(first + length, values.length - 1) ? 0 : value,
          );
          const uses = usesOf(every15Min(glitched), register);
          expect({ total: total(uses), isSure: uses.every((use) => use.isSure) }).toEqual({
            total: truth,
            isSure: true,
          });
        },
      ),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(start, isolated, (from, increments) => {
        const { values, truth } = play(
          from,
          increments.map((use) => ({ use, fault: "none", length: 1, share: 0 })),
          modulus,
        );
        const uses = usesOf(every15Min(values), register);
        expect({ total: total(uses), isSure: uses.every((use) => use.isSure) }).toEqual({ total: truth, isSure: true });
      }),
      { numRuns: 1000 },
    );
  });

  it("resets, backward runs and swapped meters too: never negative, never a spike, the truth or not sure", () => {
    const faults = (["zero", "reset", "backward", "swap"] as const).map(fault);
    fc.assert(
      fc.property(start, fc.array(anyStep(faults), { minLength: 1, maxLength: 40 }), (from, steps) => {
        const { values, truth } = play(from, steps, modulus);
        const uses = usesOf(every15Min(values), register);
        expect(uses.filter((use) => !noSpike(use))).toEqual([]);
        if (uses.every((use) => use.isSure)) expect(total(uses)).toBeCloseTo(truth, 6);
      }),
      { numRuns: 5000 },
    );
  });
});
