import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LimitRule } from "./alert-rule.ts";
import { initialRuleState, stepSilence, type RuleState } from "./alert.ts";
import { RuleFacts } from "./rule-facts.ts";
import { isInSchedule, type Schedule } from "./schedule.ts";
import { stepRule } from "./step-rule.ts";
import { aPoint } from "../testing/a-point.ts";
import { hours, minutes, ParkTime } from "../time.ts";

const time = new ParkTime("Asia/Shanghai");
/** Thursday 1 and Friday 2 October rest, Saturday 10 October is worked for it. */
const holidays = [{ holidays: ["2026-10-01", "2026-10-02"], workdays: ["2026-10-10"] }];
const facts = new RuleFacts(time, { holidays, declaredDemands: [] });
const at = (local: string): number => Date.parse(`${local}:00+08:00`);

describe("a schedule", () => {
  it.each<{ name: string; schedule: Schedule; inside: string[]; outside: string[] }>([
    { name: "nothing said: always", schedule: {}, inside: ["2026-10-01T00:00", "2026-10-05T23:59"], outside: [] },
    {
      name: "hours of a day, half-open",
      schedule: { from: "08:00", to: "18:30" },
      inside: ["2026-09-30T08:00", "2026-09-30T18:29"],
      outside: ["2026-09-30T07:59", "2026-09-30T18:30"],
    },
    {
      name: "over midnight",
      schedule: { from: "22:00", to: "06:00" },
      inside: ["2026-09-30T22:00", "2026-09-30T00:00", "2026-09-30T05:59"],
      outside: ["2026-09-30T06:00", "2026-09-30T21:59"],
    },
    {
      name: "workdays, the worked Saturday included",
      schedule: { dayTypes: ["workday"] },
      inside: ["2026-09-30T12:00", "2026-10-10T12:00"],
      outside: ["2026-10-01T12:00", "2026-10-02T12:00", "2026-10-03T12:00"],
    },
    {
      name: "holidays and weekends from a time on",
      schedule: { dayTypes: ["holiday", "weekend"], from: "12:00" },
      inside: ["2026-10-01T12:00", "2026-10-03T23:59"],
      outside: ["2026-10-01T11:59", "2026-09-30T12:00", "2026-10-10T13:00"],
    },
    {
      name: "a workday's night shift ends on the holiday's morning",
      schedule: { dayTypes: ["workday"], from: "22:00", to: "06:00" },
      inside: ["2026-09-30T23:00", "2026-10-01T05:00", "2026-10-11T05:00"],
      outside: ["2026-10-01T23:00", "2026-10-02T05:00", "2026-10-04T05:00"],
    },
  ])("$name", ({ schedule, inside, outside }) => {
    const isIn = (local: string): boolean => isInSchedule(schedule, at(local), facts);
    expect(inside.filter((local) => !isIn(local))).toEqual([]);
    expect(outside.filter(isIn)).toEqual([]);
  });

  it("and the one that begins where it ends share out every minute", () => {
    const clock = fc
      .integer({ min: 0, max: 1439 })
      .map((m) => `${String(Math.floor(m / 60)).padStart(2, "0")}:${String(m % 60).padStart(2, "0")}`);
    const instant = fc.integer({ min: at("2026-01-01T00:00"), max: at("2026-12-31T00:00") });
    fc.assert(
      fc.property(clock, clock, instant, (from, to, when) => {
        fc.pre(from !== to);
        expect(isInSchedule({ from, to }, when, facts)).toBe(!isInSchedule({ from: to, to: from }, when, facts));
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});

describe("a rule with a schedule", () => {
  const point = aPoint("activePower");
  const base = { id: "r", name: "R", points: [point.id], severity: "P2", enabled: true, offDelayS: 0 } as const;
  const schedule = { from: "08:00", to: "18:00" };

  it("raises nothing outside, ends there what stands, and raises anew the next day", () => {
    const rule: LimitRule = { ...base, kind: "limit", above: 100, below: null, deadband: 0, onDelayS: 60, schedule };
    let state: RuleState = initialRuleState;
    const seen: [string, string][] = [];
    for (let m = 0; m < 48 * 60; m++) {
      const reading = { pointId: point.id, observedAt: at("2026-09-28T00:00") + minutes(m), value: 200 } as const;
      const stepped = stepRule({ rule, point, state, facts }, { ...reading, quality: "good" });
      state = stepped.state;
      for (const { type, at: when } of stepped.transitions) seen.push([type, time.toIso(when).slice(0, 16)]);
    }
    expect(seen).toEqual([
      ["raised", "2026-09-28T08:01"],
      ["cleared", "2026-09-28T18:00"],
      ["raised", "2026-09-29T08:01"],
      ["cleared", "2026-09-29T18:00"],
    ]);
  });

  it("of silence counts silence before it, and tells of it when it begins", () => {
    const rule = { ...base, kind: "silence", afterS: 600, onDelayS: 0, schedule } as const;
    let state: RuleState = initialRuleState;
    const raised: string[] = [];
    for (let m = 0; m < 24 * 60; m++) {
      const tick = { at: at("2026-09-28T00:00") + minutes(m), silentMs: hours(5), facts };
      const stepped = stepSilence(rule, point, state, tick);
      state = stepped.state;
      for (const { type, at: when } of stepped.transitions) raised.push(`${type} ${time.toIso(when).slice(11, 16)}`);
    }
    expect(raised).toEqual(["raised 08:00", "cleared 18:00"]);
  });
});

it("the declared demand is that of the contract in force on the day", () => {
  const contract = (effectiveFrom: string, declaredKw: number | null) => ({
    enterpriseId: point.enterpriseId,
    effectiveFrom,
    declaredKw,
  });
  const point = aPoint("activePower");
  const declaredDemands = [contract("2026-03-01", 500), contract("2026-01-01", 400), contract("2026-06-01", null)];
  const dated = new RuleFacts(time, { holidays: [], declaredDemands });
  const declared = (local: string) => dated.declaredKw(point.enterpriseId, at(local));
  expect(["2025-12-31T23:59", "2026-01-01T00:00", "2026-03-01T00:00", "2026-06-01T00:00"].map(declared)).toEqual([
    null,
    400,
    500,
    null,
  ]);
});
