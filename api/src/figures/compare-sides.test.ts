import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ComparisonBody } from "@smart-park/core/wire";
import { startApiUnderTest, type ApiUnderTest, type Client } from "../../../tests/support/api-under-test.ts";

/** Two enterprises of one zone, hourly from 1 January; A sends nothing from 11 to 14 and from 20 February. */
let park: ApiUnderTest;
let admin: Client;
const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);
const at = (text: string): number => Date.parse(`${text}T00:00:00Z`);
const february = "from=2026-02-01T00:00:00Z&to=2026-03-01T00:00:00Z";

async function addMeter(id: string, owner: string, perHour: number, hasGap: boolean): Promise<void> {
  const points = [{ quantity: "activeEnergyImport" }];
  const meter = { id, name: `${owner} 总表`, enterpriseId: owner, kind: "electricity", intervalS: 3600, points };
  expect((await admin.post("/meters", { ...meter, zoneId: "东, 区~1" })).status).toBe(201);
  const readings = Array.from({ length: 59 * 24 + 1 }, (_, i) => ({
    ts: start + i * hour,
    values: { activeEnergyImport: i * perHour },
  })).filter(({ ts }) => !hasGap || ts <= at("2026-02-11") || (ts >= at("2026-02-14") && ts <= at("2026-02-20")));
  await admin.post("/import/readings", { meterId: id, readings });
}

async function compared(query: string, client = admin): Promise<ComparisonBody> {
  const { status, body } = await client.get(`/figures/comparison?kind=electricity&${query}`);
  expect([status, status === 200 ? "" : body]).toEqual([200, ""]);
  return body as ComparisonBody;
}
const many = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);
const column = ({ slots }: ComparisonBody, i: number) => slots.map(({ cells }) => cells[i]?.value);

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "UTC" });
  admin = await park.signIn("admin");
  for (const id of ["A", "B"]) await admin.post("/enterprises", { id, name: `${id} 厂` });
  await addMeter("A-main", "A", 10, true);
  await addMeter("B-main", "B", 5, false);
  park.addUser("bert", "enterpriseViewer", ["B"]);
});
afterAll(() => park.stop());

describe("sides beside each other", () => {
  it("meet by the day of the month: February leaves the 29th to the 31st of January alone", async () => {
    const body = await compared(`${february}&sides=ent:B,ent:B~prev`);
    expect([body.frame, body.unit, body.slots.length]).toEqual(["month", "kWh", 31]);
    expect(body.series.map(({ side, from, total }) => [side, from.slice(0, 10), total.value])).toEqual([
      ["ent:B", "2026-02-01", 28 * 120],
      ["ent:B~prev", "2026-01-01", 31 * 120],
    ]);
    expect(column(body, 0).slice(0, 28)).toEqual(many(28, 120));
    expect(body.slots.slice(28).map(({ cells }) => cells[0])).toEqual([null, null, null]);
    expect(column(body, 1)).toEqual(many(31, 120));
  });

  it("leave a gap where too little is known, with how much that is", async () => {
    const body = await compared(`${february}&sides=ent:A,meter:A-main,park&shape=share`);
    expect(body.unit).toBe("%");
    expect(body.series[0]?.total.coverage).toMatchObject({ missing: expect.closeTo(9 / 28, 2) });
    const qualities = body.slots.map(({ cells }) => cells[0]?.quality);
    expect(qualities.slice(9, 20)).toEqual(["good", ...many(3, "estimated"), ...many(6, "good"), "missing"]);
    expect(body.slots[20]?.cells[0]).toMatchObject({ value: null, known: 0, quality: "missing" });
    const known = column(body, 0).reduce<number>((sum, value) => sum + (value ?? 0), 0);
    expect(known).toBeCloseTo(100, 6);
    expect(column(body, 0)).toEqual(column(body, 1));
  });

  it("have nothing, not zero, before anything was measured", async () => {
    const body = await compared(`${february}&sides=ent:B~yoy,ent:B&shape=index`);
    expect(new Set(column(body, 0))).toEqual(new Set([null]));
    expect(body.series[0]?.total).toMatchObject({ value: null, coverage: { missing: 1 } });
    expect(new Set(column(body, 1))).toEqual(new Set([100]));
  });

  it("may be a zone, whatever it is called, and months", async () => {
    const zone = encodeURIComponent(`zone:${encodeURIComponent("东, 区~1").replaceAll("~", "%7E")}`);
    const body = await compared(`from=2026-01-10T05:00:00Z&to=2026-03-01T00:00:00Z&step=1mo&sides=${zone},ent:B`);
    expect(body.series[0]).toMatchObject({ scope: "zone", id: "东, 区~1", from: "2026-01-01T00:00:00+00:00" });
    expect(column(body, 1)).toEqual([31 * 120, 28 * 120]);
  });

  it.each([
    ["sides=ent:none", 404],
    ["sides=meter:none", 404],
    ["sides=zone:none", 404],
    ["sides=park,park~next", 400],
    ["sides=park,ent:A,ent:B,meter:A-main,meter:B-main,park~prev,park~yoy", 400],
    ["sides=park&step=1h&to=2036-01-01T00:00:00Z&from=2020-01-01T00:00:00Z", 400],
  ])("%s is refused", async (query, status) => {
    expect((await admin.get(`/figures/comparison?kind=electricity&${february}&${query}`)).status).toBe(status);
  });

  it("of a meter of something else, or of too many hours, are refused in words", async () => {
    const water = await admin.get(`/figures/comparison?kind=water&${february}&sides=meter:A-main`);
    expect([water.status, water.text]).toEqual([422, expect.stringContaining("no meter of water")]);
    const hours = await admin.get(
      `/figures/comparison?kind=electricity&from=2020-01-01T00:00:00Z&to=2026-03-01T00:00:00Z&step=1h&sides=park`,
    );
    expect([hours.status, hours.text]).toEqual([422, expect.stringContaining("at most 3000")]);
  });

  it("show an enterprise nothing of another one", async () => {
    const bert = park.signedIn("bert");
    expect((await bert.get(`/figures/comparison?kind=electricity&${february}&sides=ent:A`)).status).toBe(404);
    const body = await compared(`${february}&sides=park`, bert);
    expect(body.series[0]?.meters).toEqual(["B-main"]);
  });

  it("are a sheet of exactly what is shown, empty places too", async () => {
    const { text } = await admin.get(
      `/figures/comparison?kind=electricity&${february}&sides=ent:B,ent:B~prev&format=csv`,
    );
    expect(text).toContain("B 厂 本期 (kWh)");
    expect(text).toMatch(/28 日,120,100,120,100/);
    expect(text).toMatch(/31 日,,,120,100/);
  });
});
