// nightly: 18 min
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { AlertBody, BooksBody, LiveSnapshot } from "@smart-park/core/wire";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { FaultProxy, type Fault } from "../support/fault-proxy.ts";
import { startInfluxd, type Influxd } from "../support/influxd.ts";
import { residentMib } from "../support/process-usage.ts";
import { describeWith } from "../support/programs.ts";
import { compare, highPower, noDifference, ReadingLedger, SteadySender } from "../support/reading-ledger.ts";
import { SpawnedPlatform, type RunFile } from "../support/spawned-platform.ts";
import { adminPassword, addMeter } from "../support/test-platform.ts";
import { isNightly } from "../support/size.ts";

const [faultMs, slowMs, outageMs] = isNightly ? [20_000, 5_000, 600_000] : [1_500, 500, 8_000];
/** Longer than the longest pause between tries, and than ten answers of a slow server. The API takes 300 questions a minute. */
const patience = { timeout: 120_000, interval: 300 };
const meters = ["M1", "M2", "M3"];

const answer = (status: number, more: Partial<Extract<Fault, { kind: "answer" }>> = {}): Fault => ({
  kind: "answer",
  status,
  ...more,
});
const faults: readonly { name: string; fault: Fault }[] = [
  { name: "refuses connections", fault: { kind: "refuse" } },
  { name: "resets connections", fault: { kind: "reset" } },
  { name: "stores and resets the connection before it answers", fault: { kind: "resetAfterAnswer" } },
  { name: "is slow to answer", fault: { kind: "slow", ms: slowMs } },
  { name: "answers 400 to everything", fault: answer(400, { body: "Bad Request" }) },
  { name: "answers 401", fault: answer(401) },
  { name: "answers 404", fault: answer(404) },
  { name: "answers 413 to more than 150 lines", fault: { kind: "small", maxLines: 150 } },
  { name: "answers 429 and asks for 2 s", fault: answer(429, { headers: { "retry-after": "2" } }) },
  { name: "answers 500 after it stored", fault: answer(500, { isStored: true }) },
  { name: "answers 503", fault: answer(503) },
  ...(isNightly ? [{ name: "never answers", fault: { kind: "silent" } as const }] : []),
];

describeWith("influxd", "while InfluxDB fails in all the ways it can", (influxdPath) => {
  const ledger = new ReadingLedger();
  const senders: SteadySender[] = [];
  const report = (text: string): void => void process.stdout.write(`store faults: ${text}\n`);
  let influxd: Influxd;
  let proxy: FaultProxy;
  let platform: SpawnedPlatform;
  let run: RunFile;
  let admin: ApiClient;

  beforeAll(async () => {
    influxd = await startInfluxd(influxdPath);
    proxy = await FaultProxy.start(influxd.url);
    platform = new SpawnedPlatform({
      PARK_DATA_DIR: mkdtempSync(join(tmpdir(), "store-faults-")),
      PARK_ADMIN_PASSWORD: adminPassword,
      PARK_DEVICE_RATE: "0",
      PARK_ENTERPRISE_RATE: "0",
      INFLUX_URL: proxy.url,
      INFLUX_BUCKET: "park",
    });
    run = await platform.ready();
    admin = await new ApiClient(`http://127.0.0.1:${run.http}`).signIn("admin", adminPassword);
    // What is older than an hour is refused for good, as partial writes, by the server itself.
    await influxql('ALTER RETENTION POLICY "autogen" ON "park" DURATION 1h SHARD DURATION 1h');
    for (const meter of meters) {
      const device = await addMeter(admin, { enterprise: "steel", meter, device: `gw-${meter}` });
      const [mqttUrl, refusedAt] = [`mqtt://127.0.0.1:${run.mqtt}`, Date.now() - 2 * 3_600_000];
      const sender = { mqttUrl, device, enterprise: "steel", meter, ledger, refusedAt };
      await admin.post("/alert-rules", {
        kind: "limit",
        name: meter,
        points: [`${meter}.activePower`],
        above: highPower,
      });
      senders.push(await SteadySender.start(sender));
    }
    await caughtUp();
  });
  afterAll(async () => {
    await platform.stop();
    await proxy.stop();
    await influxd.stop();
    rmSync(platform.directory, { recursive: true });
  });

  async function influxql(q: string) {
    const body = new URLSearchParams({ db: "park", epoch: "ms", q });
    const response = await fetch(`${influxd.url}/query`, { method: "POST", body });
    return (await response.json()) as {
      results: { series?: { tags: { pt: string }; values: [number, number][] }[] }[];
    };
  }
  async function books() {
    const line = (await admin.get<BooksBody>("/books")).enterprises.find(({ id }) => id === "steel");
    if (line === undefined) throw new Error("steel is in the books");
    return { ...line, received: line.received - line.pending };
  }
  /** All that is acknowledged now has been dealt with; gives how long that took. */
  async function caughtUp(): Promise<number> {
    const [startedAt, acknowledged] = [performance.now(), ledger.acknowledged];
    await vi.waitFor(async () => expect((await books()).received).toBeGreaterThanOrEqual(acknowledged), patience);
    return performance.now() - startedAt;
  }

  it.each(faults)("that $name: what is acknowledged meanwhile arrives", { timeout: 180_000 }, async ({ fault }) => {
    await proxy.set(fault);
    await pause(faultMs);
    if (fault.kind === "slow" || fault.kind === "small") await caughtUp();
    if (fault.kind !== "refuse") await vi.waitFor(() => expect(proxy.hits).toBeGreaterThan(0), patience);
    await proxy.set(null);
    await caughtUp();
  });

  it("that is killed and started again: what is acknowledged meanwhile arrives", { timeout: 180_000 }, async () => {
    await influxd.kill();
    await pause(faultMs);
    await influxd.resume();
    await caughtUp();
  });

  it("that is away for long: memory stays flat and the backlog drains", { timeout: outageMs + 180_000 }, async () => {
    const before = { mib: residentMib(run.pids.app), acknowledged: ledger.acknowledged, at: performance.now() };
    let mostMib = before.mib;
    const watch = setInterval(() => (mostMib = Math.max(mostMib, residentMib(run.pids.app))), 100);
    await proxy.set({ kind: "refuse" });
    await pause(outageMs);
    const mostInOutageMib = mostMib;
    const backlog = ledger.acknowledged - (await books()).received;
    const sentPerSecond = (ledger.acknowledged - before.acknowledged) / ((performance.now() - before.at) / 1000);
    await proxy.set(null);
    const tookMs = await caughtUp();
    clearInterval(watch);
    const drained = backlog / (tookMs / 1000) / sentPerSecond;
    report(
      `after ${outageMs / 1000} s ${backlog} values waited; caught up in ${(tookMs / 1000).toFixed(1)} s with the wait ` +
        `for the next try, ${drained.toFixed(1)} times the ${sentPerSecond.toFixed(0)} values/s that came; ` +
        `memory of the app process +${(mostInOutageMib - before.mib).toFixed(0)} MiB in the outage, ` +
        `+${(mostMib - before.mib).toFixed(0)} MiB while it caught up`,
    );
    // What it takes to catch up at full speed is given back; what an outage takes would grow with it.
    expect(mostInOutageMib - before.mib).toBeLessThan(64);
    // A short outage is mostly the wait for the next try.
    if (isNightly) expect(drained).toBeGreaterThanOrEqual(3);
  });

  it("in the end nothing is lost, nothing doubled, nothing invented, and the last value stands", async () => {
    for (const sender of senders) await sender.stop();
    await caughtUp();
    const { results } = await influxql("SELECT v FROM reading GROUP BY pt");
    const rows = (results[0]?.series ?? []).flatMap(({ tags, values }) =>
      values.map(([at, value]) => [`${tags.pt}@${at}`, value] as const),
    );
    const stored = new Map(rows);
    expect(rows.length).toBe(stored.size);
    expect(compare(ledger.expected, stored)).toEqual(noDifference);
    report(`${ledger.acknowledged} values acknowledged, ${stored.size} readings stored, ${ledger.refused} refused`);
  });

  it("the books balance, and what the store refuses is in quarantine, all of it and nothing else", async () => {
    const line = await books();
    expect(line).toMatchObject({ received: ledger.acknowledged, quarantined: ledger.refused, rejected: 0, pending: 0 });
    expect(line.stored + line.duplicate + line.quarantined).toBe(line.received);
    expect(line.stored - line.overwritten).toBe(ledger.expected.size);
    const { items } = await admin.get<{ items: { reason: string }[] }>("/quarantine?limit=500");
    expect(new Set(items.map(({ reason }) => reason))).toEqual(new Set(["store_rejected"]));
  });

  it("each excursion has raised one alert", async () => {
    const raised: number[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const from = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { items: AlertBody[]; nextCursor: string | null } = await admin.get(`/alerts?limit=100${from}`);
      raised.push(...page.items.map((alert) => Date.parse(alert.raisedAt)));
      cursor = page.nextCursor;
    }
    expect(raised.toSorted((a, b) => a - b)).toEqual(ledger.excursions.toSorted((a, b) => a - b));
  });

  it("live values are the newest ones", async () => {
    const { rows } = await admin.get<LiveSnapshot>("/live");
    const newest = new Map<string, { at: number; value: number }>();
    for (const [key, value] of ledger.expected) {
      const [point = "", at] = key.split("@");
      if (Number(at) > (newest.get(point)?.at ?? 0)) newest.set(point, { at: Number(at), value });
    }
    expect(rows.map(({ point }) => point).toSorted()).toEqual([...newest.keys()].toSorted());
    for (const { point, value } of rows) expect([point, value]).toEqual([point, newest.get(point)?.value]);
  });

  it("a reading that the store refuses holds up the good ones behind it no longer than 2 s", async () => {
    const sender = { ledger: new ReadingLedger(), enterprise: "steel", meter: "M9" };
    const device = await addMeter(admin, { ...sender, device: "gw-M9" });
    const more = { device, mqttUrl: `mqtt://127.0.0.1:${run.mqtt}`, refusedAt: Date.now() - 2 * 3_600_000 };
    const steady = await SteadySender.start({ ...sender, ...more });
    let slowestMs = 0;
    await vi.waitFor(() => expect(sender.ledger.refused).toBeGreaterThan(0), 10_000);
    for (let look = 0; look < 20; look += 1) {
      const [startedAt, expected] = [performance.now(), sender.ledger.acknowledged + ledger.acknowledged];
      await vi.waitFor(async () => expect((await books()).received).toBeGreaterThanOrEqual(expected), patience);
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    }
    await steady.stop();
    report(
      `with refused readings among them, readings were dealt with in ${slowestMs.toFixed(0)} ms at most (bar 2,000)`,
    );
  });
});
