import type { ConsumptionBody, LastHourBody, TodayUsesBody } from "@smart-park/core/wire";
import { systemPrincipal, type MeterId } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, startApiUnderTest, type ApiUnderTest, type Client } from "../../../tests/support/api-under-test.ts";

/** Meters of one park day that began at 16:00 UTC: a plain one, one whose register ran back, one with a silence, one that never spoke. */
let park: ApiUnderTest;
let admin: Client;
const [minute, hour] = [60_000, 3_600_000];
const zone = 8 * hour;
let [dayStart, noon] = [0, 0];
const iso = (at: number): string => new Date(at).toISOString();

async function addMeter(id: string, owner: string, more: object = {}): Promise<void> {
  const points = [{ quantity: "activeEnergyImport" }, { quantity: "activePower" }];
  const meter = { id, name: id, enterpriseId: owner, kind: "electricity", intervalS: 900, points, ...more };
  expect((await admin.post("/meters", meter)).status).toBe(201);
}
async function send(meterId: string, readings: readonly { ts: number; values: object }[]): Promise<void> {
  expect((await admin.post("/import/readings", { meterId, readings })).status).toBe(200);
}
/** Quarter hours from `from` to `to`, in hours of the day. */
const quarters = (from: number, to: number, values: (hourOfDay: number) => object) =>
  Array.from({ length: (to - from) * 4 + 1 }, (_, i) => {
    const at = from + i / 4;
    return { ts: dayStart + at * hour, values: values(at) };
  });
async function todayOf(meters: readonly string[], client = admin): Promise<TodayUsesBody> {
  const { status, body } = await client.get(`/figures/today?meters=${meters.join(",")}`);
  expect([status, status === 200 ? "" : body]).toEqual([200, ""]);
  return body as TodayUsesBody;
}
const useOf = (body: TodayUsesBody, id: string) => body.items.find(({ meter }) => meter === id)?.use;

beforeAll(async () => {
  park = await startApiUnderTest();
  const now = park.clock.now();
  dayStart = Math.floor((now + zone) / (24 * hour)) * 24 * hour - zone + 24 * hour;
  noon = dayStart + 12 * hour;
  // Tomorrow noon, so that today has a morning whenever this runs.
  park.clock.advance(noon - now + 20_000);
  admin = await park.signIn("admin");
  for (const id of ["A", "B"]) await admin.post("/enterprises", { id, name: id });
  for (const id of ["plain", "reset", "gap", "never"]) await addMeter(id, "A");
  await addMeter("foreign", "B");
  await addMeter("air", "A", { kind: "environment", points: [{ quantity: "pm25" }] });
  await send(
    "plain",
    quarters(-1, 12, (at) => ({ activeEnergyImport: 1000 + 8 * at, activePower: 8 })),
  );
  await send(
    "reset",
    quarters(-1, 12, (at) => ({ activeEnergyImport: at < 6 ? 5000 + 10 * at : 10 * (at - 6) })),
  );
  await send(
    "gap",
    quarters(-1, 6, (at) => ({ activeEnergyImport: 4 * at + 100 })),
  );
  await send(
    "foreign",
    quarters(-1, 12, (at) => ({ activeEnergyImport: 100 + at })),
  );
  park.addUser("anna", "enterpriseViewer", ["A"]);
});
afterAll(() => park.stop());

describe("today's use of meters", () => {
  it("is what the pages of figures count for the same time, over a reset, a silence and nothing at all", async () => {
    const ids = ["plain", "reset", "gap", "never"];
    const body = await todayOf([...ids, "air"]);
    expect(body.from).toBe(`${iso(dayStart + zone).slice(0, 10)}T00:00:00+08:00`);
    expect(body.items.map(({ meter }) => meter)).toEqual(ids);
    const until = body.items[0]?.at ?? "";
    const query = new URLSearchParams({ kind: "electricity", by: "meter", from: body.from, to: until });
    const figures = (await admin.get(`/figures/consumption?${query.toString()}`)).body as ConsumptionBody;
    for (const id of ids) expect(useOf(body, id)).toEqual(figures.groups.find((group) => group.id === id)?.total);
    expect(useOf(body, "plain")?.value).toBeCloseTo(96, 6);
    // Six hours to 5060, then from zero again: the quarter hour of the reset counts from zero.
    expect(useOf(body, "reset")?.value).toBeCloseTo(57.5 + 60, 6);
    expect(useOf(body, "gap")).toMatchObject({ value: 24, unit: "kWh" });
    expect(useOf(body, "gap")?.coverage.missing).toBeCloseTo(0.5, 2);
    expect(useOf(body, "never")).toMatchObject({ value: null, coverage: { missing: 1 } });
  });

  it("stands for a minute, and begins anew when a meter is changed", async () => {
    const before = await todayOf(["plain"]);
    await send("plain", [{ ts: noon + 15_000, values: { activeEnergyImport: 1100 } }]);
    expect(await todayOf(["plain"])).toEqual(before);
    park.clock.advance(minute);
    expect(useOf(await todayOf(["plain"]), "plain")?.value).toBeCloseTo(100, 6);
    await admin.patch("/meters/plain", { name: "renamed" });
    await send("plain", [{ ts: noon + 30_000, values: { activeEnergyImport: 1101 } }]);
    expect(useOf(await todayOf(["plain"]), "plain")?.value).toBeGreaterThanOrEqual(100);
  });

  it("of a foreign meter answers like that of a missing one, and of a removed one nothing", async () => {
    const anna = await park.signIn("anna");
    for (const ids of ["foreign", "plain,foreign", "no-such", "plain,no-such"])
      expect([ids, (await anna.get(`/figures/today?meters=${ids}`)).status]).toEqual([ids, 404]);
    await addMeter("brief", "A");
    park.registry.deleteMeter(systemPrincipal, "brief" as MeterId, audit);
    expect((await todayOf(["plain", "brief"], anna)).items.map(({ meter }) => meter)).toEqual(["plain"]);
    const tooMany = Array.from({ length: 501 }, (_, i) => `m${i}`).join(",");
    expect((await anna.get(`/figures/today?meters=${tooMany}`)).status).toBe(400);
  });
});

it("the last hour of points is sixty whole minutes, with nothing where nothing came", async () => {
  const now = park.clock.now();
  const start = Math.floor((now - 5000) / minute) * minute - hour;
  await addMeter("fast", "A", { intervalS: 30 });
  const readings = Array.from({ length: 40 }, (_, i) => ({
    ts: start + i * 30_000,
    values: { activePower: i, activeEnergyImport: i },
  }));
  await send("fast", readings);
  const { body } = await admin.get("/readings/last-hour?points=fast.activePower,never.activePower");
  const { from, items } = body as LastHourBody;
  expect(Date.parse(from)).toBe(start);
  expect(items.map(({ point, unit, values }) => [point, unit, values.length])).toEqual([
    ["fast.activePower", "kW", 60],
    ["never.activePower", "kW", 60],
  ]);
  expect(items[0]?.values.slice(0, 3)).toEqual([0.5, 2.5, 4.5]);
  expect(items[0]?.values.slice(20).every((value) => value === null)).toBe(true);
  expect(items[1]?.values.every((value) => value === null)).toBe(true);
});
