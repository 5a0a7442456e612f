import { describe, expect, it } from "vitest";
import { limitBehind } from "./limit-behind.ts";
import type { WatchTarget } from "../ports/registry.ts";
import { aPoint } from "../testing/a-point.ts";

const nox = aPoint("noxCorrected");
const target = (kind: WatchTarget["kind"], limit: number, more: Partial<WatchTarget> = {}): WatchTarget => ({
  ...{ id: `${kind}-${limit}`, kind, pointId: nox.id, enterpriseId: nox.enterpriseId, limit },
  ...{ title: "t", source: "s", effectiveFrom: 0, status: "verified" },
  ...more,
});
const alert = { kind: "limit", pointId: nox.id, value: 130, limit: 120, raisedAt: 1000 } as const;

describe("the limit behind the bound of an alert", () => {
  it.each([
    ["a bound before it is a warning line", [target("hourlyMean", 150)], { kind: "hourlyMean", limit: 150 }],
    ["a bound that is the limit has none behind", [target("hourlyMean", 120)], null],
    ["a bound beyond it has none behind", [target("hourlyMean", 100)], null],
    ["nothing is registered", [], null],
    ["another point's does not count", [target("hourlyMean", 150, { pointId: aPoint("nox").id })], null],
    ["the step of a night is no limit", [target("nightFlow", 150)], null],
    [
      "the version in force then counts",
      [
        target("hourlyMean", 150),
        target("hourlyMean", 140, { effectiveFrom: 900 }),
        target("hourlyMean", 130, { effectiveFrom: 2000 }),
      ],
      { kind: "hourlyMean", limit: 140 },
    ],
    [
      "the nearest of two counts",
      [target("dailyMean", 160), target("hourlyMean", 150)],
      { kind: "hourlyMean", limit: 150 },
    ],
  ] as const)("%s", (_name, targets, expected) => {
    expect(limitBehind(alert, targets, "mg/m³")).toEqual(expected);
  });

  it("lies below, where the value fell", () => {
    const targets = [target("dailyMean", 9, { lowerLimit: 6 })];
    expect(limitBehind({ ...alert, value: 6.2, limit: 6.5 }, targets, "1")).toEqual({ kind: "dailyMean", limit: 6 });
  });

  it("is a declared demand in the unit of the alert, and nothing where the point is no power", () => {
    const power = { ...alert, value: 1_340_000, limit: 1_330_000 };
    const targets = [target("demand", 1400)];
    expect(limitBehind(power, targets, "W")).toEqual({ kind: "demand", limit: 1_400_000 });
    expect(limitBehind({ ...power, value: 2, limit: 1 }, targets, "kWh")).toBeNull();
  });

  it("is not looked for where the bound was worked out", () => {
    expect(limitBehind({ ...alert, kind: "history" }, [target("hourlyMean", 150)], "mg/m³")).toBeNull();
  });
});
