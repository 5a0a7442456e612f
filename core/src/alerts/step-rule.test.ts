import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { AlertLevel, HourlyMeanRule, LimitRule, RateOfChangeRule, ReadingRule, StuckRule } from "./alert-rule.ts";
import { initialRuleState, type AlertTransition, type RuleState } from "./alert.ts";
import { RuleFacts } from "./rule-facts.ts";
import { stepRule, stepRuleAtTick, type JudgedReading } from "./step-rule.ts";
import type { PointId } from "../park.ts";
import { aPoint } from "../testing/a-point.ts";
import { episodesOf, restarted, runRule, stretchesOf, type Episode } from "../testing/run-rule.ts";
import { hours, minutes, ParkTime } from "../time.ts";
import { decodeRuleMemory } from "../wire/rule-memory.ts";

const pointId = "M1.noxCorrected" as PointId;
const point = aPoint("noxCorrected", { intervalS: 60, stampAt: "start" });
const facts = new RuleFacts(new ParkTime("Asia/Shanghai"));
const start = Date.UTC(2026, 0, 1);
const base = {
  id: "r",
  name: "R",
  points: [pointId],
  severity: "P2",
  enabled: true,
  onDelayS: 0,
  offDelayS: 0,
} as const;
const limit: LimitRule = { ...base, kind: "limit", above: 100, below: null, deadband: 0, warnAbove: 80 };
const rate: RateOfChangeRule = { ...base, kind: "rateOfChange", above: 5, below: -5, deadband: 0, windowS: 60 };
const stuck: StuckRule = { ...base, kind: "stuck", forS: 300, tolerance: 0, runningPoint: null, runningAbove: 0 };
const hourly: HourlyMeanRule = { ...base, kind: "hourlyMean", above: 100, minCoverage: 0.75, warnsAhead: true };

interface Judged {
  readonly observedAt: number;
  readonly value: number;
}
const read = (judged: Judged, of: PointId = pointId): JudgedReading => ({ pointId: of, quality: "good", ...judged });

const run = (rule: ReadingRule, readings: readonly Judged[], restartsAt: ReadonlySet<number>) =>
  runRule({ rule, point, facts, restartsAt }, readings);

function episodes(transitions: readonly AlertTransition[], level: AlertLevel): Episode[] {
  const found = episodesOf(transitions, level);
  expect(new Set(found.map(([raisedAt]) => raisedAt)).size).toBe(found.length);
  return found;
}

/** What is left when a reading not newer than the newest before it is passed over. */
const inOrder = (readings: readonly Judged[]): Judged[] => {
  let newest = -Infinity;
  return readings.filter(({ observedAt }) => observedAt > newest && (newest = observedAt) > 0);
};

const restarts = fc.uniqueArray(fc.nat(600), { maxLength: 20 }).map((indexes) => new Set(indexes));
const values = (from: number, to: number) =>
  fc.array(fc.integer({ min: from, max: to }), { minLength: 5, maxLength: 80 });
const byMinute = (list: readonly number[]): Judged[] =>
  list.map((value, i) => ({ observedAt: start + minutes(i), value }));
/** Swapped neighbours, repeats and readings far too late. */
const disturbed = fc.tuple(values(60, 130), fc.infiniteStream(fc.nat(9))).map(([list, dice]) => {
  const readings = byMinute(list);
  const arrived: Judged[] = [];
  for (const [i, reading] of readings.entries()) {
    const cast = dice.next().value;
    if (cast === 0) arrived.push(readings[i + 1] ?? reading);
    arrived.push(reading);
    if (cast === 1) arrived.push(reading, readings[i >> 1] ?? reading);
  }
  return arrived;
});

let seen = 0;
const expectEpisodes = (actual: readonly Episode[], expected: readonly Episode[]): void => {
  expect(actual).toEqual(expected);
  seen += expected.length;
};
const options = { numRuns: 200, seed: 11 };

describe("generated episodes come out exactly, across restarts at any point", () => {
  afterAll(() => expect(seen).toBeGreaterThanOrEqual(500));

  it("of both levels of a limit, also when readings come shuffled, late and repeated", () => {
    fc.assert(
      fc.property(disturbed, restarts, (arrived, cuts) => {
        const transitions = run(limit, arrived, cuts);
        const judged = inOrder(arrived);
        const over = (bound: number) => stretchesOf(judged.map(({ observedAt, value }) => [observedAt, value > bound]));
        expectEpisodes(episodes(transitions, "alarm"), over(100));
        expectEpisodes(episodes(transitions, "warning"), over(80));
      }),
      options,
    );
  });

  it("of a change faster than 5 a minute, up or down", () => {
    fc.assert(
      fc.property(values(0, 14), restarts, (list, cuts) => {
        const steps = list.slice(1).map((value, i) => Math.abs(value - (list[i] ?? 0)) > 5);
        const expected = stretchesOf(steps.map((broken, i) => [start + minutes(i + 1), broken]));
        expectEpisodes(episodes(run(rate, byMinute(list), cuts), "alarm"), expected);
      }),
      options,
    );
  });

  it("of a value that stands still for 5 minutes", () => {
    const stands = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(stands, restarts, (lengths, cuts) => {
        const list = lengths.flatMap((length, i) => Array.from({ length }, () => i));
        let at = 0;
        const expected = lengths.flatMap((length, i): Episode[] => {
          const from = at;
          at += length;
          if (length < 6) return [];
          return [[start + minutes(from + 5), i === lengths.length - 1 ? null : start + minutes(at)]];
        });
        expectEpisodes(episodes(run(stuck, byMinute(list), cuts), "alarm"), expected);
      }),
      options,
    );
  });

  it("of hours above a limit; an hour with too few minutes neither begins nor ends one", () => {
    const hour = fc.record({ mean: fc.integer({ min: 90, max: 110 }), count: fc.constantFrom(60, 60, 45, 44, 10, 0) });
    fc.assert(
      fc.property(fc.array(hour, { minLength: 3, maxLength: 12 }), restarts, (list, cuts) => {
        const readings = list.flatMap(({ mean, count }, h) =>
          Array.from({ length: count }, (_, m) => ({
            observedAt: start + hours(h) + minutes(m),
            value: mean + (count % 2 === 1 && m === count - 1 ? 0 : m % 2 === 0 ? 7 : -7),
          })),
        );
        const last = { observedAt: start + hours(list.length), value: 0 };
        const judged = list.flatMap(({ mean, count }, h) =>
          count < 45 ? [] : [[start + hours(h + 1), mean > 100] as const],
        );
        expectEpisodes(episodes(run(hourly, [...readings, last], cuts), "alarm"), stretchesOf(judged));
      }),
      options,
    );
  });
});

describe("an hourly mean", () => {
  const upTo = (count: number, value: number) => byMinute(Array.from({ length: count }, () => value));

  it("warns as soon as ten minutes show where the hour will end, and not when it is not asked to", () => {
    const warnings = (rule: HourlyMeanRule) => episodes(run(rule, upTo(30, 120), new Set()), "warning");
    expect(warnings(hourly)).toEqual([[start + minutes(9), null]]);
    expect(warnings({ ...hourly, warnsAhead: false })).toEqual([]);
  });

  it("of a meter that fell silent is judged five minutes after the hour, once, and late readings change nothing", () => {
    let state: RuleState = initialRuleState;
    for (const reading of upTo(50, 120)) state = stepRule({ rule: hourly, point, state, facts }, read(reading)).state;
    const step = (at: number) => stepRuleAtTick({ rule: hourly, point, state, facts }, { at, upMs: at });
    expect(step(start + hours(1) + minutes(4))).toBeNull();
    const closed = step(start + hours(1) + minutes(5));
    expect(closed?.transitions).toMatchObject([{ type: "raised", at: start + hours(1), value: 120, limit: 100 }]);
    state = closed?.state ?? state;
    expect(step(start + hours(2))).toBeNull();
    const late = { observedAt: start + minutes(55), value: 0 };
    expect(stepRule({ rule: hourly, point, state, facts }, read(late))).toEqual({ state, transitions: [] });
  });
});

describe("a value that may be stuck", () => {
  it("counts only while the plant runs", () => {
    const runningPoint = "M1.activePower" as PointId;
    const rule: StuckRule = { ...stuck, runningPoint, runningAbove: 10 };
    let state: RuleState = initialRuleState;
    const step = (before: RuleState, reading: JudgedReading) =>
      stepRule({ rule, point, state: before, facts }, reading);
    const raised: number[] = [];
    for (let minute = 0; minute <= 30; minute++) {
      const observedAt = start + minutes(minute);
      if (minute === 12) state = step(state, read({ observedAt, value: 50 }, runningPoint)).state;
      const stepped = step(state, read({ observedAt, value: 3 }));
      state = restarted(stepped.state);
      raised.push(...stepped.transitions.map(() => minute));
    }
    expect(raised).toEqual([17]);
  });
});

it("what cannot be read of a kept state counts as nothing", () => {
  expect(["{", '{"memory":{"kind":"other"}}', "null"].map(decodeRuleMemory)).toEqual([{}, {}, {}]);
});
