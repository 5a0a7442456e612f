import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
const minute = 60_000;

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "UTC", demo: true });
  // Noon, so that today and yesterday both have a morning to compare.
  const noon = Math.ceil(park.clock.now() / 86_400_000) * 86_400_000 + 720 * minute;
  park.clock.advance(noon - park.clock.now());
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  const readings = Array.from({ length: 36 * 4 + 1 }, (_, i) => {
    const ts = noon - 36 * 60 * minute + i * 15 * minute;
    return { ts, values: { activePower: 40 + (ts > noon - 12 * 60 * minute ? 10 : 0), activeEnergyImport: 10 * i } };
  });
  await admin.post("/import/readings", { meterId: "A-main", readings });
  const sub = { id: "A-hall", name: "A-hall", enterpriseId: "A", kind: "electricity", parentId: "A-main" };
  const registers = [{ quantity: "activePower" }, { quantity: "activeEnergyImport" }];
  await admin.post("/meters", { ...sub, points: registers });
  await admin.post("/import/readings", { meterId: "A-hall", readings });
  // A tenant who is supplied by A's line.
  await admin.post("/enterprises", { id: "C", name: "C" });
  await admin.post("/meters", { ...sub, ...{ id: "C-in", name: "C-in", enterpriseId: "C" }, points: registers });
  await admin.post("/import/readings", { meterId: "C-in", readings });
  const source = { source: "供电合同", effectiveFrom: 0 };
  const watch = { kind: "demand", point: "A-main.activeEnergyImport", limit: 38, title: "申报需量", ...source };
  await admin.put("/watch-targets/demand-A", { id: "demand-A", ...watch });
  park.addUser("bert", "enterpriseViewer", ["B"]);
  park.addUser("cato", "enterpriseViewer", ["C"]);
});
afterAll(() => park.stop());

describe("the overview", () => {
  it("sums each use once and compares with yesterday up to the same moment", async () => {
    const { body } = await admin.get("/overview");
    expect(body.energyTodayKwh).toBeCloseTo(12 * 40, 0);
    expect(body.energyYesterdaySameTimeKwh).toBeCloseTo(12 * 40, 0);
    expect(body.activePowerKw).toBe(50);
    expect(body.waterTodayM3).toBeNull();
    expect(body.demo).toBe(true);
  });

  it("counts meters by how long ago they spoke", async () => {
    const { body } = await admin.get("/overview");
    expect(body.meters).toEqual({ total: 6, live: 3, late: 0, offline: 0, none: 3 });
  });

  it("shows what is watched with its figures, its source and its span", async () => {
    const { body } = await admin.get("/overview");
    expect(body.watch).toEqual([
      expect.objectContaining({
        id: "demand-A",
        enterpriseId: "A",
        limit: 38,
        unit: "kW",
        source: "供电合同",
        alertId: null,
      }),
    ]);
    expect(Date.parse(body.watch[0].to) - Date.parse(body.watch[0].from)).toBe(15 * minute);
  });

  it("shows an enterprise only its own", async () => {
    const { body } = await (await park.signIn("bert")).get("/overview");
    expect(body).toMatchObject({ energyTodayKwh: null, activePowerKw: null, watch: [] });
    expect(body.meters).toEqual({ total: 2, live: 0, late: 0, offline: 0, none: 2 });
  });

  it("shows an enterprise that hangs behind another one's meter what it uses", async () => {
    const { body } = await (await park.signIn("cato")).get("/overview");
    expect(body.energyTodayKwh).toBeCloseTo(12 * 40, 0);
    expect(body.activePowerKw).toBe(50);
  });
});
