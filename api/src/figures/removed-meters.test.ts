import { systemPrincipal, type MeterId } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, startApiUnderTest, type ApiUnderTest, type Client } from "../../../tests/support/api-under-test.ts";

/** Meters leave the registry in June; what they counted in April and May stays. */
let park: ApiUnderTest;
let admin: Client;
const hour = 3_600_000;
const start = Date.UTC(2026, 3, 1);
const [may, june] = [Date.UTC(2026, 4, 1), Date.UTC(2026, 5, 1)];
const iso = (at: number): string => new Date(at).toISOString();
const range = `from=${iso(start)}&to=${iso(june)}`;

const questions = [
  ...["park", "zone", "enterprise", "chain", "workshop", "meter", "virtual"].map(
    (by) => `/figures/consumption?kind=electricity&by=${by}&step=1mo&${range}`,
  ),
  `/figures/balance?kind=electricity&${range}`,
  `/figures/registers?enterprise=A&kind=electricity&${range}`,
  "/enterprises/A/electricity?month=2026-04",
  "/enterprises/A/electricity?month=2026-05",
  "/enterprises/B/electricity?month=2026-05",
];

async function answers(client: Client): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const question of questions) {
    const { status, body } = await client.get(question);
    expect([question, status]).toEqual([question, 200]);
    all.push(body);
  }
  return all;
}

async function addMeter(id: string, owner: string, perHour: number, more: object = {}): Promise<void> {
  const points = [{ quantity: "activeEnergyImport" }];
  const meter = { id, name: id, enterpriseId: owner, kind: "electricity", intervalS: 3600, points, ...more };
  expect((await admin.post("/meters", meter)).status).toBe(201);
  const readings = Array.from({ length: (june - start) / hour + 1 }, (_, i) => ({
    ts: start + i * hour,
    values: { activeEnergyImport: i * perHour },
  }));
  await admin.post("/import/readings", { meterId: id, readings });
}

const settle = (meterId: string, from: string, to: string | null): void =>
  void park.registry.putSettlementMeter(
    systemPrincipal,
    { id: meterId, place: "enterprise:A", kind: "electricity", meterId: meterId as MeterId, from, to },
    audit,
  );

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "UTC" });
  park.clock.advance(june + 10 * hour - park.clock.now());
  admin = await park.signIn("admin");
  for (const id of ["A", "B"]) await admin.post("/enterprises", { id, name: id, chain: "机械" });
  await addMeter("A-old", "A", 10, { zoneId: "east", workshop: "一车间" });
  await addMeter("A-new", "A", 7, { zoneId: "east" });
  await addMeter("B-main", "B", 5, { zoneId: "west" });
  await addMeter("B-second", "B", 3, { zoneId: "west" });
  await addMeter("B-hall", "B", 2, { zoneId: "west", parentId: "B-main" });
  settle("A-old", "2026-01-01", "2026-05-01");
  settle("A-new", "2026-05-01", null);
  const terms = [
    { meterId: "B-main", coefficient: 1 },
    { meterId: "B-hall", coefficient: -1 },
  ];
  const virtual = { id: "rest", name: "其余", enterpriseId: null, kind: "electricity" as const, terms };
  park.registry.putVirtualMeter(systemPrincipal, virtual, audit);
  const change = { at: may + 10 * hour, endReading: null, startReading: null };
  park.registry.putRegisterChange(systemPrincipal, "B-hall.activeEnergyImport" as never, change, audit);
  park.addUser("bert", "enterpriseViewer", ["B"]);
});
afterAll(() => park.stop());

describe("a meter that was removed", () => {
  it("is not let go while it settles a place from tomorrow on", async () => {
    const { status, body } = await admin.delete("/meters/A-new");
    expect([status, body.detail]).toEqual([409, expect.stringContaining("settles enterprise:A")]);
  });

  it("stays in every past total, balance and settlement, whoever asks", async () => {
    const bert = await park.signIn("bert");
    const ofB = `/figures/consumption?kind=electricity&by=enterprise&step=1mo&${range}`;
    const [before, beforeOfB] = [await answers(admin), (await bert.get(ofB)).body];
    const totals = (before[2] as { groups: { total: { value: number } }[] }).groups.map(({ total }) => total.value);
    expect(totals).toEqual([30 * 240 + 31 * 168, 61 * 8 * 24]);
    for (const id of ["A-old", "B-hall", "B-second"]) expect((await admin.delete(`/meters/${id}`)).status).toBe(204);
    expect((await admin.get("/meters/A-old")).status).toBe(404);
    expect(await answers(admin)).toEqual(before);
    expect((await bert.get(ofB)).body).toEqual(beforeOfB);
  });

  it("counts in nothing after the day on which it went", async () => {
    park.clock.advance(3 * 24 * hour);
    admin = await park.signIn("admin");
    const next = `from=${iso(june + 24 * hour)}&to=${iso(june + 48 * hour)}`;
    const { body } = await admin.get(`/figures/consumption?kind=electricity&by=meter&${next}`);
    expect(body.groups.map(({ id }: { id: string }) => id)).toEqual(["A-new", "B-main"]);
    const ofB = (await admin.get(`/figures/consumption?kind=electricity&by=enterprise&${next}`)).body.groups[1];
    expect(ofB.meters).toEqual(["B-main"]);
  });

  it("keeps its enterprise while a settlement rests on it", async () => {
    expect((await admin.delete("/meters/B-main")).status).toBe(204);
    const entry = { id: "old", place: "enterprise:B", kind: "electricity", meterId: "B-main" } as const;
    const past = { ...entry, meterId: "B-main" as MeterId, from: "2026-01-01", to: "2026-05-01" };
    park.registry.putSettlementMeter(systemPrincipal, past, audit);
    await admin.delete("/users/bert");
    expect((await admin.delete("/enterprises/B")).status).toBe(409);
    park.registry.deleteSettlementMeter(systemPrincipal, "old", audit);
    expect((await admin.delete("/enterprises/B")).status).toBe(204);
    expect(park.registry.removedMeters(systemPrincipal).map(({ id }) => id)).toEqual(["A-old"]);
  });

  it("made anew with its id takes its place again, with what was recorded of its register", async () => {
    const point = "A-new.activeEnergyImport" as never;
    const change = { at: may + hour, endReading: 5, startReading: 0 };
    park.registry.putRegisterChange(systemPrincipal, point, change, audit);
    park.registry.setMultipliers(systemPrincipal, point, [{ from: null, value: 40 }], audit);
    const before = park.registry.meter(systemPrincipal, "A-new" as MeterId);
    settle("A-new", "2026-05-01", "2026-06-05");
    expect((await admin.delete("/meters/A-new")).status).toBe(204);
    const made = {
      ...{ id: "A-new", name: "A-new", enterpriseId: "A", kind: "electricity", intervalS: 3600, zoneId: "east" },
      points: [{ quantity: "activeEnergyImport" }],
    };
    expect((await admin.post("/meters", made)).status).toBe(201);
    expect(park.registry.meter(systemPrincipal, "A-new" as MeterId)).toEqual(before);
    expect(park.registry.removedMeters(systemPrincipal).map(({ id }) => id)).toEqual(["A-old"]);
  });
});
