import { isEnterpriseRole, roles, type Role } from "@smart-park/core";
import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  testPassword,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
beforeAll(async () => {
  // Nobody looks by himself whether a connection still holds: what is cut is cut because it was told.
  park = await startApiUnderTest({ liveRecheckMs: 3_600_000 });
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
});
afterAll(() => park.stop());

const newest = async () => (await admin.get("/audit?limit=1")).body.items[0];
const add = (name: string, role: Role, more: object = {}) =>
  admin.post("/users", {
    username: name,
    role,
    ...(isEnterpriseRole(role) && { enterpriseIds: ["A"] }),
    ...more,
  });

function connect(client: Client): Socket {
  const headers = { Cookie: client.cookie ?? "" };
  const options = { transports: ["websocket"], reconnection: false, forceNew: true, extraHeaders: headers };
  return io(`${park.url}/live`, options);
}

const refusalOf = (client: Client): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(client);
    socket.once("connect_error", ({ message }) => resolve(message));
    socket.once("connect", () => resolve("it was let in"));
  });

async function listen(client: Client): Promise<Socket> {
  const socket = connect(client);
  await new Promise((resolve) => socket.once("snapshot", resolve));
  return socket;
}

describe("a new person", () => {
  it("gets a one-time password that is told once and works for nothing but a new one", async () => {
    const { status, body } = await add("li", "operator", { name: "李娜" });
    expect([status, body.name, body.mustChangePassword]).toEqual([201, "李娜", true]);
    expect((await admin.get("/users/li")).text).not.toContain(body.oneTimePassword);
    expect(JSON.stringify(await newest())).not.toContain(body.oneTimePassword);
    const li = await park.signIn("li", body.oneTimePassword);
    expect((await li.get("/meters")).body.code).toBe("password_change_required");
    const change = { current: body.oneTimePassword, next: "three-green-hills" };
    expect((await li.post("/me/password", change)).status).toBe(204);
    expect((await li.get("/meters")).status).toBe(200);
    const { lastSignInAt, mustChangePassword } = (await admin.get("/users/li")).body;
    expect([typeof lastSignInAt, mustChangePassword]).toEqual(["string", false]);
  });

  it("with a password from somebody else is taken as before", async () => {
    const { status, body } = await add("with-password", "operator", { password: testPassword });
    expect([status, body.oneTimePassword, body.mustChangePassword]).toEqual([201, undefined, false]);
  });
});

describe("the list of people", () => {
  it("is searched by name, role, enterprise and state, and goes out as a sheet", async () => {
    await add("wang", "enterpriseViewer", { name: "王芳" });
    await add("zhao", "steward", { enterpriseIds: ["A", "B"] });
    await admin.patch("/users/zhao", { enabled: false });
    const ids = async (query: string) =>
      (await admin.get(`/users?${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await ids("q=%E7%8E%8B")).toEqual(["wang"]);
    expect(await ids("q=WAN")).toEqual(["wang"]);
    expect(await ids("role=steward")).toEqual(["zhao"]);
    expect(await ids("enterprise=A")).toEqual(["wang", "zhao"]);
    expect(await ids("enterprise=A&enabled=true")).toEqual(["wang"]);
    expect((await admin.get("/users?format=csv&q=wang")).text).toContain("wang,王芳,enterpriseViewer,A,启用");
  });
});

describe("the table of rights", () => {
  it("is told as requests are judged by it", async () => {
    const { body } = await admin.get("/roles");
    const of = (name: string): string[] => body.roles.find(({ role }: { role: string }) => role === name).rights;
    expect(of("parkAdmin")).toEqual(body.rights);
    park.addUser("told-auditor", "auditor");
    expect(of("auditor")).toEqual((await park.signedIn("told-auditor").get("/me")).body.rights);
    expect(of("enterpriseViewer")).not.toContain("users.manage");
  });
});

describe("who changes whom", () => {
  it("every change of a person stands in the audit log with the old and the new value", async () => {
    await add("chen", "operator", { name: "陈" });
    await admin.patch("/users/chen", { name: "陈明", role: "enterpriseOperator", enterpriseIds: ["B"] });
    const { action, detail } = await newest();
    expect([action, JSON.parse(detail)]).toEqual([
      "user.update",
      { name: ["陈", "陈明"], role: ["operator", "enterpriseOperator"], enterpriseIds: [null, ["B"]] },
    ]);
    await admin.post("/users/chen/reset-password");
    expect(JSON.parse((await newest()).detail)).toEqual({ password: "changed" });
    const client = park.signedIn("chen");
    expect((await admin.delete("/users/chen/sessions")).status).toBe(204);
    expect((await client.get("/me")).status).toBe(401);
    expect(await newest()).toMatchObject({ action: "user.endSessions", object: "chen", detail: `{"sessions":1}` });
  });

  it.each(roles)("nobody with the role %s changes the own role, enterprises or account", async (role) => {
    const name = `self-${role}`;
    await add(name, role, { password: testPassword });
    const self = park.signedIn(name);
    const changes = [
      ...roles.map((asked) => ({ role: asked, ...(isEnterpriseRole(asked) && { enterpriseIds: ["A"] }) })),
      { enterpriseIds: ["A", "B"] },
      { enabled: true },
    ];
    for (const change of changes) {
      const { status } = await self.patch(`/users/${name}`, change);
      expect([change, status >= 400]).toEqual([change, true]);
    }
    expect((await admin.get(`/users/${name}`)).body).toMatchObject({ role, enabled: true });
    expect((await self.delete(`/users/${name}`)).status).toBe(403);
    expect((await self.post(`/users/${name}/reset-password`)).status).toBeGreaterThanOrEqual(403);
  });

  it("an administrator of an enterprise manages its people in its roles, and nobody else", async () => {
    await add("boss", "enterpriseAdmin");
    await add("other", "enterpriseViewer", { enterpriseIds: ["B"] });
    park.registry.updateUser(
      { kind: "system", id: "system" as never, role: "parkAdmin", scope: "all", tokenScopes: null },
      "boss" as never,
      { mustChangePassword: false },
      { at: 0, actor: "test", address: "local" },
    );
    const boss = park.signedIn("boss");
    const made = await boss.post("/users", { username: "clerk", role: "enterpriseOperator", enterpriseId: "A" });
    expect(made.status).toBe(201);
    for (const role of roles.filter((one) => !one.startsWith("enterprise")))
      expect((await boss.patch("/users/clerk", { role })).status).toBe(403);
    for (const id of ["other", "admin", "zhao", "nobody"]) {
      expect((await boss.post(`/users/${id}/reset-password`)).status).toBe(404);
      expect((await boss.delete(`/users/${id}/sessions`)).status).toBe(404);
    }
    expect((await boss.patch("/users/clerk", { role: "enterpriseViewer" })).status).toBe(200);
  });
});

describe("who is shut out", () => {
  it.each<[string, (name: string) => Promise<unknown>]>([
    ["disabled", (name) => admin.patch(`/users/${name}`, { enabled: false })],
    ["given another password", (name) => admin.post(`/users/${name}/reset-password`)],
    ["signed out everywhere", (name) => admin.delete(`/users/${name}/sessions`)],
    ["removed", (name) => admin.delete(`/users/${name}`)],
    ["a steward of one enterprise less", (name) => admin.patch(`/users/${name}`, { enterpriseIds: ["A"] })],
  ])("by being %s hears nothing more at once", async (how, act) => {
    const name = `cut-${how.replaceAll(" ", "-")}`;
    await add(name, "steward", { password: testPassword, enterpriseIds: ["A", "B"] });
    const client = park.signedIn(name);
    const socket = await listen(client);
    await act(name);
    expect((await client.get("/me")).status).toBe(401);
    await vi.waitFor(() => expect(socket.connected).toBe(false), 5000);
  });

  it("by being removed is told so by what was open, also when somebody else gets the name", async () => {
    await add("removed", "operator", { password: testPassword });
    const client = park.signedIn("removed");
    const socket = await listen(client);
    expect((await admin.delete("/users/removed")).status).toBe(204);
    await vi.waitFor(() => expect(socket.connected).toBe(false), 5000);
    await add("removed", "operator", { password: testPassword });
    expect((await client.get("/me")).body).toMatchObject({ status: 401, code: "account_disabled" });
    expect(await refusalOf(client)).toBe("account_disabled");
    const tried = await park.stranger().get("/me");
    expect(tried.body.code).toBe("unauthenticated");
  });

  it("by being disabled is told so by what was open, and nothing of it comes back with the account", async () => {
    await add("told", "operator", { password: testPassword });
    const client = park.signedIn("told");
    await admin.patch("/users/told", { enabled: false });
    expect((await client.get("/me")).body).toMatchObject({ status: 401, code: "account_disabled" });
    expect(await refusalOf(client)).toBe("account_disabled");
    // Who only knows the name learns nothing.
    const tried = await park.stranger().post("/session", { username: "told", password: testPassword });
    expect(tried.body.code).toBe("unauthenticated");
    await admin.patch("/users/told", { enabled: true });
    expect((await client.get("/me")).body.code).toBe("unauthenticated");
    expect(await refusalOf(client)).toBe("unauthenticated");
  });
});
