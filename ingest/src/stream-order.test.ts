import { qualityOf, type BookDelta, type JournalRecord, type ReadingStore } from "@smart-park/core";
import { openReadingStore } from "@smart-park/store";
import fc from "fast-check";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startIngest } from "./index.ts";
import { fixedCatalog, ListFeed, ListJournal, ListLedger, MapStore, silentLogger } from "./testing/memory-ports.ts";
import { aRecord, aTick, deviceId, noon, testCatalog } from "./testing/park.ts";
import {
  firstInstant,
  instantOf,
  kiln,
  limits,
  mill,
  modelOf,
  pointOf,
  receivedAt,
  silence,
  type Event,
  type Sent,
  type Step,
  type StreamModel,
} from "./testing/stream-model.ts";

/** Whatever the order of a stream, what is stored, counted and announced equals what a plain model says. */

function toRecord(step: Exclude<Step, "restart">, place: number): JournalRecord {
  if (step === "tick" || step === "start") return aTick(receivedAt(place), {}, step === "start");
  const { meter, value, flag } = step;
  return aRecord({
    sender: deviceId("gateway"),
    topic: `park/cement/${meter}/telemetry`,
    receivedAt: receivedAt(place),
    payload: { ts: instantOf(step), values: { activePower: value }, flag },
  });
}

async function throughIngest<Store extends ReadingStore>(steps: readonly Step[], batchRecords: number, store: Store) {
  const park = { journal: new ListJournal(), store, ledger: new ListLedger(), feed: new ListFeed() };
  park.ledger.setRules([...limits, silence]);
  const start = () =>
    startIngest(
      { batchRecords },
      {
        ...park,
        wakeUp: park.journal.wakeUp,
        catalog: fixedCatalog(testCatalog),
        clock: { now: () => noon },
        logger: silentLogger,
      },
    );
  let waiting: JournalRecord[] = [];
  const run = async (): Promise<void> => {
    const ingest = await start();
    park.journal.append(...waiting);
    waiting = [];
    await ingest.idle();
    await ingest.stop();
  };
  for (const [place, step] of steps.entries()) {
    if (step === "restart") await run();
    else waiting.push(toRecord(step, place));
  }
  await run();
  return park;
}

const storedIn = (store: MapStore): Map<string, string> =>
  new Map(
    [...store.readings.values()].map((r) => [`${r.pointId}@${r.observedAt}`, `${r.value} ${r.quality}`] as const),
  );

async function readAll(store: ReadingStore): Promise<Map<string, string>> {
  const rows = new Map<string, string>();
  for (const point of [kiln, mill]) {
    const { at, value, quality } = await store.read(point, { from: firstInstant, to: noon + 3_600_000 });
    for (const [i, instant] of at.entries())
      rows.set(`${point}@${instant}`, `${value[i]} ${qualityOf(quality[i] ?? 3)}`);
  }
  return rows;
}

const eventsIn = (ledger: ListLedger): Event[] =>
  ledger.commits.flatMap(({ alerts }) =>
    alerts.map(({ transition: { type, ruleId, pointId, raisedAt, at }, late }) => ({
      type,
      ruleId,
      pointId,
      raisedAt,
      at,
      late,
    })),
  );

const sumOf = (lines: readonly BookDelta[], name: keyof StreamModel["books"]): number =>
  lines.reduce((sum, line) => sum + line[name], 0);

const anySent: fc.Arbitrary<Sent> = fc.record({
  meter: fc.constantFrom("kiln", "mill"),
  minute: fc.nat(9),
  value: fc.constantFrom(50, 500, 985, 1001, 2000, 2000, 6000),
  flag: fc.constantFrom("N", "N", "N", "D"),
});
/** A stream, some of it sent twice, in any order, with ticks and perhaps a restart between. */
const anyStream = fc
  .tuple(fc.array(anySent, { minLength: 3, maxLength: 14 }), fc.nat(4), fc.nat(6), fc.nat(1), fc.nat(1))
  .chain(([sent, repeats, ticks, restarts, starts]) => {
    const steps: Step[] = [
      ...sent,
      ...sent.slice(0, repeats),
      ...Array<Step>(ticks).fill("tick"),
      ...Array<Step>(restarts).fill("restart"),
      ...Array<Step>(starts).fill("start"),
    ];
    return fc.shuffledSubarray(steps, { minLength: steps.length });
  });

const permutations = 10_000;

it(
  `${permutations} orders of a stream: stored readings, alerts and books equal the model's`,
  { timeout: 120_000 },
  async () => {
    const seen = { events: 0, overwritten: 0, duplicate: 0 };
    await fc.assert(
      fc.asyncProperty(anyStream, fc.integer({ min: 1, max: 20 }), async (steps, batchRecords) => {
        const model = modelOf(steps);
        const { store, ledger, feed } = await throughIngest(steps, batchRecords, new MapStore());
        expect(storedIn(store)).toEqual(model.stored);
        const events = eventsIn(ledger);
        expect(events).toEqual(model.events);
        expect(feed.alerts).toHaveLength(events.length);
        const lines = ledger.commits.flatMap((commit) => commit.books);
        for (const name of Object.keys(model.books) as (keyof StreamModel["books"])[])
          // its own keys
          expect([name, sumOf(lines, name)]).toEqual([name, model.books[name]]);
        seen.events += events.length;
        seen.overwritten += model.books.overwritten;
        seen.duplicate += model.books.duplicate;
      }),
      { numRuns: permutations },
    );
    // The generator must reach what the law is about.
    expect(Math.min(seen.events, seen.overwritten, seen.duplicate)).toBeGreaterThan(permutations);
  },
);

it("every order of a stream without conflicting values stores the same", async () => {
  const anyAgreeing = fc.uniqueArray(anySent, {
    minLength: 2,
    maxLength: 10,
    selector: (s) => `${pointOf(s)}@${instantOf(s)}`,
  });
  const anyTwoOrders = anyAgreeing.chain((sent) => {
    const order = fc.shuffledSubarray([...sent, ...sent.slice(0, 3)], {
      minLength: sent.length + Math.min(3, sent.length),
    });
    return fc.tuple(order, order);
  });
  await fc.assert(
    fc.asyncProperty(anyTwoOrders, async ([one, other]) => {
      const [first, second] = [
        await throughIngest(one, 4, new MapStore()),
        await throughIngest(other, 3, new MapStore()),
      ];
      expect(storedIn(first.store)).toEqual(storedIn(second.store));
    }),
    { numRuns: 500 },
  );
});

it("the embedded store keeps what the model says, too", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyStream, fc.integer({ min: 1, max: 20 }), async (steps, batchRecords) => {
      const directory = await mkdtemp(join(tmpdir(), "order-"));
      const store = await openReadingStore({ directory, influx: null }, { logger: silentLogger });
      try {
        const { ledger } = await throughIngest(steps, batchRecords, store);
        const model = modelOf(steps);
        expect(await readAll(store)).toEqual(model.stored);
        expect(eventsIn(ledger)).toEqual(model.events);
      } finally {
        await store.stop();
        await rm(directory, { recursive: true });
      }
    }),
    { numRuns: 10 },
  );
});
