import { systemPrincipal, type EnterpriseId } from "@smart-park/core";
import type { CarbonBody, QuotaProgressBody, StandardCoalBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, startApiUnderTest, type ApiUnderTest, type Client } from "../../../tests/support/api-under-test.ts";
import { entered, hourlyRegisters } from "../../../tests/support/hourly-registers.ts";

/** A buys electricity; D has two plants beside it, U one that counts no feed-in; S has nothing else; K makes clinker, C and F burn coal. */
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
  for (const id of ["A", "D", "U", "K", "S", "C", "F"])
    await admin.post("/enterprises", { id, name: `${id} 厂`, chain: null });
  for (const id of ["A", "U"]) {
    await addMeter(`${id}-E`, id, "electricity", "activeEnergyImport");
    await fill(`${id}-E`, "activeEnergyImport", 100, april, 30 * 24);
  }
  await addMeter("S-P", "S", "pv", "pvEnergy", "activeEnergyExport");
  await fill("S-P", "pvEnergy", 40, april, 30 * 24);
  await fill("S-P", "activeEnergyExport", 10, april, 30 * 24);
  await addMeter("U-P", "U", "pv", "pvEnergy");
  await fill("U-P", "pvEnergy", 40, april, 30 * 24);
  await addMeter("D-E", "D", "electricity", "activeEnergyImport");
  await fill("D-E", "activeEnergyImport", 100, april, 30 * 24);
  for (const id of ["D-P", "D-Q"]) {
    await addMeter(id, "D", "pv", "pvEnergy", "activeEnergyExport");
  }
  for (const [quantity, perHour] of [
    ["pvEnergy", 40],
    ["activeEnergyExport", 10],
  ] as const)
    await fill("D-P", quantity, perHour, april, 30 * 24);
  await fill("D-Q", "pvEnergy", 20, april, 30 * 24);
  await fill("D-Q", "activeEnergyExport", 0, april, 30 * 24);
  park.registry.putActivityInputs(
    systemPrincipal,
    [
      entered("K", "clinker", "2026-04", 1000, "t"),
      entered("K", "clinker", "2026-05", 2000, "t"),
      entered("K", "clinker.cao", "2026-05", 64.5, "%"),
      entered("K", "clinker.caoNonCarbonate", "2026-05", 0.5, "%"),
      entered("K", "clinker.mgo", "2026-05", 3, "%"),
    ],
    audit,
  );
});
afterAll(() => park.stop());

const groupOf = <T extends { id: string | null }>(groups: readonly T[], id: string | null): T => {
  const found = groups.find((group) => group.id === id);
  if (found === undefined) throw new Error(`no group ${id}`);
  return found;
};
const coal = async (query: string) => (await admin.get(`/figures/standard-coal?${query}`)).body as StandardCoalBody;
const carbon = async (query: string) => (await admin.get(`/figures/carbon?${query}`)).body as CarbonBody;

describe("own PV", () => {
  it("counts in energy by its equal value, stands apart to be deducted, and emits nothing; what is fed in is deducted", async () => {
    // (40 − 10) + (20 − 0) kWh in each of 720 hours beside 100 kWh that were bought.
    const kwh = 50 * 720;
    for (const basis of ["equivalent", "substitution"]) {
      const { total, renewable, assessed, carriers } = groupOf((await coal(`${inApril}&basis=${basis}`)).groups, "D");
      const pv = carriers.filter(({ name }) => name === "pvSelfUse");
      expect(pv).toMatchObject([{ amount: expect.closeTo(kwh, 6), unit: "kWh" }]);
      expect(renewable.value).toBeCloseTo((kwh * 0.1229) / 1000, 6);
      expect(assessed.value).toBeCloseTo((total.value ?? 0) - (renewable.value ?? 0), 9);
    }
    const { pvSelfUse, exported, scope2Location, totalLocation } = groupOf((await carbon(inApril)).groups, "D");
    expect(exported).toMatchObject({ value: 10 * 720, unit: "kWh", coverage: { missing: 0 } });
    expect(pvSelfUse).toMatchObject({ value: expect.closeTo(kwh, 6), unit: "kWh" });
    expect(totalLocation.value).toBeCloseTo((72 - 7.2) * 0.5306, 6);
    expect(scope2Location.value).toBeCloseTo((72 - 7.2) * 0.5306, 6);
    expect(groupOf((await carbon(inApril)).groups, "A")).toMatchObject({ pvSelfUse: null, exported: null });
  });

  it("is deducted as the settlement meter shows it, and named where that is silent", async () => {
    await admin.post("/enterprises", { id: "X", name: "X 厂", chain: null });
    await addMeter("X-E", "X", "electricity", "activeEnergyImport", "activeEnergyExport");
    await fill("X-E", "activeEnergyImport", 100, april, 30 * 24);
    const silent = groupOf((await carbon(inApril)).groups, "X");
    expect(silent).toMatchObject({ exported: { value: null }, incomplete: ["electricityExport"] });
    expect(silent.totalLocation.value).toBeCloseTo(72 * 0.5306, 6);
    await fill("X-E", "activeEnergyExport", 30, april, 30 * 24);
    const { exported, incomplete, totalLocation } = groupOf((await carbon(inApril)).groups, "X");
    expect([exported?.value, incomplete]).toEqual([30 * 720, []]);
    expect(totalLocation.value).toBeCloseTo((72 - 21.6) * 0.5306, 6);
  });

  it("is unknown where nobody knows what went into the grid", async () => {
    const { total, incomplete } = groupOf((await coal(inApril)).groups, "U");
    expect(total.value).toBeCloseTo((72_000 * 0.1229) / 1000, 6);
    expect(total.coverage.missing).toBeGreaterThan(0.4);
    expect(incomplete).toEqual(["pvSelfUse"]);
  });
});

describe("quotas of an enterprise that has nothing but own PV", () => {
  it("count what it used of it as energy, by its equal value; of its carbon nothing is known", async () => {
    for (const [medium, unit] of [
      ["energy", "tce"],
      ["carbon", "tCO2"],
    ] as const) {
      const allowed = { enterpriseId: "S" as EnterpriseId, medium, value: 10, unit };
      const stated = { from: "2026-04-01", to: "2026-05-01", source: "下达", status: "unverified" as const };
      park.registry.putQuota(systemPrincipal, { id: `S-${medium}`, ...allowed, ...stated }, audit);
    }
    const { items } = (await admin.get(`/figures/quotas?at=${april + 30 * day}`)).body as QuotaProgressBody;
    const item = (id: string) => items.find((one) => one.id === id);
    // (40 − 10) kWh in each of 720 hours.
    expect(item("S-energy")).toMatchObject({
      used: { value: expect.closeTo((30 * 720 * 0.1229) / 1000, 9), unit: "tce", coverage: { missing: 0 } },
      reason: null,
    });
    expect(item("S-carbon")).toMatchObject({ used: { value: null }, reason: "noMeters" });
  });
});

describe("a fuel that was entered for some of the range", () => {
  it("lowers the coverage by the rest of its time, and the projection goes on at its pace", async () => {
    const coalOf = entered("C", "fuel.rawCoal", "2026-04", 1000, "t");
    park.registry.putActivityInputs(systemPrincipal, [coalOf], audit);
    const allowed = { enterpriseId: "C" as EnterpriseId, medium: "energy", value: 1500, unit: "tce" };
    const stated = { from: "2026-04-01", to: "2026-06-30", source: "下达", status: "unverified" as const };
    park.registry.putQuota(systemPrincipal, { id: "C-energy", ...allowed, ...stated }, audit);
    const { items } = (await admin.get(`/figures/quotas?at=${april + 60 * day}`)).body as QuotaProgressBody;
    // April's 714.3 tce in 30 of the 60 days that have passed, of 90 in all.
    expect(items.find(({ id }) => id === "C-energy")).toMatchObject({
      used: { value: expect.closeTo(714.3, 6), coverage: { measured: 0.5, missing: 0.5 } },
      projectedByPace: expect.closeTo((714.3 / 30) * 90, 6),
    });
    const found = groupOf((await carbon(`from=${iso(april)}&to=${iso(april + 60 * day)}`)).groups, "C");
    expect(found).toMatchObject({ fuel: { coverage: { measured: 0.5 } }, incomplete: ["fuel.rawCoal"] });
  });

  it("is unknown where nothing of it was entered, and weighs as much as the heaviest that is known", async () => {
    const march = Date.UTC(2026, 2, 1);
    await addMeter("F-E", "F", "electricity", "activeEnergyImport");
    await fill("F-E", "activeEnergyImport", 100, march, 31 * 24);
    const rows = [entered("F", "fuel.rawCoal", "2026-04", 10, "t"), entered("F", "fuel.peat", "2026-03", 5, "t")];
    park.registry.putActivityInputs(systemPrincipal, rows, audit);
    const inMarch = `from=${iso(march)}&to=${iso(april)}`;
    const { total, carriers, incomplete } = groupOf((await coal(inMarch)).groups, "F");
    expect(total).toMatchObject({ value: expect.closeTo((74_400 * 0.1229) / 1000, 6) });
    // Raw coal has no amount and peat no factor: two of three carriers.
    expect(total.coverage.missing).toBeCloseTo(2 / 3, 6);
    expect(carriers.map(({ name, amount, tce }) => [name, amount, tce])).toEqual([
      ["electricity", expect.closeTo(74_400, 6), expect.closeTo(9.14376, 6)],
      ["fuel.peat", 5000, null],
      ["fuel.rawCoal", null, null],
    ]);
    expect(incomplete).toEqual(["fuel.peat", "fuel.rawCoal"]);
    const emitted = groupOf((await carbon(inMarch)).groups, "F");
    expect(emitted).toMatchObject({ fuel: { value: null }, scope1: { value: null, coverage: { missing: 1 } } });
    expect(emitted.totalLocation.coverage.missing).toBeCloseTo(1 / 2, 6);
    expect(emitted.incomplete.toSorted()).toEqual(["fuel.peat", "fuel.rawCoal"]);
  });
});

describe("carbon", () => {
  it("counts the carbonates of clinker in scope 1: by the book, and by its own oxides where they were entered", async () => {
    const byBook = groupOf((await carbon(inApril)).groups, "K");
    expect(byBook.process.value).toBeCloseTo(1000 * 0.535, 6);
    expect(byBook).toMatchObject({ fuel: { value: 0 }, scope1: { value: byBook.process.value }, incomplete: [] });
    const may = `from=${iso(Date.UTC(2026, 4, 1))}&to=${iso(Date.UTC(2026, 5, 1))}`;
    const byOxides = groupOf((await carbon(may)).groups, "K");
    expect(byOxides.process.value).toBeCloseTo(2000 * ((0.64 * 44) / 56 + (0.03 * 44) / 40), 6);
    const { versions } = await carbon(inApril);
    expect(versions).toContainEqual(expect.objectContaining({ id: "carbon.clinkerProcess", label: "reference" }));
    const half = `from=${iso(april)}&to=${iso(april + 45 * day)}`;
    const some = groupOf((await carbon(half)).groups, "K");
    // April's clinker, of 30 of the 45 days.
    expect(some).toMatchObject({ process: { value: byBook.process.value }, incomplete: ["clinker"] });
    for (const { coverage } of [some.process, some.scope1, some.totalLocation])
      expect(coverage.missing).toBeCloseTo(1 / 3, 6);
    const none = groupOf((await carbon(`from=${iso(april - 30 * day)}&to=${iso(april)}`)).groups, "K");
    expect(none).toMatchObject({ process: { value: null }, totalLocation: { value: null }, incomplete: ["clinker"] });
  });
});
