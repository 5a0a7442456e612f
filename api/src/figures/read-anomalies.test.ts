import { systemPrincipal, type PointId } from "@smart-park/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  addTwoEnterprises,
  audit,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../../tests/support/api-under-test.ts";

const [minute, day] = [60_000, 86_400_000];
let park: ApiUnderTest;
let admin: Client;
let start: number;

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "UTC" });
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  park.addUser("bert", "enterpriseViewer", ["B"]);
  start = Math.floor(park.clock.now() / day) * day - 2 * day;
  const valueAt = (i: number): number => (i === 700 ? 0 : i < 1000 ? 5000 + i : i - 1000);
  const readings = Array.from({ length: 2 * 1440 }, (_, i) => ({
    ts: start + i * minute,
    values: { activeEnergyImport: valueAt(i), activePower: i === 5 ? 9000 : 60 },
  })).filter((_, i) => i < 1500 || i >= 1600);
  await admin.post("/import/readings", { meterId: "A-main", readings });
});
afterAll(() => park.stop());

const told = async (point: string, from = start, to = start + 2 * day) =>
  (await admin.get(`/points/${point}/anomalies?from=${from}&to=${to}`)).body;

it("shows each with the values around it and what was done", async () => {
  const { items, counts, unit, amountUnit, coverage } = await told("A-main.activeEnergyImport");
  expect(counts).toEqual({ glitch: 1, reset: 1, gap: 1 });
  expect([unit, amountUnit]).toEqual(["kWh", "kWh"]);
  expect(coverage.measured).toBeGreaterThan(0.9);
  const at = (i: number) => Date.parse(items[i].from) - start;
  expect([items[0].before.value, items[0].value, items[0].after.value]).toEqual([5699, 0, 5701]);
  expect([at(0), at(1), at(2)]).toEqual([700 * minute, 999 * minute, 1499 * minute]);
  expect(items[2]).toMatchObject({ kind: "gap", treatment: "sharedOut", amount: 101, isSure: true });
});

it("holds a recorded change of the meter as what it is", async () => {
  const point = "A-main.activeEnergyImport" as PointId;
  const change = { at: start + 1000 * minute - 1, endReading: 6000, startReading: 0 };
  park.registry.putRegisterChange(systemPrincipal, point, change, audit);
  const { items, counts } = await told(point);
  expect(counts).toEqual({ glitch: 1, swap: 1, gap: 1 });
  expect(items[1]).toMatchObject({ treatment: "recorded", before: { value: 6000 }, after: { value: 0 } });
});

it("of a momentary value names suspect readings", async () => {
  const { counts, items } = await told("A-main.activePower");
  expect(counts).toEqual({ invalid: 1, gap: 1 });
  expect(items[0]).toMatchObject({ value: 9000, treatment: "passedOver" });
  expect(items[1]).toMatchObject({ treatment: "leftOut", amount: null });
});

it("shows only what touches the range", async () => {
  expect((await told("A-main.activePower", start + 10 * minute, start + 20 * minute)).items).toEqual([]);
  const inGap = await told("A-main.activePower", start + 1550 * minute, start + 1560 * minute);
  expect(inGap.counts).toEqual({ gap: 1 });
});

it("is not there for others, and bounded for all", async () => {
  const bert = await park.signIn("bert");
  expect((await bert.get("/points/A-main.activePower/anomalies?from=0&to=1")).status).toBe(404);
  const ages = await admin.get(`/points/A-main.activePower/anomalies?from=0&to=${start}`);
  expect(ages.status).toBe(422);
});
