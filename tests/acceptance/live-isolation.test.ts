import {
  roles,
  isEnterpriseRole,
  systemPrincipal,
  type AlertChange,
  type DeviceId,
  type EnterpriseId,
  type LatestReading,
  type PointId,
} from "@smart-park/core";
import { liveClientEvents, liveServerEvents } from "@smart-park/core/wire";
import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  addTwoEnterprises,
  audit,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../support/api-under-test.ts";

/** Everybody who may listen to one enterprise × every event of the table of `/live`. */
let park: ApiUnderTest;
let admin: Client;
const open: Socket[] = [];
const people = roles.filter(isEnterpriseRole);
const tokens = ["read", "kiosk"];

beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  for (const role of people) park.addUser(role, role, ["A"]);
  for (const id of ["A", "B"]) {
    const points = [`${id}-main.activePower`];
    await admin.post("/alert-rules", { id: `${id}-limit`, name: "上限", kind: "limit", points, above: 1 });
  }
});
afterEach(() => open.splice(0).forEach((socket) => socket.disconnect()));
afterAll(() => park.stop());

interface Listener {
  readonly socket: Socket;
  readonly heard: { readonly name: string; readonly body: unknown }[];
}

async function listen(headers: Record<string, string>, auth: object = {}): Promise<Listener> {
  const options = { transports: ["websocket"], reconnection: false, forceNew: true, extraHeaders: headers, auth };
  const socket = io(`${park.url}/live`, options);
  const heard: Listener["heard"] = [];
  socket.onAny((name: string, body: unknown) => void heard.push({ name, body }));
  open.push(socket);
  await vi.waitFor(() => expect(heard.map(({ name }) => name)).toContain("snapshot"), 5000);
  return { socket, heard };
}

const asPerson = (role: string): Promise<Listener> => listen({ Cookie: park.signedIn(role).cookie ?? "" });
async function asProgram(scope: string): Promise<Listener> {
  const { body } = await admin.post("/tokens", { name: scope, scopes: [scope], enterpriseId: "A" });
  return listen({}, { token: body.token as string });
}
const listeners: [string, () => Promise<Listener>][] = [
  ...people.map((role): [string, () => Promise<Listener>] => [role, () => asPerson(role)]),
  ...tokens.map((scope): [string, () => Promise<Listener>] => [`a token to ${scope}`, () => asProgram(scope)]),
];

let at = Date.now();
function publish(owner: "A" | "B", value: number): void {
  at += 1;
  const reading: LatestReading = {
    ...{ pointId: `${owner}-main.activePower` as PointId, observedAt: at, value, quality: "good" },
  };
  park.feed.publishReadings([reading]);
}
function raise(owner: "A" | "B"): string {
  at += 1;
  const alertId = `${owner}-alert-${at}`;
  const raised = { type: "raised", alertId, ruleId: `${owner}-limit`, raisedAt: at, at } as const;
  const transition = { ...raised, pointId: `${owner}-main.activePower` as PointId, value: 5, limit: 1 };
  const change: AlertChange = {
    ...{ transition, enterpriseId: owner as EnterpriseId, severity: "P2", late: false, recalculated: true },
  };
  park.registry.addRecalculated(systemPrincipal, [change], audit);
  park.feed.publishAlert(alertId);
  return alertId;
}

/** Gives the id of a command to a device of that enterprise. */
const command = (owner: "A" | "B"): string =>
  park.registry.createCommand(
    systemPrincipal,
    { deviceId: `${owner}-gateway` as DeviceId, meterId: null, name: "restart", params: {}, expiresAt: null },
    { ...audit, at: park.clock.now() },
  ).id;
/** Who may command may know of commands; a wall may not. */
const knowCommands = ["enterpriseAdmin", "enterpriseOperator", "a token to read"];

describe.each(listeners)("%s of one enterprise", (who, connect) => {
  it("hears each event of its own and none of another's", async () => {
    const { heard } = await connect();
    publish("B", 777.25);
    publish("A", 111.25);
    const foreign = raise("B");
    const foreignCommand = command("B");
    command("A");
    const own = raise("A");
    await vi.waitFor(() => expect(JSON.stringify(heard)).toContain(own), 5000);
    await vi.waitFor(() => expect(JSON.stringify(heard)).toContain("111.25"), 5000);
    const events = liveServerEvents.filter((event) => event !== "command" || knowCommands.includes(who));
    expect(new Set(heard.map(({ name }) => name))).toEqual(new Set(events));
    const text = JSON.stringify(heard);
    for (const word of ["777.25", foreign, foreignCommand, "B-main", "B-water"]) expect(text).not.toContain(word);
  });

  it.each([...liveClientEvents.keys()])("may say %s, and gets its own for it", async (event) => {
    const { socket, heard } = await connect();
    const before = heard.filter(({ name }) => name === "snapshot").length;
    socket.emit(event);
    await vi.waitFor(
      () => expect(heard.filter(({ name }) => name === "snapshot").length).toBeGreaterThan(before),
      5000,
    );
    expect(JSON.stringify(heard)).not.toContain("B-main");
  });

  it.each([
    ...[...liveClientEvents.keys()].map((event) => [event, "values enterprises B"]),
    ...["join", "subscribe", "room", "snapshot", "delta", "alert", "__proto__", "constructor", ""].map((event) => [
      event,
      "alerts B",
    ]),
  ])("is cut when it says %j with %j", async (event = "", room) => {
    const { socket, heard } = await connect();
    socket.emit(event, room);
    await vi.waitFor(() => expect(socket.connected).toBe(false), 5000);
    expect(JSON.stringify(heard)).not.toContain("B-main");
  });
});

describe("a client that says too much", () => {
  it("stays with 20 events in a second and is cut with more", async () => {
    const { socket, heard } = await asPerson("enterpriseViewer");
    for (let n = 0; n < 20; n += 1) socket.emit("resync");
    await vi.waitFor(() => expect(heard.filter(({ name }) => name === "snapshot")).toHaveLength(2), 5000);
    expect(socket.connected).toBe(true);
    // In two seconds at most, so more than 20 fall into one of them.
    for (let n = 0; n < 41; n += 1) socket.emit("resync");
    await vi.waitFor(() => expect(socket.connected).toBe(false), 5000);
  });

  it("stays with a message of 64 KiB and is cut with one of a byte more", async () => {
    const staysWith = async (bytes: number): Promise<boolean> => {
      const { socket, heard } = await asPerson("enterpriseViewer");
      const snapshots = (): number => heard.filter(({ name }) => name === "snapshot").length;
      // As the client library writes it, but blown up: 4 = message, 2 = event.
      const frame = '2/live,["resync"]';
      socket.io.engine.write(frame + " ".repeat(bytes - "4".length - frame.length));
      await vi.waitFor(() => expect(snapshots() === 2 || !socket.connected).toBe(true), 5000);
      return socket.connected;
    };
    const limit = 64 * 1024;
    expect(await Promise.all([limit - 1, limit, limit + 1].map(staysWith))).toEqual([true, true, false]);
  });

  it("by more than 20 connections at once is not let in with the next", async () => {
    const cookie = (await park.signIn("enterpriseOperator")).cookie ?? "";
    const twenty = await Promise.all(Array.from({ length: 20 }, () => listen({ Cookie: cookie })));
    const options = { transports: ["websocket"], reconnection: false, forceNew: true };
    const next = io(`${park.url}/live`, { ...options, extraHeaders: { Cookie: cookie } });
    open.push(next);
    const refusal = await new Promise<string>((resolve) => {
      next.once("connect_error", ({ message }) => resolve(message));
      next.once("connect", () => resolve("it was let in"));
    });
    expect(refusal).toBe("rate_limited");
    expect(twenty.every(({ socket }) => socket.connected)).toBe(true);
    twenty[0]?.socket.disconnect();
    await vi.waitFor(async () => expect((await listen({ Cookie: cookie })).socket.connected).toBe(true), 5000);
  });
});

describe("who is shut out, moved or signed out", () => {
  it.each([
    ["shut out", (name: string) => admin.patch(`/users/${name}`, { enabled: false })],
    ["of another enterprise now", (name: string) => admin.patch(`/users/${name}`, { enterpriseIds: ["B"] })],
    ["given another role", (name: string) => admin.patch(`/users/${name}`, { role: "enterpriseOperator" })],
    ["given a new password", (name: string) => admin.patch(`/users/${name}`, { password: "a-new-long-word-1" })],
    ["removed", (name: string) => admin.delete(`/users/${name}`)],
  ])("hears no more within 5 s when %s", async (how, change) => {
    const name = `p-${how.replaceAll(" ", "-")}`;
    park.addUser(name, "enterpriseViewer", ["A"]);
    const { socket } = await asPerson(name);
    const startedAt = performance.now();
    expect((await change(name)).status).toBeLessThan(300);
    await vi.waitFor(() => expect(socket.connected).toBe(false), 5000);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
