import { describe, expect, it } from "vitest";
import { aBill, declared, january, nameOf, shanghai } from "../testing/a-bill.ts";
import { quarterHours } from "../testing/a-month.ts";
import { hours } from "../time.ts";

describe("what a bill does not know", () => {
  const tariff = declared(1000, 2000);

  it("an unknown maximum demand leaves its line, the adjustment and the total without amount", () => {
    const answer = aBill({ tariff, maxDemandKw: null });
    expect(answer.lines.filter(({ amountFen }) => amountFen === null).map(({ missing }) => missing)).toEqual([
      "noMaxDemand",
      "baseUnknown",
    ]);
    // 297 600 kWh / 2 000 kVA is below 260, so 1 000 kW × 30.6
    expect(answer).toMatchObject({ totalFen: null, knownFen: 18_593_056 + 3_060_000, state: "incomplete" });
  });

  it("unknown reactive energy leaves the adjustment without amount", () => {
    const answer = aBill({ tariff, reactive: null });
    expect(answer.lines.find(({ kind }) => kind === "powerFactor")).toMatchObject({
      amountFen: null,
      missing: "noReactiveEnergy",
    });
    expect(answer.totalFen).toBeNull();
  });

  it("a month without any reading has no total, not zero", () => {
    const answer = aBill({ intervals: [] });
    expect(answer).toMatchObject({ totalFen: null, knownFen: null, kwh: null, state: "incomplete" });
    expect(answer.lines).toMatchObject([{ kind: "energy", amountFen: null, missing: "noConsumption" }]);
    expect(answer.coverage).toEqual({ measured: 0, estimated: 0, missing: 1 });
  });

  it("a month of standstill is known: 0 kWh, 0 元, no adjustment", () => {
    const contract = { method: "actualDemand", capacityKva: 2000 } as const;
    const idle = { ...tariff, basic: { contract, rules: "china", price: "demandPrice.hunan.110kV" } };
    const answer = aBill({ tariff: idle, maxDemandKw: 0, intervals: quarterHours(shanghai, january, () => 0) });
    expect(answer).toMatchObject({ totalFen: 0, state: "complete", kwh: 0, powerFactor: null });
  });

  it("a month after the known prices shows its energy and no amount", () => {
    const july = shanghai.billingMonth(Date.parse("2026-07-15T00:00:00+08:00"));
    const answer = aBill({ range: july });
    expect(answer.lines.map((line) => [nameOf(line), line.quantity, line.missing])).toEqual([
      ["sharp", 49_600, "noPrice"],
      ["peak", 49_600, "noPrice"],
      ["flat", 99_200, "noPrice"],
      ["valley", 99_200, "noPrice"],
    ]);
    expect(answer).toMatchObject({ totalFen: null, knownFen: null, kwh: 297_600 });
  });

  it("a missing hour makes the bill incomplete and says how much is missing", () => {
    const intervals = quarterHours(shanghai, january, ({ day, hour }) => (day === 7 && hour === 9 ? null : 100));
    const answer = aBill({ intervals });
    expect(answer).toMatchObject({ state: "incomplete", kwh: 297_200 });
    expect(answer.coverage.missing).toBeCloseTo(1 / 744, 10);
    // The hour was flat: 400 kWh × 0.5949 less.
    expect(answer.totalFen).toBe(18_593_056 - 23_796);
  });

  it("a running month is estimated, and time to come is not missing", () => {
    const now = january.from + hours(24 * 10);
    const answer = aBill({ now, intervals: quarterHours(shanghai, { from: january.from, to: now }, () => 100) });
    expect(answer.state).toBe("estimated");
    expect(answer.coverage).toEqual({ measured: 1, estimated: 0, missing: 0 });
  });

  it("an estimated interval over several periods is shared out by time, its cost and share are named", () => {
    // A silent day: one interval of 24 h with 2 400 kWh. January: 4 h sharp, 4 h peak, 8 h flat, 8 h valley.
    const { from } = january;
    const day = { from, to: from + hours(24) };
    const answer = aBill({ range: day, intervals: [{ ...day, kwh: 2400, isEstimated: true }] });
    expect(answer.lines.map((line) => [nameOf(line), line.quantity, line.estimatedQuantity])).toEqual([
      ["sharp", 400, 400],
      ["peak", 400, 400],
      ["flat", 800, 800],
      ["valley", 800, 800],
      ["governmentFund", 2400, 2400],
    ]);
    expect(answer).toMatchObject({ state: "estimated", estimatedShare: 1, coverage: { estimated: 1 } });
    // 400 × 1.1102 + 400 × 0.931 + 800 × 0.5949 + 800 × 0.2588 = 444.08 + 372.40 + 475.92 + 207.04
    expect(answer.totalFen).toBe(149_944);
  });
});
