import type { MqttClient } from "mqtt";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { addMeter, connectDevice, LiveView, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

/** Whoever loses the right to be in is out within five seconds, however they came in. */
const withinMs = 5000;
let park: TestPlatform;
beforeAll(async () => {
  park = await startTestPlatform();
  await park.admin.post("/enterprises", { id: "food", name: "食品厂" });
});
afterAll(() => park.stop());

const password = "a-long-enough-word-1";
const aPerson = async (username: string): Promise<ApiClient> => {
  await park.admin.post("/users", { username, password, role: "enterpriseAdmin", enterpriseId: "food" });
  return park.signIn(username, password);
};
const aToken = async (maker: ApiClient): Promise<{ id: string; client: ApiClient }> => {
  const { id, token } = await maker.post<{ id: string; token: string }>("/tokens", { name: "wall", scopes: ["read"] });
  return { id, client: ApiClient.withToken(park.url, token) };
};
const statusOf = async (client: ApiClient) => (await client.request("GET", "/meters")).status;

/** Runs what takes the right away, and waits for the consequence; fails when it takes too long. */
async function endsInTime(revoke: () => Promise<unknown>, isOut: () => Promise<void> | void): Promise<void> {
  const startedAt = performance.now();
  await revoke();
  await vi.waitFor(isOut, withinMs);
  expect(performance.now() - startedAt).toBeLessThan(withinMs);
}

describe("a device", () => {
  it.each<[string, (id: string) => Promise<unknown>]>([
    ["shut out", (id) => park.admin.post(`/devices/${id}/disable`, {})],
    ["given a new password", (id) => park.admin.post(`/devices/${id}/rotate`, {})],
    ["moved to another enterprise", (id) => park.admin.post(`/devices/${id}/move`, { enterpriseId: "food" })],
    ["removed", (id) => park.admin.request("DELETE", `/devices/${id}`)],
  ])("that is %s is off every connection it has", async (how, revoke) => {
    const id = `d-${how.replaceAll(" ", "-")}`;
    const known = await addMeter(park.admin, { enterprise: "steel", meter: `m-${id}`, device: id });
    const clients: MqttClient[] = [];
    for (const suffix of ["", ":b"])
      clients.push(await connectDevice(park.mqttUrl, known, { clientId: `${id}${suffix}` }));
    let open = clients.length;
    for (const client of clients) client.once("close", () => (open -= 1));
    await endsInTime(
      () => revoke(id),
      () => expect(open).toBe(0),
    );
  });

  it("that only listens, a service, is off when it is removed", async () => {
    const known = await park.admin.post<{ username: string; password: string }>("/services", { id: "recorder" });
    const client = await connectDevice(park.mqttUrl, known);
    let isOpen = true;
    client.once("close", () => (isOpen = false));
    await endsInTime(
      () => park.admin.request("DELETE", "/services/recorder"),
      () => expect(isOpen).toBe(false),
    );
  });
});

describe("a person", () => {
  it.each<[string, (name: string, own: ApiClient) => Promise<unknown>, boolean]>([
    ["shut out", (name) => park.admin.request("PATCH", `/users/${name}`, { enabled: false }), true],
    ["removed", (name) => park.admin.request("DELETE", `/users/${name}`), true],
    ["signed out everywhere", (name) => park.admin.request("DELETE", `/users/${name}/sessions`), false],
    ["signing out", (_name, own) => own.request("DELETE", "/session"), false],
  ])("%s is out of pages and off the live connection", async (how, revoke, isTokenLost) => {
    const name = `p-${how.replaceAll(" ", "-")}`;
    const person = await aPerson(name);
    const { client: program } = await aToken(person);
    const live = [await new LiveView(park.url, person).joined(), await new LiveView(park.url, program).joined()];
    await endsInTime(
      () => revoke(name, person),
      async () => {
        expect(await statusOf(person)).toBe(401);
        expect(live.map(({ socket }) => socket.connected)).toEqual([false, !isTokenLost]);
        expect(await statusOf(program)).toBe(isTokenLost ? 401 : 200);
      },
    );
    for (const { socket } of live) socket.disconnect();
  });
});

describe("a program", () => {
  it("whose token is removed is out of the API and off the live connection", async () => {
    const { id, client } = await aToken(park.admin);
    const live = await new LiveView(park.url, client).joined();
    await endsInTime(
      () => park.admin.request("DELETE", `/tokens/${id}`),
      async () => {
        expect(await statusOf(client)).toBe(401);
        expect(live.socket.connected).toBe(false);
      },
    );
  });
});

describe("a screen", () => {
  it("whose access is revoked is out of what it showed and off the live connection", async () => {
    const { key } = await park.admin.post<{ key: string }>("/walls", { id: "hall", name: "大厅" });
    const opened = await fetch(`${park.url}/api/v1/walls/hall/session`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ key }),
    });
    const headers = { Cookie: opened.headers.getSetCookie()[0]?.split(";")[0] ?? "" };
    const content = async () => (await fetch(`${park.url}/api/v1/walls/hall/content`, { headers })).status;
    expect(await content()).toBe(200);
    const options = { transports: ["websocket"], reconnection: false, forceNew: true, auth: { wall: "hall" } };
    const socket = io(`${park.url}/wall`, { ...options, extraHeaders: headers });
    await new Promise((resolve) => socket.once("snapshot", resolve));
    await endsInTime(
      () => park.admin.post("/walls/hall/revoke", {}),
      async () => {
        expect(await content()).toBe(401);
        expect(socket.connected).toBe(false);
      },
    );
  });
});
