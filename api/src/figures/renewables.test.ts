import {
  systemPrincipal,
  type ActivityInput,
  type EnterpriseId,
  type PointId,
  type Reading,
  type TariffContract,
} from "@smart-park/core";
import type { StorageBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  audit,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../../tests/support/api-under-test.ts";

const [hour, day] = [3_600_000, 86_400_000];
/** May 2026 in the park. */
const from = Date.parse("2026-05-01T00:00:00+08:00");
const to = from + 31 * day;
let park: ApiUnderTest;
let admin: Client;
let bert: Client;

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "Asia/Shanghai" });
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  park.addUser("bert", "enterpriseViewer", ["B"]);
  bert = await park.signIn("bert");
  for (const id of ["C", "D"]) await admin.post("/enterprises", { id, name: `企业 ${id}` });
  const energy = [{ quantity: "pvEnergy" }];
  await addMeter("A-pv", "A", "pv", [...energy, { quantity: "activeEnergyExport" }]);
  for (const id of ["B", "C", "D"]) await addMeter(`${id}-pv`, id, "pv", energy);
  await addMeter("C-grid", "C", "electricity", [
    { quantity: "activeEnergyImport" },
    { quantity: "activeEnergyExport" },
  ]);
  const ways = [{ quantity: "activeEnergyImport" }, { quantity: "activeEnergyExport" }, { quantity: "stateOfCharge" }];
  await addMeter("A-store", "A", "storage", ways);
  await addMeter("B-store", "B", "storage", ways);
  await addMeter("A-pile", "A", "electricity", [{ quantity: "activeEnergyImport" }], { purpose: "charging" });
  const noon = (at: number) => (at >= 8 && at < 18 ? 1 : 0);
  await count("A-pv.pvEnergy", (h) => 100 * noon(h));
  await count("A-pv.activeEnergyExport", (h) => 30 * noon(h));
  await count("B-pv.pvEnergy", (h) => 50 * noon(h));
  await count("C-pv.pvEnergy", (h) => 200 * noon(h));
  await count("D-pv.pvEnergy", (h) => 60 * noon(h));
  await count("C-grid.activeEnergyExport", (h) => 20 * noon(h));
  // Charged at night, given back in the evening: 400 kWh and 360 kWh a day.
  await count("A-store.activeEnergyImport", (h) => (h >= 1 && h < 5 ? 100 : 0));
  await count("A-store.activeEnergyExport", (h) => (h >= 17 && h < 20 ? 120 : 0));
  await count("B-store.activeEnergyImport", (h) => (h === 2 ? 10 : 0));
  await count("B-store.activeEnergyExport", (h) => (h === 18 ? 9 : 0));
  await count("A-pile.activeEnergyImport", () => 7);
  park.registry.putActivityInputs(
    systemPrincipal,
    [
      installed("A", "pvInstalledKwp", 250),
      installed("B", "pvInstalledKwp.B-pv", 125),
      installed("C", "pvInstalledKwp", 500),
      installed("D", "pvInstalledKwp", 300),
    ],
    audit,
  );
});
afterAll(() => park.stop());

const addMeter = (id: string, enterpriseId: string, kind: string, points: object[], more = {}) =>
  admin.post("/meters", { id, name: id, enterpriseId, kind, intervalS: 3600, points, ...more });

const installed = (enterprise: string, item: string, value: number): ActivityInput => ({
  enterpriseId: enterprise as EnterpriseId,
  item,
  period: "2025",
  value,
  unit: "kWp",
  source: "备案证",
});

/** A register that counts so many kWh in each hour of the park's day. */
async function count(pointId: string, kwhIn: (hourOfDay: number) => number): Promise<void> {
  const rows: Reading[] = [];
  let register = 1000;
  for (let i = 0; i <= 31 * 24; i++) {
    const observedAt = from + i * hour;
    rows.push({ pointId: pointId as PointId, observedAt, receivedAt: observedAt, value: register, quality: "good" });
    register += kwhIn(i % 24);
  }
  await park.store.append(rows);
}

const range = `from=${from}&to=${to}`;
const byMeter = <T extends { meterId: string }>(items: readonly T[], id: string): T | undefined =>
  items.find(({ meterId }) => meterId === id);

describe("photovoltaics", () => {
  it("tells self-use by the plant's own register, or by what the enterprise's settlement meter gave to the grid", async () => {
    const { plants } = (await admin.get(`/figures/pv?${range}`)).body;
    const a = byMeter(plants, "A-pv");
    expect(a).toMatchObject({ feedInFrom: "meter", installedKwp: 250, selfUseKwh: 31 * 700, yieldHours: 124 });
    expect(byMeter(plants, "A-pv")).toMatchObject({ generation: { value: 31_000, unit: "kWh" } });
    expect(byMeter(plants, "C-pv")).toMatchObject({ feedInFrom: "settlement", selfUseKwh: 31 * 1800 });
    expect(byMeter(plants, "B-pv")).toMatchObject({ feedIn: null, feedInMissing: "noRegister", selfUseRate: null });
  });

  it("calls a plant behind that gives less per kWp than its sisters", async () => {
    const { plants } = (await admin.get(`/figures/pv?${range}`)).body;
    expect(byMeter(plants, "D-pv")).toMatchObject({
      yieldHours: 62,
      sistersHours: 124,
      deviation: -0.5,
      isBehind: true,
    });
    expect(byMeter(plants, "A-pv")).toMatchObject({ sistersHours: 124, isBehind: false });
    const lenient = (await admin.get(`/figures/pv?${range}&behindBy=0.6`)).body;
    expect(byMeter(lenient.plants, "D-pv")).toMatchObject({ isBehind: false });
  });

  it("compares nothing that is half known", async () => {
    const { plants } = (await admin.get(`/figures/pv?from=${from - 31 * day}&to=${to}`)).body;
    expect(byMeter(plants, "A-pv")).toMatchObject({ selfUseRate: null, yieldHours: null, isBehind: false });
  });

  it("shows an enterprise its own plant only, and no comparison with others", async () => {
    const { plants } = (await bert.get(`/figures/pv?${range}`)).body;
    expect(plants).toEqual([expect.objectContaining({ meterId: "B-pv", sistersHours: null, isBehind: false })]);
  });
});

describe("storage", () => {
  const contract = (more: Partial<TariffContract>): TariffContract => ({
    enterpriseId: "A" as EnterpriseId,
    effectiveFrom: "2026-01-01",
    demandMode: "interval",
    billingDay: 1,
    waterPrice: null,
    note: "",
    electricity: null,
    ...more,
  });
  const tariff = { region: "hunan", holidays: null, energyPrice: "hunan.110kV", basic: null, powerFactor: null };
  const storage = async (client = admin, asked = range) =>
    byMeter(
      ((await client.get(`/figures/storage?${asked}`)).body as StorageBody).meters,
      client === bert ? "B-store" : "A-store",
    );

  it("has a round trip, and no arbitrage while no contract says what energy costs", async () => {
    const found = await storage();
    expect(found).toMatchObject({ arbitrage: null, arbitrageMissing: "noContract", storedChangeKwh: null });
    expect(found).toMatchObject({ charge: { value: 12_400 }, discharge: { value: 11_160 }, efficiency: 0.9 });
    expect(await storage(admin, `from=${from}&to=${from + day}`)).toMatchObject({ efficiency: null });
  });

  it("counts what is still held by the state of charge and the capacity", async () => {
    park.registry.putActivityInputs(systemPrincipal, [installed("A", "storageCapacityKwh", 1000)], audit);
    const at = (observedAt: number, value: number): Reading => ({
      pointId: "A-store.stateOfCharge" as PointId,
      observedAt,
      receivedAt: observedAt,
      value,
      quality: "good",
    });
    await park.store.append([at(from, 10), at(from + 12 * hour, 46)]);
    // Half a day: 400 kWh taken, nothing given, 360 kWh more held: no cycle is complete, so there is no efficiency yet.
    const found = await storage(admin, `from=${from}&to=${from + 12 * hour}`);
    expect(found).toMatchObject({ storedChangeKwh: 360, efficiency: null, charge: { value: 400 } });
  });

  it("earns the difference of the prices of its hours, with the versions it rests on", async () => {
    park.registry.putTariffContract(systemPrincipal, contract({}), audit);
    expect(await storage()).toMatchObject({ arbitrageMissing: "noElectricity" });
    park.registry.putTariffContract(systemPrincipal, contract({ electricity: tariff }), audit);
    const found = await storage();
    expect(found?.arbitrage).toEqual({
      chargeYuan: Number((12_400 * 0.246).toFixed(2)),
      dischargeYuan: Number((11_160 * 0.8316).toFixed(2)),
      gainYuan: Number((11_160 * 0.8316 - 12_400 * 0.246).toFixed(2)),
      knownShare: 1,
    });
    expect(found?.versions.map(({ id, label }: { id: string; label: string }) => [id, label])).toContainEqual([
      "energyPrice.hunan.110kV.2026-05",
      "reference",
    ]);
  });

  it("earns nothing that is known while a price of its hours is not", async () => {
    const noPrice = contract({ electricity: { ...tariff, energyPrice: "hunan.35kV" } });
    park.registry.putTariffContract(systemPrincipal, noPrice, audit);
    expect(await storage()).toMatchObject({ arbitrage: null, arbitrageMissing: "noPrice" });
  });

  it("earns nothing that is known by a table that needs holidays which nobody named, and says that", async () => {
    const months = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    const rules = [
      { months, dayTypes: ["workday", "weekend"] as const, periods: { flat: ["00:00-24:00"] } },
      { months, dayTypes: ["holiday"] as const, periods: { deepValley: ["00:00-24:00"] } },
    ];
    const source = { source: "test", documentNumber: null, status: "unverified" as const };
    const dates = { effectiveFrom: null, effectiveTo: null };
    const table = { id: "tou.typed", kind: "timeOfUse" as const, subject: "typed", name: "节假日深谷", unit: "-" };
    park.registry.putRegulated(
      systemPrincipal,
      { ...table, ...dates, ...source, value: { ratios: null, rules } },
      audit,
    );
    const typed = { ...tariff, region: "typed", energyPrice: "hunan.110kV" };
    park.registry.putTariffContract(systemPrincipal, contract({ electricity: typed }), audit);
    expect(await storage()).toMatchObject({ arbitrage: null, arbitrageMissing: "noHolidayDates" });
    park.registry.putTariffContract(systemPrincipal, contract({ electricity: { ...typed, holidays: "china" } }), audit);
    // May Day has a deep valley, for which these prices have no figure.
    expect(await storage()).toMatchObject({ arbitrage: null, arbitrageMissing: "noPrice" });
  });

  it("of others is not shown", async () => {
    const { meters } = (await bert.get(`/figures/storage?${range}`)).body;
    expect(meters).toEqual([expect.objectContaining({ meterId: "B-store", arbitrageMissing: "noContract" })]);
  });
});

describe("charging piles", () => {
  it("are the meters declared for them", async () => {
    const { body } = await admin.get(`/figures/charging?${range}`);
    expect(body.meters).toEqual([expect.objectContaining({ meterId: "A-pile", enterpriseId: "A" })]);
    expect(body.total).toMatchObject({ value: 7 * 31 * 24, unit: "kWh" });
    expect((await bert.get(`/figures/charging?${range}`)).body).toMatchObject({ meters: [], total: { value: null } });
  });

  it.each(["pv", "storage", "charging"])("%s refuses what is no range or too long", async (what) => {
    expect((await admin.get(`/figures/${what}?from=${to}&to=${from}`)).status).toBe(422);
    expect((await admin.get(`/figures/${what}?from=0&to=${to}`)).status).toBe(422);
  });
});
