import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { CounterRule } from "./alert-rule.ts";
import { RuleFacts } from "./rule-facts.ts";
import { aPoint } from "../testing/a-point.ts";
import { aRuleBase, episodesOf, runRule, type Episode, type GivenReading } from "../testing/run-rule.ts";
import { minutes, ParkTime } from "../time.ts";

const facts = new RuleFacts(new ParkTime("Asia/Shanghai"));
const start = Date.UTC(2026, 0, 5);
const rated = aPoint("activeEnergyImport", { intervalS: 60, ratedPerHour: 600, modulus: 1_000_000 });
const aRule = (more: Partial<CounterRule> = {}): CounterRule => ({
  ...aRuleBase([rated.id]),
  kind: "counter",
  faults: ["backward", "glitch", "leap", "fast", "reset"],
  soundS: 600,
  ...more,
});

/** Register readings a minute apart: about 5 kWh a minute from 50,000 on, disturbed where the plan says so. */
type Fault = "zero" | "reset" | "backward" | "leap";
function play(plan: readonly { sound: number; fault: Fault }[]): { readings: GivenReading[]; events: Episode[] } {
  const readings: GivenReading[] = [];
  const events: Episode[] = [];
  let [at, value] = [start, 50_000];
  const add = (shown: number): void => {
    readings.push({ observedAt: at, value: shown });
    at += minutes(1);
  };
  const run = (count: number): void => {
    for (let i = 0; i < count; i++) add((value += 4 + (i % 3)));
  };
  run(10);
  for (const { sound, fault } of plan) {
    events.push([at, at + minutes(10)]);
    if (fault === "zero") add(0);
    if (fault === "reset") value = 0;
    if (fault === "backward") value = Math.round(value * 0.7);
    if (fault === "leap") value += 100_000;
    run(sound);
  }
  return { readings, events };
}

const faults = fc.constantFrom<Fault>("zero", "reset", "backward", "leap");
const plans = fc.array(fc.record({ sound: fc.integer({ min: 15, max: 40 }), fault: faults }), {
  minLength: 1,
  maxLength: 6,
});
const restarts = fc.uniqueArray(fc.nat(250), { maxLength: 30 }).map((indexes) => new Set(indexes));
let seen = 0;

describe("events of a register", () => {
  afterAll(() => expect(seen).toBeGreaterThan(150));

  it("give one alert each, from the reading that shows it to ten sound minutes later, across restarts and repeats", () => {
    fc.assert(
      fc.property(plans, restarts, fc.integer({ min: 3, max: 9 }), (plan, restartsAt, every) => {
        const { readings, events } = play(plan);
        const given = readings.flatMap((reading, i) => (i % every === 0 ? [reading, reading] : [reading]));
        expect(episodesOf(runRule({ rule: aRule(), point: rated, facts, restartsAt }, given))).toEqual(events);
        seen += events.length;
      }),
      { numRuns: 80, seed: 2 },
    );
  });

  it("do not come from sound use, a roll-over, repeats of a value or a recorded meter change", () => {
    const rows = (values: readonly number[]) => values.map((value, i) => ({ observedAt: start + minutes(i), value }));
    const rollover = [...Array(8).keys()].map((i) => (999_980 + 5 * i) % 1_000_000);
    const standing = [5, 10, 10, 10, 10, 15, 20];
    const exchanged = [9000, 9005, 9010, 3, 8, 13];
    const change = { at: start + minutes(2.5), endReading: 9012, startReading: 1 };
    const alerts = (values: readonly number[], point = rated) =>
      episodesOf(runRule({ rule: aRule(), point, facts }, rows(values)));
    expect(alerts(rollover)).toEqual([]);
    expect(alerts(standing)).toEqual([]);
    expect(alerts(exchanged, { ...rated, registerChanges: [change] })).toEqual([]);
    expect(alerts(exchanged)).toHaveLength(1);
  });

  it("are those that the rule asks for", () => {
    const { readings } = play([{ sound: 20, fault: "leap" }]);
    const run = (more: Partial<CounterRule>) =>
      episodesOf(runRule({ rule: aRule(more), point: rated, facts }, readings));
    expect(run({ faults: ["reset", "backward"] })).toEqual([]);
    expect(run({ faults: ["leap"] })).toHaveLength(1);
  });

  it("that follow each other before the register was sound are one", () => {
    const { readings } = play([
      { sound: 5, fault: "zero" },
      { sound: 5, fault: "zero" },
      { sound: 20, fault: "zero" },
    ]);
    const found = episodesOf(runRule({ rule: aRule(), point: rated, facts }, readings));
    expect(found).toEqual([[start + minutes(10), start + minutes(32)]]);
  });

  it("are faster than the declared rate, told in the register's own unit", () => {
    const values = [...Array(20).keys()].map((i) => 1000 + 9 * i);
    const fast = values.map((value, i) => ({ observedAt: start + minutes(i), value: i > 10 ? value + 250 : value }));
    const found = (ratedPerHour: number | null) =>
      episodesOf(runRule({ rule: aRule(), point: { ...rated, ratedPerHour }, facts }, fast));
    expect(found(600)).toEqual([[start + minutes(11), null]]);
    expect(found(1200)).toEqual([]);
    expect(found(null)).toEqual([]);
  });
});
