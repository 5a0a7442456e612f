import { systemPrincipal, type Registry, type Role, type Token } from "@smart-park/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  anAudit,
  anEnterprise,
  aPrincipal,
  enterpriseId,
  temporaryRegistry,
  testStart,
  userId,
  type TemporaryRegistry,
} from "./temporary-registry.ts";

const park = systemPrincipal;
const audit = anAudit();
let opened: TemporaryRegistry;
let registry: Registry;

beforeEach(() => {
  opened = temporaryRegistry();
  registry = opened.registry;
  for (const id of ["A", "B"]) registry.createEnterprise(park, anEnterprise(id), audit);
  addUser("admin", "parkAdmin");
});
afterEach(() => opened.stop());

const code = (expected: string) => expect.objectContaining({ code: expected });

function addUser(id: string, role: Role, enterprises: readonly string[] | null = null, by = park) {
  const enterpriseIds = enterprises?.map(enterpriseId) ?? null;
  const user = { id: userId(id), passwordHash: `hash-${id}`, role, enterpriseIds, mustChangePassword: false };
  return registry.createUser(by, user, audit);
}

const signIn = (id: string, secretHash: string): void =>
  registry.createSession(secretHash, { userId: userId(id), createdAt: testStart, lastUsedAt: testStart });

describe("users", () => {
  it("gives back a user, and the password hash only to the login", () => {
    const user = addUser("li", "steward", ["B", "A"]);
    expect(user).toEqual({
      id: "li",
      name: null,
      role: "steward",
      enterpriseIds: ["B", "A"],
      isEnabled: true,
      mustChangePassword: false,
      passwordChangedAt: audit.at,
      lastSignInAt: null,
      lastSeenAt: null,
    });
    expect(registry.users(park)).toContainEqual(user);
    expect(registry.credentials("li")).toEqual({ ...user, passwordHash: "hash-li" });
    expect(registry.credentials("__proto__")).toBeNull();
    expect(JSON.stringify(registry.audit(park, { limit: 100 }).items)).not.toContain("hash-li");
  });

  it("refuses a name in use, also that of the platform itself", () => {
    expect(() => addUser("admin", "operator")).toThrow(code("conflict"));
    expect(() => addUser("system", "parkAdmin")).toThrow(code("conflict"));
  });

  it("never combines a park role with an enterprise", () => {
    expect(() => addUser("x", "operator", ["A"])).toThrow(code("unprocessable"));
    expect(() => addUser("x", "enterpriseViewer", [])).toThrow(code("unprocessable"));
    expect(() => addUser("x", "enterpriseViewer", ["Z"])).toThrow(code("not_found"));
    addUser("v", "enterpriseViewer", ["A"]);
    expect(registry.updateUser(park, userId("v"), { role: "auditor" }, audit).enterpriseIds).toBeNull();
    expect(() => registry.updateUser(park, userId("v"), { role: "enterpriseAdmin" }, audit)).toThrow(
      code("unprocessable"),
    );
  });

  it("lets an enterprise administrator manage people of its own enterprise only", () => {
    addUser("b1", "enterpriseViewer", ["B"]);
    addUser("both", "steward", ["A", "B"]);
    addUser("boss", "enterpriseAdmin", ["A"]);
    const boss = aPrincipal("enterpriseAdmin", ["A"], "boss");
    addUser("a1", "enterpriseOperator", ["A"], boss);
    expect(registry.users(boss).map(({ id }) => id)).toEqual(["a1", "boss"]);
    expect(() => addUser("x", "enterpriseViewer", ["B"], boss)).toThrow(code("not_found"));
    for (const foreign of ["b1", "both", "admin", "missing"]) {
      expect(() => registry.updateUser(boss, userId(foreign), { isEnabled: false }, audit)).toThrow(code("not_found"));
      expect(() => registry.deleteUser(boss, userId(foreign), audit)).toThrow(code("not_found"));
    }
    const moved = { enterpriseIds: [enterpriseId("B")] };
    expect(() => registry.updateUser(boss, userId("a1"), moved, audit)).toThrow(code("not_found"));
  });

  it.each<[string, Role, Role[]]>([
    ["an enterprise administrator", "enterpriseAdmin", ["parkAdmin", "parkManager", "operator", "auditor", "steward"]],
    ["an enterprise viewer", "enterpriseViewer", ["enterpriseViewer", "enterpriseAdmin"]],
    ["a park manager", "parkManager", ["parkAdmin", "parkManager", "operator", "enterpriseViewer"]],
    ["an operator", "operator", ["operator", "enterpriseViewer"]],
  ])("lets %s give none of the roles it does not manage", (_who, role, given) => {
    const giver = aPrincipal(role, role.startsWith("enterprise") ? ["A"] : "all", "giver");
    addUser("giver", role, role.startsWith("enterprise") ? ["A"] : null);
    for (const asked of given) {
      expect(() => addUser("x", asked, ["A"], giver)).toThrow(code("forbidden"));
      if (asked === role) continue;
      const self = { role: asked, enterpriseIds: null };
      expect(() => registry.updateUser(giver, userId("giver"), self, audit)).toThrow(code("forbidden"));
    }
  });

  it("lets everyone change their own password, and nobody else's", () => {
    addUser("v1", "enterpriseViewer", ["A"]);
    addUser("v2", "enterpriseViewer", ["A"]);
    const viewer = aPrincipal("enterpriseViewer", ["A"], "v1");
    const change = { passwordHash: "new", mustChangePassword: false };
    registry.updateUser(viewer, userId("v1"), change, audit);
    expect(registry.credentials("v1")?.passwordHash).toBe("new");
    expect(() => registry.updateUser(viewer, userId("v2"), change, audit)).toThrow(code("forbidden"));
    expect(registry.audit(park, { limit: 1 }).items[0]).toMatchObject({ detail: '{"password":"changed"}' });
  });

  it("keeps the last enabled park administrator", () => {
    const last = userId("admin");
    const attempts = [
      () => registry.deleteUser(park, last, audit),
      () => void registry.updateUser(park, last, { isEnabled: false }, audit),
      () => void registry.updateUser(park, last, { role: "operator" }, audit),
    ];
    addUser("second", "parkAdmin");
    registry.updateUser(park, userId("second"), { isEnabled: false }, audit);
    for (const attempt of attempts) expect(attempt).toThrow(code("conflict"));
    registry.updateUser(park, userId("second"), { isEnabled: true }, audit);
    registry.deleteUser(park, last, audit);
    expect(registry.users(park).map(({ id }) => id)).toEqual(["second"]);
  });
});

describe("sessions", () => {
  it("tells how long a session was idle and notes its use at most once a minute", () => {
    signIn("admin", "s1");
    const at = (ms: number) => registry.session("s1", testStart + ms)?.session.lastUsedAt;
    expect([at(30_000), at(59_999), at(60_000), at(60_001)]).toEqual([
      testStart,
      testStart,
      testStart, // noted now, told from here on
      testStart + 60_000,
    ]);
    expect(registry.session("s1", testStart + 61_000)?.user).toMatchObject({
      id: "admin",
      lastSeenAt: testStart + 60_000,
    });
    expect(registry.session("s2", testStart)).toBeNull();
  });

  it("ends idle and old sessions by the caller's limits", () => {
    for (const [hash, age, idle] of [
      ["fresh", 10, 1],
      ["idle", 10, 5],
      ["old", 100, 1],
    ] as const)
      registry.createSession(hash, {
        userId: userId("admin"),
        createdAt: testStart - age,
        lastUsedAt: testStart - idle,
      });
    registry.expireSessions(testStart, 5, 100);
    const left = ["fresh", "idle", "old"].filter((hash) => registry.session(hash, testStart) !== null);
    expect(left).toEqual(["fresh"]);
  });

  it("knows of a removed person's session what it was, for as long as it could have lasted", () => {
    addUser("gone", "operator");
    addUser("stays", "operator");
    signIn("gone", "g1");
    signIn("stays", "t1");
    registry.deleteUser(systemPrincipal, userId("gone"), audit);
    const shutOut = () => ["g1", "t1", "never"].filter((hash) => registry.isShutOut(hash));
    expect(shutOut()).toEqual(["g1"]);
    registry.expireSessions(audit.at + 99, 100, 100);
    expect(shutOut()).toEqual(["g1"]);
    registry.expireSessions(audit.at + 100, 100, 100);
    expect(shutOut()).toEqual([]);
  });

  it("ends all sessions of a person but one", () => {
    addUser("other", "operator");
    for (const hash of ["s1", "s2", "s3"]) signIn("admin", hash);
    signIn("other", "o1");
    registry.deleteSessionsOf(userId("admin"), "s2");
    expect(["s1", "s2", "s3", "o1"].filter((hash) => registry.session(hash, testStart))).toEqual(["s2", "o1"]);
    registry.deleteSession("s2");
    expect(registry.session("s2", testStart)).toBeNull();
  });

  it.each([
    ["is disabled", { isEnabled: false }],
    ["gets another role", { role: "auditor" as const }],
    ["gets another enterprise", { enterpriseIds: [enterpriseId("B")] }],
    ["gets a password from somebody else", { passwordHash: "x" }],
  ])("ends the sessions of a person who %s", (_what, change) => {
    addUser("v", "enterpriseViewer", ["A"]);
    signIn("v", "s1");
    registry.updateUser(park, userId("v"), change, audit);
    expect(registry.session("s1", testStart)).toBeNull();
    registry.updateUser(park, userId("v"), { isEnabled: true }, audit);
    expect(registry.session("s1", testStart)).toBeNull();
  });
});

describe("tokens", () => {
  const aToken = (createdBy: string, given: Partial<Token> = {}): Omit<Token, "id"> => ({
    name: "gateway",
    scopes: ["telemetry:write"],
    enterpriseId: null,
    createdAt: testStart,
    expiresAt: null,
    createdBy: userId(createdBy),
    ...given,
  });

  it("gives back a token with its maker until it expires or the maker is disabled", () => {
    addUser("op", "operator");
    const token = registry.createToken(park, "t1", aToken("op", { expiresAt: testStart + 10 }), audit);
    expect(registry.token("t1", testStart + 9)).toMatchObject({ token, user: { id: "op", role: "operator" } });
    expect(registry.token("t1", testStart + 10)).toBeNull();
    registry.updateUser(park, userId("op"), { isEnabled: false }, audit);
    expect(registry.token("t1", testStart)).toBeNull();
    expect(JSON.stringify(registry.audit(park, { limit: 9 }).items)).not.toContain('"t1"');
  });

  it("shows and ends own tokens and those of managed people only", () => {
    addUser("boss", "enterpriseAdmin", ["A"]);
    addUser("a1", "enterpriseOperator", ["A"]);
    addUser("b1", "enterpriseOperator", ["B"]);
    addUser("op", "operator");
    for (const id of ["boss", "a1", "b1", "op", "admin"]) registry.createToken(park, `t-${id}`, aToken(id), audit);
    const makers = (of: Parameters<Registry["tokens"]>[0]) =>
      registry
        .tokens(of)
        .map(({ createdBy }) => createdBy)
        .sort();
    expect(makers(aPrincipal("enterpriseAdmin", ["A"], "boss"))).toEqual(["a1", "boss"]);
    expect(makers(aPrincipal("operator", "all", "op"))).toEqual(["op"]);
    expect(makers(aPrincipal("parkAdmin", "all", "admin"))).toEqual(["a1", "admin", "b1", "boss", "op"]);
    const foreign = registry.tokens(park).find(({ createdBy }) => createdBy === "b1");
    const boss = aPrincipal("enterpriseAdmin", ["A"], "boss");
    expect(() => registry.deleteToken(boss, foreign?.id ?? "", audit)).toThrow(code("not_found"));
    registry.deleteToken(park, foreign?.id ?? "", audit);
    expect(registry.token("t-b1", testStart)).toBeNull();
  });

  it("is made only for a visible enterprise and a known person", () => {
    const boss = aPrincipal("enterpriseAdmin", ["A"], "admin");
    const foreign = aToken("admin", { enterpriseId: enterpriseId("B") });
    expect(() => registry.createToken(boss, "t", foreign, audit)).toThrow(code("not_found"));
    expect(() => registry.createToken(park, "t", aToken("nobody"), audit)).toThrow(code("not_found"));
  });
});
