import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { HistoryRule } from "./alert-rule.ts";
import { initialRuleState } from "./alert.ts";
import { RuleFacts } from "./rule-facts.ts";
import { stepRule } from "./step-rule.ts";
import { aPoint } from "../testing/a-point.ts";
import { aRuleBase, episodesOf, runRule, stretchesOf, type GivenReading } from "../testing/run-rule.ts";
import { days, hours, minutes, ParkTime } from "../time.ts";
import { median } from "../water/robust-statistics.ts";

const time = new ParkTime("Asia/Shanghai");
/** Monday 5 January 2026, 00:00 in Shanghai. */
const start = Date.parse("2026-01-05T00:00:00+08:00");
const facts = new RuleFacts(time, {
  holidays: [{ holidays: ["2026-01-14"], workdays: ["2026-01-17"] }],
  declaredDemands: [],
});
const point = aPoint("activePower", { intervalS: 900, stampAt: "start" });
const aRule = (more: Partial<HistoryRule> = {}): HistoryRule => ({
  ...aRuleBase([point.id]),
  kind: "history",
  abovePercent: 30,
  belowPercent: null,
  minDifference: 0,
  days: 6,
  minCoverage: 0.75,
  ...more,
});

/** Four readings an hour around its mean. */
const ofHours = (means: readonly number[], count = 4): GivenReading[] =>
  means.flatMap((mean, h) =>
    Array.from({ length: count }, (_, q) => ({
      observedAt: start + hours(h) + minutes(15 * q),
      value: mean + (q % 2 === 0 ? 2 : -2),
    })),
  );
const withRepeats = (readings: readonly GivenReading[]): GivenReading[] =>
  readings.flatMap((reading, i) => (i % 5 === 0 ? [reading, readings[i >> 1] ?? reading, reading] : [reading]));

const profile = (h: number): number => 100 + 50 * Math.sin((h / 24) * 2 * Math.PI) + (h % 24 < 8 ? -40 : 0);
const weeks = (count: number): number[] => Array.from({ length: count * 7 * 24 }, (_, h) => profile(h));
let seen = 0;

describe("hours far from the usual", () => {
  afterAll(() => expect(seen).toBeGreaterThan(100));

  it("come out as the medians of like hours say, across restarts and repeats", () => {
    const factor = fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 1.2, 1.5, 3, 0.5);
    const plan = fc.array(factor, { minLength: 12 * 24, maxLength: 20 * 24 });
    const restarts = fc.uniqueArray(fc.nat(1500), { maxLength: 30 }).map((indexes) => new Set(indexes));
    fc.assert(
      fc.property(plan, restarts, (factors, restartsAt) => {
        const means = factors.map((by, h) => Math.round(profile(h) * by));
        const found = runRule(
          { rule: aRule(), point, facts, restartsAt, endAt: start + hours(means.length) + minutes(5) },
          withRepeats(ofHours(means)),
        );
        const past = new Map<string, number[]>();
        const judged = means.flatMap((mean, h) => {
          const at = start + hours(h);
          const key = `${facts.dayTypeAt(at)} ${time.partsOf(at).hour}`;
          const like = (past.get(key) ?? []).slice(-6);
          past.set(key, [...like, mean]);
          return like.length < 3 ? [] : [[at + hours(1), mean > median(like) * 1.3] as const];
        });
        const expected = stretchesOf(judged);
        expect(episodesOf(found)).toEqual(expected);
        seen += expected.length;
      }),
      { numRuns: 25, seed: 9 },
    );
  });

  it("are found from the fourth like day on, weekends and holidays by themselves", () => {
    // A plant that rests at weekends: Saturday is nothing beside workdays, and usual beside Saturdays.
    const means = weeks(4).map((mean, h) => (facts.dayTypeAt(start + hours(h)) === "workday" ? mean : 5));
    const both = { rule: aRule({ belowPercent: 30 }), point, facts };
    expect(episodesOf(runRule(both, ofHours(means)))).toEqual([]);
    const asOneKind = new RuleFacts(time);
    const found = episodesOf(runRule({ ...both, facts: asOneKind }, ofHours(means)));
    // Without the holiday of 14 January that Wednesday looks like a workday far below the usual.
    expect(found.map(([at]) => time.dayOf(at - 1))).toContain("2026-01-14");
  });

  it("below the usual, and not when the difference is too small to matter", () => {
    const means = [...weeks(1), ...weeks(1).map((mean, h) => (h === 12 ? mean * 0.5 : mean))];
    const found = (more: Partial<HistoryRule>) =>
      episodesOf(
        runRule({ rule: aRule({ abovePercent: null, belowPercent: 20, ...more }), point, facts }, ofHours(means)),
      );
    const at = start + days(7) + hours(13);
    expect(found({})).toEqual([[at, at + hours(1)]]);
    expect(found({ minDifference: 1000 })).toEqual([]);
  });

  it("neither judge nor teach with too few readings", () => {
    const days12 = weeks(2).slice(0, 12 * 24);
    const thin = ofHours(days12.map((mean) => mean * 5)).filter((_, i) => i % 4 < 2);
    const run = (readings: readonly GivenReading[]) => episodesOf(runRule({ rule: aRule(), point, facts }, readings));
    expect(run(thin)).toEqual([]);
    const later = ofHours(days12).map((reading) => ({ ...reading, observedAt: reading.observedAt + days(14) }));
    expect(run([...thin, ...later])).toEqual([]);
  });

  it("are learnt within bounds, and the learnt stays the same object between hours", () => {
    const rule = aRule({ days: 4 });
    let state = initialRuleState;
    let changes = 0;
    for (const reading of ofHours(weeks(9))) {
      const after = stepRule({ rule, point, state, facts }, { pointId: point.id, quality: "good", ...reading }).state;
      if (after.learnt !== state.learnt) changes += 1;
      state = after;
    }
    expect(changes).toBe(9 * 7 * 24 - 1);
    const lists = Object.values(state.learnt?.means ?? {}).flat();
    expect(Math.max(...lists.map((list) => list.length))).toBe(4);
    expect(JSON.stringify(state.learnt).length).toBeLessThan(3000);
  });
});
