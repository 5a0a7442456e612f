import { ParkError } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  anElectricityMeter,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
});
afterAll(() => park.stop());

describe("objects of the registry", () => {
  it("exist once", async () => {
    const again = await admin.post("/enterprises", { id: "A", name: "again" });
    expect(again).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect((await admin.post("/meters", anElectricityMeter("A-main", "A"))).status).toBe(409);
    expect((await admin.post("/devices", { id: "A-gateway", enterpriseId: "A", meterIds: [] })).status).toBe(409);
  });

  it("keep what a change does not name", async () => {
    const meter = { ...anElectricityMeter("A-hall", "A"), intervalS: 900, parentId: "A-main", workshop: "热处理" };
    await admin.post("/meters", meter);
    const changed = await admin.patch("/meters/A-hall", { name: "车间" });
    expect(changed.body).toMatchObject({ name: "车间", intervalS: 900, parentId: "A-main", workshop: "热处理" });
    expect(changed.body.points).toHaveLength(2);
    expect((await admin.delete("/meters/A-hall")).status).toBe(204);
    expect((await admin.get("/meters/A-hall")).status).toBe(404);
  });

  it("are listed in pages when a page is asked for", async () => {
    const first = (await admin.get("/meters?limit=3")).body;
    const second = (await admin.get(`/meters?limit=3&cursor=${first.nextCursor}`)).body;
    expect(first.items).toHaveLength(3);
    expect(second).toMatchObject({ items: [{}], nextCursor: null });
    expect((await admin.get("/meters")).body.nextCursor).toBeNull();
  });

  it("are not removed while something hangs on them", async () => {
    expect((await admin.delete("/enterprises/A")).status).toBe(409);
    expect((await admin.delete("/users/admin")).status).toBe(409);
  });
});

describe("a device", () => {
  it("can connect as soon as its 201 is out: edge knows it before", async () => {
    const order: string[] = [];
    park.edge.onRegistryChanged = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push("edge knows");
    };
    const answer = await admin.post("/devices", { id: "new", enterpriseId: "A", meterIds: ["A-main"] });
    order.push("answered");
    park.edge.onRegistryChanged = () => Promise.resolve();
    expect(answer.body).toEqual({ username: "new", password: expect.stringMatching(/^[\w-]{43}$/) });
    expect(order).toEqual(["edge knows", "answered"]);
  });

  it("gets a new password by rotation, and is shut out and let in again", async () => {
    const { body } = await admin.post("/devices/A-gateway/rotate");
    expect(body.username).toBe("A-gateway");
    expect((await admin.post("/devices/A-gateway/disable")).body.enabled).toBe(false);
    expect((await admin.post("/devices/A-gateway/enable")).body.enabled).toBe(true);
    expect((await admin.get("/devices")).text).not.toContain(body.password);
  });

  it("is told where to connect, and nothing while edge is away", async () => {
    expect((await admin.get("/device-ports")).body).toEqual({ mqtt: 1883, mqtts: null, ws: 8083, hj212: 9212 });
    park.edge.isUp = false;
    expect((await admin.get("/device-ports")).body).toEqual({ mqtt: null, mqtts: null, ws: null, hj212: null });
    park.edge.isUp = true;
  });

  it("never serves meters of another enterprise", async () => {
    expect((await admin.post("/devices", { id: "x", enterpriseId: "A", meterIds: ["B-main"] })).status).toBe(404);
  });
});

describe("a telemetry batch", () => {
  it("is answered when it is in the journal, as it came", async () => {
    const body = `{"A-main": [{"ts": 1, "values": {"activePower": 1, "activeEnergyImport": 2}}],  "nobody": {"values": {"x": 3}}}`;
    const answer = await admin.post("/telemetry", body);
    expect(answer).toMatchObject({ status: 200, body: { received: 3 } });
    const batch = park.edge.batches.at(-1);
    expect(new TextDecoder().decode(batch?.payload)).toBe(body);
    expect(batch).toMatchObject({ topic: "http", enterpriseId: "" });
  });

  it("of one enterprise is taken in its name, and answers for a foreign meter as for one that does not exist", async () => {
    park.addUser("anna", "enterpriseAdmin", ["A"]);
    const made = await (await park.signIn("anna")).post("/tokens", { name: "gw-1", scopes: ["telemetry:write"] });
    const gateway = park.stranger();
    gateway.token = made.body.token as string;
    for (const meter of ["A-main", "B-main", "nobody"]) {
      const answer = await gateway.post("/telemetry", { [meter]: { values: { activePower: 1 } } });
      expect(answer).toMatchObject({ status: 200, body: { received: 1 } });
      // Ingest sets aside what does not belong to the enterprise of the batch.
      expect(park.edge.batches.at(-1)).toMatchObject({ sender: "gw-1", enterpriseId: "A" });
    }
  });

  it("of somebody with several enterprises is refused whole when it names a meter it cannot see", async () => {
    park.addUser("olga", "enterpriseAdmin", ["A", "B"]);
    const olga = await park.signIn("olga");
    const before = park.edge.batches.length;
    const mixed = { "A-main": { values: { activePower: 1 } }, nobody: { values: { activePower: 1 } } };
    expect((await olga.post("/telemetry", mixed)).status).toBe(404);
    expect(park.edge.batches).toHaveLength(before);
    expect((await olga.post("/telemetry", { "B-main": { values: { activePower: 1 } } })).status).toBe(200);
  });

  it("is not taken while edge cannot write, and the sender learns when to try again", async () => {
    park.edge.failure = new ParkError("edge_unavailable");
    const answer = await admin.post("/telemetry", { "A-main": { values: { activePower: 1 } } });
    park.edge.failure = null;
    expect(answer).toMatchObject({ status: 503, body: { code: "edge_unavailable" } });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("is refused when it is no batch, and when it is larger than 1 MiB, 10,000 values or 1,000 objects", async () => {
    expect((await admin.post("/telemetry", { "A-main": { values: { activePower: "7" } } })).status).toBe(400);
    expect((await admin.post("/telemetry", "[")).status).toBe(400);
    expect((await admin.post("/telemetry", `{"A-main":{"values":{}}${" ".repeat(1024 * 1024)}}`)).status).toBe(413);
    const many = Array.from({ length: 1000 }, () => ({
      values: { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9, j: 0, k: 1 },
    }));
    expect((await admin.post("/telemetry", { "A-main": many })).status).toBe(413);
    const small = Array.from({ length: 500 }, () => ({ values: { activePower: 1 } }));
    expect((await admin.post("/telemetry", { "A-main": small, "B-main": small })).status).toBe(200);
    const oneMore = { "A-main": small, "B-main": [...small, { values: { activePower: 1 } }] };
    expect((await admin.post("/telemetry", oneMore)).status).toBe(413);
    const wide = Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`q${i}`, i]));
    expect((await admin.post("/telemetry", { "A-main": { values: wide } })).status).toBe(413);
  });
});

describe("an import", () => {
  it("keeps history of any age, counts it, and lists what it could not keep", async () => {
    const at = Date.UTC(2020, 0, 1);
    const answer = await admin.post("/import/readings", {
      meterId: "A-main",
      readings: [
        { ts: at, values: { activePower: 5, activeEnergyImport: 100 } },
        { ts: at, values: { activePower: 5 } },
        { ts: at, values: { activePower: 6 } },
        { ts: at + 1, values: { activePower: 9999, waterFlow: 1, wind: 2 } },
        { ts: park.clock.now() + 11 * 60_000, values: { activePower: 1 } },
      ],
    });
    expect(answer.body).toMatchObject({ received: 8, stored: 4, duplicate: 1 });
    expect(answer.body.rejected).toEqual([
      { index: 3, quantity: "waterFlow", reason: "no_such_point" },
      { index: 3, quantity: "wind", reason: "unknown_quantity" },
      { index: 4, quantity: "activePower", reason: "future_timestamp" },
    ]);
    const books = (await admin.get("/books")).body.enterprises.find(({ id }: { id: string }) => id === "A");
    expect(books).toMatchObject({ received: 8, stored: 4, duplicate: 1, overwritten: 1, rejected: 3, pending: 0 });
    const range = `from=${at}&to=${at + 1000}`;
    const { rows } = (await admin.get(`/points/A-main.activePower/readings?step=raw&${range}`)).body;
    expect(rows.map(({ value, quality }: { value: number; quality: string }) => [value, quality])).toEqual([
      [6, "good"],
      [9999, "suspect"],
    ]);
  });

  it("shows live only what is newer than what is shown", async () => {
    const shown = async () => {
      const { rows } = (await admin.get("/live")).body;
      return rows.find(({ point }: { point: string }) => point === "B-main.activePower").value;
    };
    const now = park.clock.now();
    const importOne = (ts: number, activePower: number) =>
      admin.post("/import/readings", { meterId: "B-main", readings: [{ ts, values: { activePower } }] });
    await importOne(now, 10);
    await importOne(now - 60_000, 20);
    expect(await shown()).toBe(10);
  });
});

describe("alert rules", () => {
  const watched = ["B-main.activePower"];
  it.each([
    { kind: "limit", above: 10, warnAbove: 8 },
    { kind: "rateOfChange", above: 5, below: null, windowS: 60 },
    { kind: "stuck", forS: 600, tolerance: 0.1, runningPoint: "B-main.activeEnergyImport", runningAbove: 1 },
    { kind: "hourlyMean", above: 100, minCoverage: 0.5, warnsAhead: false },
    { kind: "demand", declaredKw: 500, abovePercent: 105, warnsAhead: false },
    { kind: "history", abovePercent: 30, belowPercent: null, minDifference: 2, days: 5, minCoverage: 0.5 },
    { kind: "dataQuality", abovePercent: 10, windowS: 7200, lateAfterS: 60 },
    { kind: "limit", above: 10, schedule: { dayTypes: ["workday"], from: "22:00", to: "06:00" } },
  ])("of kind $kind are kept with all that they say, can be changed, and refuse what is not theirs", async (rule) => {
    const made = await admin.post("/alert-rules", { ...rule, points: watched });
    expect(made.status, made.text).toBe(201);
    const path = `/alert-rules/${made.body.id}`;
    expect((await admin.get(path)).body).toMatchObject({ ...rule, points: watched, version: 1 });
    expect((await admin.patch(path, { onDelayS: 30 })).body).toMatchObject({ ...rule, onDelayS: 30, version: 2 });
    expect((await admin.patch(path, { afterS: 60 })).status).toBe(400);
    const scheduled = (await admin.patch(path, { schedule: { dayTypes: ["holiday"] } })).body;
    expect(scheduled).toMatchObject({ kind: rule.kind, schedule: { dayTypes: ["holiday"] } });
    expect((await admin.patch(path, { schedule: null })).body.schedule ?? null).toBeNull();
    expect((await admin.delete(path)).status).toBe(204);
  });

  it.each([
    {
      kind: "condition",
      match: "all",
      comparisons: [
        { point: "B-main.activePower", above: 10, below: null, holdS: 600 },
        { point: "A-main.activePower", above: null, below: 1, holdS: 0 },
      ],
      staleS: 600,
    },
    {
      kind: "treatment",
      productionPoints: [{ point: "B-main.activePower", runningAbove: 10 }],
      treatmentPoints: [{ point: "A-main.activePower", runningAbove: 1 }],
      outletPoints: [],
      treatmentNeeds: "any",
      startLateS: 300,
      stopEarlyS: 60,
      staleS: 600,
    },
  ])(
    "over points of several meters are of kind $kind, and seen by nobody who does not see all of them",
    async (rule) => {
      const linked = ["B-main.activePower", "A-main.activePower"];
      const made = await admin.post("/alert-rules", rule);
      expect(made.status, made.text).toBe(201);
      const path = `/alert-rules/${made.body.id}`;
      expect((await admin.get(path)).body).toMatchObject({ ...rule, points: linked });
      expect((await admin.patch(path, { staleS: 700 })).body).toMatchObject({ ...rule, staleS: 700, version: 2 });
      const copied = { ...rule, points: linked.toReversed() };
      expect((await admin.post("/alert-rules", { ...copied, id: "copied" })).body.points).toEqual(linked);
      expect((await admin.post("/alert-rules", { ...rule, points: ["B-main.activePower"] })).status).toBe(422);
      const owner = await writerOf("B");
      expect((await owner.get(path)).status).toBe(404);
      const shown = (await owner.get("/alert-rules")).body.items as { id: string }[];
      expect(shown.map(({ id }) => id)).not.toContain(made.body.id);
      expect((await owner.patch(path, { staleS: 60 })).status).toBe(404);
      expect((await owner.delete(path)).status).toBe(404);
      expect((await owner.post("/alert-rules", rule)).status).toBe(422);
      const alone = JSON.parse(JSON.stringify(rule).replaceAll("A-main.activePower", "B-main.activePower")) as object;
      const own = await owner.post("/alert-rules", alone);
      expect(own.body).toMatchObject({ points: ["B-main.activePower"] });
      const foreign =
        rule.kind === "condition" ? { comparisons: rule.comparisons } : { treatmentPoints: rule.treatmentPoints };
      expect((await owner.patch(`/alert-rules/${own.body.id}`, foreign)).status).toBe(422);
      expect((await admin.patch(`/alert-rules/${own.body.id}`, foreign)).body.points).toEqual(linked);
      expect((await owner.get(`/alert-rules/${own.body.id}`)).status).toBe(404);
      for (const id of [made.body.id, "copied", own.body.id])
        expect((await admin.delete(`/alert-rules/${id}`)).status).toBe(204);
    },
  );

  /** A program that may write rules of one enterprise. */
  async function writerOf(enterpriseId: string): Promise<Client> {
    const made = await admin.post("/tokens", { name: "rules", scopes: ["registry:write", "read"], enterpriseId });
    const client = park.stranger();
    client.token = made.body.token;
    return client;
  }

  it("may take the threshold that a machine's stored values propose", async () => {
    const start = Date.UTC(2026, 1, 2);
    const readings = Array.from({ length: 600 }, (_, i) => ({
      ts: start + i * 60_000,
      values: { activePower: i % 100 < 40 ? 200 + (i % 7) : 2 + (i % 3) },
    }));
    await admin.post("/import/readings", { meterId: "B-main", readings });
    const order = { points: ["B-main.activePower"], from: start, to: start + 36_000_000 };
    const { body } = await admin.post("/alert-rules/running-threshold", order);
    expect(body).toMatchObject({
      items: [{ point: "B-main.activePower", unit: "kW", readings: 600, proposal: { threshold: 102, isClear: true } }],
    });
    expect((await (await writerOf("A")).post("/alert-rules/running-threshold", order)).status).toBe(422);
    expect((await admin.post("/alert-rules/running-threshold", { ...order, to: start })).status).toBe(422);
  });

  it("on registers are refused for momentary values, and the other way round", async () => {
    const tried = async (kind: string, quantity: string, more: object = {}) =>
      (await admin.post("/alert-rules", { kind, ...more, points: [`B-main.${quantity}`] })).status;
    expect(await tried("counter", "activePower")).toBe(422);
    expect(await tried("history", "activeEnergyImport", { abovePercent: 20 })).toBe(422);
    expect(await tried("counter", "activeEnergyImport")).toBe(201);
    expect(await tried("demand", "activeEnergyImport", { declaredKw: 100 })).toBe(201);
  });

  it.each([
    { status: 400, rule: { kind: "limit", above: 10, warnAbove: 11 } },
    { status: 400, rule: { kind: "rateOfChange", windowS: 60 } },
    { status: 422, rule: { kind: "stuck", forS: 600, runningPoint: "nowhere.activePower" } },
    { status: 400, rule: { kind: "hourlyMean", above: 1, minCoverage: 2 } },
    { status: 400, rule: { kind: "demand", declaredKw: 0 } },
    { status: 400, rule: { kind: "history", days: 6 } },
    { status: 400, rule: { kind: "dataQuality", abovePercent: 101 } },
    { status: 400, rule: { kind: "condition", match: "all", comparisons: [{ point: "B-main.activePower" }] } },
    { status: 400, rule: { kind: "history", abovePercent: 30, days: 9 } },
    { status: 400, rule: { kind: "limit", above: 1, schedule: { from: "08:00", to: "08:00" } } },
    { status: 400, rule: { kind: "limit", above: 1, schedule: { from: "8 o'clock" } } },
  ])("that make no sense are refused: $rule", async ({ status, rule }) => {
    expect((await admin.post("/alert-rules", { ...rule, points: watched })).status).toBe(status);
  });

  it("of silence cannot be tried on history, and other rules not on more of it than is bearable", async () => {
    const tried = (rule: object, days: number) => {
      const now = park.clock.now();
      return admin.post("/alert-rules/backtest", {
        rule: { ...rule, points: watched },
        from: now - days * 86_400_000,
        to: now,
      });
    };
    expect((await tried({ kind: "silence", afterS: 60 }, 1)).status).toBe(422);
    expect((await tried({ kind: "limit", above: 1 }, 401)).status).toBe(422);
    expect((await tried({ kind: "limit", above: 1 }, 1)).status).toBe(200);
  });

  it("are judged over stored history on demand, once", async () => {
    const start = Date.UTC(2026, 0, 5);
    const values = [1, 2, 12, 13, 3, 2, 15];
    const readings = values.map((activePower, i) => ({ ts: start + i * 60_000, values: { activePower } }));
    await admin.post("/import/readings", { meterId: "B-main", readings });
    const rule = { id: "over-10", name: "over 10", kind: "limit", points: ["B-main.activePower"], above: 10 };
    expect((await admin.post("/alert-rules", rule)).status).toBe(201);
    const order = { from: start, to: start + 3_600_000, ruleIds: ["over-10"] };
    // The last value stands above the limit at the end of the range: that alert is the live engine's to raise.
    expect((await admin.post("/alerts/recalculate", order)).body).toEqual({ raised: 1 });
    expect((await admin.post("/alerts/recalculate", order)).body).toEqual({ raised: 0 });
    // History is read a fortnight at a time; here the first alert stands across the seam.
    const longer = { ...order, from: start + 150_000 - 14 * 86_400_000 };
    expect((await admin.post("/alerts/recalculate", longer)).body).toEqual({ raised: 0 });
    const { items } = (await admin.get("/alerts?point=B-main.activePower")).body;
    expect(items).toMatchObject([
      {
        raisedAt: "2026-01-05T08:02:00+08:00",
        clearedAt: "2026-01-05T08:04:00+08:00",
        state: "cleared",
        recalculated: true,
        value: 12,
        limit: 10,
        unit: "kW",
      },
    ]);
  });

  it("cannot be changed into rules without a limit or with a field of another kind", async () => {
    const rule = { id: "r", name: "r", kind: "limit", points: ["A-main.activePower"], above: 10 };
    await admin.post("/alert-rules", rule);
    expect((await admin.patch("/alert-rules/r", { above: null })).status).toBe(400);
    expect((await admin.patch("/alert-rules/r", { afterS: 5 })).status).toBe(400);
    expect((await admin.patch("/alert-rules/r", { above: 20 })).body).toMatchObject({ above: 20, severity: "P3" });
    expect((await admin.post("/alert-rules", { ...rule, id: "s", points: ["none.activePower"] })).status).toBe(422);
  });
});
