import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { DemandRule } from "./alert-rule.ts";
import { RuleFacts } from "./rule-facts.ts";
import { demandWindow, demandWindowMs } from "../consumption/demand.ts";
import { aPoint } from "../testing/a-point.ts";
import { aRuleBase, episodesOf, runRule, stretchesOf, type GivenReading } from "../testing/run-rule.ts";
import { hours, minutes, ParkTime, seconds } from "../time.ts";

const facts = new RuleFacts(new ParkTime("Asia/Shanghai"));
const start = Date.UTC(2026, 0, 5);
const power = aPoint("activePower", { intervalS: 60, stampAt: "start" });
const register = aPoint("activeEnergyImport", { intervalS: 60, ratedPerHour: 1000 });
const aRule = (more: Partial<DemandRule> = {}): DemandRule => ({
  ...aRuleBase([power.id]),
  kind: "demand",
  declaredKw: 100,
  abovePercent: 100,
  warnsAhead: true,
  ...more,
});

/** A value each minute; each level lasts a quarter. */
const asPower = (levels: readonly number[]): GivenReading[] =>
  levels.flatMap((kw, q) =>
    Array.from({ length: 15 }, (_, m) => ({ observedAt: start + minutes(15 * q + m), value: kw + (m % 2 ? 5 : -5) })),
  );
const asRegister = (levels: readonly number[]): GivenReading[] => {
  let kwh = 5000;
  const minutely = levels.flatMap((kw) => Array.from({ length: 15 }, () => kw / 60));
  const rising = minutely.map((use, i) => ({ observedAt: start + minutes(i + 1), value: (kwh += use) }));
  return [{ observedAt: start, value: 5000 }, ...rising];
};
const withRepeats = (readings: readonly GivenReading[], every: number): GivenReading[] =>
  readings.flatMap((reading, i) => (i % every === 0 ? [reading, reading, readings[i >> 1] ?? reading] : [reading]));

const levels = fc.array(fc.integer({ min: 80, max: 120 }), { minLength: 2, maxLength: 12 });
const restarts = fc.uniqueArray(fc.nat(200), { maxLength: 20 }).map((indexes) => new Set(indexes));
const options = { numRuns: 60, seed: 5 };
let seen = 0;

describe("quarter hours above the declared demand", () => {
  afterAll(() => expect(seen).toBeGreaterThan(60));

  it.each(["start", "end"] as const)(
    "come out exactly from power stamped at its %s, across restarts and repeats",
    (at) => {
      const point = { ...power, stampAt: at };
      fc.assert(
        fc.property(levels, restarts, fc.integer({ min: 2, max: 9 }), (list, restartsAt, every) => {
          const shift = at === "end" ? minutes(1) : 0;
          const readings = asPower(list).map((reading) => ({ ...reading, observedAt: reading.observedAt + shift }));
          const endAt = start + hours(24);
          const given = withRepeats(readings, every);
          const found = runRule({ rule: aRule({ warnsAhead: false }), point, facts, restartsAt, endAt }, given);
          // 15 minutes in turn 5 above and below: 1/3 below the level.
          const judged = list.map((kw, q) => [start + minutes(15 * (q + 1)), kw - 1 / 3 > 100] as const);
          const expected = stretchesOf(judged);
          expect(episodesOf(found)).toEqual(expected);
          seen += expected.length;
        }),
        options,
      );
    },
  );

  it("come out the same from the register", () => {
    fc.assert(
      fc.property(levels, restarts, (list, restartsAt) => {
        const rule = { ...aRule({ warnsAhead: false }), points: [register.id] };
        const found = runRule({ rule, point: register, facts, restartsAt }, asRegister(list));
        const judged = list.map((kw, q) => [start + minutes(15 * (q + 1)), kw > 100.5] as const);
        const isClear = list.every((kw) => Math.abs(kw - 100) > 0.5);
        if (isClear) expect(episodesOf(found)).toEqual(stretchesOf(judged));
      }),
      options,
    );
  });

  it("are not made by a register that shows zero for a moment", () => {
    const readings = asRegister([90, 90, 90]).map((reading, i) => (i === 20 ? { ...reading, value: 0 } : reading));
    for (const ratedPerHour of [1000, null]) {
      const point = { ...register, ratedPerHour };
      expect(episodesOf(runRule({ rule: aRule(), point, facts }, readings))).toEqual([]);
    }
  });

  it("count from the share of the declared demand that the rule says", () => {
    const raised = (abovePercent: number) =>
      episodesOf(runRule({ rule: aRule({ abovePercent }), point: power, facts }, asPower([104, 0, 0])));
    expect(raised(100)).toEqual([[start + minutes(15), start + minutes(30)]]);
    expect(raised(105)).toEqual([]);
  });

  it("of a meter that falls silent are judged five minutes after their end, and not at all with little known", () => {
    const upTo = (count: number) =>
      episodesOf(
        runRule({ rule: aRule(), point: power, facts, endAt: start + minutes(20) }, asPower([150]).slice(0, count)),
      );
    expect(upTo(13)).toEqual([[start + minutes(15), null]]);
    expect(upTo(11)).toEqual([]);
  });

  it("need a declared demand: the rule's, or that of the contract in force", () => {
    const contract = { enterpriseId: power.enterpriseId, effectiveFrom: "2026-01-01", declaredKw: 100 };
    const known = new RuleFacts(facts.time, { holidays: [], declaredDemands: [contract] });
    const rule = aRule({ declaredKw: null });
    const run = (given: RuleFacts) => episodesOf(runRule({ rule, point: power, facts: given }, asPower([120, 90, 90])));
    expect(run(known)).toEqual([[start + minutes(15), start + minutes(30)]]);
    expect(run(facts)).toEqual([]);
  });

  it("of a meter that reports every second are judged from a row per ten seconds", () => {
    const quick = { ...power, intervalS: 1 };
    const values = Array.from({ length: 1801 }, (_, s) => ({
      observedAt: start + seconds(s),
      value: s < 900 ? 101 : 99,
    }));
    expect(episodesOf(runRule({ rule: aRule({ warnsAhead: false }), point: quick, facts }, values))).toEqual([
      [start + minutes(15), start + minutes(30)],
    ]);
  });
});

describe("the forecast of the running quarter", () => {
  it("warns exactly while the demand figure of the overview says so", () => {
    const minutely = fc.array(fc.integer({ min: 50, max: 150 }), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(minutely, restarts, (list, restartsAt) => {
        const readings = list.map((value, m) => ({ observedAt: start + minutes(m), value }));
        const warned = episodesOf(runRule({ rule: aRule(), point: power, facts, restartsAt }, readings), "warning");
        const judged = readings.flatMap(({ observedAt: now }, i) => {
          const windowStart = Math.floor(now / demandWindowMs) * demandWindowMs;
          if (now - windowStart < minutes(3)) return [];
          const so = readings.slice(0, i + 1);
          const series = {
            at: Float64Array.from(so, ({ observedAt }) => observedAt),
            value: Float64Array.from(so, ({ value }) => value),
            quality: new Uint8Array(so.length),
          };
          const { projectedKw } = demandWindow({ series, point: power, windowStart, now, declaredKw: 100 });
          return projectedKw === null ? [] : [[now, projectedKw > 100] as const];
        });
        expect(warned).toEqual(stretchesOf(judged));
      }),
      options,
    );
  });

  it("warns while there is time to act", () => {
    const values = [80, 80, 80, 80, 80, ...Array.from({ length: 10 }, () => 200)];
    const readings = values.map((value, m) => ({ observedAt: start + minutes(m), value }));
    const [raised] = runRule({ rule: aRule(), point: power, facts }, readings);
    expect(raised).toMatchObject({ type: "raised", level: "warning", limit: 100 });
    expect(start + minutes(15) - (raised?.at ?? 0)).toBeGreaterThanOrEqual(minutes(8));
  });
});
