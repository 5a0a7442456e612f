import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BalanceBody, ConsumptionBody } from "@smart-park/core/wire";
import { systemPrincipal, type MeterId } from "@smart-park/core";
import { audit, startApiUnderTest, type ApiUnderTest, type Client } from "../../../tests/support/api-under-test.ts";

/** A park of three enterprises; A has a main meter, two halls below it and an own PV; C has no meter. */
let park: ApiUnderTest;
let admin: Client;
const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2026, 3, 1);
const iso = (at: number): string => new Date(at).toISOString();
const total = (body: ConsumptionBody, id: string | null) => body.groups.find((group) => group.id === id)?.total.value;

async function addMeter(id: string, owner: string, perHour: number, more: object = {}): Promise<void> {
  const points = [{ quantity: "activeEnergyImport" }];
  const meter = { id, name: id, enterpriseId: owner, kind: "electricity", intervalS: 3600, points, ...more };
  expect((await admin.post("/meters", meter)).status).toBe(201);
  if (perHour === 0) return;
  const quantity = meter.points[0]?.quantity ?? "";
  const readings = Array.from({ length: 61 * 24 + 1 }, (_, i) => ({
    ts: start + i * hour,
    values: { [quantity]: i * perHour },
  }));
  await admin.post("/import/readings", { meterId: id, readings });
}

async function consumption(query: string, client = admin): Promise<ConsumptionBody> {
  const { status, body } = await client.get(`/figures/consumption?${query}`);
  expect([status, status === 200 ? "" : body]).toEqual([200, ""]);
  return body as ConsumptionBody;
}
const april = `kind=electricity&from=${iso(start)}&to=${iso(start + 30 * day)}`;
const may = `kind=electricity&from=${iso(start + 30 * day)}&to=${iso(start + 61 * day)}`;

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "UTC" });
  admin = await park.signIn("admin");
  for (const [id, chain] of [
    ["A", "机械"],
    ["B", "机械"],
    ["C", null],
  ] as const)
    await admin.post("/enterprises", { id, name: `${id} 厂`, chain });
  await addMeter("A-main", "A", 10, { zoneId: "east" });
  await addMeter("A-hall1", "A", 6, { parentId: "A-main", workshop: "一车间", zoneId: "east" });
  await addMeter("A-hall2", "A", 3, { parentId: "A-main", workshop: "二车间", zoneId: "east" });
  await addMeter("B-main", "B", 5, { zoneId: "west" });
  await addMeter("B-new", "B", 0, { parentId: "B-main", zoneId: "west" });
  // What B hands on to others counts with them: in none of the totals below.
  await addMeter("B-onward", "B", 400, { purpose: "forOthers", zoneId: "west" });
  park.addUser("bert", "enterpriseViewer", ["B"]);
});
afterAll(() => park.stop());

describe("consumption", () => {
  it("of enterprises counts their main meters, and nothing twice", async () => {
    const body = await consumption(`${april}&by=enterprise&step=1mo`);
    expect(body.unit).toBe("kWh");
    expect(["A", "B", "C"].map((id) => total(body, id))).toEqual([30 * 240, 30 * 120, null]);
    expect(body.groups[0]).toMatchObject({ declared: false, meters: ["A-main"], total: { coverage: { measured: 1 } } });
    expect(body.groups[2]?.buckets).toMatchObject([{ value: null, known: 0, quality: "missing" }]);
    expect(body.groups[0]?.buckets).toEqual([
      { at: "2026-04-01T00:00:00+00:00", value: 7200, known: 1, quality: "good" },
    ]);
  });

  it.each([
    ["park", { park: 10_800 }],
    ["chain", { 机械: 10_800, null: null }],
    ["zone", { east: 7200, west: 3600 }],
    ["workshop", { "A/一车间": 4320, "A/二车间": 2160, null: 10_800 }],
    ["meter", { "A-main": 7200, "A-hall1": 4320, "B-new": null }],
  ])("by %s", async (by, expected) => {
    const body = await consumption(`${april}&by=${by}`);
    for (const [id, value] of Object.entries(expected))
      expect([id, total(body, id === "null" ? null : id)]).toEqual([id, value]);
  });

  it("compares with the month before, with a range of one's own, and says what it compared with", async () => {
    const body = await consumption(`${may}&by=park&compare=previous`);
    expect(body.compared).toMatchObject({ from: "2026-04-01T00:00:00+00:00", rule: "previous" });
    expect(body.groups[0]).toMatchObject({
      before: { value: 10_800 },
      change: { difference: 360, isComparable: true },
    });
    const own = await consumption(
      `${may}&by=park&compare=custom&compareFrom=${iso(start)}&compareTo=${iso(start + day)}`,
    );
    expect(own.groups[0]?.before?.value).toBe(360);
    const lastYear = await consumption(`${may}&by=park&compare=lastYear`);
    expect(lastYear.groups[0]).toMatchObject({ before: { value: null }, change: { difference: null, share: null } });
  });

  it("follows the declared settlement meters from the day on which they change", async () => {
    const entry = { id: "s1", place: "enterprise:A", kind: "electricity" as const, from: "2026-01-01" };
    park.registry.putSettlementMeter(
      systemPrincipal,
      { ...entry, meterId: "A-main" as MeterId, to: "2026-04-11" },
      audit,
    );
    park.registry.putSettlementMeter(
      systemPrincipal,
      { ...entry, id: "s2", meterId: "A-hall1" as MeterId, from: "2026-04-11", to: null },
      audit,
    );
    const body = await consumption(`${april}&by=enterprise`);
    expect(body.groups[0]).toMatchObject({ declared: true, meters: ["A-main", "A-hall1"] });
    expect(total(body, "A")).toBe(10 * 240 + 20 * 144);
    const balance = (await admin.get(`/figures/balance?${april}`)).body as BalanceBody;
    const place = balance.nodes.find(({ id }) => id.endsWith("enterprise:A"));
    expect(place?.total.value).toBe(10 * 240 + 20 * 144);
    park.registry.deleteSettlementMeter(systemPrincipal, "s1", audit);
    const late = await consumption(`${april}&by=enterprise&step=1mo`);
    expect(late.groups[0]?.total).toMatchObject({ value: 20 * 144, coverage: { measured: expect.closeTo(2 / 3, 6) } });
    park.registry.deleteSettlementMeter(systemPrincipal, "s2", audit);
  });

  it("of an enterprise is the same whoever asks, also when somebody else owns the meter that settles it", async () => {
    const entry = { id: "s3", place: "enterprise:B", kind: "electricity" as const, from: "2026-01-01", to: null };
    park.registry.putSettlementMeter(systemPrincipal, { ...entry, meterId: "A-hall2" as MeterId }, audit);
    const bert = await park.signIn("bert");
    for (const client of [admin, bert]) {
      expect(total(await consumption(`${april}&by=enterprise`, client), "B")).toBe(2160);
      const month = await client.get("/enterprises/B/electricity?month=2026-04");
      expect(month.body.energy.value).toBe(2160);
      const registers = await client.get(`/figures/registers?enterprise=B&${april}`);
      expect(registers.body.registers.map(({ meterId }: { meterId: string }) => meterId)).toEqual(["A-hall2"]);
      const { body } = await client.get(`/figures/balance?${april}`);
      const place = (body as BalanceBody).nodes.find(({ id }) => id.endsWith("enterprise:B"));
      expect(place?.total.value).toBe(2160);
    }
    // That meter for itself stays its owner's.
    expect((await consumption(`${april}&by=meter`, bert)).groups.map(({ id }) => id)).toEqual([
      "B-main",
      "B-new",
      "B-onward",
    ]);
    expect((await bert.get(`/figures/registers?meter=A-hall2&${april.replace("kind=electricity&", "")}`)).status).toBe(
      404,
    );
    park.registry.deleteSettlementMeter(systemPrincipal, "s3", audit);
  });

  it("of the park's own virtual and settlement meters is not shown to one enterprise", async () => {
    const virtual = { id: "A-only", name: "A", enterpriseId: null, kind: "electricity" as const };
    const terms = [{ meterId: "A-main", coefficient: 1 }];
    park.registry.putVirtualMeter(systemPrincipal, { ...virtual, terms }, audit);
    const entry = { id: "s4", place: "park", kind: "electricity" as const, from: "2026-01-01", to: null };
    park.registry.putSettlementMeter(systemPrincipal, { ...entry, meterId: "A-main" as MeterId }, audit);
    const bert = await park.signIn("bert");
    expect(total(await consumption(`${april}&by=virtual`), "A-only")).toBe(7200);
    expect(total(await consumption(`${april}&by=park`), "park")).toBe(7200);
    expect((await consumption(`${april}&by=virtual`, bert)).groups).toEqual([]);
    expect(total(await consumption(`${april}&by=park`, bert), "park")).toBe(3600);
    park.registry.deleteSettlementMeter(systemPrincipal, "s4", audit);
    park.registry.deleteVirtualMeter(systemPrincipal, "A-only", audit);
  });

  it("shows an enterprise only its own", async () => {
    const body = await consumption(`${april}&by=enterprise`, await park.signIn("bert"));
    expect(body.groups.map(({ id }) => id)).toEqual(["B"]);
    const whole = await consumption(`${april}&by=park`, await park.signIn("bert"));
    expect(total(whole, "park")).toBe(3600);
  });

  it.each([
    ["kind=emission&from=0&to=1", 422],
    [`kind=electricity&from=${iso(start + day)}&to=${iso(start)}`, 422],
    [`kind=electricity&from=${iso(start)}&to=${iso(start + 3000 * day)}&by=meter&step=15m`, 422],
    ["kind=steam", 400],
    [`${april}&by=planet`, 400],
  ])("refuses %s", async (query, status) => {
    expect((await admin.get(`/figures/consumption?${query}`)).status).toBe(status);
  });
});

describe("by trade", () => {
  it("adds the enterprises of one code of GB/T 4754; those without one are a line of their own", async () => {
    for (const id of ["A", "B"]) expect((await admin.patch(`/enterprises/${id}`, { trade: "C3011" })).status).toBe(200);
    expect((await admin.patch("/enterprises/C", { trade: "水泥" })).status).toBe(400);
    const body = await consumption(`${april}&by=trade`);
    expect(body.groups.map(({ id, meters }) => [id, meters])).toEqual([
      ["C3011", ["A-main", "B-main"]],
      [null, []],
    ]);
    expect(total(body, "C3011")).toBe(30 * (240 + 120));
    const coal = await admin.get(`/figures/standard-coal?from=${iso(start)}&to=${iso(start + 30 * day)}&by=trade`);
    expect(coal.body.groups.map(({ id }: { id: string | null }) => id)).toEqual(["C3011", null]);
    expect(coal.body.groups[0].total.value).toBeCloseTo((30 * (240 + 120) * 0.1229) / 1000, 9);
  });
});

describe("compared by the Spring Festival", () => {
  const february = (year: number) => `kind=electricity&from=${year}-02-15T00:00:00Z&to=${year}-02-24T00:00:00Z`;

  it("lays as many days around 正月初一 under this year's, and names the dates", async () => {
    const body = await consumption(`${february(2026)}&compare=lastYear&yearRule=springFestival`);
    // 17 February 2026 and 29 January 2025: 19 calendar days.
    expect(body.compared).toMatchObject({
      from: "2025-01-27T00:00:00+00:00",
      to: "2025-02-05T00:00:00+00:00",
      rule: "springFestival",
      missing: null,
    });
    expect(body.versions.map(({ id }) => id)).toEqual(["holidays.springFestival.2025", "holidays.springFestival.2026"]);
  });

  it("calls a comparison by a date that nobody held against the almanac a reference", async () => {
    const body = await consumption(`${february(2024)}&compare=lastYear&yearRule=springFestival`);
    // 15 February 2024 is the fifth day after 10 February; so was 27 January 2023 after the 22nd.
    expect(body.compared).toMatchObject({ from: "2023-01-27T00:00:00+00:00", rule: "springFestival", missing: null });
    expect(body.versions).toEqual([
      expect.objectContaining({ id: "holidays.springFestival.2023", status: "unverified", label: "reference" }),
      expect.objectContaining({ id: "holidays.springFestival.2024", status: "verified" }),
    ]);
  });

  it("says so where a year's date is not known, and compares by date", async () => {
    const query = `${february(2020)}&compare=lastYear&yearRule=springFestival`;
    const body = await consumption(query);
    expect(body.compared).toMatchObject({
      from: "2019-02-15T00:00:00+00:00",
      rule: "sameDate",
      missing: "holidayDates",
    });
    expect(body.versions).toEqual([]);
    expect((await admin.get(`/figures/consumption?${query}&format=csv`)).text).toContain("缺春节日期");
  });
});

describe("as a sheet", () => {
  it("names range and coverage, and leaves what is not known empty", async () => {
    const { status, text, headers } = await admin.get(`/figures/consumption?${april}&by=enterprise&format=csv`);
    expect([status, headers.get("content-type")]).toEqual([200, expect.stringContaining("text/csv")]);
    const lines = text.split("\r\n");
    expect(lines).toContain("A,A 厂,7200,100,暂估");
    expect(lines).toContain("C,C 厂,,0,暂估");
    expect(text).toContain("时段：2026-04-01T00:00:00+00:00");
  });

  it("comes as a workbook too", async () => {
    const { status, headers } = await admin.get(`/figures/balance?${april}&format=xlsx`);
    expect([status, headers.get("content-type")]).toEqual([200, expect.stringContaining("spreadsheetml")]);
  });
});

describe("the balance", () => {
  it("shows at each place what its meter measured and nobody below it did", async () => {
    const { body } = await admin.get(`/figures/balance?${april}`);
    const node = (id: string) => (body as BalanceBody).nodes.find((one) => one.id.endsWith(id));
    expect(node("enterprise:A")).toMatchObject({ level: "enterprise", name: "A 厂", state: "shown" });
    expect(node("enterprise:A")?.residual).toBeCloseTo(720, 6);
    expect(node("enterprise:A")?.residualShare).toBeCloseTo(0.1, 9);
    expect(node("workshop:一车间")).toMatchObject({ level: "workshop", total: { value: 4320 } });
    expect(node("park")?.total.value).toBe(10_800);
  });

  it("names who is silent instead of calling the difference a loss", async () => {
    const { body } = await admin.get(`/figures/balance?${april}`);
    const node = (body as BalanceBody).nodes.find(({ id }) => id === "B-main");
    expect(node).toMatchObject({ residual: null, state: "insufficient", insufficient: ["B-new"] });
  });

  it("of a place whose settlement meter stands in one of its workshops counts that meter once", async () => {
    const gas = (id: string, perHour: number, more: object) =>
      addMeter(id, "A", perHour, { kind: "gas", points: [{ quantity: "gasVolume" }], zoneId: "east", ...more });
    await gas("A-gas", 10, { workshop: "锅炉房" });
    await gas("A-gas-kiln", 7, { workshop: "锅炉房", parentId: "A-gas" });
    await gas("A-gas-hall", 2, { workshop: "一车间", parentId: "A-gas" });
    const settles = { id: "gas", place: "enterprise:A", kind: "gas", meterId: "A-gas" as MeterId } as const;
    park.registry.putSettlementMeter(systemPrincipal, { ...settles, from: "2026-01-01", to: null }, audit);
    const { body } = await admin.get(`/figures/balance?${april.replace("electricity", "gas")}`);
    const { nodes } = body as BalanceBody;
    const enterprise = nodes.find(({ id }) => id.endsWith("enterprise:A"));
    expect(enterprise).toMatchObject({ total: { value: 7200 }, childrenSum: { value: 6480 }, state: "shown" });
    expect(enterprise?.residual).toBeCloseTo(720, 6);
    expect(nodes.map(({ id }) => id.split("/").at(-1))).not.toContain("A-gas");
    expect(nodes.map(({ id }) => id.split("/").at(-1))).toContain("A-gas-kiln");
  });
});

describe("a meter behind somebody else's behind its owner's main", () => {
  it("is part of what the main counts, whoever asks", async () => {
    await addMeter("A-between", "A", 0, { parentId: "B-main", zoneId: "west" });
    await addMeter("B-behind", "B", 2, { parentId: "A-between", zoneId: "west" });
    for (const client of [admin, await park.signIn("bert")]) {
      for (const by of ["enterprise", "zone"]) {
        const { groups } = await consumption(`${april}&by=${by}`, client);
        expect(groups.find(({ id }) => id === "B" || id === "west")).toMatchObject({ meters: ["B-main"] });
      }
      const { nodes } = (await client.get(`/figures/balance?${april}`)).body as BalanceBody;
      expect(nodes.find(({ id }) => id.endsWith("enterprise:B"))?.total.value).toBe(3600);
    }
  });
});
