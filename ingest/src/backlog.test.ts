import type { DemandRule, EngineRule, HistoryRule, HourlyMeanRule, JournalRecord, PointId } from "@smart-park/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startIngest, type Ingest } from "./index.ts";
import { fixedCatalog, ListFeed, ListJournal, ListLedger, MapStore, silentLogger } from "./testing/memory-ports.ts";
import { aRecord, aTick, noon, testCatalog } from "./testing/park.ts";

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
const base = {
  ...{ name: "", points: ["kiln.activePower" as PointId], onDelayS: 0, offDelayS: 0 },
  ...({ severity: "P2", enabled: true } as const),
};
const demand: DemandRule = {
  ...{ ...base, id: "demand", kind: "demand", declaredKw: 100, abovePercent: 100, warnsAhead: false },
};
const mean: HourlyMeanRule = {
  ...{ ...base, id: "mean", kind: "hourlyMean", above: 100, minCoverage: 0.75, warnsAhead: false },
};
const usual: HistoryRule = {
  ...{ ...base, id: "usual", kind: "history", abovePercent: 50, belowPercent: null, minDifference: 0 },
  ...{ days: 4, minCoverage: 0.75 },
};

let park: { journal: ListJournal; store: MapStore; ledger: ListLedger; feed: ListFeed };
let ingest: Ingest;
beforeEach(() => {
  park = { journal: new ListJournal(), store: new MapStore(), ledger: new ListLedger(), feed: new ListFeed() };
});
afterEach(() => ingest.stop());

async function watch(rule: EngineRule): Promise<void> {
  park.ledger.setRules([rule]);
  const fixed = { catalog: fixedCatalog(testCatalog), clock: { now: () => noon }, logger: silentLogger };
  ingest = await startIngest({}, { ...park, ...fixed, wakeUp: park.journal.wakeUp });
}

async function say(records: readonly JournalRecord[]): Promise<void> {
  for (const record of records) {
    park.journal.append(record);
    await ingest.idle();
  }
}

/** Values of quarter hours from `from` on, a reading each 10 s, in pieces of so many minutes, one each `everyMs` with a tick after it. */
function pieces(
  quarters: readonly number[],
  { from = noon, at, lengthMs, everyMs }: { from?: number; at: number; lengthMs: number; everyMs: number },
): JournalRecord[] {
  const readings = quarters.flatMap((value, q) =>
    Array.from({ length: 90 }, (_, i) => ({ ts: from + q * 15 * minute + (i + 1) * 10 * second, value })),
  );
  let energy = 5000;
  const perPiece = lengthMs / (10 * second);
  return Array.from({ length: Math.ceil(readings.length / perPiece) }, (_, piece) => {
    const receivedAt = at + piece * everyMs;
    const own = readings.slice(piece * perPiece, (piece + 1) * perPiece);
    const payload = own.map(({ ts, value }) => {
      energy += value / 360;
      return { ts, values: { activePower: value, activeEnergyImport: energy } };
    });
    return [aRecord({ receivedAt, payload }), aTick(receivedAt + second)];
  }).flat();
}

/** Minutes after `from`. */
const alarms = (from = noon) =>
  park.ledger.commits.flatMap(({ alerts }) =>
    alerts.map(({ transition: { type, at }, late }) => [type, (at - from) / minute, late]),
  );
/** What is due is judged at a tick and committed with the next. */
const ticks = (at: number) => Array.from({ length: 4 }, (_, i) => aTick(at + (i + 10) * minute));

const sent = [
  ["all at once", { lengthMs: 60 * minute, everyMs: second }],
  ["in pieces, one after the other", { lengthMs: 5 * minute, everyMs: 5 * second }],
  ["in pieces that cut windows, with a pause between them", { lengthMs: 7 * minute, everyMs: 12 * minute }],
] as const;

describe.each(sent)("what a meter sends after a break, %s", (_name, given) => {
  it.each(["activePower", "activeEnergyImport"])(
    "gives the alert of quarter hours over the demand, by %s",
    async (by) => {
      await watch({ ...demand, points: [`kiln.${by}` as PointId] });
      await say([...pieces([50, 200, 200, 50, 50], { at: noon + 6 * hour, ...given }), ...ticks(noon + 9 * hour)]);
      expect(alarms()).toEqual([
        ["raised", 30, true],
        ["cleared", 60, true],
      ]);
    },
  );

  it("gives the alert of its hour over the limit", async () => {
    await watch(mean);
    const quarters = [50, 50, 50, 50, 10, 200, 200, 200, 50, 50, 50, 50, 50];
    await say([...pieces(quarters, { at: noon + 6 * hour, ...given }), ...ticks(noon + 14 * hour)]);
    expect(alarms()).toEqual([
      ["raised", 120, true],
      ["cleared", 180, true],
    ]);
  });
});

describe.each(sent.slice(0, 2))("what a meter sends after a break, %s", (_name, given) => {
  it("gives the alert of an hour that is far from the usual, and is learnt", async () => {
    await watch(usual);
    // Monday to Thursday, each sent in the night.
    for (let n = 0; n < 4; n++)
      await say(pieces([50, 50, 50, 50, 50], { from: noon + n * day, at: noon + n * day + 6 * hour, ...given }));
    const from = noon + 3 * day;
    expect(alarms(from)).toEqual([]);
    const friday = { from: from + day, at: from + day + 6 * hour, ...given };
    await say([...pieces([10, 90, 110, 110, 50, 50, 50, 50, 50], friday), ...ticks(friday.at + 3 * hour)]);
    expect(alarms(from + day)).toEqual([["raised", 60, true]]);
  });
});

describe("pieces in any order, with pauses, repeats and restarts", () => {
  const quarters = fc.array(fc.constantFrom(50, 150), { minLength: 8, maxLength: 16 });
  const order = fc.record({
    seeds: fc.array(fc.integer(), { minLength: 64, maxLength: 64 }),
    pausesS: fc.array(fc.constantFrom(1, 5, 30, 90, 400), { minLength: 64, maxLength: 64 }),
    restartsAt: fc.uniqueArray(fc.nat(40), { maxLength: 3 }),
  });
  it.each([
    ["quarter hours", demand, 1],
    ["hours", mean, 4],
  ] as const)(
    "leave no stretch of %s over the limit without its alert, and no time with two",
    async (_name, rule, size) => {
      let breaches = 0;
      await fc.assert(
        fc.asyncProperty(quarters, order, async (values, { seeds, pausesS, restartsAt }) => {
          park = { journal: new ListJournal(), store: new MapStore(), ledger: new ListLedger(), feed: new ListFeed() };
          await watch(rule);
          const sorted = pieces(values, { at: 0, lengthMs: 7 * minute, everyMs: 0 }).filter((_, i) => i % 2 === 0);
          const mixed = sorted.map((piece, i) => [seeds[i] ?? 0, piece] as const).sort(([a], [b]) => a - b);
          let now = noon + 8 * hour;
          for (const [i, [seed, { payload }]] of mixed.entries()) {
            if (restartsAt.includes(i)) {
              await ingest.stop();
              await watch(rule);
            }
            now += (pausesS[i] ?? 1) * second;
            const said = aRecord({ receivedAt: now, payload });
            await say([said, ...(seed % 3 === 0 ? [said] : []), aTick(now + second)]);
          }
          await say(Array.from({ length: 12 }, (_, i) => aTick(now + (i + 2) * minute)));
          await say([aRecord({ receivedAt: now + hour, payload: { ts: now + hour, values: { activePower: 1 } } })]);
          await say(Array.from({ length: 12 }, (_, i) => aTick(now + hour + (i + 2) * minute)));
          await ingest.stop();

          const told = park.ledger.commits.flatMap(({ alerts }) => alerts.map(({ transition }) => transition));
          const raised = told.filter(({ type }) => type === "raised");
          expect(new Set(raised.map(({ alertId }) => alertId)).size).toBe(raised.length);
          const spans = raised
            .map(({ alertId, raisedAt }) => {
              const end = told.find((one) => one.type === "cleared" && one.alertId === alertId);
              return [raisedAt, end?.at ?? Infinity] as const;
            })
            .sort(([a], [b]) => a - b);
          for (const [i, [from]] of spans.slice(1).entries()) expect(from).toBeGreaterThanOrEqual(spans[i]?.[1] ?? 0);
          // What was announced is never moved: a part of an unbroken stretch stands for all of it.
          const isOver = (w: number): boolean =>
            (w + 1) * size <= values.length &&
            values.slice(w * size, (w + 1) * size).reduce((sum, value) => sum + value, 0) / size > 100;
          const endOf = (w: number): number => noon + (w + 1) * size * 15 * minute;
          for (let w = 0; w < values.length; w++) {
            if (!isOver(w) || (w > 0 && isOver(w - 1))) continue;
            breaches += 1;
            let past = w + 1;
            while (isOver(past)) past += 1;
            const isTold = spans.some(([from, to]) => from < endOf(past) && endOf(w) < to);
            expect([endOf(w), isTold]).toEqual([endOf(w), true]);
          }
        }),
        { numRuns: 15, seed: 99, endOnFailure: true },
      );
      expect(breaches).toBeGreaterThan(5);
    },
    60_000,
  );
});
