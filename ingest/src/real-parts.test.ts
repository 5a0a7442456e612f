import {
  systemPrincipal,
  type AuditContext,
  type Clock,
  type JournalRecord,
  type LimitRule,
  type PointId,
} from "@smart-park/core";
import { openReadingStore, openRegistry, readLedgerNumbers } from "@smart-park/store";
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openJournalReader, openJournalWriter } from "../../store/src/journal/index.ts";
import { startIngest } from "./index.ts";
import { ListFeed, silentLogger as logger } from "./testing/memory-ports.ts";
import { aRecord, aTick, deviceId, enterpriseId, noon, testCatalog } from "./testing/park.ts";

const clock: Clock = { now: () => noon };
const audit: AuditContext = { at: noon, actor: "test", address: "local" };
const mebibyte = 1024 * 1024;
const kiln = "kiln.activePower" as PointId;
const peak: LimitRule = {
  id: "peak",
  name: "Kiln above 1000 kW",
  kind: "limit",
  points: [kiln],
  above: 1000,
  below: null,
  deadband: 0,
  onDelayS: 0,
  offDelayS: 0,
  severity: "P2",
  enabled: true,
};

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** The journal, registry and embedded store as the platform opens them, in a folder of their own. */
async function openParts(folder: string) {
  const writer = await openJournalWriter({
    directory: join(folder, "journal"),
    segmentBytes: mebibyte,
    maxBytes: 64 * mebibyte,
    reserveBytes: 0,
    floor: readLedgerNumbers(join(folder, "registry.db")),
    logger,
    clock,
  });
  const journal = await openJournalReader({ directory: join(folder, "journal"), keepBytes: mebibyte, logger });
  const store = await openReadingStore({ directory: folder, influx: null }, { logger });
  const database = openRegistry({
    file: join(folder, "registry.db"),
    secretKeyFile: join(folder, "registry.key"),
    clock,
    logger,
  });
  const feed = new ListFeed();
  const ingest = await startIngest(
    { batchRecords: 7 },
    {
      journal,
      wakeUp: (wake) => writer.onCommit(wake),
      store,
      ledger: database.ledger,
      catalog: database.registry,
      feed,
      clock,
      logger,
    },
  );
  const stop = async (): Promise<void> => {
    for (const part of [ingest, store, database, journal, writer]) await part.stop();
  };
  return { writer, store, registry: database.registry, feed, ingest, stop };
}

const aPark = async () => {
  const folder = await mkdtemp(join(tmpdir(), "ingest-"));
  folders.push(folder);
  return folder;
};

const power = (atS: number, value: number): JournalRecord =>
  aRecord({ payload: { ts: noon + atS * 1000, values: { activePower: value } }, receivedAt: noon + atS * 1000 });

describe("ingest with the real journal, registry and store", () => {
  it("takes a morning of messages, survives a restart, and the books balance", async () => {
    const folder = await aPark();
    const first = await openParts(folder);
    const { registry } = first;
    for (const enterprise of testCatalog.enterprises()) registry.createEnterprise(systemPrincipal, enterprise, audit);
    for (const meter of testCatalog.meters()) registry.createMeter(systemPrincipal, meter, audit);
    for (const device of testCatalog.devices())
      registry.createDevice(systemPrincipal, device, `secret-of-${device.id}-0123456789`, audit);
    registry.createRule(systemPrincipal, peak, audit);

    const messages = [
      aTick(noon, { cement: 2 }),
      ...Array.from({ length: 20 }, (_, i) => power(i * 10, 900 + i * 10)),
      power(0, 900),
      power(10, 911),
      aRecord({ payload: "not json" }),
      aRecord({ topic: "park/cement/newcomer/telemetry" }),
      aRecord({
        topic: "v1/gateway/telemetry",
        sender: deviceId("gateway"),
        payload: { mill: { ts: noon, values: { activePower: 5, rainfall: 1 } }, yard: { values: { activePower: 1 } } },
      }),
      aRecord({ sender: deviceId("ovenBox"), enterpriseId: enterpriseId("food"), topic: "park/food/oven/telemetry" }),
    ];
    await Promise.all(messages.map((record) => first.writer.append(record)));
    await first.ingest.idle();

    const series = await first.store.read(kiln, { from: noon, to: noon + 3_600_000 });
    expect([...series.value]).toEqual([900, 911, ...Array.from({ length: 18 }, (_, i) => 920 + i * 10)]);
    const books = registry.books(systemPrincipal);
    expect(books.enterprises).toEqual(
      expect.arrayContaining([
        { id: "cement", received: 29, stored: 22, duplicate: 1, overwritten: 1, quarantined: 4, rejected: 2 },
        { id: "food", received: 1, stored: 1, duplicate: 0, overwritten: 0, quarantined: 0, rejected: 0 },
      ]),
    );
    expect(books.sequence).toBe(messages.length);
    const quarantine = registry.quarantine(systemPrincipal, { limit: 100 }).items.map((row) => row.reason);
    expect(quarantine.toSorted()).toEqual(["foreign_meter", "malformed", "unknown_meter", "unknown_quantity"]);
    const alerts = registry.alerts(systemPrincipal, { limit: 10 }, noon).items;
    expect(alerts).toMatchObject([{ ruleId: "peak", pointId: kiln, state: "active", value: 1010, limit: 1000 }]);
    expect(first.feed.alerts).toEqual(alerts.map((alert) => alert.id));
    await first.stop();

    const second = await openParts(folder);
    expect(second.ingest.position().sequence).toBe(messages.length);
    await second.writer.append(power(300, 10));
    await second.ingest.idle();
    expect(second.registry.alerts(systemPrincipal, { limit: 10 }, noon).items).toMatchObject([{ state: "cleared" }]);
    expect(second.ingest.stats()).toMatchObject({ messages: 1, stored: 1, duplicate: 0 });
    await second.stop();
  });
});

describe("a journal that is not what it was", () => {
  type Parts = Awaited<ReturnType<typeof openParts>>;
  const stored = async ({ store }: Parts) => [...(await store.read(kiln, { from: noon, to: noon + 3_600_000 })).value];
  const booked = ({ registry }: Parts) => registry.books(systemPrincipal).enterprises.find(({ id }) => id === "cement");
  const alertsOf = ({ registry }: Parts) => registry.alerts(systemPrincipal, { limit: 10 }, noon).items;
  const replacements = ({ registry }: Parts) =>
    registry.audit(systemPrincipal, { limit: 100 }).items.filter(({ action }) => action === "journal.replaced");

  /** A park that has taken over `count` quiet messages, stopped; every message is 10 s after the one before. */
  async function aParkWith(count: number): Promise<string> {
    const folder = await aPark();
    const parts = await openParts(folder);
    const { registry } = parts;
    for (const enterprise of testCatalog.enterprises()) registry.createEnterprise(systemPrincipal, enterprise, audit);
    for (const meter of testCatalog.meters()) registry.createMeter(systemPrincipal, meter, audit);
    registry.createRule(systemPrincipal, peak, audit);
    await send(parts, 0, count, 100);
    await parts.stop();
    return folder;
  }

  async function send(parts: Parts, from: number, count: number, value: number): Promise<void> {
    for (let n = from; n < from + count; n += 1) await parts.writer.append(power(n * 10, value));
    await parts.ingest.idle();
  }

  it("loses nothing that comes after the folder was lost", async () => {
    const folder = await aParkWith(20);
    await rm(join(folder, "journal"), { recursive: true });
    const parts = await openParts(folder);
    await send(parts, 20, 3, 2000);
    expect(await stored(parts)).toHaveLength(23);
    expect(booked(parts)).toMatchObject({ received: 23, stored: 23 });
    expect(alertsOf(parts)).toMatchObject([{ state: "active", value: 2000 }]);
    expect(replacements(parts)).toHaveLength(1);
    await parts.stop();
  });

  it("is read from its beginning when it is another park's, though its numbers are lower", async () => {
    const [folder, other] = [await aParkWith(20), await aPark()];
    const strange = await openParts(other);
    await strange.ingest.stop();
    for (let n = 20; n < 25; n += 1) await strange.writer.append(power(n * 10, 2000));
    await strange.stop();
    await rm(join(folder, "journal"), { recursive: true });
    await rename(join(other, "journal"), join(folder, "journal"));
    const parts = await openParts(folder);
    await parts.ingest.idle();
    expect(booked(parts)).toMatchObject({ received: 25, stored: 25 });
    await send(parts, 25, 2, 2000);
    expect(booked(parts)).toMatchObject({ received: 27, stored: 27 });
    expect(alertsOf(parts)).toHaveLength(1);
    expect(replacements(parts)).toHaveLength(1);
    await parts.stop();
  });

  it("starts over by itself when the folder is replaced while ingest goes on", async () => {
    const folder = await aParkWith(20);
    const parts = await openParts(folder);
    await send(parts, 20, 1, 100);
    await parts.writer.stop();
    await rm(join(folder, "journal"), { recursive: true });
    const sizes = { segmentBytes: mebibyte, maxBytes: 64 * mebibyte, reserveBytes: 0 };
    const writer = await openJournalWriter({ directory: join(folder, "journal"), ...sizes, logger, clock });
    for (let n = 21; n < 24; n += 1) await writer.append(power(n * 10, 2000));
    await parts.ingest.idle();
    expect(booked(parts)).toMatchObject({ received: 24, stored: 24 });
    expect(alertsOf(parts)).toHaveLength(1);
    await writer.stop();
    await parts.stop();
  });

  it.each([
    { name: "with what it had confirmed then", isConfirmedKept: true },
    { name: "without what it had confirmed", isConfirmedKept: false },
  ])("gives no number twice when an older copy of it was restored, $name", async ({ isConfirmedKept }) => {
    const folder = await aParkWith(5);
    await cp(join(folder, "journal"), join(folder, "copy"), { recursive: true });
    const before = await openParts(folder);
    await send(before, 5, 15, 100);
    await before.stop();
    await rm(join(folder, "journal"), { recursive: true });
    await rename(join(folder, "copy"), join(folder, "journal"));
    if (!isConfirmedKept) await rm(join(folder, "journal", "confirmed.json"));
    const parts = await openParts(folder);
    await send(parts, 20, 3, 2000);
    expect(parts.ingest.position().sequence).toBe(23);
    expect(booked(parts)).toMatchObject({ received: 23, stored: 23, duplicate: 0 });
    expect(alertsOf(parts)).toMatchObject([{ state: "active", value: 2000 }]);
    expect(replacements(parts)).toEqual([]);
    await parts.stop();
  });
});
