import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ParkError, type Logger, type PointId, type ReadingStore } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { describeWith } from "../../../../tests/support/programs.ts";
import { aReading, silentLogger } from "../contract-batch.ts";
import { describeReadingStore } from "../contract.ts";
import { openReadingStore } from "../open-store.ts";
import { measurement } from "./influxql.ts";
import { Influxd } from "./start-influxd.ts";

const t0 = Date.UTC(2026, 0, 1);
const all = { from: -Infinity, to: Infinity };

describeWith("influxd", "InfluxDB 1.x", (path) => {
  let influxd: Influxd;
  const folders: string[] = [];
  let buckets = 0;
  const newConfig = async () => {
    const directory = await mkdtemp(join(tmpdir(), "park-influx-"));
    folders.push(directory);
    return { directory, influx: { url: influxd.url, token: null, org: null, bucket: `park "${buckets++}" 'x'; DROP` } };
  };
  const open = async (config: Awaited<ReturnType<typeof newConfig>>, logger: Logger = silentLogger) =>
    openReadingStore(config, { logger });
  const influxql = async (bucket: string, q: string): Promise<string> => {
    const answer = await fetch(`${influxd.url}/query`, {
      method: "POST",
      body: new URLSearchParams({ db: bucket, q }),
    });
    return answer.text();
  };
  beforeAll(async () => {
    influxd = await Influxd.start(path);
  });
  afterAll(async () => {
    await influxd.stop();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
  });

  describeReadingStore("the InfluxDB store", newConfig);

  describe("ids", () => {
    it.each([
      "a' OR '1'='1",
      "x; DROP MEASUREMENT reading",
      'quote".heat',
      "comma,pt=other",
      "space and = sign",
      "电表-7.heat",
      "/.*/",
      "$pt",
    ])("are only ever names: %s", async (id) => {
      const config = await newConfig();
      const store = await open(config);
      const point = id as PointId;
      await store.append([aReading("other", t0, 1), aReading(id, t0, 2), aReading(id, t0 + 1, 3)]);
      expect([...(await store.read(point, all, { neighbours: true })).value]).toEqual([2, 3]);
      expect(await store.append([aReading(id, t0, 2)])).toEqual(["duplicate"]);
      expect(await store.remove(point, { from: t0, to: t0 + 1 })).toBe(1);
      expect([...(await store.read(point, all)).value]).toEqual([3]);
      expect([...(await store.read("other" as PointId, all)).value]).toEqual([1]);
      await store.stop();
    });

    it("with characters that a tag cannot carry are rejected", async () => {
      const store = await open(await newConfig());
      expect(await store.append(["line\nbreak", "end\\", "", "fine"].map((id) => aReading(id, t0, 1)))).toEqual([
        "rejected",
        "rejected",
        "rejected",
        "stored",
      ]);
      await store.stop();
    });
  });

  async function writesTaken(): Promise<number> {
    const { results } = JSON.parse(await influxql("", "SHOW STATS FOR 'httpd'")) as {
      results: { series: { columns: string[]; values: number[][] }[] }[];
    };
    const series = results[0]?.series[0];
    return series?.values[0]?.[series.columns.indexOf("writeReq")] ?? NaN;
  }

  it("stores the good readings of a batch when InfluxDB refuses some of them", async () => {
    const config = await newConfig();
    const store = await open(config);
    await store.append([aReading("a.heat", t0, 1)]);
    // A retention policy that refuses old readings, as an operator might set it.
    await influxql(
      config.influx.bucket,
      `ALTER RETENTION POLICY autogen ON "${config.influx.bucket.replaceAll('"', '\\"')}" DURATION 52w`,
    );
    const old = Date.UTC(2001, 0, 1);
    const now = Date.now();
    const batch = Array.from({ length: 200 }, (_, i) => aReading("b.heat", i % 50 === 3 ? old + i : now + i, i));
    const writesBefore = await writesTaken();
    const outcomes = await store.append(batch);
    expect(outcomes.flatMap((outcome, i) => (outcome === "rejected" ? [i] : []))).toEqual([3, 53, 103, 153]);
    // All, those that are too old, the rest: not by halves, which would be slow where each request is.
    expect((await writesTaken()) - writesBefore).toBe(3);
    expect((await store.read("b.heat" as PointId, all)).at).toHaveLength(196);
    await store.stop();
  });

  it("makes a database that keeps for ever", async () => {
    const config = await newConfig();
    await (await open(config)).stop();
    const name = config.influx.bucket.replaceAll('"', '\\"');
    expect(await influxql(config.influx.bucket, `SHOW RETENTION POLICIES ON "${name}"`)).toContain('"autogen","0s"');
  });

  it("knows the newest readings after a crash, from the database", async () => {
    const config = await newConfig();
    const crashed = await open(config);
    await crashed.append([aReading("a.heat", t0, 1), aReading("a.heat", t0 + 5, 2), aReading("b.heat", t0, 3)]);
    // Not stopped: its table of newest readings is left unfinished.
    const store = await open(config);
    expect((await store.latest()).map((row) => [row.pointId, row.value]).sort()).toEqual([
      ["a.heat", 2],
      ["b.heat", 3],
    ]);
    expect(await store.append([aReading("a.heat", t0, 1), aReading("a.heat", t0 + 6, 1)])).toEqual([
      "duplicate",
      "stored",
    ]);
    await store.stop();
    await crashed.stop();
  });

  it(
    "loses nothing that it confirmed when InfluxDB is killed while being written to",
    { timeout: 60_000 },
    async () => {
      const own = await Influxd.start(path);
      const config = await newConfig();
      const store = await open({ ...config, influx: { ...config.influx, url: own.url } });
      for (const [round, confirmedBeforeKill] of [5, 9].entries()) {
        let batch = 0;
        let kill: Promise<void> | null = null;
        const write = () =>
          store.append(
            Array.from({ length: 500 }, (_, i) => aReading("k.heat", t0 + round * 1e7 + batch * 500 + i, i)),
          );
        while (batch < 20) {
          if (batch === confirmedBeforeKill) kill ??= own.kill().then(() => own.resume());
          await write().then(
            () => batch++,
            (error: unknown) => expect(error).toMatchObject({ code: "store_unavailable", isRetryable: true }),
          );
        }
        await kill;
        expect((await store.read("k.heat" as PointId, all)).at).toHaveLength((round + 1) * 10_000);
      }
      await store.stop();
      await own.stop();
    },
  );
});

describeWith("influxd", "an InfluxDB that is not ready", (path) => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "park-influx-"));
  });
  afterAll(() => rm(directory, { recursive: true }));
  const recording = (): { logger: Logger; errors: string[] } => {
    const errors: string[] = [];
    return { errors, logger: { ...silentLogger, error: (_, message) => void errors.push(message) } };
  };

  it("is waited for: the store opens, says so once, and works when it is there", { timeout: 60_000 }, async () => {
    const influxd = await Influxd.start(path);
    await influxd.kill();
    const { logger, errors } = recording();
    const influx = { url: influxd.url, token: null, org: null, bucket: "park" };
    const store: ReadingStore = await openReadingStore({ directory, influx }, { logger });
    expect(await store.isHealthy()).toBe(false);
    const refused = await store.append([aReading("a.heat", t0, 1)]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ParkError);
    expect(refused).toMatchObject({ code: "store_unavailable", isRetryable: true });
    expect(errors).toEqual([expect.stringContaining("does not answer")]);
    await influxd.resume();
    await vi.waitFor(async () => expect(await store.isHealthy()).toBe(true), { timeout: 30_000, interval: 100 });
    expect(await store.append([aReading("a.heat", t0, 1)])).toEqual(["stored"]);
    await store.stop();
    await influxd.stop();
  });

  it("says in one sentence that the credentials are wrong, and works with the right ones", async () => {
    const influxd = await Influxd.start(path, { isAuthEnabled: true });
    await fetch(`${influxd.url}/query`, {
      method: "POST",
      body: new URLSearchParams({ q: `CREATE USER park WITH PASSWORD 'Pass:word' WITH ALL PRIVILEGES` }),
    });
    const influx = { url: influxd.url, org: null, bucket: measurement };
    const { logger, errors } = recording();
    const refused = await openReadingStore({ directory, influx: { ...influx, token: "park:wrong" } }, { logger });
    expect(errors).toEqual(["InfluxDB refuses the credentials: check INFLUX_TOKEN"]);
    expect(await refused.isHealthy()).toBe(false);
    await refused.stop();
    const store = await openReadingStore({ directory, influx: { ...influx, token: "park:Pass:word" } }, { logger });
    expect(await store.append([aReading("a.heat", t0, 1)])).toEqual(["stored"]);
    expect((await store.read("a.heat" as PointId, all)).at).toHaveLength(1);
    expect(errors).toHaveLength(1);
    await store.stop();
    await influxd.stop();
  });
});
