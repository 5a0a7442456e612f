import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { days, hours, ParkError, type AppendOutcome, type PointId, type ReadingStore } from "@smart-park/core";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aReading, silentLogger } from "../contract-batch.ts";
import { openEmbeddedStore } from "./open-embedded-store.ts";

const t0 = Date.UTC(2026, 0, 1);
const all = { from: -Infinity, to: Infinity };
let directory: string;
let store: ReadingStore | null = null;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "park-sealing-"));
});
afterEach(async () => {
  await store?.stop();
  store = null;
  await rm(directory, { recursive: true });
});
const open = async (maxHotRows = 30): Promise<ReadingStore> =>
  (store = await openEmbeddedStore({ directory, logger: silentLogger, maxHotRows }));
const count = (table: string): number => {
  const database = new Database(join(directory, "readings.db"));
  const row = database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number };
  database.close();
  return row.n;
};

type Model = Map<string, Map<number, number>>;

/** What a plain map would answer. */
function appendToModel(model: Model, rows: readonly { point: PointId; at: number; value: number }[]): AppendOutcome[] {
  return rows.map(({ point, at, value }) => {
    const known = model.get(point) ?? new Map<number, number>();
    model.set(point, known);
    const before = known.get(at);
    known.set(at, value);
    return before === undefined ? "stored" : before === value ? "duplicate" : "overwritten";
  });
}

const point = fc.constantFrom("a.heat", "b.heat", "c.heat").map((id) => id as PointId);
const hour = fc.integer({ min: 0, max: 80 });
const append = fc
  .array(fc.record({ point, at: hour.map((h) => t0 + hours(h)), value: fc.integer({ min: 0, max: 2 }) }), {
    maxLength: 25,
  })
  .map((rows) => ({ kind: "append" as const, rows }));
const history = fc
  .record({ point, from: fc.integer({ min: -3, max: 2 }), value: fc.integer({ min: 0, max: 2 }) })
  .map(({ point, from, value }) => ({
    kind: "append" as const,
    rows: Array.from({ length: 30 }, (_, i) => ({ point, at: t0 + days(from) + hours(i), value })),
  }));
const range = fc
  .tuple(hour, hour)
  .map(([a, b]) => ({ from: t0 + hours(Math.min(a, b)), to: t0 + hours(Math.max(a, b)) }));
const remove = fc.record({ kind: fc.constant("remove" as const), point, range });
const restart = fc.constant({ kind: "restart" as const });
const commands = fc.array(
  fc.oneof(
    { weight: 24, arbitrary: append },
    { weight: 8, arbitrary: history },
    { weight: 6, arbitrary: remove },
    { weight: 1, arbitrary: restart },
  ),
  { minLength: 60, maxLength: 60 },
);

/** Does the same to a store and to a map, and compares all that can be asked after every step. */
async function compareWithModel(
  folder: string,
  work: readonly (typeof commands extends fc.Arbitrary<(infer Command)[]> ? Command : never)[],
  part: { from: number; to: number },
): Promise<void> {
  const openHere = () => openEmbeddedStore({ directory: folder, logger: silentLogger, maxHotRows: 30 });
  let store = await openHere();
  const model: Model = new Map();
  const sorted = (id: string): [number, number][] => [...(model.get(id) ?? [])].sort((a, b) => a[0] - b[0]);
  try {
    for (const step of work) {
      if (step.kind === "restart") {
        await store.stop();
        store = await openHere();
      } else if (step.kind === "remove") {
        const inside = sorted(step.point).filter(([at]) => at >= step.range.from && at < step.range.to);
        for (const [at] of inside) model.get(step.point)?.delete(at);
        expect(await store.remove(step.point, step.range)).toBe(inside.length);
      } else {
        const readings = step.rows.map(({ point, at, value }) => aReading(point, at, value));
        expect(await store.append(readings)).toEqual(appendToModel(model, step.rows));
      }
      for (const id of ["a.heat", "b.heat", "c.heat"] as PointId[]) {
        const rows = sorted(id);
        const whole = await store.read(id, all);
        expect(Array.from(whole.at, (at, i) => [at, whole.value[i]])).toEqual(rows);
        const first = rows.findIndex(([at]) => at >= part.from);
        const end = rows.findIndex(([at]) => at >= part.to);
        const [from, to] = [first < 0 ? rows.length : first, end < 0 ? rows.length : end];
        const around = await store.read(id, part, { neighbours: true });
        expect([...around.at]).toEqual(rows.slice(Math.max(0, from - 1), to + 1).map(([at]) => at));
      }
      const latest = new Map((await store.latest()).map((row) => [row.pointId as string, row.value]));
      for (const id of model.keys()) expect(latest.get(id)).toBe(sorted(id).at(-1)?.[1]);
    }
  } finally {
    await store.stop();
  }
}

describe("sealing", () => {
  it("never changes what is read: random work on the store equals a plain map", { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(commands, range, async (work, part) => {
      const folder = await mkdtemp(join(tmpdir(), "park-sealing-"));
      try {
        await compareWithModel(folder, work, part);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
    await fc.assert(property, { numRuns: 2, endOnFailure: true });
  });

  it("of a buffer that one batch filled does not hide corrections that come after it", async () => {
    const store = await open(20);
    const day = (value: number) => Array.from({ length: 30 }, (_, i) => aReading("p.heat", t0 + hours(i), value));
    await store.append(Array.from({ length: 22 }, (_, i) => aReading("p.heat", t0 + hours(i), 0)));
    await vi.waitFor(() => expect(count("hot_a") + count("hot_b")).toBe(0), { timeout: 10_000 });
    expect(new Set(await store.append(day(1)))).toEqual(new Set(["overwritten", "stored"]));
    await store.append(day(2));
    expect(new Set((await store.read("p.heat" as PointId, all)).value)).toEqual(new Set([2]));
  });

  it("empties the buffer into few bytes", async () => {
    const store = await open(2000);
    for (let i = 0; i < 50; i++)
      await store.append(Array.from({ length: 50 }, (_, p) => aReading(`p${p}.heat`, t0 + hours(i), i)));
    await vi.waitFor(() => expect(count("hot_a") + count("hot_b")).toBe(500), { timeout: 10_000 });
    expect(count("chunk")).toBe(100);
  });

  it("sets a day whose bytes changed on disk aside, reads the rest, and takes new readings for that day", async () => {
    const point = "p.heat" as PointId;
    const days3 = Array.from({ length: 72 }, (_, i) => aReading(point, t0 + hours(i), i));
    await (await open()).append(days3);
    await store?.stop();
    const database = new Database(join(directory, "readings.db"));
    database.exec("UPDATE chunk SET data = zeroblob(40) WHERE day = (SELECT min(day) + 1 FROM chunk)");
    database.close();

    const reopened = await open();
    await expect(reopened.read(point, all)).rejects.toThrow("stored readings of p.heat are damaged");
    expect((await reopened.read(point, { from: t0, to: t0 + days(1) - 1 })).at).toHaveLength(24);
    expect(await reopened.append([aReading(point, t0 + days(1), 9)])).toEqual(["stored"]);
    expect((await reopened.read(point, all)).at).toHaveLength(49);
    expect(count("damaged_chunk")).toBe(1);
  });
});

describe("opening", () => {
  it.each([
    { name: "the folder cannot be made", path: "/dev/null/data" },
    { name: "the folder cannot be written", path: "/proc" },
  ])("says in one sentence that $name", async ({ path }) => {
    const error = await openEmbeddedStore({ directory: path, logger: silentLogger }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ParkError);
    expect(error).toMatchObject({ code: "config_invalid", message: expect.stringContaining(path) });
  });

  it("refuses a file of a newer version", async () => {
    await (await open()).stop();
    const database = new Database(join(directory, "readings.db"));
    database.exec("INSERT INTO migration VALUES (999, 0)");
    database.close();
    store = null;
    await expect(open()).rejects.toThrow("newer version");
  });
});
