import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Catalog,
  columnOf,
  concatParts,
  contextMs,
  days,
  hours,
  mergeParts,
  minutes,
  ParkTime,
  quarterParts,
  useColumns,
  valueColumns,
  type CatalogSource,
  type EnterpriseId,
  type Meter,
  type MeterId,
  type Parts,
  type Point,
  type Reading,
} from "@smart-park/core";
import { aPoint } from "@smart-park/core/testing";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { silentLogger } from "../readings/contract-batch.ts";
import { openReadingStore } from "../readings/open-store.ts";
import { openRollups, type OpenRollups } from "./open-rollups.ts";

const timeZone = "Asia/Shanghai";
const time = new ParkTime(timeZone);
const start = time.instantOf(2026, 3, 30);

/** A meter of its own for each point. */
const sourceOf = (points: () => readonly Point[]): CatalogSource => ({
  current: () =>
    new Catalog({ enterprises: [], devices: [], meters: points().map((point) => aMeter(point.meterId, [point])) }),
  onChange: () => () => undefined,
});

const aMeter = (id: Meter["id"], points: readonly Point[]): Meter => ({
  ...{ id, name: id, nameEn: null, enterpriseId: "E1" as EnterpriseId, kind: "electricity", intervalS: 300 }, // a test's id
  parentId: null,
  zoneId: null,
  workshop: null,
  dataSource: null,
  points,
});

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of open.splice(0).toReversed()) await stop();
});

async function openPark(
  points: () => readonly Point[],
  directory = mkdtempSync(join(tmpdir(), "park-rollups-")),
  zone = timeZone,
) {
  const store = await openReadingStore({ directory, influx: null }, { logger: silentLogger });
  const rollups = await openRollups({
    directory,
    timeZone: zone,
    store,
    catalog: sourceOf(points),
    isKeeper: true,
    logger: silentLogger,
  });
  const stop = async (): Promise<void> => {
    await rollups.stop();
    await store.stop();
  };
  open.push(() => stop().finally(() => rmSync(directory, { recursive: true, force: true })));
  return { ...rollups, readings: store, directory, close: () => stop().finally(() => open.pop()) };
}

const toReadings = (point: Point, rows: readonly (readonly [at: number, value: number])[]): Reading[] =>
  rows.map(([at, value]) => ({ pointId: point.id, observedAt: at, receivedAt: at, value, quality: "good" }));

/** What a question would answer: kept stretches, and readings where there is none. Says how much was kept. */
async function answer({ rollups, store }: OpenRollups, point: Point, from: number, to: number) {
  const kept = (await rollups.read([point], "quarter", { from, to })).get(point.id) ?? [];
  const pieces: Parts[] = [];
  let at = from;
  const work = async (end: number): Promise<void> => {
    if (end <= at) return;
    const around = contextMs(point);
    const series = await store.read(point.id, { from: at - around, to: end + around }, { neighbours: true });
    pieces.push(quarterParts(series, point, time, { from: at, to: end }));
  };
  for (const stretch of kept) {
    await work(stretch.edges[0] ?? 0);
    pieces.push(stretch);
    at = stretch.edges.at(-1) ?? 0;
  }
  await work(to);
  return { parts: concatParts(pieces), keptBuckets: kept.reduce((sum, { edges }) => sum + edges.length - 1, 0) };
}

/** The same, from the readings alone. */
async function fromReadings({ store }: OpenRollups, point: Point, from: number, to: number): Promise<Parts> {
  const around = contextMs(point);
  const series = await store.read(point.id, { from: from - around, to: to + around }, { neighbours: true });
  return quarterParts(series, point, time, { from, to });
}

const toColumns = (parts: Parts): Record<string, readonly number[]> => ({
  ...Object.fromEntries(
    (parts.kind === "values" ? valueColumns : useColumns).map((name) => [name, [...columnOf(parts, name)]]),
  ),
  gaps: parts.kind === "values" ? [] : parts.gaps.flatMap(({ from, to }) => [from, to]),
});

const register = aPoint("activeEnergyImport", { intervalS: 300 });
const power = aPoint("activePower", { intervalS: 300, meterId: "M2" as MeterId }); // a test's id
const every5min = (count: number, valueAt: (i: number) => number, from = start): (readonly [number, number])[] =>
  Array.from({ length: count }, (_, i) => [from + i * minutes(5), valueAt(i)] as const);

describe("roll-ups", () => {
  it("keep quarter hours and whole days of what is settled, and give what the readings give", async () => {
    const park = await openPark(() => [register, power]);
    await park.store.append([
      ...toReadings(
        register,
        every5min(700, (i) => 1000 + i * 1.25),
      ),
      ...toReadings(
        power,
        every5min(700, (i) => 100 + (i % 7)),
      ),
    ]);
    await park.roll();
    for (const point of [register, power]) {
      const to = start + days(3);
      const { parts, keptBuckets } = await answer(park, point, start, to);
      expect(keptBuckets).toBeGreaterThan(220);
      expect(toColumns(parts)).toEqual(toColumns(await fromReadings(park, point, start, to)));
      const twoDays = { from: start, to: start + days(2) };
      const dayParts = (await park.rollups.read([point], "day", twoDays)).get(point.id) ?? [];
      const whole = dayParts.flatMap((piece) => [...piece.edges]);
      expect(whole).toEqual([0, 1, 2].map((day) => start + days(day)));
      const merged = mergeParts(await fromReadings(park, point, start, start + days(2)), Float64Array.from(whole));
      expect(toColumns(concatParts(dayParts))).toEqual(toColumns(merged));
    }
  });

  it("follow late readings, corrections and deletions", async () => {
    const park = await openPark(() => [register]);
    await park.store.append(
      toReadings(
        register,
        every5min(700, (i) => 1000 + i),
      ),
    );
    await park.roll();
    const to = start + days(2);
    const check = async () => {
      const { parts } = await answer(park, register, start, to);
      expect(toColumns(parts)).toEqual(toColumns(await fromReadings(park, register, start, to)));
    };
    const rows = async () => (await park.rollups.read([register], "day", { from: start, to })).get(register.id) ?? [];
    await park.store.append(toReadings(register, [[start + hours(30) + 1, 1360.5]]));
    await check(); // the marked day is worked out from readings
    expect((await rows()).flatMap(({ edges }) => [...edges])).toEqual([start, start + days(1)]);
    await park.roll();
    await check();
    expect((await rows()).flatMap(({ edges }) => [...edges])).toEqual([start, start + days(1), start + days(2)]);
    await park.store.append(toReadings(register, [[start + minutes(10), 1001.5]]));
    await check();
    await park.store.remove(register.id, { from: start + hours(3), to: start + hours(9) });
    await check();
    await park.roll();
    await check();
  });

  it("follow history that comes after the present", async () => {
    const park = await openPark(() => [register]);
    await park.store.append(
      toReadings(
        register,
        every5min(700, (i) => 5000 + i),
      ),
    );
    await park.roll();
    const before = start - days(40);
    await park.store.append(
      toReadings(
        register,
        every5min(600, (i) => 100 + i, before),
      ),
    );
    await park.roll();
    const { parts, keptBuckets } = await answer(park, register, before, start + days(2));
    expect(toColumns(parts)).toEqual(toColumns(await fromReadings(park, register, before, start + days(2))));
    expect(keptBuckets).toBe(42 * 96);
  });

  it("a long silence that ends turns into one use over all of its days", async () => {
    const park = await openPark(() => [register]);
    await park.store.append(
      toReadings(
        register,
        every5min(400, (i) => 1000 + i),
      ),
    );
    await park.roll();
    const back = start + days(9);
    await park.store.append(
      toReadings(
        register,
        every5min(400, (i) => 9000 + i, back),
      ),
    );
    await park.roll();
    const { parts } = await answer(park, register, start, back);
    expect(toColumns(parts)).toEqual(toColumns(await fromReadings(park, register, start, back)));
    const month = mergeParts(parts, Float64Array.from([start, back]));
    expect(toColumns(month).amount?.[0]).toBeCloseTo(8000, 6);
  });

  it("forget a gap over midnight once it is filled: it is known no longer than it lasts", async () => {
    const park = await openPark(() => [register]);
    const rows = every5min(900, (i) => 1000 + i);
    const isLate = ([at]: readonly [number, number]): boolean => Math.abs(at - (start + days(1))) < minutes(45);
    const inTime = rows.filter((row) => !isLate(row));
    await park.store.append(toReadings(register, inTime));
    await park.roll();
    const range = { from: start, to: start + days(3) };
    const kept = async () => concatParts((await park.rollups.read([register], "day", range)).get(register.id) ?? []);
    expect(toColumns(await kept()).gaps).toEqual([start + days(1) - minutes(45), start + days(1) + minutes(45)]);
    await park.store.append(toReadings(register, rows.filter(isLate)));
    await park.roll();
    const dayParts = await kept();
    expect(dayParts.edges.length).toBe(4);
    const merged = mergeParts(await fromReadings(park, register, range.from, range.to), dayParts.edges);
    expect(toColumns(dayParts)).toEqual(toColumns(merged));
  });

  it("keep whole months once all their days are there, and give what their days give, in whatever order readings come", async () => {
    const points: Point[] = [];
    const park = await openPark(() => points);
    const range = { from: time.instantOf(2026, 2, 1), to: time.instantOf(2026, 5, 1) };
    // From the middle of a month on; silent over the end of another.
    const first = time.instantOf(2026, 2, 12);
    const quiet = { from: time.instantOf(2026, 3, 31, 20), to: time.instantOf(2026, 4, 1, 5) };
    const rows = Array.from({ length: 85 * 96 }, (_, i) => [first + i * minutes(15), i] as const);
    const inTime = rows.filter(([at]) => at < quiet.from || at >= quiet.to);
    const filling = rows.filter((row) => !inTime.includes(row));
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 });
    const dayEdges = (from: number, to: number): number[] => time.bucketEdges({ from, to }, "1d");
    const read = async (point: Point) => (await park.rollups.read([point], "month", range)).get(point.id) ?? [];
    /** From the first reading on; a day before it that says nothing may be kept too. */
    const edgesOf = (pieces: readonly Parts[]): number[][] =>
      pieces.map(({ edges }) => [...edges].filter((edge) => edge >= first));
    /** What is kept is one stretch of these edges, and what the readings give. */
    const expectKept = async (point: Point, edges: readonly number[]): Promise<void> => {
      const kept = await read(point);
      expect(edgesOf(kept)).toEqual([edges]);
      const merged = mergeParts(await fromReadings(park, point, range.from, range.to), concatParts(kept).edges);
      expect(toColumns(concatParts(kept))).toEqual(toColumns(merged));
    };
    const [march, april, may] = [time.instantOf(2026, 3, 1), time.instantOf(2026, 4, 1), range.to];
    const february = dayEdges(first, march);
    await fc.assert(
      fc.asyncProperty(order, async (sixths) => {
        const point = aPoint("activeEnergyImport", { intervalS: 900, meterId: `M${points.length}` as MeterId }); // a test's id
        points.push(point);
        for (const n of sixths) {
          await park.store.append(
            toReadings(point, inTime.slice((inTime.length * n) / 6, (inTime.length * (n + 1)) / 6)),
          );
          await park.roll();
        }
        await expectKept(point, [...february, april, may]);
        await park.store.append(toReadings(point, filling));
        const [lastOfMarch, secondOfApril] = [april - days(1), april + days(1)];
        const before = [...february, ...dayEdges(march, lastOfMarch).slice(1)];
        expect(edgesOf(await read(point))).toEqual([before, dayEdges(secondOfApril, may)]);
        await park.roll();
        await expectKept(point, [...february, april, may]);
      }),
      { numRuns: 4 },
    );
  });

  it("any order of arrival, cut into any batches, with work in between, gives the same", async () => {
    const points: Point[] = [];
    const park = await openPark(() => points);
    const rows = every5min(500, (i) => 1000 + i * 2);
    const arrivals = fc.shuffledSubarray(
      rows.map((_, i) => i),
      { minLength: 400 },
    );
    const cuts = fc.array(fc.integer({ min: 20, max: 200 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(arrivals, cuts, async (order, sizes) => {
        const point = aPoint("activeEnergyImport", { intervalS: 300, meterId: `M${points.length}` as MeterId }); // as above
        points.push(point);
        let at = 0;
        for (const size of [...sizes, order.length]) {
          const batch = order.slice(at, at + size).flatMap((i) => (rows[i] === undefined ? [] : [rows[i]]));
          at += size;
          await park.store.append(toReadings(point, batch));
          await park.roll();
        }
        const to = start + days(2);
        const { parts, keptBuckets } = await answer(park, point, start, to);
        expect(keptBuckets).toBeGreaterThan(90);
        expect(toColumns(parts)).toEqual(toColumns(await fromReadings(park, point, start, to)));
      }),
      { numRuns: 30 },
    );
  });

  it("stand after a restart, and are worked out anew when the meter's definition or the park's zone changes", async () => {
    let point = register;
    const park = await openPark(() => [point]);
    await park.store.append(
      toReadings(
        point,
        every5min(700, (i) => 1000 + i),
      ),
    );
    await park.roll();
    await park.close();
    const again = await openPark(() => [point], park.directory);
    const kept = async (rollups: OpenRollups): Promise<number> =>
      ((await rollups.rollups.read([point], "quarter", { from: start, to: start + days(2) })).get(point.id) ?? [])
        .length;
    expect(await kept(again)).toBe(1);
    point = { ...register, multiplier: 40, valueSide: "secondary" };
    expect(await kept(again)).toBe(0);
    await again.store.append(toReadings(point, [[start + minutes(5) * 700, 1700]]));
    await again.roll();
    expect(await kept(again)).toBe(1);
    const { parts } = await answer(again, point, start, start + days(2));
    expect(toColumns(parts)).toEqual(toColumns(await fromReadings(again, point, start, start + days(2))));
    await again.close();
    const elsewhere = await openPark(() => [point], park.directory, "Europe/Berlin");
    expect(await kept(elsewhere)).toBe(0);
  });

  it("follow every correction of one day that another process than their own brings", async () => {
    const park = await openPark(() => [register]);
    const catalog = sourceOf(() => [register]);
    const beside = await openRollups({
      directory: park.directory,
      timeZone,
      store: park.readings,
      catalog,
      isKeeper: false,
      logger: silentLogger,
    });
    open.push(() => beside.stop());
    await park.store.append(
      toReadings(
        register,
        every5min(700, (i) => 1000 + i),
      ),
    );
    await park.roll();
    for (const value of [1002.25, 1002.5]) {
      await beside.store.append(toReadings(register, [[start + minutes(15), value]]));
      await park.roll();
      const { parts, keptBuckets } = await answer(park, register, start, start + days(2));
      expect(keptBuckets).toBe(192);
      expect(toColumns(parts)).toEqual(toColumns(await fromReadings(park, register, start, start + days(2))));
    }
  });

  it("a damaged file is set aside and made anew", async () => {
    const park = await openPark(() => [register]);
    await park.store.append(
      toReadings(
        register,
        every5min(700, (i) => 1000 + i),
      ),
    );
    await park.roll();
    await park.close();
    writeFileSync(join(park.directory, "rollups.db"), Buffer.alloc(8192, 7));
    const again = await openPark(() => [register], park.directory);
    await again.roll();
    expect((await answer(again, register, start, start + days(2))).keptBuckets).toBe(192);
  });
});
