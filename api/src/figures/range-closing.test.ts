import { systemPrincipal, type EnterpriseId } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, startApiUnderTest, type ApiUnderTest, type Client } from "../../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
let userOfA: Client;

const at = (local: string): number => Date.parse(`${local}+08:00`);
const day = 86_400_000;
const [from, to] = [at("2025-12-01T00:00:00"), at("2026-03-01T00:00:00")];
const readings = (quantity: string) =>
  Array.from({ length: (to - from) / day + 1 }, (_, i) => ({ ts: from + i * day, values: { [quantity]: 240 * i } }));

/** A and B are billed by the calendar month, C from the 25th on; D has no meter at all. */
beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "Asia/Shanghai" });
  park.clock.advance(at("2026-03-03T12:00:00") - park.clock.now());
  admin = await park.signIn("admin");
  for (const id of ["A", "B", "C", "D"]) await admin.post("/enterprises", { id, name: id, chain: "steel" });
  for (const id of ["A", "B", "C"]) {
    const meter = { enterpriseId: id, intervalS: 86_400, zoneId: "north" };
    const energy = [{ quantity: "activeEnergyImport" }];
    await admin.post("/meters", { ...meter, id: `e${id}`, name: id, kind: "electricity", points: energy });
    const volume = [{ quantity: "waterVolume" }];
    await admin.post("/meters", { ...meter, id: `w${id}`, name: id, kind: "water", points: volume });
    await admin.post("/import/readings", { meterId: `e${id}`, readings: readings("activeEnergyImport") });
    await admin.post("/import/readings", { meterId: `w${id}`, readings: readings("waterVolume") });
  }
  park.registry.putTariffContract(
    systemPrincipal,
    {
      enterpriseId: "C" as EnterpriseId,
      effectiveFrom: "2025-01-01",
      electricity: null,
      demandMode: "interval",
      billingDay: 25,
      waterPrice: null,
      note: "",
    },
    audit,
  );
  park.addUser("anna", "enterpriseViewer", ["A"]);
  userOfA = await park.signIn("anna");
});
afterAll(() => park.stop());

const close = async (id: string, month: string): Promise<void> => {
  const answer = await admin.post(`/enterprises/${id}/month-closings`, { month });
  if (answer.status !== 201) throw new Error(answer.text);
};
const span = (first: string, end: string): string => `from=${at(`${first}T00:00:00`)}&to=${at(`${end}T00:00:00`)}`;
const used = (client: Client, kind: string, range: string, by = "enterprise") =>
  client.get(`/figures/consumption?kind=${kind}&by=${by}&${range}`);
const january = span("2026-01-01", "2026-02-01");

/** The steps build on each other: one month after the other is closed. */
describe("what an answer over a range says of its closing", () => {
  it("is estimated while one enterprise in it has not closed", async () => {
    await close("A", "2026-01");
    const { body } = await used(admin, "electricity", january);
    expect(body).toMatchObject({ state: "estimated", closedMonths: [] });
    const byId = Object.fromEntries(body.groups.map((group: { id: string; state: string }) => [group.id, group.state]));
    expect(byId).toEqual({ A: "closed", B: "estimated", C: "estimated", D: "estimated" });
    expect((await used(userOfA, "electricity", january)).body).toMatchObject({ state: "closed" });
  });

  it("is closed for a park, a chain and a zone when all that have meters in it have closed", async () => {
    await close("B", "2026-01");
    await close("C", "2026-01");
    for (const by of ["park", "chain", "zone"]) {
      const { body } = await used(admin, "water", january, by);
      expect(body).toMatchObject({ state: "closed", closedMonths: ["2026-01"], groups: [{ state: "closed" }] });
    }
    // Of D nothing is metered, so there is nothing to close.
    expect((await used(admin, "water", january)).body).toMatchObject({ state: "closed", closedMonths: ["2026-01"] });
    const balance = await admin.get(`/figures/balance?kind=water&${january}`);
    expect(balance.body).toMatchObject({ state: "closed", closedMonths: ["2026-01"] });
  });

  it("names the months that are closed where the range goes beyond them", async () => {
    const { body } = await used(admin, "water", span("2025-12-15", "2026-02-10"), "park");
    expect(body).toMatchObject({ state: "estimated", closedMonths: ["2026-01"] });
    const compared = await used(admin, "water", `${span("2026-02-01", "2026-03-01")}&compare=previous`, "park");
    expect(compared.body).toMatchObject({
      state: "estimated",
      closedMonths: [],
      compared: { state: "closed", closedMonths: ["2026-01"] },
    });
  });

  it("goes by the billing month for electricity and by the calendar for everything else", async () => {
    const billed = span("2025-12-25", "2026-01-25");
    expect((await used(admin, "electricity", `${billed}`)).body.groups[2]).toMatchObject({ id: "C", state: "closed" });
    expect((await used(admin, "electricity", january)).body.groups[2]).toMatchObject({ id: "C", state: "estimated" });
    expect((await used(admin, "water", billed)).body.groups[2]).toMatchObject({ id: "C", state: "estimated" });
    expect((await used(admin, "water", january)).body.groups[2]).toMatchObject({ id: "C", state: "closed" });
    // Standard coal is made of both.
    const coal = await admin.get(`/figures/standard-coal?${january}`);
    expect(coal.body.groups.map(({ state }: { state: string }) => state)).toEqual([
      "closed",
      "closed",
      "estimated",
      "estimated",
    ]);
  });

  it("stands in the sheet as well", async () => {
    const mixed = await admin.get(
      `/figures/consumption?kind=water&by=park&${span("2026-01-01", "2026-03-01")}&format=csv`,
    );
    expect(mixed.text).toContain("状态：暂估（其中已结月份：2026-01）");
    const closed = await admin.get(`/figures/consumption?kind=water&by=park&${january}&format=csv`);
    expect(closed.text).toContain("状态：已结");
  });

  it("is said of the readings of a point, and of sheets of several", async () => {
    const { body } = await admin.get(`/points/wA.waterVolume/readings?step=1d&${january}`);
    expect(body).toMatchObject({ state: "closed", closedMonths: ["2026-01"] });
    const raw = await admin.get(`/points/eC.activeEnergyImport/readings?step=raw&${january}`);
    // C is billed from the 25th on, so the last week of January belongs to February.
    expect(raw.body).toMatchObject({ state: "estimated", closedMonths: ["2026-01"] });
    const both = `/readings?points=wA.waterVolume,eC.activeEnergyImport&step=1d&${january}`;
    expect((await admin.get(both)).body.series).toMatchObject([{ state: "closed" }, { state: "estimated" }]);
    const { text } = await admin.get(`${both}&format=csv`);
    expect(text).toMatch(/wA\.waterVolume：.*状态：已结/);
    expect(text).toMatch(/eC\.activeEnergyImport：.*状态：暂估（其中已结月份：2026-01）/);
  });

  it("is estimated again when a month is reopened", async () => {
    await admin.post("/enterprises/B/month-closings/2026-01/reopen", { reason: "register corrected" });
    expect((await used(admin, "water", january, "park")).body).toMatchObject({ state: "estimated", closedMonths: [] });
    expect((await userOfA.get(`/points/wA.waterVolume/anomalies?${january}`)).body).toMatchObject({ state: "closed" });
  });
});
