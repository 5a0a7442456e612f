import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemPrincipal, type RuleStateRow } from "@smart-park/core";
import {
  addTwoEnterprises,
  audit,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

/** What rules of kind history know of the past of points that they come to watch. */

const hourMs = 3_600_000;
let park: ApiUnderTest;
let admin: Client;
beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
});
afterAll(() => park.stop());
afterEach(() => {
  for (const { rule } of park.registry.rules(systemPrincipal))
    park.registry.deleteRule(systemPrincipal, rule.id, audit);
});

const covers = { quantities: ["activePower"] };
const rule = { id: "usual", kind: "history", abovePercent: 50, covers };
async function addMeter(id: string): Promise<void> {
  const points = [{ quantity: "activePower" }, { quantity: "activeEnergyImport" }, { quantity: "stateOfCharge" }];
  const meter = { id, name: id, enterpriseId: "A", kind: "electricity", intervalS: 900, points };
  expect((await admin.post("/meters", meter)).status).toBe(201);
}
/** Two weeks of quarter hours until now. */
async function importPast(meterId: string): Promise<void> {
  const first = park.clock.now() - 14 * 24 * hourMs;
  const readings = Array.from({ length: 14 * 96 }, (_, i) => ({
    ts: first + (i * hourMs) / 4,
    values: { activePower: 100 },
  }));
  expect((await admin.post("/import/readings", { meterId, readings })).status).toBe(200);
}
/** Days that a rule knows of the best known hour of a point. */
const known = async (pointId: string): Promise<number> => {
  const { ruleStates } = await park.ledger.load();
  const learnt = ruleStates.find((row: RuleStateRow) => row.pointId === pointId)?.state.learnt;
  return Math.max(0, ...Object.values(learnt?.means ?? {}).flatMap((hours) => hours.map(({ length }) => length)));
};
/** What is imported may be learnt in pieces. */
async function untilKnown(pointId: string, days: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = async () => (await known(pointId)) >= days && (unfollow(), resolve());
    const unfollow = park.ledger.onRulesChange(() => void look());
    void look();
  });
}

describe("a rule on the usual", () => {
  it("knows the past of the points that it covers when it is made", async () => {
    await addMeter("m1");
    await importPast("m1");
    expect((await admin.post("/alert-rules", rule)).status).toBe(201);
    expect(await known("m1.activePower")).toBe(6);
  });

  it("knows it when it is made by a template, and when it is switched on again", async () => {
    const body = { template: "electricity-unusual", id: "usual", covers: { meterId: "m1" } };
    expect((await admin.post("/alert-rules/from-template", body)).body.coveredPoints).toBe(1);
    expect(await known("m1.activePower")).toBe(6);
    await admin.patch("/alert-rules/usual", { enabled: false });
    expect(await known("m1.activePower")).toBe(0);
    await admin.patch("/alert-rules/usual", { enabled: true });
    expect(await known("m1.activePower")).toBe(6);
  });

  it("learns the past of a point that it covers later: when it is imported, or was there before", async () => {
    await admin.post("/alert-rules", { ...rule, covers: { ...covers, meterId: null, enterpriseId: "A" } });
    await addMeter("m2");
    expect(await known("m2.activePower")).toBe(0);
    await importPast("m2");
    await untilKnown("m2.activePower", 6);
    expect(await known("m2.activePower")).toBe(6);
    await admin.delete("/meters/m2");
    await addMeter("m2");
    await untilKnown("m2.activePower", 6);
    expect(await known("m2.activePower")).toBe(6);
  });

  it("covers no registers and no state that is steered", async () => {
    await admin.post("/alert-rules", { ...rule, covers: { meterId: "m1" } });
    const watched = (await park.ledger.rules()).find(({ id }) => id === "usual")?.points;
    expect(watched).toEqual(["m1.activePower"]);
  });
});
