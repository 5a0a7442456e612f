import { systemPrincipal, type EnterpriseId } from "@smart-park/core";
import type { CarbonBody, QuotaProgressBody, StandardCoalBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, startApiUnderTest, type ApiUnderTest, type Client } from "../../../tests/support/api-under-test.ts";
import { entered, hourlyRegisters } from "../../../tests/support/hourly-registers.ts";

/** A burns gas and diesel and buys electricity; B has a silent electricity meter; C has nothing. */
let park: ApiUnderTest;
let admin: Client;
const hour = 3_600_000;
const day = 24 * hour;
const iso = (at: number): string => new Date(at).toISOString();
const april = Date.UTC(2026, 3, 1);
const inApril = `from=${iso(april)}&to=${iso(april + 30 * day)}`;

const { add: addMeter, fill } = hourlyRegisters(() => admin);

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "UTC" });
  admin = await park.signIn("admin");
  for (const id of ["A", "B", "C"]) await admin.post("/enterprises", { id, name: `${id} 厂`, chain: null });
  await addMeter("A-E", "A", "electricity", "activeEnergyImport");
  await addMeter("A-G", "A", "gas", "gasVolume");
  await addMeter("B-E", "B", "electricity", "activeEnergyImport");
  await fill("A-E", "activeEnergyImport", 1000, april, 30 * 24);
  await fill("A-G", "gasVolume", 100, april, 30 * 24);
  // The grid's factor changes at midnight between these two days.
  await fill("A-E", "activeEnergyImport", 1000, Date.UTC(2022, 11, 31), 48);
  park.registry.putActivityInputs(
    systemPrincipal,
    [
      entered("A", "fuel.diesel", "2026-04", 10, "t"),
      entered("A", "addedValue", "2026-04", 500, "万元"),
      entered("A", "product.cement", "2026-04", 2000, "t"),
      entered("A", "landArea", "2025", 20, "hm²"),
      entered("A", "greenPower", "2026-04", 72, "MWh"),
    ],
    audit,
  );
  park.addUser("bert", "enterpriseViewer", ["B"]);
});
afterAll(() => park.stop());

const groupOf = <T extends { id: string | null }>(groups: readonly T[], id: string | null): T => {
  const found = groups.find((group) => group.id === id);
  if (found === undefined) throw new Error(`no group ${id}`);
  return found;
};
const coal = async (query: string, client = admin) =>
  (await client.get(`/figures/standard-coal?${query}`)).body as StandardCoalBody;
const carbon = async (query: string, client = admin) =>
  (await client.get(`/figures/carbon?${query}`)).body as CarbonBody;

describe("standard coal", () => {
  it("adds electricity, gas and entered fuel, each by its factor, and names the factors as reference values", async () => {
    const body = await coal(inApril);
    const { total, carriers, incomplete } = groupOf(body.groups, "A");
    // 720,000 kWh × 0.1229, 72,000 m³ × 1.2143 and 10,000 kg × 1.4571, kgce.
    const expected = [88.488, 87.4296, 14.571];
    expect(carriers.map(({ tce }) => tce)).toEqual(expected.map((tce) => expect.closeTo(tce, 6)));
    expect(total).toMatchObject({
      value: expect.closeTo(190.4886, 6),
      unit: "tce",
      coverage: { measured: expect.closeTo(1, 6) },
    });
    expect(incomplete).toEqual([]);
    expect(body.versions.map(({ id, label }) => [id, label])).toContainEqual([
      "standardCoal.electricity.2021",
      "reference",
    ]);
  });

  it("relates it to added value, product and land; what was not entered is unknown and named, never zero", async () => {
    const { intensities } = groupOf((await coal(inApril)).groups, "A");
    const per = (item: string) => intensities.find((one) => one.per === item);
    expect(per("addedValue")).toMatchObject({
      value: expect.closeTo(190.4886 / 500, 9),
      unit: "tce/万元",
      missing: [],
    });
    expect(per("product.cement")).toMatchObject({ value: expect.closeTo(190.4886 / 2000, 9), unit: "tce/t" });
    expect(per("landArea")).toMatchObject({ value: expect.closeTo(190.4886 / 20, 9), unit: "tce/hm²" });
    expect(per("output")).toMatchObject({ value: null, missing: ["output A"] });
  });

  it("of a year that runs is not divided by what was entered for all of the year", async () => {
    const year = new Date(park.clock.now()).getUTCFullYear();
    const rows = [
      entered("A", "addedValue", `${year}`, 6000, "万元"),
      entered("A", "greenPower", `${year}`, 9, "万kWh"),
    ];
    park.registry.putActivityInputs(systemPrincipal, rows, audit);
    const running = `from=${iso(Date.UTC(year, 0, 1))}&to=${iso(Date.UTC(year + 1, 0, 1))}`;
    for (const { groups } of [await coal(running), await carbon(running)]) {
      const { intensities } = groupOf<StandardCoalBody["groups"][number] | CarbonBody["groups"][number]>(groups, "A");
      const per = (item: string) => intensities.find((one) => one.per === item);
      expect(per("addedValue")).toMatchObject({ value: null, missing: ["addedValue A"] });
      expect(per("landArea")?.value).toBeGreaterThan(0);
    }
    expect(groupOf((await carbon(running)).groups, "A").greenPowerKwh).toBeNull();
  });

  it("counts a silent meter as unknown, and a sum over enterprises without a chain as their own group", async () => {
    const { groups } = await coal(inApril);
    expect(groupOf(groups, "B")).toMatchObject({ total: { value: null }, incomplete: ["electricity"] });
    const chains = await coal(`${inApril}&by=chain`);
    expect(chains.groups.map(({ id }) => id)).toEqual([null]);
    expect(chains.groups[0]?.total.value).toBeCloseTo(190.4886, 6);
    // One of two electricity meters is silent and may use as much as the other, beside gas and entered fuel.
    expect(chains.groups[0]?.total.coverage.missing).toBeCloseTo(88.488 / (2 * 88.488 + 87.4296 + 14.571), 6);
  });
});

describe("steam that is made of gas", () => {
  it("counts as that gas for who makes it and for the park, and as bought for who buys it", async () => {
    for (const id of ["M", "N"]) await admin.post("/enterprises", { id, name: `${id} 厂`, chain: "供热" });
    await addMeter("M-gas", "M", "gas", "gasVolume");
    await addMeter("M-steam", "M", "steam", "steamMass");
    await addMeter("N-steam", "N", "steam", "steamMass");
    await fill("M-gas", "gasVolume", 80, april, 30 * 24);
    for (const id of ["M-steam", "N-steam"]) await fill(id, "steamMass", 1, april, 30 * 24);
    const tceOf = async (by: string, id: string) => groupOf((await coal(`${inApril}&by=${by}`)).groups, id).total.value;
    // 57,600 m³ × 1.2143 and 720 t × 128.6, kgce.
    const [gas, steam] = [69.94368, 92.592];
    expect([await tceOf("enterprise", "M"), await tceOf("chain", "供热")]).toEqual([
      expect.closeTo(gas + steam, 6),
      expect.closeTo(gas + 2 * steam, 6),
    ]);
    // The register of what the boiler gives hangs below the gas it burns.
    expect((await admin.patch("/meters/M-steam", { parentId: "M-gas" })).status).toBe(200);
    expect((await admin.patch("/meters/N-steam", { parentId: "M-steam" })).status).toBe(200);
    expect([await tceOf("enterprise", "M"), await tceOf("enterprise", "N"), await tceOf("chain", "供热")]).toEqual(
      [gas, steam, gas].map((tce) => expect.closeTo(tce, 6)),
    );
    const [own] = (await carbon(`${inApril}&by=chain`)).groups.filter(({ id }) => id === "供热");
    expect(own).toMatchObject({ madeInside: ["M-steam", "N-steam"], scope2Location: { value: 0 } });
    // Of a boiler whose fuel has no meter its purpose tells.
    for (const parentId of [null, "M-steam"])
      expect((await admin.patch(parentId === null ? "/meters/M-steam" : "/meters/N-steam", { parentId })).status).toBe(
        200,
      );
    expect((await admin.patch("/meters/M-steam", { purpose: "selfMade" })).status).toBe(200);
    expect([await tceOf("enterprise", "M"), await tceOf("chain", "供热")]).toEqual(
      [gas, gas].map((tce) => expect.closeTo(tce, 6)),
    );
    const { text } = await admin.get(`/figures/standard-coal?${inApril}&by=chain&format=csv`);
    expect(text).toContain("自产能源，不重复计入：M-steam、N-steam");
    const { groups } = (await admin.get(`/figures/consumption?kind=steam&${inApril}`)).body;
    expect(groups.find(({ id }: { id: string }) => id === "M").total.value).toBe(720);
    for (const id of ["N-steam", "M-steam", "M-gas"]) expect((await admin.delete(`/meters/${id}`)).status).toBe(204);
    for (const id of ["M", "N"]) await admin.delete(`/enterprises/${id}`);
  });
});

describe("carbon", () => {
  it("is what fuels emit, and bought electricity by location and less green power by market", async () => {
    const { groups, versions } = await carbon(inApril);
    const a = groupOf(groups, "A");
    const gas = ((7.2 * 389.31 * 15.3) / 1000) * 0.99 * (44 / 12);
    const diesel = ((10 * 42.652 * 20.2) / 1000) * 0.98 * (44 / 12);
    expect(a.scope1.value).toBeCloseTo(gas + diesel, 6);
    expect(a.scope2Location.value).toBeCloseTo(720 * 0.5306, 6);
    expect(a.scope2Market.value).toBeCloseTo((720 - 72) * 0.5306, 6);
    expect(a.greenPowerKwh).toBe(72_000);
    expect(a.totalLocation.value).toBeCloseTo(gas + diesel + 720 * 0.5306, 6);
    expect(versions.map(({ id }) => id)).toContain("gridCarbon.national.2023");
  });

  it("uses each version of a factor in its own days", async () => {
    const body = await carbon(`from=${iso(Date.UTC(2022, 11, 31))}&to=${iso(Date.UTC(2023, 0, 2))}`);
    expect(groupOf(body.groups, "A").scope2Location.value).toBeCloseTo(24 * 0.5366 + 24 * 0.5306, 6);
    expect(body.versions.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["gridCarbon.national.2022", "gridCarbon.national.2023"]),
    );
  });

  it("is unknown where there is no meter, a silent one, or no factor in force", async () => {
    const { groups } = await carbon(inApril);
    for (const id of ["B", "C"]) expect(groupOf(groups, id).totalLocation).toMatchObject({ value: null });
    const elsewhere = groupOf((await carbon(`${inApril}&grid=atlantis`)).groups, "A");
    expect(elsewhere).toMatchObject({ scope2Location: { value: null }, incomplete: ["electricity"] });
  });

  it("shows an enterprise only its own", async () => {
    const bert = await park.signIn("bert");
    expect((await carbon(inApril, bert)).groups.map(({ id }) => id)).toEqual(["B"]);
    expect((await coal(`${inApril}&by=park`, bert)).groups[0]?.total.value).toBeNull();
  });
});

describe("quotas", () => {
  const quota = (id: string, owner: string | null, medium: string, value: number, unit: string) =>
    park.registry.putQuota(
      systemPrincipal,
      {
        id,
        enterpriseId: owner as EnterpriseId | null,
        medium,
        value,
        unit,
        from: "2026-04-01",
        to: "2026-05-31",
        source: "下达",
        status: "unverified",
      },
      audit,
    );
  const at = april + 30 * day;
  const item = async (id: string, client = admin) => {
    const { body } = await client.get(`/figures/quotas?at=${at}`);
    return (body as QuotaProgressBody).items.find((one) => one.id === id);
  };

  it("tell what is used, which level is reached, and when it is used up at this pace", async () => {
    quota("q1", "A", "electricity", 800, "MWh");
    expect(await item("q1")).toMatchObject({
      used: { value: 720, unit: "MWh" },
      share: expect.closeTo(0.9, 9),
      left: expect.closeTo(80, 6),
      level: 0.9,
      projectedByPace: expect.closeTo(1440, 6),
      projectedByProfile: null,
      projectedLevel: 1,
      reason: null,
    });
    const usedUpAt = Date.parse((await item("q1"))?.usedUpAt ?? "");
    expect(usedUpAt).toBeCloseTo(april + (800 / 1440) * 60 * day, -4);
  });

  it("are not projected by a year before of which only some days are known", async () => {
    await addMeter("B-W", "B", "water", "waterVolume");
    await fill("B-W", "waterVolume", 10, april, 30 * 24);
    await fill("B-W", "waterVolume", 10, Date.UTC(2025, 3, 11), 10 * 24);
    quota("q7", "B", "water", 20_000, "m³");
    expect(await item("q7")).toMatchObject({
      used: { value: expect.closeTo(7200, 6) },
      projectedByPace: expect.closeTo(14_400, 6),
      projectedByProfile: null,
      projectedLevel: null,
    });
  });

  it("are followed for energy and carbon, by the same figures", async () => {
    quota("q2", "A", "energy", 1000, "tce");
    quota("q3", "A", "carbon", 1000, "tCO2");
    expect((await item("q2"))?.used.value).toBeCloseTo(190.4886, 6);
    expect((await item("q3"))?.used.value).toBeCloseTo(
      groupOf((await carbon(inApril)).groups, "A").totalLocation.value ?? 0,
      6,
    );
  });

  it("of heat, that its own meters measure, are in its own unit", async () => {
    await addMeter("B-H", "B", "heat", "heat");
    await fill("B-H", "heat", 2, april, 30 * 24);
    quota("q8", "B", "heat", 2000, "GJ");
    expect(await item("q8")).toMatchObject({ used: { value: expect.closeTo(1440, 6), unit: "GJ" }, reason: null });
  });

  it("of a discharge are concentration times flow, and unknown where an outlet lacks one of them", async () => {
    const points = [{ quantity: "cod" }, { quantity: "wastewaterFlow" }];
    await admin.post("/meters", {
      id: "A-DW",
      name: "A-DW",
      enterpriseId: "A",
      kind: "emission",
      intervalS: 900,
      points,
    });
    // What comes in from others to be cleaned.
    const inlet = { id: "A-in", name: "A-in", enterpriseId: "A", kind: "emission", intervalS: 900, points };
    await admin.post("/meters", { ...inlet, purpose: "forOthers" });
    const readings = Array.from({ length: 30 * 96 }, (_, i) => ({
      ts: april + i * 900_000,
      values: { cod: 50, wastewaterFlow: 10 },
    }));
    await admin.post("/import/readings", { meterId: "A-DW", readings });
    await admin.post("/import/readings", { meterId: "A-in", readings });
    quota("q4", "A", "discharge.cod", 1000, "kg");
    quota("q5", "A", "discharge.ammoniaNitrogen", 1000, "kg");
    // 50 mg/L × 10 m³/h = 0.5 kg each hour.
    expect(await item("q4")).toMatchObject({ used: { value: expect.closeTo(360, 6), unit: "kg" }, reason: null });
    expect(await item("q5")).toMatchObject({ used: { value: null }, reason: "noMeters", share: null });
  });

  it("of the park are not worked out from an enterprise's own meters, and foreign ones do not show", async () => {
    quota("q6", null, "electricity", 1_000_000, "kWh");
    const bert = await park.signIn("bert");
    expect(await item("q6", bert)).toMatchObject({ used: { value: null }, reason: "scope" });
    expect(await item("q1", bert)).toBeUndefined();
    expect((await item("q6"))?.used.value).toBeCloseTo(720_000, 3);
  });
});
