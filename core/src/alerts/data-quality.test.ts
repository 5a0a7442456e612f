import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { DataQualityRule } from "./alert-rule.ts";
import { initialRuleState, type AlertTransition } from "./alert.ts";
import { RuleFacts } from "./rule-facts.ts";
import { stepRule, stepRuleAtTick } from "./step-rule.ts";
import type { Quality } from "../reading.ts";
import { aPoint } from "../testing/a-point.ts";
import { aRuleBase, episodesOf, restarted, runRule, stretchesOf } from "../testing/run-rule.ts";
import { hours, minutes, ParkTime, seconds } from "../time.ts";

const facts = new RuleFacts(new ParkTime("Asia/Shanghai"));
const start = Date.UTC(2026, 0, 5);
const point = aPoint("activePower", { intervalS: 60 });
const rule: DataQualityRule = {
  ...aRuleBase([point.id]),
  kind: "dataQuality",
  abovePercent: 20,
  windowS: 3600,
  lateAfterS: 300,
};
type Fate = "good" | "bad" | "suspect" | "missing" | "late";

interface Arrival {
  readonly at: number;
  readonly observedAt: number;
  readonly quality: Quality;
}
/** What became of the reading of each minute; late ones come ten minutes after it. */
const arrivalsOf = (fates: readonly Fate[]): Arrival[] =>
  fates
    .flatMap((fate, m): Arrival[] => {
      const observedAt = start + minutes(m);
      if (fate === "missing") return [];
      const quality = fate === "late" ? "good" : fate;
      return [{ at: observedAt + (fate === "late" ? minutes(10) : seconds(2)), observedAt, quality }];
    })
    .sort((a, b) => a.at - b.at);

/** Ticks every ten seconds, as edge makes them while it is up, between the readings as they come. */
function live(
  arrivals: readonly Arrival[],
  until: number,
  down: readonly [number, number] = [0, 0],
  clock: (at: number) => number = (at) => at,
): AlertTransition[] {
  let state = initialRuleState;
  const found: AlertTransition[] = [];
  let [next, upMs] = [0, 0];
  for (let at = start; at <= until; at += seconds(10)) {
    if (at >= down[0] && at < down[1]) continue;
    upMs += seconds(10);
    for (let one = arrivals[next]; one !== undefined && one.at <= at; one = arrivals[++next]) {
      const reading = { pointId: point.id, value: 1, observedAt: one.observedAt, quality: one.quality };
      state = stepRule({ rule, point, state, facts }, { ...reading, receivedAt: clock(one.at) }).state;
    }
    const stepped = stepRuleAtTick({ rule, point, state, facts }, { at: clock(at), upMs });
    if (stepped === null) continue;
    state = at % minutes(25) === 0 ? restarted(stepped.state) : stepped.state;
    found.push(...stepped.transitions);
  }
  return found;
}

/** Straight from the fates: at the end of each five minutes the share of the last hour that is not good, once an hour is known. */
const expectedOf = (fates: readonly Fate[], isGood: (fate: Fate) => boolean, until = fates.length) =>
  stretchesOf(
    Array.from({ length: Math.floor(until / 5) }, (_, i) => (i + 1) * 5)
      .filter((end) => end >= 65)
      .map((end) => {
        const hour = Array.from({ length: 60 }, (_, m) => fates[end - 60 + m] ?? "missing");
        return [start + minutes(end), hour.filter((fate) => !isGood(fate)).length / 60 > 0.2] as const;
      }),
  );

const stretch = fc.record({
  fate: fc.constantFrom<Fate>("good", "good", "good", "bad", "missing", "suspect"),
  length: fc.integer({ min: 1, max: 40 }),
});
const fatesOf = (list: readonly { fate: Fate; length: number }[]): Fate[] => [
  ...Array.from({ length: 10 }, () => "good" as const),
  ...list.flatMap(({ fate, length }) => Array.from({ length }, () => fate)),
];
let seen = 0;

describe("the share of readings that are bad, late or missing", () => {
  afterAll(() => expect(seen).toBeGreaterThan(50));

  it("gives the alerts of the plan, live with restarts as over history", () => {
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 6, maxLength: 14 }), (list) => {
        const fates = fatesOf(list);
        const expected = expectedOf(fates, (fate) => fate === "good");
        const until = start + minutes(fates.length) + seconds(rule.lateAfterS);
        expect(episodesOf(live(arrivalsOf(fates), until))).toEqual(expected);
        const history = arrivalsOf(fates).map(({ observedAt, quality }) => ({ observedAt, quality, value: 1 }));
        expect(episodesOf(runRule({ rule, point, facts, endAt: until }, history))).toEqual(expected);
        seen += expected.length;
      }),
      { numRuns: 45, seed: 4 },
    );
  });

  it("counts what came too late as if it had not come", () => {
    const fates: Fate[] = Array.from({ length: 150 }, (_, m) => (m >= 70 && m < 90 ? "late" : "good"));
    const until = start + minutes(155);
    expect(episodesOf(live(arrivalsOf(fates), until))).toEqual(expectedOf(fates, (fate) => fate === "good"));
  });

  it("does not blame a meter for the platform's own downtime", () => {
    const fates: Fate[] = Array.from({ length: 300 }, (_, m) => (m >= 100 && m < 160 ? "missing" : "good"));
    const arrivals = arrivalsOf(fates);
    const until = start + minutes(300);
    expect(live(arrivals, until)).not.toEqual([]);
    expect(live(arrivals, until, [start + minutes(100), start + minutes(160)])).toEqual([]);
  });

  it.each([-hours(24), -hours(1), hours(1), hours(24)])(
    "goes on when the clock was off by %i ms for a while",
    (offMs) => {
      const fates: Fate[] = Array.from({ length: 400 }, (_, m) => (m >= 200 && m < 260 ? "missing" : "good"));
      const isOff = (at: number): boolean => at >= start + minutes(60) && at < start + minutes(63);
      const clock = (at: number): number => (isOff(at) ? at + offMs : at);
      const found = live(arrivalsOf(fates), start + minutes(400), [0, 0], clock);
      expect(episodesOf(found)).toEqual(expectedOf(fates, (fate) => fate === "good"));
    },
  );

  it("says nothing of a meter with too few readings in the window, or that never spoke", () => {
    const slow = { ...point, intervalS: 1200 };
    const one = [{ observedAt: start, value: 1 }];
    expect(runRule({ rule, point: slow, facts, endAt: start + minutes(300) }, one)).toEqual([]);
    expect(runRule({ rule, point, facts, endAt: start + minutes(300) }, [])).toEqual([]);
  });
});
