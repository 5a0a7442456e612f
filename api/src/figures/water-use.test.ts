import { systemPrincipal, type EnterpriseId, type MeterId, type PointId, type Reading } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  audit,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../../tests/support/api-under-test.ts";

const [hour, day] = [3_600_000, 86_400_000];
const [from, to] = [Date.UTC(2026, 4, 1), Date.UTC(2026, 5, 1)];
const hours = 31 * 24;
let park: ApiUnderTest;
let admin: Client;

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "UTC" });
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  park.addUser("bert", "enterpriseViewer", ["B"]);
  const volume = { enterpriseId: "A", kind: "water", intervalS: 3600, points: [{ quantity: "waterVolume" }] };
  for (const [id, more] of [
    ["A-in", {}],
    ["A-in-1", { parentId: "A-in" }],
    ["A-in-2", { parentId: "A-in", purpose: "coolingMakeUp" }],
    ["A-cooling", { purpose: "circulatedCooling" }],
  ] as const)
    await admin.post("/meters", { id, name: id, ...volume, ...more });
  const sewer = { enterpriseId: "A", kind: "emission", intervalS: 3600 };
  await admin.post("/meters", { id: "A-sewer", name: "DW001", ...sewer, points: [{ quantity: "wastewaterFlow" }] });
  const inlet = { id: "A-inlet", name: "进水口", ...sewer, purpose: "forOthers" };
  await admin.post("/meters", { ...inlet, points: [{ quantity: "wastewaterFlow" }] });
  for (const [meter, perHour] of [
    ["A-in", 10],
    ["A-in-1", 6],
    ["A-in-2", 3],
    ["A-cooling", 60],
    ["B-water", 5],
  ] as const)
    await fill(`${meter}.waterVolume`, (i) => i * perHour);
  await fill("A-sewer.wastewaterFlow", () => 7);
  await fill("A-inlet.wastewaterFlow", () => 500);
  // The meter that comes with the enterprise stands still.
  await fill("A-water.waterVolume", () => 0);
});
afterAll(() => park.stop());

async function fill(pointId: string, valueAt: (hour: number) => number): Promise<void> {
  const rows = Array.from({ length: hours + 1 }, (_, i): Reading => {
    const observedAt = from + i * hour;
    return { pointId: pointId as PointId, observedAt, receivedAt: observedAt, value: valueAt(i), quality: "good" };
  });
  await park.store.append(rows);
}
const water = (client: Client, enterprise = "A", [a, b] = [from, to]) =>
  client.get(`/figures/water?enterprise=${enterprise}&from=${a}&to=${b}`);

describe("water figures of an enterprise", () => {
  it("take what meters below no other show as intake, and what goes round as reuse", async () => {
    const { status, body } = await water(admin);
    expect(status).toBe(200);
    expect(body).toMatchObject({ intakeFrom: "mains", reusedFrom: "meters", yuan: null, versions: [] });
    expect(body.intake).toMatchObject({ value: 10 * hours, unit: "m³" });
    expect(body.reused.value).toBe(60 * hours);
    expect(body.reuseRate).toBeCloseTo(60 / 70, 9);
    expect(body.circulationRate).toBeCloseTo(60 / 63, 9);
    expect(body.wastewater.value).toBeCloseTo(7 * hours, 6);
  });

  it("have no drain ratio where others' wastewater is taken in and let out, and have one where it is not", async () => {
    expect((await water(admin)).body).toMatchObject({ drainRatio: null, drainRatioMissing: "treatsForOthers" });
    const sheet = `/figures/water?enterprise=A&from=${from}&to=${to}&format=csv`;
    expect((await admin.get(sheet)).text).toContain("代处理他人废水");
    expect((await admin.delete("/meters/A-inlet")).status).toBe(204);
    // Removed now, it still took in others' wastewater in that month.
    expect((await water(admin)).body.drainRatioMissing).toBe("treatsForOthers");
    await admin.post("/enterprises", { id: "C", name: "C" });
    const meter = { enterpriseId: "C", intervalS: 3600 };
    await admin.post("/meters", {
      ...meter,
      id: "C-in",
      name: "C",
      kind: "water",
      points: [{ quantity: "waterVolume" }],
    });
    await fill("C-in.waterVolume", (i) => i * 10);
    expect((await water(admin, "C")).body).toMatchObject({ drainRatio: null, drainRatioMissing: "noWastewater" });
    const flow = [{ quantity: "wastewaterFlow" }];
    await admin.post("/meters", { ...meter, id: "C-sewer", name: "DW002", kind: "emission", points: flow });
    await fill("C-sewer.wastewaterFlow", () => 7);
    const { body } = await water(admin, "C");
    expect(body).toMatchObject({ drainRatio: expect.closeTo(0.7, 9), drainRatioMissing: null });
  });

  it("show what the meter at the top has more than those below it", async () => {
    const { body } = await water(admin);
    const top = body.balance.find(({ meterId }: { meterId: string }) => meterId === "A-in");
    expect(top).toMatchObject({ parentId: null, state: "shown", residual: hours, residualShare: 0.1 });
    const below = body.balance.filter(({ parentId }: { parentId: string }) => parentId === "A-in");
    expect(below.map(({ meterId }: { meterId: string }) => meterId)).toEqual(["A-in-1", "A-in-2"]);
    expect(body.balance.map(({ meterId }: { meterId: string }) => meterId)).not.toContain("A-cooling");
  });

  it("give no rate while half of the time is unknown", async () => {
    const { body } = await water(admin, "A", [from - 31 * day, to]);
    expect(body.intake.value).toBe(10 * hours);
    expect(body.intake.coverage.missing).toBeCloseTo(0.5, 2);
    expect(body).toMatchObject({ reuseRate: null, drainRatio: null, circulationRate: null });
    expect(body.balance.find(({ meterId }: { meterId: string }) => meterId === "A-in").state).toBe("insufficient");
  });

  it("follow the settlement table, and cost what the contract says", async () => {
    const entry = { id: "s1", place: "enterprise:A", kind: "water" as const, meterId: "A-in-1" as MeterId };
    park.registry.putSettlementMeter(systemPrincipal, { ...entry, from: "2026-05-11", to: null }, audit);
    const version = { kind: "number" as const, subject: "water.town", name: "自来水", unit: "元/m³", value: 4 };
    const source = { source: "供水合同", documentNumber: null, status: "unverified" as const };
    const dates = { effectiveFrom: null, effectiveTo: null };
    park.registry.putRegulated(systemPrincipal, { id: "water.town.1", ...version, ...dates, ...source }, audit);
    const contract = { electricity: null, demandMode: "interval" as const, billingDay: 1, note: "" };
    const terms = { enterpriseId: "A" as EnterpriseId, effectiveFrom: "2020-01-01", waterPrice: "water.town" };
    park.registry.putTariffContract(systemPrincipal, { ...contract, ...terms }, audit);
    const { body } = await water(admin);
    // Ten days before anything settles are not known; they are no zero of the coverage.
    expect(body).toMatchObject({ intakeFrom: "declared", yuan: 4 * 6 * 21 * 24 });
    expect(body.intake.coverage.missing).toBeCloseTo(10 / 31, 9);
    expect(body.versions).toEqual([expect.objectContaining({ id: "water.town.1", label: "reference" })]);
  });

  it("cost each part of the range by the price in force, when it changes", async () => {
    const version = { kind: "number" as const, subject: "water.town", name: "自来水", unit: "元/m³", value: 5 };
    const source = { source: "供水合同", documentNumber: null, status: "unverified" as const };
    const dates = { effectiveFrom: "2026-05-21", effectiveTo: null };
    park.registry.putRegulated(systemPrincipal, { id: "water.town.2", ...version, ...dates, ...source }, audit);
    const contract = { electricity: null, demandMode: "interval" as const, billingDay: 1, note: "" };
    const terms = { enterpriseId: "B" as EnterpriseId, effectiveFrom: "2020-01-01", waterPrice: "water.town" };
    park.registry.putTariffContract(systemPrincipal, { ...contract, ...terms }, audit);
    const { body } = await water(admin, "B");
    // 20 days × 24 h × 5 m³/h × 4 元 + 11 × 24 × 5 × 5
    expect(body.yuan).toBe(9600 + 6600);
    expect(body.costs).toMatchObject([
      { to: "2026-05-21T00:00:00+00:00", use: { value: 2400 }, yuanPerM3: 4, versionId: "water.town.1", yuan: 9600 },
      { from: "2026-05-21T00:00:00+00:00", use: { value: 1320 }, yuanPerM3: 5, versionId: "water.town.2", yuan: 6600 },
    ]);
    expect(body.versions.map(({ id }: { id: string }) => id)).toEqual(["water.town.1", "water.town.2"]);
    // Before there was a contract there is no price, and then no sum either.
    const later = { ...contract, ...terms, effectiveFrom: "2026-05-11" };
    park.registry.deleteTariffContract(systemPrincipal, terms.enterpriseId, "2020-01-01", audit);
    park.registry.putTariffContract(systemPrincipal, later, audit);
    const partly = (await water(admin, "B")).body;
    expect(partly.yuan).toBeNull();
    expect(partly.costs[0]).toMatchObject({ use: { value: 1200 }, yuanPerM3: null, yuan: null });
  });

  it("take reuse as it was entered where no meter is for it, and say when it was not entered for all of the range", async () => {
    const input = { enterpriseId: "B" as EnterpriseId, item: "reusedWater", unit: "m³", source: "水平衡测试" };
    expect((await water(admin, "B")).body).toMatchObject({ reusedFrom: "none", reuseRate: 0, reused: { value: 0 } });
    park.registry.putActivityInputs(systemPrincipal, [{ ...input, period: "2026-05", value: 5 * hours }], audit);
    expect((await water(admin, "B")).body).toMatchObject({ reusedFrom: "entered", reuseRate: 0.5 });
    const wider = await water(admin, "B", [from, to + day]);
    expect(wider.body).toMatchObject({ reusedFrom: "entered", reuseRate: null, reused: { value: null } });
  });

  it("of another enterprise, and of one that does not exist, are not there", async () => {
    const bert = await park.signIn("bert");
    expect((await water(bert)).status).toBe(404);
    expect((await water(admin, "nobody")).status).toBe(404);
    expect((await water(bert, "B")).status).toBe(200);
    expect((await water(admin, "A", [to, from])).status).toBe(422);
  });
});
