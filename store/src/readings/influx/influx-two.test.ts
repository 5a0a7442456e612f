import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger, PointId, Reading, ReadingStore } from "@smart-park/core";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aReading, silentLogger } from "../contract-batch.ts";
import { describeReadingStore } from "../contract.ts";
import { openReadingStore } from "../open-store.ts";
import { RecordedInfluxTwo, type Fault } from "./recorded-influx-two.ts";
import type { InfluxConfig } from "./server.ts";

const t0 = Date.UTC(2026, 0, 1);
const all = { from: -Infinity, to: Infinity };
const folders: string[] = [];
const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "park-influx-"));
  folders.push(folder);
  return folder;
};
const servers: RecordedInfluxTwo[] = [];
const newServer = async (): Promise<RecordedInfluxTwo> => {
  const server = await RecordedInfluxTwo.start();
  servers.push(server);
  return server;
};
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

describeReadingStore("the store on the protocol of InfluxDB 2.x", async () => {
  const server = await newServer();
  return { directory: await newFolder(), influx: { url: server.url, ...server.access } };
});

describe("an InfluxDB 2.x", () => {
  let server: RecordedInfluxTwo;
  let store: ReadingStore | null = null;
  const errors: string[] = [];
  const logger: Logger = { ...silentLogger, error: (_, message) => void errors.push(message) };
  const open = async (change: Partial<InfluxConfig> = {}): Promise<ReadingStore> =>
    (store = await openReadingStore(
      { directory: await newFolder(), influx: { url: `${server.url}/`, ...server.access, ...change } },
      { logger },
    ));
  const batchOf = (batch: number, size: number): Reading[] =>
    Array.from({ length: size }, (_, i) => aReading("p.heat", t0 + batch * size + i, i));
  beforeEach(async () => {
    server = await newServer();
    errors.length = 0;
  });
  afterEach(async () => {
    await store?.stop();
    store = null;
  });

  it("loses nothing when it answers 503 half of the time and the caller repeats", async () => {
    const store = await open();
    const fault = (i: number) => ({ status: i % 3 === 0 ? 500 : 503, afterStoring: i % 4 === 0 });
    let failures = 0;
    for (let batch = 0; batch < 40;) {
      if ((batch + failures) % 2 === 0) server.faults.push(fault(batch));
      const outcomes = await store.append(batchOf(batch, 500)).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "store_unavailable", isRetryable: true });
        return null;
      });
      if (outcomes === null) failures++;
      else batch++;
    }
    expect(failures).toBeGreaterThan(20);
    expect(server.points.get("p.heat")?.size).toBe(20_000);
    expect(server.writes).toBe(40 + failures);
    expect((await store.read("p.heat" as PointId, all)).at).toHaveLength(20_000);
  });

  it("is left alone as long as it asked with 429 and Retry-After", async () => {
    const store = await open();
    server.faults.push({ status: 429, headers: { "retry-after": "1" } });
    await expect(store.append(batchOf(0, 3))).rejects.toMatchObject({ isRetryable: true });
    await expect(store.append(batchOf(0, 3))).rejects.toThrow("asked us to wait");
    expect(server.writes).toBe(1);
    expect(await store.isHealthy()).toBe(false);
    await vi.waitFor(() => store.append(batchOf(0, 3)), { timeout: 10_000, interval: 50 });
    expect(server.writes).toBe(2);
    expect(await store.isHealthy()).toBe(true);
  });

  it("may refuse single readings: these are named, all others are kept", async () => {
    const store = await open();
    const batch = batchOf(0, 1000).map((reading, i) =>
      [17, 500, 999].includes(i) ? aReading("refused.heat", reading.observedAt, 1) : reading,
    );
    const outcomes = await store.append(batch);
    expect(outcomes.flatMap((outcome, i) => (outcome === "rejected" ? [i] : []))).toEqual([17, 500, 999]);
    expect(server.points.get("p.heat")?.size).toBe(997);
    expect((await store.latest()).map((row) => row.pointId)).toEqual(["p.heat"]);
  });

  it.each<{ name: string; fault: Fault }>([
    { name: "never answers", fault: { status: "silent" } },
    { name: "stores and never answers", fault: { status: "silent", afterStoring: true } },
    { name: "sends an answer that never ends", fault: { status: "trickling", afterStoring: true } },
    { name: "cuts the connection", fault: { status: "reset" } },
    { name: "stores and cuts the connection", fault: { status: "reset", afterStoring: true } },
  ])("that $name is given up in time; the repeat stores each reading once", async ({ fault }) => {
    const store = await open({ timeoutMs: 300 });
    server.faults.push(fault);
    await expect(store.append(batchOf(0, 50))).rejects.toMatchObject({ code: "store_unavailable", isRetryable: true });
    expect(await store.append(batchOf(0, 50))).toEqual(Array(50).fill("stored"));
    expect(server.points.get("p.heat")?.size).toBe(50);
  });

  it("that keeps answering nothing does not hold up a stop", { timeout: 20_000 }, async () => {
    const store = await open();
    server.standingFault = { status: "silent" };
    const waiting = [store.append(batchOf(0, 5)), store.append(batchOf(1, 5))].map((append) =>
      append.catch((error: unknown) => error),
    );
    await vi.waitFor(() => expect(server.writes).toBe(1));
    await store.stop();
    for (const end of await Promise.all(waiting)) expect(end).toMatchObject({ code: "store_unavailable" });
    expect(server.writes).toBe(1);
  });

  it("that takes small requests only gets small ones", async () => {
    server.maxLines = 700;
    const store = await open();
    expect(new Set(await store.append(batchOf(0, 12_000)))).toEqual(new Set(["stored"]));
    expect(server.points.get("p.heat")?.size).toBe(12_000);
  });

  it("that refuses all and says it dropped all is asked once, not line by line", async () => {
    const store = await open();
    const refused = Array.from({ length: 1000 }, (_, i) => aReading("refused.heat", t0 + i, i));
    expect(new Set(await store.append(refused))).toEqual(new Set(["rejected"]));
    expect(server.writes).toBe(1);
  });

  it("behind something that answers 400 to everything is not bombarded, and nothing is rejected for good", async () => {
    const store = await open();
    server.standingFault = { status: 400, message: "plain HTTP request sent to HTTPS port" };
    await expect(store.append(batchOf(0, 5000))).rejects.toMatchObject({ isRetryable: true });
    expect(server.writes).toBeLessThan(150);
    server.standingFault = null;
    expect(new Set(await store.append(batchOf(0, 5000)))).toEqual(new Set(["stored"]));
  });

  it.each([
    { name: "after it took some of a write", refusedPoint: "p.heat" },
    { name: "after it refused one for good", refusedPoint: "refused.heat" },
  ])("that answers 400 to everything $name: the rest waits, nothing more is rejected", async ({ refusedPoint }) => {
    const store = await open();
    const batch = batchOf(0, 12_000).map((reading, i) =>
      i === 0 ? aReading(refusedPoint, reading.observedAt, 1) : reading,
    );
    server.standingFault = { status: 400, message: "Bad Request" };
    server.standingFrom = refusedPoint === "p.heat" ? 2 : 18;
    await expect(store.append(batch)).rejects.toMatchObject({ code: "store_unavailable", isRetryable: true });
    server.standingFault = null;
    const outcomes = await store.append(batch);
    expect(outcomes.filter((outcome) => outcome === "rejected")).toHaveLength(refusedPoint === "p.heat" ? 0 : 1);
  });

  it("that refuses single readings without naming them: they are told by what it takes beside them", async () => {
    const store = await open();
    server.refusalMessage = "no";
    const isBad = (i: number): boolean => i === 17 || (i >= 500 && i < 600);
    const batch = batchOf(0, 1000).map((reading, i) =>
      isBad(i) ? aReading("refused.heat", reading.observedAt, 1) : reading,
    );
    const outcomes = await store.append(batch);
    expect(outcomes.map((outcome) => outcome === "rejected")).toEqual(batch.map((_, i) => isBad(i)));
  });

  it("may name the end of the wait by a date", async () => {
    const store = await open();
    const date = "Mon, 23 Nov 2026 06:00:00 GMT";
    server.faults.push({ status: 503, headers: { date, "retry-after": "Mon, 23 Nov 2026 06:01:00 GMT" } });
    await expect(store.append(batchOf(0, 3))).rejects.toMatchObject({ isRetryable: true });
    await expect(store.append(batchOf(0, 3))).rejects.toThrow("asked us to wait");
    expect(server.writes).toBe(1);
  });

  it.each([
    { name: "a wrong token", change: { token: "wrong" }, sentence: "check INFLUX_TOKEN" },
    { name: "an unknown bucket", change: { bucket: "nowhere" }, sentence: "check INFLUX_BUCKET" },
  ])("with $name: one clear sentence, and not healthy", async ({ change, sentence }) => {
    const store = await open(change);
    expect(errors).toEqual([expect.stringContaining(sentence)]);
    expect(await store.isHealthy()).toBe(false);
    await expect(store.append(batchOf(0, 1))).rejects.toMatchObject({ code: "store_unavailable" });
  });

  it("with an unknown organisation: said at the first write, nothing rejected for good", async () => {
    const store = await open({ org: "elsewhere" });
    await expect(store.append(batchOf(0, 1))).rejects.toMatchObject({ code: "store_unavailable", isRetryable: true });
    expect(errors).toEqual([expect.stringContaining("check INFLUX_ORG")]);
    expect(await store.isHealthy()).toBe(false);
  });
});
