import { describe, expect, it } from "vitest";
import { RegulatedBook } from "../regulated/book.ts";
import { builtInRecords } from "../regulated/tables/index.ts";
import { powerFactorOf, powerFactorPercent } from "./power-factor.ts";

const book = new RegulatedBook(builtInRecords);
const tableOf = (standard: string) => book.inForce("powerFactor", standard, "2026-01-01")!.value;

describe("power-factor adjustment", () => {
  it.each([
    // Standard 0.90: −0.15 % each up to 0.95; +0.5 % to 0.70, +1 % to 0.65, +2 % below
    { standard: "0.90", cos: 1, percent: -0.75 },
    { standard: "0.90", cos: 0.97, percent: -0.75 },
    { standard: "0.90", cos: 0.95, percent: -0.75 },
    { standard: "0.90", cos: 0.94, percent: -0.6 },
    { standard: "0.90", cos: 0.91, percent: -0.15 },
    { standard: "0.90", cos: 0.9, percent: 0 },
    { standard: "0.90", cos: 0.89, percent: 0.5 },
    { standard: "0.90", cos: 0.88, percent: 1 },
    { standard: "0.90", cos: 0.7, percent: 10 },
    { standard: "0.90", cos: 0.69, percent: 11 },
    { standard: "0.90", cos: 0.68, percent: 12 },
    { standard: "0.90", cos: 0.65, percent: 15 },
    { standard: "0.90", cos: 0.64, percent: 17 },
    { standard: "0.90", cos: 0.62, percent: 21 },
    { standard: "0.90", cos: 0, percent: 145 }, // 15 + 65 × 2
    // Standard 0.85: −0.1 % each to 0.90, then −0.15 % to 0.94
    { standard: "0.85", cos: 1, percent: -1.1 },
    { standard: "0.85", cos: 0.94, percent: -1.1 },
    { standard: "0.85", cos: 0.91, percent: -0.65 },
    { standard: "0.85", cos: 0.9, percent: -0.5 },
    { standard: "0.85", cos: 0.86, percent: -0.1 },
    { standard: "0.85", cos: 0.85, percent: 0 },
    { standard: "0.85", cos: 0.84, percent: 0.5 },
    { standard: "0.85", cos: 0.65, percent: 10 },
    { standard: "0.85", cos: 0.6, percent: 15 },
    { standard: "0.85", cos: 0.59, percent: 17 },
    // Standard 0.80
    { standard: "0.80", cos: 1, percent: -1.3 },
    { standard: "0.80", cos: 0.92, percent: -1.3 },
    { standard: "0.80", cos: 0.91, percent: -1.15 },
    { standard: "0.80", cos: 0.9, percent: -1 },
    { standard: "0.80", cos: 0.8, percent: 0 },
    { standard: "0.80", cos: 0.6, percent: 10 },
    { standard: "0.80", cos: 0.55, percent: 15 },
    { standard: "0.80", cos: 0.54, percent: 17 },
  ])("standard $standard, power factor $cos: $percent %", ({ standard, cos, percent }) => {
    expect(powerFactorPercent(tableOf(standard), cos)).toBe(percent);
  });

  it("never rises with the power factor", () => {
    for (const standard of ["0.90", "0.85", "0.80"])
      for (let hundredth = 0; hundredth < 100; hundredth++)
        expect(powerFactorPercent(tableOf(standard), (hundredth + 1) / 100)).toBeLessThanOrEqual(
          powerFactorPercent(tableOf(standard), hundredth / 100),
        );
  });

  it.each([
    { active: 3000, forward: 4000, reverse: 0, cos: 0.6 }, // 3-4-5
    { active: 4000, forward: 2000, reverse: -1000, cos: 0.8 }, // both directions add up
    { active: 4000, forward: 2000, reverse: 1000, cos: 0.8 },
    { active: 100, forward: 0, reverse: 0, cos: 1 },
    { active: 0, forward: 10, reverse: 0, cos: null },
    { active: 0, forward: 0, reverse: 0, cos: null },
  ])("$active kWh with $forward and $reverse kvarh: $cos", ({ active, forward, reverse, cos }) => {
    const month = { activeKwh: active, reactiveForwardKvarh: forward, reactiveReverseKvarh: reverse };
    expect(powerFactorOf(month)).toBe(cos);
  });
});
