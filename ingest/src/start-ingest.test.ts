import type { BookDelta, IngestCommit, LimitRule, PointId, QuarantineReason } from "@smart-park/core";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { startIngest, type Ingest } from "./index.ts";
import { fixedCatalog, ListFeed, ListJournal, ListLedger, MapStore, silentLogger } from "./testing/memory-ports.ts";
import { aRecord, aTick, deviceId, enterpriseId, noon, testCatalog } from "./testing/park.ts";

interface Park {
  journal: ListJournal;
  store: MapStore;
  ledger: ListLedger;
  feed: ListFeed;
}
const aPark = (): Park => ({
  journal: new ListJournal(),
  store: new MapStore(),
  ledger: new ListLedger(),
  feed: new ListFeed(),
});

const running: Ingest[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((ingest) => ingest.stop()));
});

const start = async (park: Park, config = {}): Promise<Ingest> => {
  const ingest = await startIngest(config, {
    ...park,
    wakeUp: park.journal.wakeUp,
    catalog: fixedCatalog(testCatalog),
    clock: { now: () => noon },
    logger: silentLogger,
  });
  running.push(ingest);
  return ingest;
};

const power = (atS: number, value: number) =>
  aRecord({ payload: { ts: noon + atS * 1000, values: { activePower: value } }, receivedAt: noon + atS * 1000 });

const booksOf = (commits: readonly IngestCommit[]): Record<string, Omit<BookDelta, "enterpriseId">> => {
  const sums: Record<string, Omit<BookDelta, "enterpriseId">> = {};
  for (const { enterpriseId: id, ...line } of commits.flatMap((commit) => commit.books)) {
    const known = sums[id] ?? { received: 0, stored: 0, duplicate: 0, overwritten: 0, quarantined: 0, rejected: 0 };
    sums[id] = {
      received: known.received + line.received,
      stored: known.stored + line.stored,
      duplicate: known.duplicate + line.duplicate,
      overwritten: known.overwritten + line.overwritten,
      quarantined: known.quarantined + line.quarantined,
      rejected: known.rejected + line.rejected,
    };
  }
  return sums;
};
const quarantineOf = (commits: readonly IngestCommit[]): [QuarantineReason, number][] =>
  commits.flatMap((commit) => commit.quarantined).map((row) => [row.reason, row.count]);

const peak: LimitRule = {
  id: "peak",
  name: "peak",
  kind: "limit",
  points: ["kiln.activePower" as PointId],
  above: 1000,
  below: null,
  deadband: 0,
  onDelayS: 0,
  offDelayS: 0,
  severity: "P2",
  enabled: true,
};

describe("the way of a reading through ingest", () => {
  it("from journal to store, books and live values, and confirms what is done with", async () => {
    const park = aPark();
    park.journal.append(power(0, 100));
    const ingest = await start(park);
    await ingest.idle();
    park.journal.append(power(10, 110), power(10, 110), power(10, 115));
    await ingest.idle();
    expect([...park.store.readings.values()].map((reading) => reading.value)).toEqual([100, 115]);
    expect(booksOf(park.ledger.commits)).toEqual({
      cement: { received: 4, stored: 3, duplicate: 1, overwritten: 1, quarantined: 0, rejected: 0 },
    });
    expect(park.feed.readings.map(({ value }) => value)).toEqual([100, 115]);
    expect(park.journal.confirmed).toEqual(ingest.position());
    expect(ingest.position().sequence).toBe(4);
    expect(ingest.stats()).toMatchObject({ messages: 4, stored: 3, duplicate: 1, overwritten: 1, isStalled: false });
  });

  it("one bad record never blocks the good ones around it", async () => {
    const park = aPark();
    park.journal.append(
      power(0, 100),
      aRecord({ payload: "not json" }),
      aRecord({ topic: "park/cement/newcomer/telemetry" }),
      aRecord({ payload: `{"ts":${noon + 5000},"values":{"activePower":NaN,"activeEnergyImport":7}}` }),
      aRecord({ source: "hj212", payload: "##0000" }),
      power(10, 110),
    );
    const ingest = await start(park, { batchRecords: 2 });
    await ingest.idle();
    expect([...park.store.readings.values()].map((reading) => reading.value)).toEqual([100, 7, 110]);
    expect(quarantineOf(park.ledger.commits)).toEqual([
      ["malformed", 1],
      ["unknown_meter", 1],
      ["non_finite", 1],
      ["bad_frame", 1],
    ]);
    expect(booksOf(park.ledger.commits)["cement"]).toMatchObject({ received: 7, stored: 3, quarantined: 4 });
  });

  it("announces only values newer than those announced, and a correction of the newest", async () => {
    const park = aPark();
    await park.store.append([
      { pointId: peak.points[0]!, observedAt: noon, receivedAt: noon, value: 1, quality: "good" },
    ]);
    const ingest = await start(park);
    park.journal.append(power(-10, 5), power(20, 7), power(10, 6));
    await ingest.idle();
    expect(park.feed.readings.map(({ value }) => value)).toEqual([7]);
    park.journal.append(power(20, 8));
    await ingest.idle();
    expect(park.feed.readings.map(({ value }) => value)).toEqual([7, 8]);
  });

  it("announces an alert after its commit", async () => {
    const park = aPark();
    park.ledger.setRules([peak]);
    const ingest = await start(park);
    park.journal.append(power(0, 2000));
    await ingest.idle();
    const raised = park.ledger.commits.flatMap((commit) => commit.alerts);
    expect(raised).toMatchObject([
      {
        enterpriseId: "cement",
        severity: "P2",
        late: false,
        recalculated: false,
        transition: { value: 2000, limit: 1000 },
      },
    ]);
    expect(park.feed.alerts).toEqual(raised.map(({ transition }) => transition.alertId));
  });

  it("follows changes of the rules, and clears what a deleted rule had raised", async () => {
    const park = aPark();
    const ingest = await start(park);
    park.ledger.setRules([peak]);
    park.journal.append(power(0, 2000));
    await ingest.idle();
    park.ledger.setRules([]);
    park.journal.append(aTick(noon + 10_000));
    await ingest.idle();
    expect(park.ledger.commits.flatMap((c) => c.alerts).map(({ transition }) => transition.type)).toEqual([
      "raised",
      "cleared",
    ]);
  });

  it("books what edge refused, and writes down what edge put on record", async () => {
    const park = aPark();
    const entry = {
      at: noon,
      actor: "kilnBox",
      address: "10.0.0.7",
      action: "publish",
      object: "park/food/oven/telemetry",
      enterpriseId: "cement",
      result: "denied",
      detail: "",
    };
    park.journal.append(
      aTick(noon, { cement: 3, "": 2 }),
      aRecord({ source: "audit", sender: deviceId(""), enterpriseId: enterpriseId(""), topic: "", payload: entry }),
      aRecord({ source: "audit", payload: "garbage" }),
      aRecord({ source: "tick", payload: "" }),
    );
    const ingest = await start(park);
    await ingest.idle();
    expect(booksOf(park.ledger.commits)).toEqual({
      cement: { received: 3, stored: 0, duplicate: 0, overwritten: 0, quarantined: 0, rejected: 3 },
      "": { received: 2, stored: 0, duplicate: 0, overwritten: 0, quarantined: 0, rejected: 2 },
    });
    expect(park.ledger.commits.flatMap((commit) => commit.audits)).toEqual([entry]);
  });

  it("counts values without a time of their own", async () => {
    const park = aPark();
    park.journal.append(aRecord(), aRecord({ receivedAt: noon + 1 }));
    const ingest = await start(park);
    await ingest.idle();
    expect(ingest.stats().stampedByPlatform).toBe(2);
  });

  it("keeps 64 KiB of a refused message and names the rest, and one row a device, reason and tenth of a second", async () => {
    const park = aPark();
    park.journal.append(aRecord({ payload: "x".repeat(100_000) }));
    park.journal.append(...Array.from({ length: 50 }, () => aRecord({ payload: "junk", sender: deviceId("gateway") })));
    const ingest = await start(park);
    await ingest.idle();
    const [long, ...junk] = park.ledger.commits.flatMap((commit) => commit.quarantined);
    expect(long?.payload.byteLength).toBe(65_536);
    expect(long?.detail).toMatch(/first 65536 of 100000 bytes, sha256 [0-9a-f]{64}/);
    expect(junk.map((row) => row.count)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 41]);
  });
});

describe("when a rule changes while the store takes a batch", () => {
  it("the batch is judged by the rule as it is then, switched off and on again from its new beginning", async () => {
    const park = aPark();
    park.ledger.setRules([peak]);
    const ingest = await start(park);
    park.journal.append(power(0, 2000));
    await ingest.idle();
    expect(park.feed.alerts).toHaveLength(1);
    park.store.duringAppend = () => {
      park.ledger.dropStates(peak.id);
      park.ledger.setRules([peak]);
      park.store.duringAppend = () => undefined;
    };
    park.journal.append(power(10, 2000));
    await ingest.idle();
    expect(park.feed.alerts).toHaveLength(2);
  });

  it("nor is it stepped from its old state when that happens while late readings are read", async () => {
    const park = aPark();
    const mean = {
      ...peak,
      id: "mean",
      kind: "hourlyMean",
      above: 1000,
      minCoverage: 0.01,
      warnsAhead: false,
    } as const;
    park.ledger.setRules([peak, mean]);
    const ingest = await start(park);
    park.journal.append(power(0, 2000), power(7200, 2000), power(3600, 2000), aTick(noon + 11_000_000));
    await ingest.idle();
    expect(park.feed.alerts.filter((id) => id.startsWith("peak"))).toHaveLength(1);
    park.store.duringRead = () => {
      park.ledger.dropStates(peak.id);
      park.ledger.setRules([peak, mean]);
      park.store.duringRead = () => undefined;
    };
    park.journal.append(power(7210, 2000));
    await ingest.idle();
    park.journal.append(power(7220, 2000));
    await ingest.idle();
    expect(park.feed.alerts.filter((id) => id.startsWith("peak"))).toHaveLength(2);
  });

  it("a rule made meanwhile judges it too", async () => {
    const park = aPark();
    const ingest = await start(park);
    park.store.duringAppend = () => park.ledger.setRules([peak]);
    park.journal.append(power(0, 2000));
    await ingest.idle();
    expect(park.feed.alerts).toHaveLength(1);
  });
});

describe("when something behind ingest fails", () => {
  it("tries again while the store is down, and loses nothing", async () => {
    const park = aPark();
    park.store.failures = 1;
    park.journal.append(power(0, 100));
    const ingest = await start(park);
    await vi.waitFor(() => expect(ingest.stats().isStalled).toBe(true));
    expect(ingest.position().sequence).toBe(0);
    park.journal.append(power(10, 110));
    await ingest.idle();
    expect(park.store.readings.size).toBe(2);
    expect(ingest.stats()).toMatchObject({ stored: 2, retries: 1, isStalled: false });
  });

  it("a stop during an outage is prompt and leaves the batch to the next start", async () => {
    const park = aPark();
    park.store.failures = Infinity;
    park.journal.append(power(0, 100));
    const ingest = await start(park);
    await vi.waitFor(() => expect(ingest.stats().retries).toBe(1));
    await ingest.stop();
    expect(park.ledger.commits).toEqual([]);
    park.store.failures = 0;
    const again = await start(park);
    await again.idle();
    expect(park.store.readings.size).toBe(1);
  });

  it("a store that never answers does not hold up a stop either", async () => {
    const park = aPark();
    const appended = vi.spyOn(park.store, "append").mockReturnValue(new Promise(() => undefined));
    park.journal.append(power(0, 100));
    const ingest = await start(park);
    await vi.waitFor(() => expect(appended).toHaveBeenCalledOnce());
    await ingest.stop();
    expect(park.ledger.commits).toEqual([]);
    appended.mockRestore();
    const again = await start(park);
    await again.idle();
    expect(park.store.readings.size).toBe(1);
  });

  it("a crash between store and ledger replays the batch: duplicates in the books, the same alert once", async () => {
    const park = aPark();
    park.ledger.setRules([peak]);
    park.ledger.failures = 1;
    park.journal.append(power(0, 2000), power(10, 2100));
    const first = await start(park);
    await vi.waitFor(() => expect(park.store.readings.size).toBe(2));
    await first.stop();
    expect(park.ledger.commits).toEqual([]);
    const second = await start(park);
    await second.idle();
    expect(booksOf(park.ledger.commits)["cement"]).toMatchObject({ received: 2, stored: 0, duplicate: 2 });
    expect(park.feed.alerts).toHaveLength(1);
  });

  it("a batch waits until the rules can be read, so that no alert is missed", async () => {
    const park = aPark();
    park.ledger.setRules([peak]);
    park.ledger.ruleFailures = 1;
    park.journal.append(power(0, 2000));
    const ingest = await start(park);
    await ingest.idle();
    expect(park.feed.alerts).toHaveLength(1);
    expect(ingest.stats().retries).toBe(1);
  });

  it("a reading the store refuses for good goes to quarantine, the others are stored", async () => {
    const park = aPark();
    park.store.refuses = (reading) => reading.value === 666;
    park.ledger.setRules([{ ...peak, above: 600 }]);
    park.journal.append(power(0, 100), power(10, 666), power(20, 120));
    const ingest = await start(park);
    await ingest.idle();
    expect(quarantineOf(park.ledger.commits)).toEqual([["store_rejected", 1]]);
    expect(booksOf(park.ledger.commits)["cement"]).toMatchObject({ received: 3, stored: 2, quarantined: 1 });
    expect(park.feed.alerts).toEqual([]);
  });
});

describe("the books", () => {
  const anyPayload = fc.oneof(
    fc.record({
      ts: fc.integer({ min: noon - 20_000, max: noon }),
      values: fc.dictionary(fc.constantFrom("activePower", "x"), fc.constantFrom<unknown>(1, 2, null)),
    }),
    fc.constantFrom<unknown>("junk", [], { values: {} }, { ts: noon + 1e7, values: { activePower: 1 } }),
  );
  const anyTopic = fc.constantFrom(
    "park/cement/kiln/telemetry",
    "park/cement/nobody/telemetry",
    "v1/devices/me/telemetry",
  );

  it("balance for whatever comes: received = stored + duplicate + quarantined + rejected", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(anyTopic, anyPayload), { maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        async (messages, batchRecords) => {
          const park = aPark();
          park.journal.append(...messages.map(([topic, payload]) => aRecord({ topic, payload })));
          const ingest = await start(park, { batchRecords });
          await ingest.idle();
          await ingest.stop();
          for (const line of Object.values(booksOf(park.ledger.commits))) {
            expect(line.received).toBe(line.stored + line.duplicate + line.quarantined + line.rejected);
            expect(line.stored - line.overwritten).toBe(park.store.readings.size);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
