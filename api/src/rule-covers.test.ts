import { systemPrincipal, type EnterpriseId } from "@smart-park/core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  anElectricityMeter,
  audit,
  startApiUnderTest,
  type Answer,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

/** Rules that cover points by what they are and whose: of the park, of an enterprise, of a meter, of an outlet. */

let park: ApiUnderTest;
let admin: Client;
beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
});
afterAll(() => park.stop());
afterEach(() => {
  const { registry } = park;
  for (const { rule } of registry.rules(systemPrincipal)) registry.deleteRule(systemPrincipal, rule.id, audit);
  for (const { id, enterpriseId: owner } of registry.meters(systemPrincipal)) {
    const first = id.slice(0, 1) as EnterpriseId;
    if (!/-(main|water)$/.test(id)) registry.deleteMeter(systemPrincipal, id, audit);
    else if (first !== owner) registry.updateMeter(systemPrincipal, id, { enterpriseId: first }, audit);
  }
});

const outlet = (id: string, enterpriseId: string, ...quantities: string[]) => ({
  id,
  name: `排放口 ${id}`,
  enterpriseId,
  kind: "emission",
  points: quantities.map((quantity) => ({ quantity })),
});
const add = async (meter: { id: string }): Promise<void> =>
  expect((await admin.post("/meters", meter)).status).toBe(201);
const stuck = (covers: object, id = "r") => ({ id, kind: "stuck", forS: 3600, covers });
/** As the engine watches it. */
const watched = async (id = "r"): Promise<string[]> =>
  [...((await park.ledger.rules()).find((rule) => rule.id === id)?.points ?? [])].toSorted();
/** A program of one enterprise that may write rules. */
async function program(enterpriseId: string): Promise<Client> {
  const made = await admin.post("/tokens", { name: "rules", scopes: ["registry:write", "read"], enterpriseId });
  const client = park.stranger();
  client.token = made.body.token;
  return client;
}
const verdict = ({ status, body }: Answer) => [status, body.detail];

describe("a rule covers", () => {
  it.each([
    ["a meter", { meterId: "A-main" }, ["A-main.activeEnergyImport", "A-main.activePower"]],
    ["a kind of point in the park", { quantities: ["activePower"] }, ["A-main.activePower", "B-main.activePower"]],
    ["a kind of point of an enterprise", { quantities: ["activePower"], enterpriseId: "B" }, ["B-main.activePower"]],
    ["a kind of meter of an enterprise", { meterKinds: ["water"], enterpriseId: "A" }, ["A-water.waterVolume"]],
    ["all channels of an outlet", { meterId: "DA001" }, ["DA001.nox", "DA001.so2"]],
  ])("%s", async (_name, covers, points) => {
    await add(outlet("DA001", "A", "nox", "so2"));
    await add(outlet("DA002", "A", "nox"));
    const made = await admin.post("/alert-rules", stuck(covers));
    const whole = { meterKinds: null, quantities: null, enterpriseId: null, meterId: null, ...covers };
    expect([made.status, made.body.covers]).toEqual([201, whole]);
    expect(made.body.coveredPoints).toBe(points.length);
    expect(await watched()).toEqual(points);
  });

  it("a channel that an outlet gets later, and not one that it loses", async () => {
    await add(outlet("DA001", "A", "nox"));
    await admin.post("/alert-rules", stuck({ meterId: "DA001" }));
    await admin.patch("/meters/DA001", { points: [{ quantity: "so2" }] });
    expect(await watched()).toEqual(["DA001.so2"]);
    await admin.delete("/meters/DA001");
    expect(await watched()).toEqual([]);
    await add(outlet("DA001", "A", "particulates"));
    expect(await watched()).toEqual(["DA001.particulates"]);
  });

  it("a meter that an enterprise gets from another, and not one that it gives away", async () => {
    await admin.post("/alert-rules", stuck({ quantities: ["activePower"], enterpriseId: "A" }));
    await admin.patch("/meters/B-main", { enterpriseId: "A" });
    await admin.patch("/meters/A-main", { enterpriseId: "B" });
    expect(await watched()).toEqual(["B-main.activePower"]);
  });

  it("an outlet by a template that says which channels", async () => {
    await add(outlet("DA001", "A", "nox", "oxygen"));
    await add(outlet("DA002", "A", "nox"));
    const body = { template: "outlet-stuck", id: "r", covers: { meterId: "DA001" } };
    expect((await admin.post("/alert-rules/from-template", body)).body).toMatchObject({
      covers: { meterId: "DA001", quantities: expect.arrayContaining(["nox", "cod"]) },
      coveredPoints: 1,
    });
  });

  it("points beside other rules that cover them: an enterprise's rule takes none from the park's", async () => {
    await admin.post("/alert-rules", stuck({ quantities: ["activePower"] }, "wide"));
    await admin.post("/alert-rules", stuck({ quantities: ["activePower"], enterpriseId: "A" }, "narrow"));
    expect(await watched("wide")).toEqual(["A-main.activePower", "B-main.activePower"]);
    expect(await watched("narrow")).toEqual(["A-main.activePower"]);
  });

  it.each([
    ["an unknown meter", { meterId: "no-such" }, "does not exist"],
    ["an unknown enterprise", { enterpriseId: "no-such" }, "does not exist"],
    ["a meter of another enterprise", { enterpriseId: "A", meterId: "B-main" }, "not of the enterprise"],
  ])("not %s", async (_name, covers, detail) => {
    expect(verdict(await admin.post("/alert-rules", stuck(covers)))).toEqual([422, expect.stringContaining(detail)]);
  });

  it("quantities of one unit only where it has bounds in that unit", async () => {
    const rule = { id: "r", kind: "limit", above: 50 };
    for (const covers of [{ meterId: "A-main" }, { quantities: ["activePower", "voltageA"] }])
      expect((await admin.post("/alert-rules", { ...rule, covers })).status).toBe(400);
    const covers = { quantities: ["voltageA", "voltageB"] };
    expect((await admin.post("/alert-rules", { ...rule, covers })).status).toBe(201);
  });

  it("what a trial of it looks at", async () => {
    const now = park.clock.now();
    const rows = [3, 2, 1].map((hours) => ({ ts: now - hours * 3_600_000, values: { activePower: 500 } }));
    for (const meterId of ["A-main", "B-main"]) await admin.post("/import/readings", { meterId, readings: rows });
    const covers = { quantities: ["activePower"], enterpriseId: "B" };
    const trial = { rule: { kind: "limit", above: 100, covers }, from: now - 86_400_000, to: now };
    const { alerts } = (await admin.post("/alert-rules/backtest", trial)).body;
    expect(alerts.map(({ point }: { point: string }) => point)).toEqual(["B-main.activePower"]);
  });
});

describe("whoever sees one enterprise", () => {
  it("covers only its own: the park is refused, a foreign or missing id is not told apart", async () => {
    const ofA = await program("A");
    const powers = { quantities: ["activePower"] };
    const trial = (covers: object) => ({ rule: stuck(covers), from: Date.now() - 1000, to: Date.now() });
    for (const [path, body] of [
      ["/alert-rules", stuck],
      ["/alert-rules/backtest", trial],
    ] as const) {
      expect(verdict(await ofA.post(path, body(powers)))).toEqual([403, expect.stringContaining("enterpriseId")]);
      const answers = [{ enterpriseId: "B" }, { enterpriseId: "C" }, { enterpriseId: "A", meterId: "B-main" }];
      const foreign = await Promise.all(answers.map(async (covers) => verdict(await ofA.post(path, body(covers)))));
      expect(new Set(foreign.map((answer) => answer.join(" "))).size).toBe(1);
      expect(foreign[0]?.[0]).toBe(422);
    }
    expect((await ofA.post("/alert-rules", stuck({ ...powers, enterpriseId: "A" }))).status).toBe(201);
    await add({ ...anElectricityMeter("B-new", "B") });
    await add({ ...anElectricityMeter("A-new", "A") });
    expect(await watched()).toEqual(["A-main.activePower", "A-new.activePower"]);
  });

  it("tries no rule on figures of the park", async () => {
    const rule = { kind: "balanceResidual", medium: "electricity", aboveShare: 0.1 };
    const trial = { rule, from: Date.now() - 1000, to: Date.now() };
    expect((await (await program("A")).post("/alert-rules/backtest", trial)).status).toBe(403);
  });

  it("sees its rule also while that covers nothing, and nobody else does", async () => {
    const [ofA, ofB] = [await program("A"), await program("B")];
    await ofA.post("/alert-rules", stuck({ meterKinds: ["gas"], enterpriseId: "A" }));
    expect((await ofA.get("/alert-rules/r")).body).toMatchObject({ coveredPoints: 0 });
    expect((await ofA.patch("/alert-rules/r", { severity: "P1" })).status).toBe(200);
    for (const answer of [ofB.get("/alert-rules/r"), ofB.patch("/alert-rules/r", {}), ofB.delete("/alert-rules/r")])
      expect((await answer).status).toBe(404);
    expect((await ofA.delete("/alert-rules/r")).status).toBe(204);
  });

  it("does not change a rule of the park, even one that now covers only its own", async () => {
    await add(outlet("DA001", "A", "nox"));
    await admin.post("/alert-rules", stuck({ meterKinds: ["emission"] }));
    const ofA = await program("A");
    expect((await ofA.get("/alert-rules/r")).body).toMatchObject({ coveredPoints: 1 });
    expect((await ofA.patch("/alert-rules/r", { enabled: false })).status).toBe(404);
    expect((await ofA.delete("/alert-rules/r")).status).toBe(404);
  });
});
