import type { CorrectionsBody, ParkAnomaliesBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  addTwoEnterprises,
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
  park.addUser("olga", "operator");
  park.addUser("bert", "enterpriseViewer", ["B"]);
  start = Math.floor(park.clock.now() / day) * day - 2 * day;
  const rows = (valueAt: (i: number) => number) =>
    Array.from({ length: 2 * 1440 }, (_, i) => ({
      ts: start + i * minute,
      values: { activeEnergyImport: valueAt(i), activePower: i === 5 ? 9000 : 60 },
    }));
  const reset = rows((i) => (i < 1000 ? 5000 + i : i - 1000)).filter((_, i) => i < 1500 || i >= 1600);
  await admin.post("/import/readings", { meterId: "A-main", readings: reset });
  await admin.post("/import/readings", { meterId: "B-main", readings: rows((i) => (i === 700 ? 0 : 8000 + i)) });
});
afterAll(() => park.stop());

const path = (more = "", route = "anomalies") => `/figures/${route}?from=${start}&to=${start + 2 * day}${more}`;
const told = async (client: Client, more = "") => (await client.get(path(more))).body as ParkAnomaliesBody;

it("names what is odd about all registers, newest first, and of whom", async () => {
  const { counts, items, points, isComplete } = await told(admin);
  expect([counts, points, isComplete]).toEqual([{ glitch: 1, reset: 1, gap: 1 }, 4, true]);
  expect(items.map(({ kind, meterId, enterpriseId, unit }) => [kind, meterId, enterpriseId, unit])).toEqual([
    ["gap", "A-main", "A", "kWh"],
    ["reset", "A-main", "A", "kWh"],
    ["glitch", "B-main", "B", "kWh"],
  ]);
  expect(items[1]).toMatchObject({ treatment: "countedFromZero", before: { value: 5999 }, after: { value: 0 } });
});

it("shows one kind, one enterprise or one meter, and counts all kinds", async () => {
  const resets = await told(admin, "&kind=reset");
  expect([resets.items.map(({ kind }) => kind), resets.counts]).toEqual([["reset"], { glitch: 1, reset: 1, gap: 1 }]);
  expect((await told(admin, "&enterprise=B")).counts).toEqual({ glitch: 1 });
  expect((await told(admin, "&meter=A-main")).counts).toEqual({ reset: 1, gap: 1 });
  const sheet = (await admin.get(path("&kind=reset&format=csv"))).text;
  expect(sheet).toContain("A-main.activeEnergyImport");
  expect(sheet).not.toContain("B-main");
});

it("is the own alone for an enterprise, and bounded for all", async () => {
  const bert = await park.signIn("bert");
  expect((await told(bert)).items.map(({ meterId }) => meterId)).toEqual(["B-main"]);
  for (const foreign of ["&enterprise=A", "&meter=A-main", "&enterprise=none"]) {
    expect((await bert.get(path(foreign))).status).toBe(404);
    expect((await bert.get(path(foreign, "corrections"))).status).toBe(404);
  }
  expect((await admin.get("/figures/anomalies?from=0&to=1")).status).toBe(200);
  expect((await admin.get(`/figures/anomalies?from=0&to=${start}`)).status).toBe(422);
});

it("names a corrected reading: old, new, and who did it to people of the park alone", async () => {
  const olga = await park.signIn("olga");
  const ts = start + 700 * minute;
  await olga.post("/import/readings", { meterId: "B-main", readings: [{ ts, values: { activeEnergyImport: 8700 } }] });
  expect((await told(admin, "&enterprise=B")).counts).toEqual({});
  const corrected = async (client: Client) =>
    ((await client.get(path("", "corrections"))).body as CorrectionsBody).items;
  const [item, ...others] = await corrected(admin);
  expect(others).toEqual([]);
  expect(item).toMatchObject({ meterId: "B-main", value: 0, by: { value: 8700, quality: "good" }, who: "olga" });
  expect(Date.parse(item?.at ?? "")).toBe(ts);
  const bert = await park.signIn("bert");
  expect((await corrected(bert)).map(({ value, who }) => [value, who])).toEqual([[0, null]]);
});

it("reads many corrections at once", async () => {
  const again = Array.from({ length: 60 }, (_, i) => ({
    ts: start + i * minute,
    values: { activeEnergyImport: 8000 + i + 0.5 },
  }));
  await admin.post("/import/readings", { meterId: "B-main", readings: again });
  const { items } = (await admin.get(path("&meter=B-main", "corrections"))).body as CorrectionsBody;
  expect(items).toHaveLength(61);
  for (const { value, by } of items.filter(({ value: old }) => old > 0)) expect(by?.value).toBe(value + 0.5);
});
