import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PointId, Reading, ReadingStore } from "@smart-park/core";
import { openReadingStore } from "@smart-park/store";
import { silent } from "../support/edge-under-test.ts";
import { startInfluxd } from "../support/influxd.ts";

/** One way to write: values a second, round by round. */
export interface WriteRates {
  readonly name: string;
  readonly valuesPerSecond: readonly number[];
}

const points = 2_000;
const valuesPerBatch = 10_000;
const instantsPerBatch = valuesPerBatch / points;

/** Takes the batches of one round; later rounds bring later instants. */
interface Way {
  readonly name: string;
  prepare(round: number): () => Promise<void>;
}

/**
 * How fast our store writes to an InfluxDB, beside the same points as ready-made bodies posted straight to its `/write`,
 * one and two requests at a time. All take turns in each round on one server, each in a database of its own.
 */
export async function measureInfluxWrite(
  influxdPath: string,
  { rounds, batches }: { rounds: number; batches: number },
): Promise<readonly WriteRates[]> {
  const influxd = await startInfluxd(influxdPath);
  const directory = mkdtempSync(join(tmpdir(), "park-influx-bench-"));
  const agent = new Agent({ keepAlive: true });
  const influx = { url: influxd.url, token: null, org: null, bucket: "store" };
  const store = await openReadingStore({ directory, influx }, { logger: silent });
  try {
    const ways = [
      rawWay(influxd.url, agent, 1, batches),
      storeWay(store, batches),
      rawWay(influxd.url, agent, 2, batches),
    ];
    for (const database of ["raw1", "raw2"])
      await post(`${influxd.url}/query?q=CREATE%20DATABASE%20${database}`, agent);
    const rates = ways.map(({ name }) => ({ name, valuesPerSecond: [] as number[] }));
    for (let round = 0; round <= rounds; round += 1) {
      for (const [n, way] of ways.entries()) {
        const run = way.prepare(round);
        const startedAt = performance.now();
        await run();
        const perSecond = (batches * valuesPerBatch * 1000) / (performance.now() - startedAt);
        // The first round only warms up.
        if (round > 0) rates[n]?.valuesPerSecond.push(perSecond);
      }
    }
    return rates;
  } finally {
    await store.stop();
    agent.destroy();
    await influxd.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

const pointIds = Array.from({ length: points }, (_, i) => `meter-${i}.activePower` as PointId); // of a park of our own
const firstInstant = Date.UTC(2026, 0, 1);

/** Every point once a minute, as a park sends it: time-ordered, values that do not repeat. */
function batchOf(batch: number): Reading[] {
  return Array.from({ length: valuesPerBatch }, (_, i) => {
    const observedAt = firstInstant + (batch * instantsPerBatch + Math.floor(i / points)) * 60_000;
    const value = Math.round(((batch * 7919 + i * 104_729) % 1_000_003) / 7) / 100;
    return { pointId: pointIds[i % points]!, observedAt, receivedAt: observedAt, value, quality: "good" }; // in range
  });
}

function storeWay(store: ReadingStore, batches: number): Way {
  return {
    name: "our store",
    prepare: (round) => {
      const work = Array.from({ length: batches }, (_, i) => batchOf(round * batches + i));
      return async () => {
        for (const batch of work) await store.append(batch);
      };
    },
  };
}

function rawWay(url: string, agent: Agent, concurrency: number, batches: number): Way {
  const address = `${url}/write?db=raw${concurrency}&precision=ms`;
  return {
    name: `ready-made bodies, ${concurrency} at a time`,
    prepare: (round) => {
      const bodies = Array.from({ length: batches }, (_, i) => toBody(batchOf(round * batches + i)));
      const sendAll = async (): Promise<void> => {
        for (let body = bodies.shift(); body !== undefined; body = bodies.shift()) await post(address, agent, body);
      };
      return async () => void (await Promise.all(Array.from({ length: concurrency }, sendAll)));
    },
  };
}

const toBody = (readings: readonly Reading[]): Buffer =>
  Buffer.from(readings.map((r) => `reading,pt=${r.pointId} v=${r.value},q=0i ${r.observedAt}`).join("\n"));

function post(url: string, agent: Agent, body: Buffer = Buffer.alloc(0)): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", agent, headers: { "content-length": body.length } }, (response) => {
      response.resume();
      response.once("end", () => {
        if ((response.statusCode ?? 600) < 300) resolve();
        else reject(new Error(`InfluxDB answered ${response.statusCode}`));
      });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
