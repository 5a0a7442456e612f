import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brokenLimit, isBreached, type LimitRule, type SilenceRule } from "./alert-rule.ts";
import { alertIdOf, initialRuleState, stepAlert, stepSilence, type AlertPhase, type AlertTransition } from "./alert.ts";
import { RuleFacts } from "./rule-facts.ts";
import { stepRule } from "./step-rule.ts";
import { aPoint } from "../testing/a-point.ts";
import { ParkTime } from "../time.ts";

const thePoint = aPoint("activePower", { stampAt: "end" });
const point = thePoint.id;
const facts = new RuleFacts(new ParkTime("Asia/Shanghai"));
const rule: LimitRule = {
  id: "peak",
  name: "Peak",
  kind: "limit",
  points: [point],
  above: 100,
  below: null,
  deadband: 10,
  onDelayS: 30,
  offDelayS: 20,
  severity: "P2",
  enabled: true,
};

interface Judged {
  readonly at: number;
  readonly value: number;
}
const run = (readings: readonly Judged[], limit: LimitRule = rule): AlertTransition[] => {
  let state = initialRuleState;
  return readings.flatMap(({ at, value }) => {
    const reading = { pointId: point, observedAt: at * 1000, value, quality: "good" } as const;
    const stepped = stepRule({ rule: limit, point: thePoint, state, facts }, reading);
    state = stepped.state;
    return stepped.transitions;
  });
};
const brief = (transitions: readonly AlertTransition[]) => transitions.map(({ type, at }) => `${type} ${at / 1000}`);

describe("whether a value breaks a limit", () => {
  const both = { ...rule, below: 20 };
  it.each([
    { value: 100, was: false, broken: false },
    { value: 100.1, was: false, broken: true },
    { value: 90, was: true, broken: false },
    { value: 90.1, was: true, broken: true },
    { value: 20, was: false, broken: false },
    { value: 19.9, was: false, broken: true },
    { value: 29.9, was: true, broken: true },
    { value: 30, was: true, broken: false },
    { value: 60, was: true, broken: false },
  ])("between 20 and 100 with deadband 10: $value (broken before: $was) is $broken", ({ value, was, broken }) => {
    expect(isBreached(both, value, was)).toBe(broken);
  });

  it("names the limit that was broken", () => {
    expect([brokenLimit(both, 120), brokenLimit(both, 5), brokenLimit(rule, 5)]).toEqual([100, 20, 100]);
  });
});

describe("the course of an alert", () => {
  it.each<{ name: string; course: [second: number, value: number][]; expected: string[] }>([
    {
      name: "raised after the on-delay, cleared after the off-delay",
      course: [
        [0, 120],
        [29, 120],
        [30, 120],
        [40, 80],
        [59, 80],
        [60, 80],
      ],
      expected: ["raised 30", "cleared 60"],
    },
    {
      name: "a short excursion raises nothing",
      course: [
        [0, 120],
        [20, 80],
        [40, 120],
        [60, 80],
      ],
      expected: [],
    },
    {
      name: "a value inside the deadband keeps the alert",
      course: [
        [0, 120],
        [30, 120],
        [40, 95],
        [80, 95],
        [120, 91],
      ],
      expected: ["raised 30"],
    },
    {
      name: "a value back over the limit during the off-delay keeps the alert",
      course: [
        [0, 120],
        [30, 120],
        [40, 80],
        [50, 120],
        [60, 80],
        [70, 80],
        [80, 80],
      ],
      expected: ["raised 30", "cleared 80"],
    },
    {
      name: "one reading long after is enough for the delay",
      course: [
        [0, 120],
        [3600, 120],
      ],
      expected: ["raised 3600"],
    },
  ])("$name", ({ course, expected }) => {
    expect(brief(run(course.map(([at, value]) => ({ at, value }))))).toEqual(expected);
  });

  it("without delays raises and clears at once, with value, limit and one id for both", () => {
    const immediate = { ...rule, onDelayS: 0, offDelayS: 0 };
    const common = {
      alertId: alertIdOf("peak", point, 1000),
      ruleId: "peak",
      pointId: point,
      raisedAt: 1000,
      limit: 100,
    };
    expect(
      run(
        [
          { at: 1, value: 120 },
          { at: 2, value: 50 },
        ],
        immediate,
      ),
    ).toEqual([
      { type: "raised", at: 1000, value: 120, ...common },
      { type: "cleared", at: 2000, value: 50, ...common },
    ]);
  });

  it("gives the same object when nothing changes", () => {
    const normal: AlertPhase = { phase: "normal" };
    const firing: AlertPhase = { phase: "firing", raisedAt: 5 };
    const delays = { onDelayMs: 10, offDelayMs: 10 };
    expect(stepAlert(delays, normal, false, 9)).toBe(normal);
    expect(stepAlert(delays, firing, true, 9)).toBe(firing);
  });
});

const anyCourse = fc
  .array(fc.record({ gap: fc.integer({ min: 1, max: 60 }), value: fc.constantFrom(50, 85, 95, 120) }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((steps) => {
    let at = 0;
    return steps.map(({ gap, value }) => ({ at: (at += gap), value }));
  });

describe("laws of alerts", () => {
  it("an alert never comes before the on-delay, and never clears before the off-delay", () => {
    fc.assert(
      fc.property(anyCourse, (readings) => {
        for (const { type, at } of run(readings)) {
          const upTo = readings.filter((reading) => reading.at * 1000 <= at);
          const [delayS, keeps] =
            type === "raised"
              ? [rule.onDelayS, (value: number) => value > 90]
              : [rule.offDelayS, (value: number) => value <= 100];
          const since = upTo.slice(upTo.findLastIndex((reading) => !keeps(reading.value)) + 1)[0];
          expect(at - (since?.at ?? Infinity) * 1000).toBeGreaterThanOrEqual(delayS * 1000);
        }
      }),
    );
  });

  it("raised and cleared take turns, each pair with one id", () => {
    fc.assert(
      fc.property(anyCourse, (readings) => {
        run(readings).forEach(({ type, alertId }, i, all) => {
          expect(type).toBe(i % 2 === 0 ? "raised" : "cleared");
          if (type === "cleared") expect(alertId).toBe(all[i - 1]?.alertId);
        });
      }),
    );
  });

  it("repeats and shuffled late copies give the same episodes", () => {
    fc.assert(
      fc.property(anyCourse, fc.infiniteStream(fc.nat()), (readings, picks) => {
        const withRepeats = readings.flatMap((reading, i) => {
          const copies = Array.from(
            { length: (picks.next().value ?? 0) % 3 },
            () => readings[(picks.next().value ?? 0) % (i + 1)],
          );
          return [reading, ...copies.flatMap((copy) => copy ?? [])];
        });
        expect(run(withRepeats)).toEqual(run(readings));
      }),
    );
  });
});

describe("silence", () => {
  const quiet: SilenceRule = {
    id: "quiet",
    name: "Quiet",
    kind: "silence",
    points: [point],
    afterS: 60,
    onDelayS: 0,
    offDelayS: 0,
    severity: "P3",
    enabled: true,
  };
  it("is raised at the tick that completes it, and cleared at the first tick after a reading", () => {
    let state = initialRuleState;
    const transitions = [59_999, 60_000, 70_000, 3_000].flatMap((silentMs, i) => {
      const stepped = stepSilence(quiet, thePoint, state, { at: i * 10_000, silentMs, facts });
      state = stepped.state;
      return stepped.transitions;
    });
    expect(transitions).toMatchObject([
      { type: "raised", at: 10_000, raisedAt: 10_000, value: null, limit: 60 },
      { type: "cleared", at: 30_000, raisedAt: 10_000 },
    ]);
  });
});
