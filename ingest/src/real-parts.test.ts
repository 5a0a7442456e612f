import {
  systemPrincipal,
  type AuditContext,
  type Clock,
  type JournalRecord,
  type LimitRule,
  type PointId,
} from "@smart-park/core";
import { openReadingStore, openRegistry } from "@smart-park/store";
import { mkdtemp, rm } from "node:fs/promises";
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
