import { complianceRuleIds, days, minutes, signInPolicyOf, systemPrincipal, type UserId } from "@smart-park/core";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit, startApiUnderTest, testPassword, type ApiUnderTest } from "../../tests/support/api-under-test.ts";

/** The profile of 等保 2.0 level 2. What holds without it is in session.test.ts. */
let park: ApiUnderTest;
beforeAll(async () => {
  park = await startApiUnderTest({ signIn: signInPolicyOf("mlps2") });
});
afterAll(() => park.stop());

/** Somebody whose password fits and was chosen just now. */
function aPerson(name: string): void {
  park.addUser(name, "operator");
  park.registry.updateUser(
    systemPrincipal,
    name as UserId,
    { passwordHash: hashOf(name) },
    { ...audit, at: park.clock.now() },
  );
}
const hashOf = (name: string): string => park.registry.credentials(name)?.passwordHash ?? "";
const change = async (name: string, current: string, next: string) =>
  (await park.signIn(name, current)).post("/me/password", { current, next });
const newest = () => park.registry.audit(systemPrincipal, { limit: 1 }).items[0];

describe("a password under the profile", () => {
  it("needs three kinds of characters, from whoever sets it", async () => {
    aPerson("kinds");
    const weak = await change("kinds", testPassword, "green-hills-again");
    expect([weak.status, weak.body.detail]).toEqual([422, expect.stringContaining("3 of these kinds")]);
    const admin = park.signedIn("admin");
    expect(
      (await admin.post("/users", { username: "w", role: "operator", password: "green-hills-again" })).status,
    ).toBe(422);
    expect((await admin.patch("/users/kinds", { password: "green-hills-again" })).status).toBe(422);
    expect((await change("kinds", testPassword, "Green-hills-7")).status).toBe(204);
  });

  it("does not come again among the last five", async () => {
    aPerson("again");
    const chain = [testPassword, ...[1, 2, 3, 4, 5].map((n) => `Green-hills-${n}`)];
    for (let n = 1; n < chain.length; n += 1)
      expect((await change("again", chain[n - 1] ?? "", chain[n] ?? "")).status).toBe(204);
    const inUse = chain[5] ?? "";
    for (const old of chain.slice(1, 5)) {
      const refused = await change("again", inUse, old);
      expect([old, refused.status, refused.body.detail]).toEqual([old, 422, expect.stringContaining("used before")]);
    }
    expect((await change("again", inUse, testPassword)).status).toBe(204);
  });

  it("that does not fit, or is 90 days old, has to be changed at the next sign-in", async () => {
    aPerson("old");
    expect((await (await park.signIn("old")).get("/meters")).status).toBe(200);
    park.clock.advance(days(90));
    const client = await park.signIn("old");
    expect((await client.get("/meters")).body.code).toBe("password_change_required");
    expect((await client.get("/me")).body).toMatchObject({
      mustChangePassword: true,
      passwordRule: { minLength: 12, minKinds: 3, former: 4 },
    });
    const entries = park.registry.audit(systemPrincipal, { object: "old", action: "user.update", limit: 1 }).items;
    expect(entries).toMatchObject([{ actor: "system", detail: `{"mustChangePassword":[false,true]}` }]);
    expect((await client.post("/me/password", { current: testPassword, next: "Green-hills-8" })).status).toBe(204);
    expect((await client.get("/meters")).status).toBe(200);
  });

  it("from before the profile was switched on has to be changed when it is weaker", async () => {
    const [easy, other] = [await startApiUnderTest(), park];
    try {
      easy.addUser("weak", "operator");
      expect(
        (await (await easy.signIn("weak")).post("/me/password", { current: testPassword, next: "green-hills-again" }))
          .status,
      ).toBe(204);
      const hash = easy.registry.credentials("weak")?.passwordHash ?? "";
      other.addUser("weak", "operator");
      other.registry.updateUser(
        systemPrincipal,
        "weak" as UserId,
        { passwordHash: hash },
        { ...audit, at: other.clock.now() },
      );
      const client = await other.signIn("weak", "green-hills-again");
      expect((await client.get("/me")).body.mustChangePassword).toBe(true);
    } finally {
      await easy.stop();
    }
  });
});

describe("wrong passwords under the profile", () => {
  it("hold the account up for 20 minutes from there, which an administrator sees and can end", async () => {
    aPerson("guessed");
    const attempt = (password: string) => park.stranger().post("/session", { username: "guessed", password });
    for (let i = 0; i < 5; i += 1) expect((await attempt("wrong password")).status).toBe(401);
    const refused = await attempt(testPassword);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(19 * 60);
    const admin = park.signedIn("admin");
    const { lockedUntil } = (await admin.get("/users/guessed")).body;
    expect(Date.parse(lockedUntil)).toBeGreaterThan(park.clock.now() + minutes(19));
    expect((await admin.get("/users?q=guessed")).body.items).toMatchObject([{ lockedUntil }]);
    const { oneTimePassword } = (await admin.post("/users/guessed/reset-password")).body;
    expect((await admin.get("/users/guessed")).body.lockedUntil).toBeNull();
    expect((await attempt(oneTimePassword)).status).toBe(200);
  });
});

describe("a session under the profile", () => {
  it("ends after 15 minutes in which a person does nothing, also when a page stays open", async () => {
    aPerson("away");
    const client = await park.signIn("away");
    expect((await client.get("/me")).body.idleMinutes).toBe(15);
    const headers = { Cookie: client.cookie ?? "" };
    const socket = io(`${park.url}/live`, { transports: ["websocket"], reconnection: false, extraHeaders: headers });
    await new Promise((resolve) => socket.once("snapshot", resolve));
    park.clock.advance(minutes(14));
    expect((await client.get("/me")).status).toBe(200);
    const ended = new Promise((resolve) => socket.once("disconnect", resolve));
    park.clock.advance(minutes(16));
    await ended;
    expect((await client.get("/me")).status).toBe(401);
  });
});

describe("after a sign-in", () => {
  it("one is told of the sign-in before, and of tries that failed since", async () => {
    aPerson("told");
    expect((await (await park.signIn("told")).get("/me")).body.previousSignIn).toBeNull();
    const { at } = newest() ?? { at: 0 };
    for (let i = 0; i < 2; i += 1)
      await park.stranger().post("/session", { username: "told", password: "wrong password" });
    const client = await park.signIn("told");
    const { previousSignIn } = (await client.get("/me")).body;
    expect(previousSignIn).toMatchObject({ failedSince: 2, address: expect.stringContaining("127.0.0.1") });
    expect(Date.parse(previousSignIn.at)).toBe(at);
    const token = (await park.signedIn("admin").post("/tokens", { name: "t", scopes: ["read"] })).body.token as string;
    const program = park.stranger();
    program.token = token;
    expect((await program.get("/me")).body.previousSignIn).toBeNull();
  });
});

describe("the rules in force", () => {
  it("are told with the demand behind each", async () => {
    const { body } = await park.signedIn("admin").get("/compliance");
    expect(body.profile).toBe("mlps2");
    expect(body.rules.map(({ id }: { id: string }) => id)).toEqual([...complianceRuleIds]);
    expect(body.rules).toContainEqual(
      expect.objectContaining({
        id: "passwordAge",
        value: 90,
        demand: expect.objectContaining({ status: "unverified" }),
      }),
    );
  });
});
