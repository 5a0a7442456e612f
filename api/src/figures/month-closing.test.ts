import { systemPrincipal, type EnterpriseId, type MeterId } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, startApiUnderTest, type ApiUnderTest, type Client } from "../../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
let manager: Client;
let userOfA: Client;
let userOfB: Client;

const at = (local: string): number => Date.parse(`${local}+08:00`);
const quarter = 900_000;
const [from, to] = [at("2026-01-01T00:00:00"), at("2026-02-01T00:00:00")];
const A = "A" as EnterpriseId;
const signed = "/enterprises/A/month-closings/2026-01";

/** A register from one instant to another. */
const register = (quantity: string, start: number, end: number, per15min: number) =>
  Array.from({ length: (end - start) / quarter + 1 }, (_, i) => {
    const ts = start + i * quarter;
    return { ts, values: { [quantity]: (per15min * (ts - from)) / quarter } };
  });

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "Asia/Shanghai" });
  park.clock.advance(at("2026-02-03T12:00:00") - park.clock.now());
  admin = await park.signIn("admin");
  for (const id of ["A", "B"]) await admin.post("/enterprises", { id, name: id });
  const meter = { enterpriseId: "A", intervalS: 900 };
  const volume = [{ quantity: "waterVolume" }];
  await admin.post("/meters", { ...meter, id: "w", name: "w", kind: "water", points: volume });
  const energy = [{ quantity: "activeEnergyImport" }];
  await admin.post("/meters", { ...meter, id: "e", name: "e", kind: "electricity", points: energy });
  await admin.post("/meters", { ...meter, id: "e2", name: "e2", kind: "electricity", parentId: "e", points: energy });
  const electricity = { region: "hunan", holidays: null, energyPrice: "hunan.110kV", basic: null, powerFactor: null };
  const contract = { enterpriseId: A, effectiveFrom: "2026-01-01", electricity, billingDay: 1, note: "" };
  park.registry.putTariffContract(
    systemPrincipal,
    { ...contract, demandMode: "interval" as const, waterPrice: null },
    audit,
  );
  await admin.post("/import/readings", { meterId: "e", readings: register("activeEnergyImport", from, to, 100) });
  // The water meter is heard of up to the 30th.
  const water = register("waterVolume", from, at("2026-01-30T00:00:00"), 0.5);
  await admin.post("/import/readings", { meterId: "w", readings: water });
  park.addUser("max", "parkManager");
  park.addUser("anna", "enterpriseAdmin", ["A"]);
  park.addUser("bert", "enterpriseAdmin", ["B"]);
  [manager, userOfA, userOfB] = [await park.signIn("max"), await park.signIn("anna"), await park.signIn("bert")];
});
afterAll(() => park.stop());

/** The steps build on each other: a month is closed, corrected, reopened, closed again. */
describe("a month", () => {
  it("is signed by park management only, and only when it is over and something is known", async () => {
    expect((await userOfA.post("/enterprises/A/month-closings", { month: "2026-01" })).status).toBe(403);
    expect((await manager.post("/enterprises/none/month-closings", { month: "2026-01" })).status).toBe(404);
    const running = await manager.post("/enterprises/A/month-closings", { month: "2026-02" });
    expect(running.body).toMatchObject({ status: 422, detail: "the month is not over" });
    const empty = await manager.post("/enterprises/B/month-closings", { month: "2026-01" });
    expect(empty.body).toMatchObject({ status: 422, detail: "nothing is known of this month" });
    expect((await manager.get(signed)).status).toBe(404);
  });

  it("is signed with all its figures as one text whose hash matches", async () => {
    const closed = await manager.post("/enterprises/A/month-closings", { month: "2026-01" });
    expect(closed.status).toBe(201);
    expect(closed.body).toMatchObject({ version: 1, state: "closed", closedBy: "max", isIntact: true, reopened: null });
    const { body } = await userOfA.get(signed);
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body.signed));
    expect(Buffer.from(digest).toString("hex")).toBe(body.hash);
    expect(JSON.parse(body.signed)).toEqual(body.document);
    expect(body.document).toMatchObject({
      signedBy: "max",
      figures: {
        "electricity.kwh": { value: 297_600, unit: "kWh", known: 1 },
        "electricity.kwh.sharp": { value: 49_600 },
        "electricity.maxDemandKw": { value: 400 },
        "electricity.powerFactor": { value: null },
        // 49,600 × (1.1102 + 0.931) + 99,200 × (0.5949 + 0.2588), energy and fund rounded line by line
        "electricity.yuan": { value: 185_930.56, unit: "元" },
        "water.amount": { value: 29 * 96 * 0.5, unit: "m³", known: expect.closeTo(29 / 31, 6) },
      },
      versions: expect.arrayContaining([expect.objectContaining({ id: "energyPrice.hunan.110kV.2026-01" })]),
    });
    expect(body.document.billLines).toHaveLength(5);
    expect(body.adjustments).toEqual([]);
  });

  it("is closed: it cannot be signed twice, and every answer shows the signed figures", async () => {
    expect((await manager.post("/enterprises/A/month-closings", { month: "2026-01" })).status).toBe(409);
    const { body } = await userOfA.get("/enterprises/A/bill?month=2026-01");
    expect(body).toMatchObject({ state: "closed", yuan: 185_930.56, closing: { version: 1, closedBy: "max" } });
    expect(body.closing.figures["electricity.yuan"]).toEqual({ value: 185_930.56, unit: "元" });
  });

  it("keeps its signed figures when readings come late or are corrected, and shows what moved and why", async () => {
    const late = register("waterVolume", at("2026-01-30T00:00:00"), to, 0.5);
    await admin.post("/import/readings", { meterId: "w", readings: late });
    // The register was higher by 50 kWh at 10:15 on the 10th, a flat hour: 600 kW, then 200 kW.
    const corrected = at("2026-01-10T10:15:00");
    const value = (100 * (corrected - from)) / quarter + 50;
    await admin.post("/import/readings", {
      meterId: "e",
      readings: [{ ts: corrected, values: { activeEnergyImport: value } }],
    });
    const { body } = await userOfA.get(signed);
    expect(body.adjustments).toEqual([
      {
        figure: "electricity.maxDemandKw",
        unit: "kW",
        signed: 400,
        current: 600,
        difference: 200,
        causes: ["correctedData"],
      },
      {
        figure: "water.amount",
        unit: "m³",
        signed: 1392,
        current: 1488,
        difference: 96,
        causes: ["lateData"],
      },
    ]);
    expect(body.isIntact).toBe(true);
    expect(body.document.figures["water.amount"].value).toBe(1392);
    const { demand, closing } = (await userOfA.get("/enterprises/A/electricity?month=2026-01")).body;
    expect([demand.interval.max.kw, closing.figures["electricity.maxDemandKw"].value]).toEqual([600, 400]);
  });

  it("shows figures that moved because other meters settle it", async () => {
    const entry = { place: "enterprise:A", kind: "electricity" as const, meterId: "e2" as MeterId };
    park.registry.putSettlementMeter(systemPrincipal, { id: "e2", ...entry, from: "2026-01-01", to: null }, audit);
    const { adjustments } = (await userOfA.get(signed)).body;
    expect(adjustments.find(({ figure }: { figure: string }) => figure === "electricity.kwh")).toEqual({
      figure: "electricity.kwh",
      unit: "kWh",
      signed: 297_600,
      current: null,
      difference: null,
      causes: ["changedSettlement"],
    });
    park.registry.deleteSettlementMeter(systemPrincipal, "e2", audit);
  });

  it("is reopened only with a reason, and signed again as a second version beside the first", async () => {
    expect((await manager.post(`${signed}/reopen`, {})).status).toBe(400);
    expect((await userOfA.post(`${signed}/reopen`, { reason: "x" })).status).toBe(403);
    const reopened = await manager.post(`${signed}/reopen`, { reason: "水表补数" });
    expect(reopened.body).toMatchObject({ state: "reopened", reopened: { by: "max", reason: "水表补数" } });
    expect((await userOfA.get("/enterprises/A/bill?month=2026-01")).body.state).toBe("estimated");
    const again = await manager.post("/enterprises/A/month-closings", { month: "2026-01" });
    expect(again.body).toMatchObject({ version: 2, state: "closed" });
    const { body } = await userOfA.get(signed);
    expect(body.adjustments).toEqual([]);
    expect(body.document.figures["water.amount"].value).toBe(1488);
    expect(body.history).toMatchObject([
      { version: 2, state: "closed" },
      { version: 1, state: "reopened", isIntact: true, reopened: { reason: "水表补数" } },
    ]);
  });

  it("is listed for those it belongs to", async () => {
    const list = async (client: Client, query = "") => (await client.get(`/month-closings${query}`)).body.items;
    expect(await list(userOfA, "?month=2026-01")).toMatchObject([{ version: 2 }, { version: 1 }]);
    expect(await list(manager, "?enterprise=A")).toHaveLength(2);
    expect(await list(userOfB)).toEqual([]);
    expect((await userOfB.get(signed)).status).toBe(404);
  });
});
