import { systemPrincipal, type EnterpriseId } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, startApiUnderTest, type ApiUnderTest, type Client } from "../../../tests/support/api-under-test.ts";

/** Meters that settle nothing leave the registry in June; what they counted in April and May stays. */
let park: ApiUnderTest;
let admin: Client;
const hour = 3_600_000;
const [start, june] = [Date.UTC(2026, 3, 1), Date.UTC(2026, 5, 1)];
const iso = (at: number): string => new Date(at).toISOString();
const range = `from=${iso(start)}&to=${iso(june)}`;

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "UTC" });
  park.clock.advance(june + 10 * hour - park.clock.now());
  admin = await park.signIn("admin");
  /** Each with what it shows at hour i. */
  const listed: [id: string, kind: string, more: object, values: Record<string, (i: number) => number>][] = [
    ["C-pv", "pv", {}, { pvEnergy: (i) => 20 * i, activeEnergyExport: (i) => 5 * i }],
    ["C-store", "storage", {}, { activeEnergyImport: (i) => 10 * i, activeEnergyExport: (i) => 9 * i }],
    ["C-pile", "electricity", { purpose: "charging" }, { activeEnergyImport: (i) => 4 * i }],
    ["C-water", "water", {}, { waterVolume: (i) => 10 * i }],
    ["C-reuse", "water", { purpose: "reusedWater" }, { waterVolume: (i) => 6 * i }],
    ["C-outlet", "emission", {}, { wastewaterFlow: () => 7, cod: () => 50 }],
  ];
  await admin.post("/enterprises", { id: "C", name: "C" });
  for (const [id, kind, more, values] of listed) {
    const points = Object.keys(values).map((quantity) => ({ quantity }));
    const meter = { id, name: id, enterpriseId: "C", kind, intervalS: 3600, points, ...more };
    expect((await admin.post("/meters", meter)).status).toBe(201);
    const readings = Array.from({ length: (june - start) / hour + 1 }, (_, i) => ({
      ts: start + i * hour,
      values: Object.fromEntries(Object.entries(values).map(([quantity, valueAt]) => [quantity, valueAt(i)])),
    }));
    await admin.post("/import/readings", { meterId: id, readings });
  }
  const period = { from: "2026-04-01", to: "2026-07-01" };
  const allowed = { enterpriseId: "C" as EnterpriseId, medium: "discharge.cod", value: 1000, unit: "kg" };
  const stated = { source: "许可证", status: "unverified" as const };
  park.registry.putQuota(systemPrincipal, { id: "cod", ...allowed, ...period, ...stated }, audit);
});
afterAll(() => park.stop());

describe("a meter of a list that was removed", () => {
  it("stays in past figures of plants, storage, piles, water and outlets, and is in none afterwards", async () => {
    const ofC = [
      ...["pv", "storage", "charging"].map((list) => `/figures/${list}?${range}`),
      `/figures/water?enterprise=C&${range}`,
      `/figures/quotas?at=${iso(june)}`,
      `/figures/standard-coal?by=enterprise&${range}`,
    ];
    const ask = async () => {
      const all = [];
      for (const question of ofC) {
        const { status, body } = await admin.get(question);
        expect([question, status]).toEqual([question, 200]);
        all.push(body);
      }
      return all;
    };
    const before = await ask();
    const [pv, storage, charging, water, quotas] = before;
    const hours = (june - start) / hour;
    expect(pv.plants).toMatchObject([{ meterId: "C-pv", generation: { value: 20 * hours }, selfUseKwh: 15 * hours }]);
    expect(storage.meters).toMatchObject([{ meterId: "C-store", efficiency: 0.9 }]);
    expect(charging.total).toMatchObject({ value: 4 * hours });
    expect(water).toMatchObject({ reused: { value: 6 * hours }, wastewater: { value: expect.closeTo(7 * hours, 6) } });
    // 7 m³/h of 50 mg/L.
    expect(quotas.items[0].used.value).toBeCloseTo(7 * 50e-3 * hours, 6);
    for (const id of ["C-pv", "C-store", "C-pile", "C-reuse", "C-outlet"])
      expect((await admin.delete(`/meters/${id}`)).status).toBe(204);
    const after = await ask();
    const rowsOf = (body: { plants?: object[]; meters?: object[] }) => body.plants ?? body.meters ?? [];
    for (const list of after.slice(0, 3))
      expect(rowsOf(list)).toMatchObject([{ countsUntil: "2026-06-02T00:00:00+00:00" }]);
    const asThere = after.map((body, i) => {
      const unmarked = rowsOf(body).map((row) => ({ ...row, countsUntil: null }));
      return i > 2 ? body : { ...body, ...(body.plants ? { plants: unmarked } : { meters: unmarked }) };
    });
    expect(asThere).toEqual(before);
    const { text } = await admin.get(`/figures/pv?${range}&format=csv`);
    expect(text).toContain("C-pv,C-pv,C,2026-06-02T00:00:00+00:00");
    park.clock.advance(3 * 24 * hour);
    admin = await park.signIn("admin");
    const later = `from=${iso(june + 24 * hour)}&to=${iso(june + 48 * hour)}`;
    for (const list of ["pv", "storage", "charging"]) {
      const { body } = await admin.get(`/figures/${list}?${later}`);
      expect([list, body.plants ?? body.meters]).toEqual([list, []]);
    }
    const { reused, meters } = (await admin.get(`/figures/water?enterprise=C&${later}`)).body;
    expect([reused.value, meters.map(({ meterId }: { meterId: string }) => meterId)]).toEqual([0, ["C-water"]]);
  });
});
