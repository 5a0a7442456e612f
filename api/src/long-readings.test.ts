import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import express from "express";
import { parse } from "csv-parse/sync";
import { ParkTime, type EnterpriseId, type PointId, type ReadingStore } from "@smart-park/core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";
import { longReadings } from "./long-readings.ts";
import { sendLongTable, type LongTable } from "./spreadsheet/long-table.ts";

const pointId = "A-main.activePower" as PointId;
const minute = 60_000;
const from = Date.parse("2026-01-01T00:00:00+08:00");
const count = 51_000; // of one a minute: more than a sheet holds
const to = from + count * minute;
const asked = `/readings?step=raw&format=csv&from=${from}&to=${to}`;

let park: ApiUnderTest;
let admin: Client;
beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  const enterpriseId = "A" as EnterpriseId;
  const readings = Array.from({ length: count }, (_, i) => ({
    ...{
      pointId,
      enterpriseId,
      observedAt: from + i * minute,
      receivedAt: to,
      value: i / 10,
      quality: "good" as const,
    },
  }));
  await park.store.append(readings);
});
afterAll(() => park.stop());

describe("readings of a range that a sheet does not hold", () => {
  it("leave as one CSV, every one of them once and in order, and are put on record", async () => {
    const answer = await admin.get(`/points/${pointId}${asked}`);
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(answer.headers.get("content-disposition")).toContain("attachment");
    const lines = parse(answer.text, { bom: true, relax_column_count: true });
    expect(lines[0]).toEqual(["测点", "时间", "数值", "单位", "质量"]);
    expect(lines[1]).toEqual([pointId, "2026-01-01T00:00:00+08:00", "0", "kW", "正常"]);
    expect(lines).toHaveLength(count + 2);
    expect(lines.slice(1, -1).map(([, , value]) => Number(value))).toEqual(
      Array.from({ length: count }, (_, i) => i / 10),
    );
    expect(lines.at(-1)?.[0]).toBe(`# ${pointId}：最后，步长 raw`);
    const { items } = (await admin.get("/audit?action=export")).body;
    expect(items[0]).toMatchObject({ actor: "admin", object: expect.stringContaining(pointId) as string });
  });

  it("stand one point below the other", async () => {
    const { text } = await admin.get(`${asked}&points=${pointId},A-main.activeEnergyImport`);
    const lines = parse(text, { bom: true, relax_column_count: true });
    expect(lines).toHaveLength(count + 3);
  });

  it("of another enterprise are not there", async () => {
    park.addUser("b", "enterpriseViewer", ["B"]);
    const other = park.signedIn("b");
    expect((await other.get(`/points/${pointId}${asked}`)).status).toBe(404);
    expect((await other.get(`${asked}&points=B-main.activePower,${pointId}`)).status).toBe(404);
  });

  it("have no consumption by themselves", async () => {
    expect((await admin.get(`/points/${pointId}${asked}&stat=consumption`)).status).toBe(422);
  });

  it("are as many as the limit or refused before the first byte", async () => {
    const point = park.registry.current().point(pointId);
    if (point === undefined) throw new Error("no point");
    const context = { store: park.store, clock: park.clock, time: new ParkTime("Asia/Shanghai") };
    const rowsWithin = async (limit: number): Promise<number> => {
      const table = longReadings(context, [point], { from, to }, limit);
      let rows = 0;
      for await (const page of table?.pages(new AbortController().signal) ?? []) rows += page.length;
      return rows;
    };
    expect([await rowsWithin(count + 1), await rowsWithin(count)]).toEqual([count, count]);
    await expect(rowsWithin(count - 1)).rejects.toMatchObject({ code: "unprocessable" });
  });

  it("come in small pages too where many stand behind years without one, and reading stops when nobody waits", async () => {
    const point = park.registry.current().point(pointId);
    if (point === undefined) throw new Error("no point");
    let reads = 0;
    const store = Object.create(park.store) as ReadingStore;
    store.read = (...asked) => {
      reads += 1;
      return park.store.read(...asked);
    };
    const context = { store, clock: park.clock, time: new ParkTime("Asia/Shanghai") };
    const range = { from: Date.parse("2006-01-01T00:00:00+08:00"), to };
    const leaving = new AbortController();
    const pages: number[] = [];
    for await (const page of longReadings(context, [point], range)?.pages(leaving.signal) ?? [])
      pages.push(page.length);
    expect(pages.reduce((sum, rows) => sum + rows, 0)).toBe(count);
    expect(Math.max(...pages)).toBeLessThanOrEqual(5000);
    leaving.abort();
    reads = 0;
    const iterator = longReadings(context, [point], range)?.pages(leaving.signal)[Symbol.asyncIterator]();
    await expect(iterator?.next()).rejects.toBe(leaving.signal.reason);
    expect(reads).toBe(0);
  });

  it("that fit into a sheet are told as before", async () => {
    const { text } = await admin.get(
      `/points/${pointId}/readings?step=raw&format=csv&from=${from}&to=${from + 60 * minute}`,
    );
    expect(text).toContain("覆盖");
  });
});

describe("a long CSV", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** Endless; tells how many pages were asked for, and whether it was ended. */
  function endless() {
    const seen = { pages: 0, isEnded: false };
    const table: LongTable = {
      ...{ title: "长", columns: [{ key: "a", label: "a" }], notes: [] },
      async *pages() {
        try {
          for (;;) {
            seen.pages += 1;
            yield await Promise.resolve(Array.from({ length: 1000 }, () => ({ a: "x".repeat(100) })));
          }
        } finally {
          seen.isEnded = true;
        }
      },
    };
    return { table, seen };
  }

  /** Serves the table; gives who asked for it and reads nothing yet, what became of the answer, and whether it began. */
  async function serve(table: LongTable, stallMs = 60_000) {
    let outcome: Promise<void> | null = null;
    let hasBegun = false;
    const app = express().get("/", (_request, response) => {
      outcome = sendLongTable(response, table, { begins: () => (hasBegun = true), stallMs });
      outcome.catch(() => undefined);
    });
    const server = createServer(app).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    const reader = connect((server.address() as AddressInfo).port, "127.0.0.1");
    reader.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    return { reader, ended: async () => outcome, hasBegun: () => hasBegun };
  }

  it("waits for a slow reader, and cuts off one that takes nothing", async () => {
    const { table, seen } = endless();
    const { reader, ended } = await serve(table, 300);
    await once(reader, "readable"); // and nothing is read from here on
    await ended();
    expect(seen.isEnded).toBe(true);
    // What the sockets of both sides hold, no more: a page is 100 kB.
    expect(seen.pages).toBeLessThan(200);
    reader.destroy();
  });

  it("is not put on record when its reader leaves before the first page", async () => {
    let begin = (): void => undefined;
    const asked = new Promise<void>((resolve) => (begin = resolve));
    const table: LongTable = {
      ...{ title: "长", columns: [{ key: "a", label: "a" }], notes: [] },
      async *pages(signal) {
        begin();
        await once(signal, "abort");
        signal.throwIfAborted();
        yield [];
      },
    };
    const { reader, ended, hasBegun } = await serve(table);
    await asked;
    reader.destroy();
    await ended();
    expect(hasBegun()).toBe(false);
  });

  it("ends without an error when its reader goes away", async () => {
    const { table, seen } = endless();
    const { reader, ended } = await serve(table);
    await once(reader, "readable");
    reader.destroy();
    await ended();
    expect(seen.isEnded).toBe(true);
  });
});
