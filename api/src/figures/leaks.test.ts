import { systemPrincipal, type EnterpriseId, type PointId, type Reading } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  audit,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../../tests/support/api-under-test.ts";

const [quarter, hour, day] = [900_000, 3_600_000, 86_400_000];
let park: ApiUnderTest;
let admin: Client;
let bert: Client;
/** The start of today on the park's clock (UTC). */
let today: number;

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "UTC" });
  today = Math.ceil(park.clock.now() / day) * day;
  park.clock.advance(today + 9 * hour - park.clock.now());
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  park.addUser("bert", "enterpriseViewer", ["B"]);
  bert = await park.signIn("bert");
  const kind = { enterpriseId: "A", kind: "water", intervalS: 900, points: [{ quantity: "waterFlow" }] };
  for (const [id, more] of [
    ["A-small", {}],
    ["A-large", { parentId: "A-small" }],
    ["A-loop", { purpose: "circulatedCooling" }],
  ] as const)
    await admin.post("/meters", { id, name: id, ...kind, ...more });
  await fill("A-small.waterFlow", 2, 1.5);
  await fill("A-large.waterFlow", 9, 4);
  await fill("A-loop.waterFlow", 9, 4);
  await fillRegister("A-water.waterVolume");
  await fill("B-water.waterVolume", 0, 0);
  priceOfWater("A", 4.2);
});
afterAll(() => park.stop());

const reading = (pointId: string, observedAt: number, value: number): Reading => ({
  pointId: pointId as PointId,
  observedAt,
  receivedAt: observedAt,
  value,
  quality: "good",
});

/** Sixty days; by night `usual` with a scatter of its own, and `leak` on top since five nights ago. */
async function fill(point: string, usual: number, leak: number): Promise<void> {
  const rows: Reading[] = [];
  for (let at = today - 60 * day; at < today + 9 * hour; at += quarter) {
    const scatter = 1 + 0.04 * Math.sin((at / day) * 12.9898);
    const isNight = at % day < 5 * hour;
    rows.push(reading(point, at, usual * scatter * (isNight ? 1 : 4) + (at >= today - 5 * day + 18 * hour ? leak : 0)));
  }
  await park.store.append(rows);
}

/** A steady register: nothing to suspect. */
async function fillRegister(point: string): Promise<void> {
  const rows: Reading[] = [];
  for (let i = 0; i < 60 * 96; i++) rows.push(reading(point, today - 60 * day + i * quarter, Math.round(i * 2.5) / 10));
  await park.store.append(rows);
}

function priceOfWater(enterprise: string, yuanPerM3: number): void {
  const version = { kind: "number" as const, subject: "water.town", name: "自来水", unit: "元/m³", value: yuanPerM3 };
  const source = { source: "供水合同", documentNumber: null, status: "unverified" as const };
  const dates = { effectiveFrom: null, effectiveTo: null };
  park.registry.putRegulated(systemPrincipal, { id: "water.town.2026", ...version, ...dates, ...source }, audit);
  const contract = { electricity: null, demandMode: "interval" as const, billingDay: 1, note: "" };
  const terms = { enterpriseId: enterprise as EnterpriseId, effectiveFrom: "2020-01-01", waterPrice: "water.town" };
  park.registry.putTariffContract(systemPrincipal, { ...contract, ...terms }, audit);
}

describe("the night flow of a meter", () => {
  it("names the suspected leak, what it loses a day and what that costs by the contract", async () => {
    const { status, body } = await admin.get("/points/A-small.waterFlow/night-flow");
    expect(status).toBe(200);
    expect(body).toMatchObject({ unit: "m³/h", state: "alarm", nightsAbove: 5, nightsAsked: 91, waterPrice: 4.2 });
    expect(body.m3PerDay).toBeGreaterThan(30);
    expect(body.m3PerDay).toBeLessThan(42);
    expect(body.yuanPerDay).toBeCloseTo(4.2 * body.m3PerDay, 9);
    expect(body.versions).toEqual([expect.objectContaining({ id: "water.town.2026", label: "reference" })]);
    expect(body.events).toEqual([expect.objectContaining({ kind: "sudden", endedAt: null })]);
    expect(Date.parse(body.events[0].since)).toBe(today - 4 * day + 2 * hour);
    expect(body.coverage.measured).toBeGreaterThan(0.6); // 60 of 92 days
    expect(body.nights).toHaveLength(91);
  });

  it("is no leak where nobody knows a price: the loss stays, the money is unknown", async () => {
    const { body } = await bert.get("/points/B-water.waterVolume/night-flow");
    expect(body).toMatchObject({ waterPrice: null, yuanPerDay: null, versions: [] });
  });

  it("calls nothing a leak that is smaller than the steps asked for", async () => {
    const { body } = await admin.get("/points/A-small.waterFlow/night-flow?nights=60&absoluteStep=5&relativeStep=0.5");
    expect(body).toMatchObject({ state: "normal", events: [], m3PerDay: 0, absoluteStep: 5, relativeStep: 0.5 });
  });

  it("takes the step of the point's target when none is asked for", async () => {
    const target = {
      id: "night",
      kind: "nightFlow",
      point: "A-small.waterFlow",
      limit: 7,
      title: "夜间",
      source: "约定",
    };
    await admin.put("/watch-targets/night", { ...target, effectiveFrom: 0 });
    const { body } = await admin.get("/points/A-small.waterFlow/night-flow");
    expect([body.absoluteStep, body.state]).toEqual([7, "normal"]);
    await admin.delete("/watch-targets/night");
  });

  it.each([
    ["/points/A-main.activePower/night-flow", 422],
    ["/points/A-small.waterFlow/night-flow?nights=2", 400],
    ["/points/nothing.waterFlow/night-flow", 404],
  ])("%s answers %i", async (path, status) => expect((await admin.get(path)).status).toBe(status));

  it("of another enterprise is not there", async () => {
    expect((await bert.get("/points/A-small.waterFlow/night-flow")).status).toBe(404);
  });
});

describe("suspected leaks", () => {
  it("stand largest first; circulated water and steady meters are not among them", async () => {
    const { body } = await admin.get("/figures/leaks");
    expect(body.items.map(({ meterId, parentId }: { meterId: string; parentId: string | null }) => [meterId, parentId]))
      .toEqual([
        ["A-large", "A-small"],
        ["A-small", null],
      ]); // prettier-ignore
    expect(body.items[0].m3PerDay).toBeGreaterThan(body.items[1].m3PerDay);
    expect(body).toMatchObject({ pointCount: 4, unknown: [] });
  });

  it("of others are not shown", async () => {
    expect((await bert.get("/figures/leaks")).body).toMatchObject({ items: [], pointCount: 1 });
  });
});

describe("what a suspected leak costs", () => {
  const month = () => new Date(today).toISOString().slice(0, 7);

  it("stands among what could be saved, once for meters behind each other, with its formula", async () => {
    const { body } = await admin.get(`/enterprises/A/advice?month=${month()}`);
    const [lost, ...others] = (await admin.get("/figures/leaks")).body.items;
    expect(others).toHaveLength(1);
    const top = [lost, ...others].find(({ meterId }) => meterId === "A-small");
    expect(body.advice).toEqual([
      {
        id: "leak",
        kind: "leak",
        overlaps: [],
        yuanPerYear: expect.closeTo(top.m3PerDay * 365 * 4.2, 1),
        formula: "advice.leak",
        inputs: {
          meterId: "A-small",
          since: top.since,
          m3PerDay: top.m3PerDay,
          yuanPerM3: 4.2,
          yuanPerMonth: expect.closeTo(top.m3PerDay * 30 * 4.2, 1),
        },
      },
    ]);
    expect(body.versions.map(({ id }: { id: string }) => id)).toEqual(["water.town.2026"]);
  });

  it("is nothing for the time before it began, nor where no water is metered by night", async () => {
    const before = await admin.get("/enterprises/A/advice?month=2025-01");
    expect(before.body.without).toContainEqual({ kind: "leak", reason: "nothingToSave" });
    expect((await admin.get("/enterprises/B/advice?month=2025-01")).body.advice).toEqual([]);
  });
});
