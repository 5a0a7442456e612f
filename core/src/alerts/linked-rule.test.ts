import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Comparison, ConditionRule, TreatmentRule } from "./alert-rule.ts";
import { initialRuleState, type Stepped } from "./alert.ts";
import { linkedPoints } from "./linked-rule.ts";
import { RuleFacts } from "./rule-facts.ts";
import { stepRule, type JudgedReading } from "./step-rule.ts";
import type { MeterId, PointId } from "../park.ts";
import { aPoint } from "../testing/a-point.ts";
import { aRuleBase, episodesOf, runRule, stretchesOf, type GivenReading } from "../testing/run-rule.ts";
import { minutes, ParkTime } from "../time.ts";

const facts = new RuleFacts(new ParkTime("Asia/Shanghai"));
const start = Date.UTC(2026, 0, 5);
const pointOf = (meter: string) => aPoint("activePower", { meterId: meter as MeterId });
const [line, fan, pump, outlet] = ["line", "fan", "pump", "outlet"].map(pointOf) as [
  ReturnType<typeof pointOf>,
  ReturnType<typeof pointOf>,
  ReturnType<typeof pointOf>,
  ReturnType<typeof pointOf>,
];
const reading = (pointId: PointId, m: number, value: number): GivenReading => ({
  pointId,
  observedAt: start + minutes(m),
  value,
});
const judged = (given: GivenReading): JudgedReading => ({ pointId: line.id, quality: "good", ...given });
const restarts = fc.uniqueArray(fc.nat(300), { maxLength: 30 }).map((indexes) => new Set(indexes));
const onOff = (maxLength: number) =>
  fc
    .array(fc.record({ on: fc.boolean(), length: fc.integer({ min: 1, max: 14 }) }), { minLength: 3, maxLength })
    .map((list) => list.flatMap(({ on, length }) => Array.from({ length }, () => on)));
const options = { numRuns: 150, seed: 6 };
let seen = 0;

/** Since when each minute's value is true, or null. */
const sinceEach = (values: readonly boolean[]): (number | null)[] => {
  let since: number | null = null;
  return values.map((is, m) => (since = is ? (since ?? m) : null));
};

describe("conditions over several points", () => {
  afterAll(() => expect(seen).toBeGreaterThan(200));
  const comparisons: Comparison[] = [
    { point: line.id, above: 50, below: null, holdS: 600 },
    { point: fan.id, above: null, below: 5, holdS: 0 },
  ];
  const rule = (match: "all" | "any", more: Partial<ConditionRule> = {}): ConditionRule => {
    const made = { ...aRuleBase([]), kind: "condition", match, comparisons, staleS: 900, ...more } as const;
    return { ...made, points: linkedPoints(made) };
  };
  const run = (made: ConditionRule, readings: readonly GivenReading[], restartsAt?: ReadonlySet<number>) =>
    episodesOf(runRule({ rule: made, point: line, facts, ...(restartsAt && { restartsAt }) }, readings));

  it("are those of the rule as it is now: what was true of another comparison says nothing", () => {
    const before = rule("all");
    const swapped = rule("all", { comparisons: comparisons.toReversed() });
    const readings = [reading(line.id, 0, 80), reading(line.id, 19, 80), reading(fan.id, 20, 20)];
    const { state } = readings.reduce<Stepped>(
      (stepped, one) => stepRule({ rule: before, point: line, state: stepped.state, facts }, judged(one)),
      { state: initialRuleState, transitions: [] },
    );
    const next = stepRule({ rule: swapped, point: line, state, facts }, judged(reading(line.id, 21, 80)));
    const last = stepRule({ rule: swapped, point: line, state: next.state, facts }, judged(reading(line.id, 32, 80)));
    expect([...next.transitions, ...last.transitions]).toEqual([]);
  });

  it.each(["all", "any"] as const)("hold as the plan says when %s must, across restarts and repeats", (match) => {
    fc.assert(
      fc.property(onOff(12), onOff(12), restarts, (lineOn, fanOn, restartsAt) => {
        const count = Math.min(lineOn.length, fanOn.length);
        // Of one minute the fan comes first, so that a minute's judgement stands with the line's reading.
        const readings = Array.from({ length: count }, (_, m) => [
          reading(fan.id, m, fanOn[m] ? 20 : 0),
          reading(line.id, m, lineOn[m] ? 80 : 0),
          reading(line.id, m >> 1, 80),
        ]).flat();
        const held = sinceEach(lineOn.slice(0, count)).map((since, m) => since !== null && m - since >= 10);
        const off = fanOn.slice(0, count).map((on) => !on);
        const both = (m: number, lineHeld: boolean, fanOff: boolean) =>
          [start + minutes(m), match === "all" ? lineHeld && fanOff : lineHeld || fanOff] as const;
        // The fan's reading is judged with the line's of the minute before.
        const judged = held.flatMap((own, m) => [
          ...(m === 0 ? [] : [both(m, held[m - 1] ?? false, off[m] ?? false)]),
          both(m, own, off[m] ?? false),
        ]);
        const first = match === "any" && off[0] === true ? [both(0, false, true)] : [];
        const expected = stretchesOf([...first, ...judged]);
        expect(run(rule(match), readings, restartsAt)).toEqual(expected);
        seen += expected.length;
      }),
      options,
    );
  });

  it("leave open what depends on a point that was not heard for long", () => {
    const fanStops = [reading(fan.id, 0, 0), ...Array.from({ length: 60 }, (_, m) => reading(line.id, m, 80))];
    // 15 minutes after its last word the fan is unknown; the line's ten minutes were over before.
    expect(run(rule("all"), fanStops)).toEqual([[start + minutes(10), null]]);
    const lineLater = [
      reading(fan.id, 0, 0),
      ...Array.from({ length: 60 }, (_, m) => reading(line.id, m, m < 10 ? 0 : 80)),
    ];
    expect(run(rule("all"), lineLater)).toEqual([]);
    expect(run(rule("any"), [reading(line.id, 0, 80), reading(line.id, 10, 80)])).toEqual([
      [start + minutes(10), null],
    ]);
  });

  it("show the value and bound of the first comparison's own point", () => {
    const found = runRule({ rule: rule("any"), point: line, facts }, [reading(line.id, 0, 80), reading(fan.id, 0, 1)]);
    expect(found).toMatchObject([{ type: "raised", pointId: line.id, value: 80, limit: 50 }]);
  });
});

describe("pollution without treatment", () => {
  afterAll(() => expect(seen).toBeGreaterThan(300));
  const aRule = (more: Partial<TreatmentRule> = {}): TreatmentRule => {
    const made = {
      ...aRuleBase([]),
      kind: "treatment",
      productionPoints: [{ point: line.id, runningAbove: 50 }],
      treatmentPoints: [{ point: fan.id, runningAbove: 5 }],
      outletPoints: [],
      treatmentNeeds: "all",
      startLateS: 600,
      stopEarlyS: 300,
      staleS: 900,
      ...more,
    } as const;
    return { ...made, points: linkedPoints(made) };
  };
  const run = (rule: TreatmentRule, readings: readonly GivenReading[], restartsAt?: ReadonlySet<number>) =>
    runRule({ rule, point: line, facts, ...(restartsAt && { restartsAt }) }, readings);
  const minutely = (lineOn: readonly boolean[], fanOn: readonly boolean[]) =>
    lineOn.flatMap((on, m) => [reading(fan.id, m, fanOn[m] ? 20 : 0), reading(line.id, m, on ? 80 : 0)]);

  it("is found when treatment starts too late or stops too early, as the plan says, across restarts", () => {
    fc.assert(
      fc.property(onOff(14), onOff(14), restarts, (lineAll, fanAll, restartsAt) => {
        const count = Math.min(lineAll.length, fanAll.length);
        const [lineOn, fanOn] = [lineAll.slice(0, count), fanAll.slice(0, count)];
        let gap: { since: number; allowed: number } | null = null;
        let pollutes = false;
        const judged: [number, boolean][] = [];
        const judge = (m: number, isOn: boolean): void => {
          const untreated = isOn && fanOn[m] !== true;
          gap = untreated ? (gap ?? { since: m, allowed: pollutes ? 5 : 10 }) : null;
          pollutes = isOn;
          judged.push([start + minutes(m), gap !== null && m - gap.since >= gap.allowed]);
        };
        for (let m = 0; m < count; m++) {
          if (m > 0) judge(m, lineOn[m - 1] ?? false);
          judge(m, lineOn[m] ?? false);
        }
        const expected = stretchesOf(judged);
        expect(episodesOf(run(aRule(), minutely(lineOn, fanOn), restartsAt))).toEqual(expected);
        seen += expected.length;
      }),
      options,
    );
  });

  it("says how long it lasted and how long it may", () => {
    const on = Array.from({ length: 40 }, () => true);
    const late = run(
      aRule(),
      minutely(
        on,
        on.map((_, m) => m > 20),
      ),
    );
    expect(late).toMatchObject([
      { type: "raised", at: start + minutes(10), value: 600, limit: 600 },
      { type: "cleared" },
    ]);
    const early = run(
      aRule(),
      minutely(
        on,
        on.map((_, m) => m < 20),
      ),
    );
    expect(early).toMatchObject([{ type: "raised", at: start + minutes(25), value: 300, limit: 300 }]);
  });

  it("is not a plant that stops together with its treatment, nor one that starts within the time", () => {
    const shift = Array.from({ length: 120 }, (_, m) => m % 40 >= 10 && m % 40 < 30);
    const treated = Array.from({ length: 120 }, (_, m) => m % 40 >= 15 && m % 40 < 32);
    expect(run(aRule(), minutely(shift, treated))).toEqual([]);
  });

  it("is a discharge too, and treatment is all of it or one of it as the rule says", () => {
    const both = [
      { point: fan.id, runningAbove: 5 },
      { point: pump.id, runningAbove: 5 },
    ];
    const readings = Array.from({ length: 30 }, (_, m) => [
      reading(fan.id, m, 20),
      reading(pump.id, m, 0),
      reading(line.id, m, 0),
      reading(outlet.id, m, 3),
    ]).flat();
    const outletPoints = [{ point: outlet.id, runningAbove: 1 }];
    const found = (more: Partial<TreatmentRule>) =>
      episodesOf(run(aRule({ treatmentPoints: both, ...more }), readings));
    expect(found({})).toEqual([]);
    expect(found({ outletPoints })).toEqual([[start + minutes(10), null]]);
    expect(found({ outletPoints, treatmentNeeds: "any" })).toEqual([]);
  });
});
