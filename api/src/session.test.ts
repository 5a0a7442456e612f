import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemPrincipal, type UserId } from "@smart-park/core";
import { audit, startApiUnderTest, testPassword, type ApiUnderTest } from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
beforeAll(async () => {
  park = await startApiUnderTest();
});
afterAll(() => park.stop());

describe("signing in", () => {
  it("gives a cookie that scripts cannot read and says who one is", async () => {
    const client = park.stranger();
    const answer = await client.post("/session", { username: "admin", password: testPassword });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("set-cookie")).toMatch(/^park=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(answer.body).toMatchObject({
      username: "admin",
      role: "parkAdmin",
      enterpriseIds: null,
      timeZone: "Asia/Shanghai",
    });
    expect((await client.get("/me")).body).toEqual(answer.body);
  });

  it("answers an unknown user exactly like a wrong password", async () => {
    const wrong = await park.stranger().post("/session", { username: "admin", password: "not the password" });
    const unknown = await park.stranger().post("/session", { username: "nobody", password: "not the password" });
    expect(wrong.status).toBe(401);
    expect({ ...unknown.body, requestId: "" }).toEqual({ ...wrong.body, requestId: "" });
  });

  it("takes as long for an unknown user as for a wrong password", async () => {
    const names = Array.from({ length: 9 }, (_, i) => `timed-${i}`);
    for (const name of names) park.addUser(name, "operator");
    const took = { known: [] as number[], unknown: [] as number[] };
    const attempt = async (username: string): Promise<number> => {
      const startedAt = performance.now();
      await park.stranger().post("/session", { username, password: "not the password" });
      return performance.now() - startedAt;
    };
    // In turns, so that whatever else the machine does meets both.
    for (const name of names) {
      took.known.push(await attempt(name));
      took.unknown.push(await attempt(`no-${name}`));
    }
    const median = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
    const ratio = median(took.unknown) / median(took.known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it("adopts no session id that a stranger brings, also not one that the person will use later", async () => {
    const planted = `park=${"A".repeat(43)}`;
    const client = park.stranger();
    client.cookie = planted;
    expect((await client.get("/me")).status).toBe(401);
    expect((await client.post("/session", { username: "admin", password: testPassword })).status).toBe(200);
    expect(client.cookie).not.toBe(planted);
    client.cookie = planted;
    expect((await client.get("/me")).status).toBe(401);
  });

  it("that was under way when the password was replaced opens nothing", async () => {
    park.addUser("replaced", "operator");
    const clients = Array.from({ length: 6 }, () => park.stranger());
    const tries = clients.map((client) => client.post("/session", { username: "replaced", password: testPassword }));
    await Promise.race(tries);
    // One is in; the others' passwords wait to be checked against the hash that was right when they came.
    const passwordHash = park.registry.credentials("admin")?.passwordHash ?? "";
    const change = { passwordHash: `${passwordHash} ` };
    park.registry.updateUser(systemPrincipal, "replaced" as UserId, change, audit);
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses).toContain(401);
    for (const client of clients) expect((await client.get("/me")).status).toBe(401);
  });

  it("takes no name with control characters, which would stand in the audit log", async () => {
    const answer = await park.stranger().post("/session", { username: "admin\nroot", password: testPassword });
    expect(answer.status).toBe(400);
  });

  it("refuses everything but the sign-in to a stranger", async () => {
    const answer = await park.stranger().get("/meters");
    expect(answer.status).toBe(401);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(answer.body).toMatchObject({ code: "unauthenticated", status: 401 });
  });

  it("ends the session at sign-out", async () => {
    const client = await park.signIn("admin");
    const { cookie } = client;
    expect((await client.delete("/session")).status).toBe(204);
    client.cookie = cookie;
    expect((await client.get("/me")).status).toBe(401);
  });

  it("gives a new session id at every sign-in and ends the old one", async () => {
    const client = await park.signIn("admin");
    const old = client.cookie;
    await client.post("/session", { username: "admin", password: testPassword });
    expect(client.cookie).not.toBe(old);
    client.cookie = old;
    expect((await client.get("/me")).status).toBe(401);
  });

  it("keeps passwords and failed tries out of the answers and in the audit", async () => {
    const admin = await park.signIn("admin");
    const { items } = (await admin.get("/audit")).body;
    expect(items).toContainEqual(expect.objectContaining({ action: "login", actor: "nobody", result: "failed" }));
    expect(JSON.stringify(items)).not.toContain("not the password");
  });
});

describe("wrong passwords", () => {
  it("slow down the guesser after five tries, and nobody who guesses another account", async () => {
    park.addUser("victim", "operator");
    const attempt = (password: string) => park.stranger().post("/session", { username: "victim", password });
    for (let i = 0; i < 5; i++) expect((await attempt("wrong password")).status).toBe(401);
    const refused = await attempt(testPassword);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await park.stranger().post("/session", { username: "admin", password: testPassword })).status).toBe(200);
    park.clock.advance(11_000);
    expect((await attempt(testPassword)).status).toBe(200);
  });
});

describe("changing the password", () => {
  it("ends the other sessions and keeps this one", async () => {
    park.addUser("mover", "operator");
    const [here, elsewhere] = [await park.signIn("mover"), await park.signIn("mover")];
    const answer = await here.post("/me/password", { current: testPassword, next: "another-long-one-1" });
    expect(answer.status).toBe(204);
    expect((await here.get("/me")).status).toBe(200);
    expect((await elsewhere.get("/me")).status).toBe(401);
    await park.signIn("mover", "another-long-one-1");
  });

  it("refuses passwords that are short, well known or made of the user's name", async () => {
    const admin = await park.signIn("admin");
    const attempt = (next: string) => admin.post("/me/password", { current: testPassword, next });
    expect((await attempt("short")).status).toBe(400);
    expect((await attempt("password1234")).status).toBe(422);
    expect((await attempt("adminadmin-1")).status).toBe(422);
  });

  it("is all that works while a one-time password stands", async () => {
    park.addUser("fresh", "operator");
    park.registry.updateUser(systemPrincipal, "fresh" as UserId, { mustChangePassword: true }, audit);
    const client = await park.signIn("fresh");
    expect((await client.get("/me")).body.mustChangePassword).toBe(true);
    expect((await client.get("/meters")).body.code).toBe("password_change_required");
    await client.post("/me/password", { current: testPassword, next: "a-fresh-start-99" });
    expect((await client.get("/meters")).status).toBe(200);
  });
});

describe("sessions", () => {
  it("end when a user is shut out", async () => {
    park.addUser("leaver", "operator");
    const [admin, client] = [await park.signIn("admin"), await park.signIn("leaver")];
    expect((await client.get("/me")).status).toBe(200);
    await admin.patch("/users/leaver", { enabled: false });
    expect((await client.get("/me")).status).toBe(401);
    expect((await park.stranger().post("/session", { username: "leaver", password: testPassword })).status).toBe(401);
  });

  it("end after 30 idle minutes", async () => {
    const client = await park.signIn("admin");
    park.clock.advance(29 * 60_000);
    expect((await client.get("/me")).status).toBe(200);
    park.clock.advance(31 * 60_000);
    expect((await client.get("/me")).status).toBe(401);
  });

  it("end after 12 hours, however busy", async () => {
    const client = await park.signIn("admin");
    for (let i = 0; i < 29; i++) {
      park.clock.advance(25 * 60_000);
      await client.get("/me");
    }
    expect((await client.get("/me")).status).toBe(401);
  });
});

describe("forged requests", () => {
  const enterprise = { id: "forged", name: "forged" };

  it.each([
    { name: "a page of another site", headers: { Origin: "https://evil.example" } },
    { name: "a page without an origin of its own", headers: { Origin: "null" } },
    { name: "a page of a neighbouring host", headers: { "Sec-Fetch-Site": "same-site" } },
    { name: "a foreign page, as the browser says", headers: { "Sec-Fetch-Site": "cross-site" } },
  ])("are refused from $name", async ({ headers }) => {
    const admin = await park.signIn("admin");
    expect((await admin.post("/enterprises", enterprise, headers)).status).toBe(403);
  });

  it("are refused when they come as a form", async () => {
    const admin = await park.signIn("admin");
    const form = { "Content-Type": "application/x-www-form-urlencoded" };
    expect((await admin.post("/enterprises", "id=forged", form)).status).toBe(415);
    expect(
      (await admin.post("/enterprises", JSON.stringify(enterprise), { "Content-Type": "text/plain" })).status,
    ).toBe(415);
  });

  it("are told from our own pages", async () => {
    const admin = await park.signIn("admin");
    const headers = { Origin: park.url, "Sec-Fetch-Site": "same-origin" };
    expect((await admin.post("/enterprises", { id: "own", name: "own" }, headers)).status).toBe(201);
  });
});
