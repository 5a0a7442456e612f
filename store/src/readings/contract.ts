import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";
import { days, minutes, qualities, type PointId, type Reading, type ReadingStore, type Series } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aReading, contractBatch, contractPoints, silentLogger } from "./contract-batch.ts";
import { openReadingStore, type ReadingStoreConfig } from "./open-store.ts";

const t0 = Date.UTC(2026, 0, 1);
const all = { from: -Infinity, to: Infinity };
const rowsOf = (series: Series): (readonly [number, number])[] =>
  Array.from(series.at, (at, i) => [at, series.value[i] ?? NaN] as const);

/**
 * What every reading store promises, whatever keeps the readings. `newConfig` names a fresh, empty place each time.
 */
export function describeReadingStore(name: string, newConfig: () => Promise<ReadingStoreConfig>): void {
  describe(name, () => {
    let store: ReadingStore;
    let pointNumber = 0;
    const newPoint = (): PointId => `point-${pointNumber++}.activePower` as PointId; // a test's own id
    const open = (config: ReadingStoreConfig): Promise<ReadingStore> =>
      openReadingStore(config, { logger: silentLogger });
    beforeAll(async () => {
      store = await open(await newConfig());
    });
    afterAll(() => store.stop());

    describe("reading back", () => {
      it("gives [from, to), oldest first, whatever the order of arrival", async () => {
        const point = newPoint();
        await store.append([30, 10, 20, 0].map((at) => aReading(point, t0 + at, at)));
        expect(rowsOf(await store.read(point, { from: t0, to: t0 + 20 }))).toEqual([
          [t0, 0],
          [t0 + 10, 10],
        ]);
        expect(rowsOf(await store.read(point, { from: t0 + 21, to: t0 + 30 }))).toEqual([]);
      });

      it("adds the reading before the range and the first one at or after its end when asked", async () => {
        const point = newPoint();
        const at = [0, 1, 2, 3, 4].map((day) => t0 + days(day));
        await store.append(at.map((instant) => aReading(point, instant, 1)));
        const neighbours = async (from: number, to: number): Promise<number[]> =>
          [...(await store.read(point, { from, to }, { neighbours: true })).at].map((x) => (x - t0) / days(1));
        expect(await neighbours(t0 + days(2), t0 + days(3))).toEqual([1, 2, 3]);
        expect(await neighbours(t0 + days(1) + 1, t0 + days(2) - 1)).toEqual([1, 2]);
        expect(await neighbours(t0, t0 + days(9))).toEqual([0, 1, 2, 3, 4]);
        expect(await neighbours(t0 - days(900), t0 - days(800))).toEqual([0]);
        expect(await neighbours(t0 + days(800), t0 + days(900))).toEqual([4]);
      });

      it("has nothing of a point it never saw", async () => {
        const point = newPoint();
        expect(rowsOf(await store.read(point, all, { neighbours: true }))).toEqual([]);
        expect(await store.remove(point, all)).toBe(0);
        expect((await store.latest()).filter((row) => row.pointId === point)).toEqual([]);
      });

      it.each([
        { name: "the largest double", value: Number.MAX_VALUE },
        { name: "the smallest double", value: -Number.MIN_VALUE },
        { name: "a tiny value", value: 1e-300 },
        { name: "twelve decimals", value: 123.456789012345 },
        { name: "a large register", value: 9_007_199_254_740_991 },
        { name: "one tenth", value: 0.1 },
      ])("keeps $name exactly", async ({ value }) => {
        const point = newPoint();
        await store.append([aReading(point, t0, value), aReading(point, t0 + 1, -value)]);
        expect(rowsOf(await store.read(point, all))).toEqual([
          [t0, value],
          [t0 + 1, -value],
        ]);
      });

      it("keeps minus zero as zero", async () => {
        const point = newPoint();
        await store.append([aReading(point, t0, -0)]);
        expect((await store.read(point, all)).value[0]).toBe(0);
      });

      it("keeps every quality", async () => {
        const point = newPoint();
        await store.append(qualities.map((quality, i) => aReading(point, t0 + i, 1, quality)));
        expect([...(await store.read(point, all)).quality]).toEqual([0, 1, 2, 3]);
      });
    });

    describe("repeats and corrections", () => {
      it("says what is new, repeated and overwritten, and the last write wins", async () => {
        const point = newPoint();
        const first = [aReading(point, t0, 1), aReading(point, t0 + 1, 2)];
        expect(await store.append(first)).toEqual(["stored", "stored"]);
        expect(await store.append(first)).toEqual(["duplicate", "duplicate"]);
        expect(
          await store.append([
            aReading(point, t0, 5),
            aReading(point, t0 + 1, 2, "suspect"),
            aReading(point, t0 + 2, 3),
          ]),
        ).toEqual(["overwritten", "overwritten", "stored"]);
        const series = await store.read(point, all);
        expect(rowsOf(series)).toEqual([
          [t0, 5],
          [t0 + 1, 2],
          [t0 + 2, 3],
        ]);
        expect([...series.quality]).toEqual([0, 2, 0]);
      });

      it("counts repeats inside one batch the same way", async () => {
        const point = newPoint();
        const batch = [1, 1, 2, 1, 1].map((value) => aReading(point, t0, value));
        expect(await store.append(batch)).toEqual(["stored", "duplicate", "overwritten", "overwritten", "duplicate"]);
        expect(rowsOf(await store.read(point, all))).toEqual([[t0, 1]]);
      });

      it("keeps what readings were before, by instant and then by when they were overwritten", async () => {
        const point = newPoint();
        const sent = (
          at: number,
          value: number,
          receivedAt: number,
          quality: Reading["quality"] = "good",
        ): Reading => ({
          ...aReading(point, t0 + at, value, quality),
          receivedAt: t0 + receivedAt,
        });
        await store.append([sent(1, 10, 100), sent(2, 20, 100, "suspect"), sent(3, 30, 100)]);
        await store.append([sent(2, 21, 200), sent(1, 11, 200), sent(3, 30, 200)]);
        await store.append([sent(1, 12, 300)]);
        await store.append([sent(5, 50, 400), sent(5, 51, 401), sent(5, 52, 401), sent(5, 50, 402)]);
        const replaced = async (from: number, to: number) =>
          (await store.replaced(point, { from, to })).map((row) => [
            row.observedAt - t0,
            row.replacedAt - t0,
            row.value,
            row.quality,
          ]);
        const ofTwo = [
          [1, 200, 10, "good"],
          [1, 300, 11, "good"],
          [2, 200, 20, "suspect"],
        ];
        const ofFive = [
          [5, 401, 50, "good"],
          [5, 402, 52, "good"],
        ];
        expect(await replaced(-Infinity, Infinity)).toEqual([...ofTwo, ...ofFive]);
        expect(await replaced(t0 + 1, t0 + 5)).toEqual(ofTwo);
        await store.append([sent(1, 12, 500), sent(2, 21, 500)]);
        expect(await replaced(t0 + 1, t0 + 5)).toEqual(ofTwo);
        await store.remove(point, { from: t0, to: t0 + 2 });
        expect(await replaced(-Infinity, Infinity)).toEqual([...ofTwo.slice(2), ...ofFive]);
        expect(await store.replaced(newPoint(), all)).toEqual([]);
      });

      it("takes late readings between, before and at old ones", async () => {
        const point = newPoint();
        await store.append([100, 200, 300].map((at) => aReading(point, t0 + at, at)));
        const late = [150, 50, 200, 300].map((at) => aReading(point, t0 + at, at === 300 ? 301 : at));
        expect(await store.append(late)).toEqual(["stored", "stored", "duplicate", "overwritten"]);
        expect(rowsOf(await store.read(point, all)).map(([, value]) => value)).toEqual([50, 100, 150, 200, 301]);
      });

      it("refuses a reading that cannot be kept and stores the others", async () => {
        const point = newPoint();
        const batch = [
          aReading(point, t0, 1),
          aReading(point, t0 + 1, NaN),
          aReading(point, t0 + 0.5, 1),
          aReading(point, 8e15, 1),
          aReading(point, t0 + 2, 2),
        ];
        expect(await store.append(batch)).toEqual(["stored", "rejected", "rejected", "rejected", "stored"]);
        expect(rowsOf(await store.read(point, all)).map(([, value]) => value)).toEqual([1, 2]);
        expect(await store.append([])).toEqual([]);
      });
    });

    describe("history", () => {
      const quarters = (point: PointId, count: number, value: (i: number) => number): Reading[] =>
        Array.from({ length: count }, (_, i) => aReading(point, t0 + minutes(15) * i, value(i)));

      it("takes months of one point, newest part first, and finds repeats and corrections in it", async () => {
        const point = newPoint();
        const past = quarters(point, 9000, (i) => i / 10);
        const outcomes = [...(await store.append(past.slice(4000))), ...(await store.append(past.slice(0, 4000)))];
        expect(new Set(outcomes)).toEqual(new Set(["stored"]));
        expect(rowsOf(await store.read(point, all))).toEqual(past.map((r) => [r.observedAt, r.value]));

        const corrected = quarters(point, 9000, (i) => (i % 1000 === 7 ? -1 : i / 10));
        const again = await store.append(corrected);
        expect(again.filter((outcome) => outcome === "overwritten")).toHaveLength(9);
        expect(again.filter((outcome) => outcome === "duplicate")).toHaveLength(8991);
        expect(rowsOf(await store.read(point, all))).toEqual(corrected.map((r) => [r.observedAt, r.value]));
      });

      it("keeps a reading of each month over forty years", async () => {
        const point = newPoint();
        const months = Array.from({ length: 480 }, (_, i) => aReading(point, Date.UTC(1990, i, 15), i));
        await store.append(months);
        expect(rowsOf(await store.read(point, all))).toEqual(months.map((r) => [r.observedAt, r.value]));
        expect(rowsOf(await store.read(point, { from: Date.UTC(1995, 0), to: Date.UTC(1996, 0) }))).toHaveLength(12);
      });
    });

    describe("the newest reading of each point", () => {
      it("follows the meter's clock, not the order of arrival", async () => {
        const point = newPoint();
        const latest = async () => (await store.latest()).find((row) => row.pointId === point);
        await store.append([aReading(point, t0 + 5, 5), aReading(point, t0 + 9, 9, "suspect")]);
        await store.append([aReading(point, t0 + 7, 7)]);
        expect(await latest()).toEqual({ pointId: point, observedAt: t0 + 9, value: 9, quality: "suspect" });
        await store.append([aReading(point, t0 + 9, 10)]);
        expect(await latest()).toEqual({ pointId: point, observedAt: t0 + 9, value: 10, quality: "good" });
      });

      it("is there for thousands of points", async () => {
        const points = Array.from({ length: 3000 }, newPoint);
        for (const minute of [1, 2])
          await store.append(points.map((point, i) => aReading(point, t0 + minutes(minute), i + minute)));
        const latest = new Map((await store.latest()).map((row) => [row.pointId, row]));
        for (const [i, point] of points.entries())
          expect(latest.get(point)).toEqual({
            pointId: point,
            observedAt: t0 + minutes(2),
            value: i + 2,
            quality: "good",
          });
        expect(rowsOf(await store.read(points[1234] ?? newPoint(), all))).toEqual([
          [t0 + minutes(1), 1235],
          [t0 + minutes(2), 1236],
        ]);
      });
    });

    describe("deleting", () => {
      it("takes out [from, to) of one point, says how many, and knows the newest that is left", async () => {
        const [point, other] = [newPoint(), newPoint()];
        const readings = Array.from({ length: 200 }, (_, i) => aReading(point, t0 + i * minutes(30), i));
        await store.append([...readings, aReading(other, t0, 1)]);
        expect(await store.remove(point, { from: t0 + minutes(30) * 10, to: t0 + minutes(30) * 150 })).toBe(140);
        expect(await store.remove(point, { from: t0 + minutes(30) * 10, to: t0 + minutes(30) * 150 })).toBe(0);
        expect(rowsOf(await store.read(point, all)).map(([, value]) => value)).toEqual([
          ...Array.from({ length: 10 }, (_, i) => i),
          ...Array.from({ length: 50 }, (_, i) => i + 150),
        ]);
        expect(await store.remove(point, { from: t0 + minutes(30) * 150, to: Infinity })).toBe(50);
        expect((await store.latest()).find((row) => row.pointId === point)?.value).toBe(9);
        expect(await store.append([aReading(point, t0 + minutes(30) * 160, 7)])).toEqual(["stored"]);
        expect(await store.remove(point, all)).toBe(11);
        expect((await store.latest()).some((row) => row.pointId === point)).toBe(false);
        expect(rowsOf(await store.read(other, all))).toEqual([[t0, 1]]);
      });
    });

    it("answers reads truly while it is written to", async () => {
      const point = newPoint();
      let written = 0;
      const writing = (async () => {
        for (let batch = 0; batch < 30; batch++) {
          await store.append(
            Array.from({ length: 100 }, (_, i) => aReading(point, t0 + batch * 100 + i, batch * 100 + i)),
          );
          written += 100;
        }
      })();
      for (let isDone = false; !isDone;) {
        isDone = written === 3000;
        const before = written;
        const rows = rowsOf(await store.read(point, all));
        expect(rows.length).toBeGreaterThanOrEqual(before);
        expect(rows).toEqual(rows.map((_, i) => [t0 + i, i]));
      }
      await writing;
    });

    it("is healthy", async () => expect(await store.isHealthy()).toBe(true));

    it("keeps everything over a restart", { timeout: 60_000 }, async () => {
      const config = await newConfig();
      const point = newPoint();
      const readings = Array.from({ length: 500 }, (_, i) => aReading(point, t0 + i * minutes(15), i));
      const before = await open(config);
      await before.append(readings);
      await before.append([aReading(point, t0 + minutes(15), -1), aReading(point, t0 + minutes(15) * 499, 77)]);
      await before.remove(point, { from: t0, to: t0 + 1 });
      await before.stop();
      const after = await open(config);
      try {
        expect(rowsOf(await after.read(point, all)).map(([, value]) => value)).toEqual([
          -1,
          ...Array.from({ length: 497 }, (_, i) => i + 2),
          77,
        ]);
        expect((await after.latest()).map((row) => row.value)).toEqual([77]);
        expect(await after.append([aReading(point, t0, 0), aReading(point, t0 + minutes(15), -1)])).toEqual([
          "stored",
          "duplicate",
        ]);
      } finally {
        await after.stop();
      }
    });

    it("has all that it confirmed, and nothing that was not sent, after kills", { timeout: 120_000 }, async () => {
      const config = await newConfig();
      let next = 0;
      for (const batches of [3, 11, 25]) {
        const confirmed = await writeUntilKilled(config, next, batches);
        const store = await open(config);
        try {
          await expectBatches(store, confirmed);
        } finally {
          await store.stop();
        }
        next = confirmed + 1;
      }
    });
  });
}

/** Runs the writing program from a batch on, kills it after so many more; gives the last batch that it confirmed. */
async function writeUntilKilled(config: ReadingStoreConfig, first: number, batches: number): Promise<number> {
  const program = fileURLToPath(new URL("./contract-writer.mjs", import.meta.url));
  const writer = spawn(process.execPath, [program, JSON.stringify(config), String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(writer, "exit");
  let confirmed = first - 1;
  for await (const line of createInterface({ input: writer.stdout })) {
    confirmed = Number(line);
    if (confirmed >= first + batches) writer.kill("SIGKILL");
  }
  // One that ended by itself would have confirmed nothing, and then nothing could be lost.
  expect(await exit).toEqual([null, "SIGKILL"]);
  return confirmed;
}

async function expectBatches(store: ReadingStore, confirmed: number): Promise<void> {
  const sent = new Map(contractPoints.map((point) => [point, [] as (readonly [number, number])[]]));
  for (let batch = 0; batch <= confirmed + 1; batch++)
    for (const reading of contractBatch(batch)) sent.get(reading.pointId)?.push([reading.observedAt, reading.value]);
  const certain = contractBatch(confirmed).at(-1)?.observedAt ?? 0;
  for (const [point, rows] of sent) {
    const kept = rowsOf(await store.read(point, all));
    expect(kept.filter(([at]) => at <= certain)).toEqual(rows.filter(([at]) => at <= certain));
    // The batch that was being written may be there; nothing else.
    expect(rows).toEqual(expect.arrayContaining(kept.filter(([at]) => at > certain)));
    expect(kept.at(-1)?.[0]).toBe((await store.latest()).find((row) => row.pointId === point)?.observedAt);
  }
}
