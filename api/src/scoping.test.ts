import { systemPrincipal, type PointId, type UserId } from "@smart-park/core";
import type { TokenBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  audit,
  startApiUnderTest,
  testPassword,
  type Answer,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
let userOfA: Client;

beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  park.addUser("anna", "enterpriseAdmin", ["A"]);
  park.addUser("bert", "enterpriseAdmin", ["B"]);
  userOfA = await park.signIn("anna");
  for (const id of ["A", "B"]) {
    const rule = { id: `${id}-limit`, name: "limit", kind: "limit", points: [`${id}-main.activePower`], above: 100 };
    await admin.post("/alert-rules", rule);
    const watch = { id: `${id}-watch`, kind: "demand", point: `${id}-main.activePower`, limit: 100, title: "需量" };
    await admin.put(`/watch-targets/${id}-watch`, { ...watch, source: "contract", effectiveFrom: 0 });
    const now = park.clock.now();
    const transition = { ruleId: `${id}-limit`, pointId: `${id}-main.activePower` as PointId, raisedAt: now, at: now };
    const raised = { type: "raised" as const, alertId: `${id}-alert`, value: 120, limit: 100, ...transition };
    const change = { transition: raised, enterpriseId: id as never, severity: "P2" as const, late: false };
    park.registry.addRecalculated(systemPrincipal, [{ ...change, recalculated: true }], audit);
    await admin.post("/import/readings", {
      meterId: `${id}-main`,
      readings: [{ ts: now, values: { activePower: 7 } }],
    });
  }
});
afterAll(() => park.stop());

function fail(what: string): never {
  throw new Error(what);
}

/** A problem without what differs with every request. */
const plain = ({ status, text }: Answer) => ({ status, text: text.replace(/"requestId":"[^"]*"/, "") });

describe("an enterprise's user", () => {
  it.each(["/enterprises", "/meters", "/devices", "/users", "/alert-rules", "/alerts", "/watch-targets", "/tokens"])(
    "finds only the own enterprise in %s",
    async (path) => {
      const own = await userOfA.get(path);
      expect(own.status).toBe(200);
      expect(own.text).not.toMatch(/"B|bert|企业 B/);
      expect(own.body.items.length).toBe(path === "/tokens" ? 0 : path === "/meters" ? 2 : 1);
    },
  );

  it.each(["/live", "/overview", "/books", "/quarantine"])(
    "reads nothing of another enterprise in %s",
    async (path) => {
      const own = await userOfA.get(path);
      expect(own.status).toBe(200);
      expect(own.text).not.toMatch(/"B|企业 B/);
    },
  );

  it.each([
    ["GET", "/enterprises/B", "/enterprises/none"],
    ["GET", "/meters/B-main", "/meters/none"],
    ["GET", "/meters/B-main/messages", "/meters/none/messages"],
    ["GET", "/devices/B-gateway", "/devices/none"],
    ["GET", "/users/bert", "/users/none"],
    ["DELETE", "/users/bert", "/users/none"],
    ["GET", "/alert-rules/B-limit", "/alert-rules/none"],
    ["GET", "/alerts/B-alert", "/alerts/none"],
    ["GET", "/alerts/B-alert/events", "/alerts/none/events"],
    ["POST", "/alerts/B-alert/acknowledge", "/alerts/none/acknowledge"],
    ["GET", "/points/B-main.activePower/readings?from=0&to=1", "/points/none.activePower/readings?from=0&to=1"],
    [
      "GET",
      "/readings?points=A-main.activePower,B-main.activePower&from=0&to=1",
      "/readings?points=A-main.activePower,none.activePower&from=0&to=1",
    ],
  ])("gets the same answer for a foreign object as for a missing one: %s %s", async (method, foreign, missing) => {
    const body = method === "POST" ? {} : undefined;
    const answers = [await userOfA.request(method, foreign, body), await userOfA.request(method, missing, body)];
    expect(answers[0]?.status).toBe(404);
    expect(plain(answers[0] as Answer)).toEqual(plain(answers[1] as Answer));
  });

  it("finds alerts by their rule, the own ones alone", async () => {
    const found = async (who: Client, rule: string): Promise<string[]> =>
      ((await who.get(`/alerts?rule=${rule}`)).body.items as { id: string }[]).map(({ id }) => id);
    expect(await found(userOfA, "A-limit")).toEqual(["A-alert"]);
    expect(await found(userOfA, "B-limit")).toEqual([]);
    expect(await found(admin, "B-limit")).toEqual(["B-alert"]);
    expect(await found(admin, "none")).toEqual([]);
  });

  it("cannot change the registry, and the try is kept", async () => {
    expect((await userOfA.post("/enterprises", { id: "C", name: "C" })).status).toBe(403);
    const { items } = (await admin.get("/audit")).body;
    expect(items).toContainEqual(
      expect.objectContaining({ actor: "anna", action: "registry.write", result: "denied" }),
    );
  });

  it("cannot let in people with more rights than the own enterprise gives", async () => {
    const person = { username: "climber", password: testPassword };
    expect((await userOfA.post("/users", { ...person, role: "parkAdmin" })).status).toBe(403);
    expect((await userOfA.post("/users", { ...person, role: "enterpriseViewer", enterpriseId: "B" })).status).toBe(404);
    expect((await userOfA.post("/users", { ...person, role: "enterpriseViewer", enterpriseId: "A" })).status).toBe(201);
  });

  it("acts on the own alerts only", async () => {
    const answer = await userOfA.post("/alerts/A-alert/acknowledge", { note: "seen" });
    expect(answer.body.acknowledged).toMatchObject({ by: "anna", note: "seen" });
  });
});

describe("a token", () => {
  const tokenFor = async (maker: Client, scopes: string[], enterpriseId?: string): Promise<Client> => {
    const answer = await maker.post("/tokens", { name: "gateway", scopes, ...(enterpriseId && { enterpriseId }) });
    expect(answer.body.token).toMatch(/^park_[\w-]{43}$/);
    const client = park.stranger();
    client.token = answer.body.token as string;
    return client;
  };

  it("does only what its scopes say", async () => {
    const writer = await tokenFor(admin, ["telemetry:write"]);
    expect((await writer.post("/telemetry", {})).status).toBe(200);
    expect((await writer.get("/meters")).status).toBe(403);
    const reader = await tokenFor(admin, ["read"]);
    expect((await reader.get("/meters")).body.items).toHaveLength(4);
    expect((await reader.post("/enterprises", { id: "C", name: "C" })).status).toBe(403);
  });

  it("sees only the enterprise it is bound to", async () => {
    const reader = await tokenFor(admin, ["read"], "A");
    expect((await reader.get("/enterprises")).body.items).toEqual([expect.objectContaining({ id: "A" })]);
    const ofAnna = await tokenFor(userOfA, ["read"]);
    expect((await ofAnna.get("/meters/B-main")).status).toBe(404);
    expect((await userOfA.post("/tokens", { name: "x", scopes: ["read"], enterpriseId: "B" })).status).toBe(404);
  });

  it("never has more than its maker", async () => {
    expect((await userOfA.post("/tokens", { name: "x", scopes: ["registry:write"] })).status).toBe(403);
  });

  it("carries commands only when its maker may send them", async () => {
    const commander = await tokenFor(userOfA, ["commands:write"]);
    expect((await commander.get("/commands")).status).toBe(200);
    park.addUser("manager", "parkManager");
    const refused = await (await park.signIn("manager")).post("/tokens", { name: "x", scopes: ["commands:write"] });
    expect(refused).toMatchObject({ status: 403, body: { detail: "your role cannot give the scope commands:write" } });
  });

  it("is listed with its last use, to the minute, and with why it opens nothing any more", async () => {
    park.addUser("clara", "enterpriseAdmin", ["A"]);
    const expiresAt = park.clock.now() + 600_000;
    const made = await (await park.signIn("clara")).post("/tokens", { name: "gateway", scopes: ["read"], expiresAt });
    const client = park.stranger();
    client.token = made.body.token as string;
    const listed = async (): Promise<TokenBody> => {
      const { items } = (await admin.get("/tokens")).body as { items: TokenBody[] };
      return items.find(({ id }) => id === made.body.id) ?? fail("not listed");
    };
    expect(await listed()).toMatchObject({ lastUsedAt: null, state: "active" });
    await client.get("/meters");
    const { lastUsedAt } = await listed();
    park.clock.advance(50_000);
    await client.get("/meters");
    expect(await listed()).toMatchObject({ lastUsedAt, state: "active" });
    park.clock.advance(10_000);
    await client.get("/meters");
    const later = Date.parse((await listed()).lastUsedAt ?? "");
    expect(later).toBeGreaterThanOrEqual(Date.parse(lastUsedAt ?? "") + 60_000);
    const clara = "clara" as UserId;
    park.registry.updateUser(systemPrincipal, clara, { isEnabled: false }, audit);
    expect((await client.get("/meters")).status).toBe(401);
    expect((await listed()).state).toBe("disabled");
    park.registry.updateUser(systemPrincipal, clara, { isEnabled: true }, audit);
    park.clock.advance(600_000);
    expect((await listed()).state).toBe("expired");
  });

  it("ends when it is revoked, when it expires and when its maker is shut out", async () => {
    const made = await admin.post("/tokens", { name: "brief", scopes: ["read"], expiresAt: park.clock.now() + 60_000 });
    const client = park.stranger();
    client.token = made.body.token as string;
    expect((await client.get("/meters")).status).toBe(200);
    park.clock.advance(61_000);
    expect((await client.get("/meters")).status).toBe(401);

    const revoked = await tokenFor(admin, ["read"]);
    const { items } = (await admin.get("/tokens")).body;
    for (const { id } of items) await admin.delete(`/tokens/${id}`);
    expect((await revoked.get("/meters")).status).toBe(401);

    const ofAnna = await tokenFor(userOfA, ["read"]);
    park.registry.updateUser(systemPrincipal, "anna" as UserId, { isEnabled: false }, audit);
    expect((await ofAnna.get("/meters")).status).toBe(401);
  });
});
