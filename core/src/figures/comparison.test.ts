import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeOf, lastYear, startOfPeriod, upToSameMoment, type Period, type YearRule } from "./comparison.ts";
import type { Figure } from "./figure.ts";
import { days, ParkTime } from "../time.ts";

const park = new ParkTime("Asia/Shanghai");
const at = (text: string): number => Date.parse(`${text}+08:00`);
const show = (range: { from: number; to: number }): string[] =>
  [range.from, range.to].map((t) => park.toIso(t).slice(0, 16));

describe("up to the same moment of the period before", () => {
  it.each<{ period: Period; now: string; current: string; previous: [string, string] }>([
    {
      period: "day",
      now: "2026-03-01T14:30",
      current: "2026-03-01T00:00",
      previous: ["2026-02-28T00:00", "2026-02-28T14:30"],
    },
    {
      period: "week",
      now: "2026-03-04T14:30",
      current: "2026-03-02T00:00",
      previous: ["2026-02-23T00:00", "2026-02-25T14:30"],
    },
    {
      period: "month",
      now: "2026-05-12T14:30",
      current: "2026-05-01T00:00",
      previous: ["2026-04-01T00:00", "2026-04-12T14:30"],
    },
    {
      period: "month",
      now: "2026-03-30T14:30",
      current: "2026-03-01T00:00",
      previous: ["2026-02-01T00:00", "2026-03-01T00:00"],
    },
    {
      period: "quarter",
      now: "2026-05-31T08:00",
      current: "2026-04-01T00:00",
      previous: ["2026-01-01T00:00", "2026-02-28T08:00"],
    },
    {
      period: "year",
      now: "2028-02-29T08:00",
      current: "2028-01-01T00:00",
      previous: ["2027-01-01T00:00", "2027-02-28T08:00"],
    },
  ])("$period at $now", ({ period, now, current, previous }) => {
    const compared = upToSameMoment(at(now), period, park);
    expect(show(compared.current)).toEqual([current, now]);
    expect(show(compared.previous)).toEqual(previous);
  });

  it("by the park's clock when summer time begins", () => {
    const berlin = new ParkTime("Europe/Berlin");
    const now = berlin.instantOf(2026, 3, 29, 12);
    const { current, previous } = upToSameMoment(now, "day", berlin);
    expect([current.to - current.from, previous.to - previous.from]).toEqual([11, 12].map((h) => h * 3_600_000));
  });

  it("never overlaps, and the period before is never longer than itself", () => {
    const instant = fc.integer({ min: at("2020-01-01T00:00"), max: at("2032-01-01T00:00") });
    fc.assert(
      fc.property(instant, fc.constantFrom<Period>("day", "week", "month", "quarter", "year"), (now, period) => {
        const { current, previous } = upToSameMoment(now, period, park);
        expect(current.from).toBe(startOfPeriod(now, period, park));
        expect(previous.from).toBe(startOfPeriod(current.from - 1, period, park));
        expect(previous.from).toBeLessThanOrEqual(previous.to);
        expect(previous.to).toBeLessThanOrEqual(current.from);
      }),
    );
  });
});

describe("the same range last year", () => {
  const festivals = new Map([
    [2025, at("2025-01-29T00:00")],
    [2026, at("2026-02-17T00:00")],
  ]);
  it.each<{
    name: string;
    rule: YearRule;
    range: [string, string];
    then: [string, string];
    used?: YearRule;
    differing?: object;
  }>([
    {
      name: "a month by date",
      rule: "sameDate",
      range: ["2026-05-01T00:00", "2026-06-01T00:00"],
      then: ["2025-05-01T00:00", "2025-06-01T00:00"],
    },
    {
      name: "a leap February",
      rule: "sameDate",
      range: ["2028-02-01T00:00", "2028-03-01T00:00"],
      then: ["2027-02-01T00:00", "2027-03-01T00:00"],
      differing: { now: 29, then: 28 },
    },
    {
      name: "the leap day itself",
      rule: "sameDate",
      range: ["2028-02-29T00:00", "2028-03-01T00:00"],
      then: ["2027-02-28T00:00", "2027-03-01T00:00"],
    },
    {
      name: "up to a moment of the leap day",
      rule: "sameDate",
      range: ["2028-02-01T00:00", "2028-02-29T09:00"],
      then: ["2027-02-01T00:00", "2027-02-28T09:00"],
      differing: { now: 28, then: 27 },
    },
    {
      name: "the February after a leap year",
      rule: "sameDate",
      range: ["2029-02-01T00:00", "2029-03-01T00:00"],
      then: ["2028-02-01T00:00", "2028-03-01T00:00"],
      differing: { now: 28, then: 29 },
    },
    {
      name: "weekends on weekends",
      rule: "sameWeekday",
      range: ["2026-05-09T00:00", "2026-05-11T00:00"],
      then: ["2025-05-10T00:00", "2025-05-12T00:00"],
    },
    {
      name: "the week of 春节",
      rule: "springFestival",
      range: ["2026-02-16T00:00", "2026-02-24T00:00"],
      then: ["2025-01-28T00:00", "2025-02-05T00:00"],
    },
    {
      name: "春节 without its dates",
      rule: "springFestival",
      range: ["2024-02-10T00:00", "2024-02-18T00:00"],
      then: ["2023-02-10T00:00", "2023-02-18T00:00"],
      used: "sameDate",
    },
  ])("$name", ({ rule, range, then, used, differing }) => {
    const answer = lastYear({ from: at(range[0]), to: at(range[1]) }, rule, park, festivals);
    expect(show(answer.range)).toEqual(then);
    expect([answer.rule, answer.differingDays]).toEqual([used ?? rule, differing ?? null]);
  });

  it("neighbouring ranges stay neighbours, whatever the rule", () => {
    const instant = fc.integer({ min: at("2025-06-01T00:00"), max: at("2026-12-01T00:00") });
    fc.assert(
      fc.property(
        instant,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom<YearRule>("sameDate", "sameWeekday"),
        (from, length, rule) => {
          const [middle, to] = [from + days(length), from + days(2 * length)];
          const whole = lastYear({ from, to }, rule, park).range;
          expect(lastYear({ from, to: middle }, rule, park).range.to).toBe(
            lastYear({ from: middle, to }, rule, park).range.from,
          );
          expect([whole.from, whole.to].every((t) => t < from)).toBe(true);
        },
      ),
    );
  });
});

describe("the change between two figures", () => {
  const figure = (value: number | null, measured = 1): Figure => ({
    value,
    unit: "kWh",
    coverage: { measured, estimated: 0, missing: 1 - measured },
    factorIds: [],
  });
  it.each([
    {
      name: "more",
      current: figure(120),
      before: figure(100),
      change: { difference: 20, share: 0.2, isComparable: true },
    },
    {
      name: "from nothing",
      current: figure(120),
      before: figure(0),
      change: { difference: 120, share: null, isComparable: true },
    },
    {
      name: "from something unknown",
      current: figure(120),
      before: figure(null, 0),
      change: { difference: null, share: null, isComparable: false },
    },
    {
      name: "with a gap",
      current: figure(90, 0.8),
      before: figure(100),
      change: { difference: -10, share: -0.1, isComparable: false },
    },
  ])("$name", ({ current, before, change }) => {
    expect(changeOf(current, before)).toEqual(change);
  });
});
