import { meterRequest } from "@smart-park/core/wire";
import { usesOf, type Series } from "@smart-park/core";
import { describe, expect, it } from "vitest";
import { scenarios } from "./index.ts";
import type { ScenarioPlan } from "./scenario.ts";

const now = Date.UTC(2026, 10, 23, 6, 30);
const plans = scenarios.map((scenario) => [scenario.name, scenario.plan({ seed: 5, now })] as const);

/** The register as a store would keep it: one reading per time, the last one sent, in time order. */
function storedRegister(plan: ScenarioPlan, quantity: string): Series {
  const byTime = new Map<number, number>();
  for (const step of plan.steps) {
    if (step.kind !== "telemetry") continue;
    for (const { ts, values } of step.objects) {
      const value = values[quantity];
      if (value !== undefined && ts <= now) byTime.set(ts, value);
    }
  }
  const rows = [...byTime].toSorted((a, b) => a[0] - b[0]);
  return {
    at: Float64Array.from(rows, ([at]) => at),
    value: Float64Array.from(rows, ([, value]) => value),
    quality: new Uint8Array(rows.length),
  };
}

describe("scenarios", () => {
  it.each(plans)("%s is the same again for the same seed and another one for another", (name, plan) => {
    const scenario = scenarios.find((candidate) => candidate.name === name);
    const told = (seed: number): string => JSON.stringify(scenario?.plan({ seed, now }));
    expect(told(5)).toBe(JSON.stringify(plan));
    if (name !== "silence") expect(told(6)).not.toBe(told(5));
  });

  it.each(plans)("%s describes a meter that the platform takes, and sends only its quantities", (_, plan) => {
    const meter = { id: "m", name: "m", enterpriseId: "e", kind: plan.meterKind, intervalS: plan.intervalS };
    const { points } = meterRequest.parse({ ...meter, points: plan.points });
    const known = new Set<string>(points.map((point) => point.quantity));
    for (const step of plan.steps) {
      if (step.kind === "telemetry")
        expect(step.objects.every((o) => Object.keys(o.values).every((q) => known.has(q)))).toBe(true);
    }
  });

  it.each(plans.filter(([name]) => name !== "clock-skew" && name !== "meter-swap" && name !== "silence"))(
    "%s tells the true consumption, which follows from the register by the rules of consumption",
    (_, plan) => {
      for (const [quantity, amount] of Object.entries(plan.trueConsumption)) {
        const point = meterRequest
          .parse({ id: "m", name: "m", enterpriseId: "e", kind: plan.meterKind, points: plan.points })
          .points.find((candidate) => candidate.quantity === quantity);
        const register = { modulus: point?.modulus ?? null, ratedPerHour: point?.ratedPerHour ?? null };
        const total = usesOf(storedRegister(plan, quantity), register).reduce((sum, use) => sum + use.amount, 0);
        expect(total).toBeCloseTo(amount, 1);
      }
    },
  );

  it("meter-swap loses at most the use of the minute of the swap", () => {
    const plan = plans.find(([name]) => name === "meter-swap")?.[1];
    if (!plan) throw new Error("no meter-swap");
    const uses = usesOf(storedRegister(plan, "activeEnergyImport"), { modulus: null, ratedPerHour: null });
    const total = uses.reduce((sum, use) => sum + use.amount, 0);
    const truth = plan.trueConsumption["activeEnergyImport"] ?? 0;
    expect(truth - total).toBeGreaterThanOrEqual(-0.01);
    expect(truth - total).toBeLessThan(5);
  });

  it("none sends a reading that is too old to be taken live", () => {
    for (const [, plan] of plans) {
      for (const step of plan.steps) {
        if (step.kind !== "telemetry") continue;
        for (const { ts } of step.objects) expect(now - ts).toBeLessThan(7 * 86_400_000 - 3_600_000);
      }
    }
  });
});
