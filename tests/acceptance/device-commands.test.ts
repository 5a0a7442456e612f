import type { CommandBody } from "@smart-park/core/wire";
import type { IClientSubscribeOptions, MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { addMeter, connectDevice, LiveView, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

/** Orders to devices over the real broker: each is given at most once, and what became of it is known. */
let park: TestPlatform;
let program: ApiClient;
let programOf: (url: string) => ApiClient;
type Credentials = { username: string; password: string };
const credentials = new Map<string, Credentials>();
const clients: MqttClient[] = [];

beforeAll(async () => {
  park = await startTestPlatform();
  for (const [enterprise, meter, device] of [
    ["steel", "M1", "gw1"],
    ["steel", "M2", "gw2"],
    ["food", "F1", "gw3"],
  ] as const)
    credentials.set(device, await addMeter(park.admin, { enterprise, meter, device }));
  const { token } = await park.admin.post<{ token: string }>("/tokens", { name: "watch", scopes: ["read"] });
  program = ApiClient.withToken(park.url, token);
  programOf = (url) => ApiClient.withToken(url, token);
});
afterAll(async () => {
  for (const client of clients) client.end(true);
  await park.stop();
});

interface Heard {
  readonly client: MqttClient;
  readonly orders: { id: string; command: string; params: unknown; expiresAt: string }[];
}

async function listen(
  device: string,
  meter: string,
  suffix = "",
  qos: IClientSubscribeOptions["qos"] = 1,
): Promise<Heard> {
  const owner = device === "gw3" ? "food" : "steel";
  const known = credentials.get(device) as Credentials; // made in beforeAll
  const client = await connectDevice(park.mqttUrl, known, { clientId: `${device}${suffix}` });
  clients.push(client);
  const heard: Heard = { client, orders: [] };
  client.on("message", (_topic, payload) => heard.orders.push(JSON.parse(payload.toString()) as Heard["orders"][0]));
  await client.subscribeAsync(`park/${owner}/${meter}/command`, { qos });
  return heard;
}
const send = (device: string, body: object = {}) =>
  park.admin.post<CommandBody>(`/devices/${device}/commands`, { command: "restart", ...body });
/** A program's rate lets it look often. */
const read = (id: string) => program.get<CommandBody>(`/commands/${id}`);
const becomes = (id: string, state: CommandBody["state"], timeout = 10_000) =>
  vi.waitFor(async () => {
    const command = await read(id);
    expect(command.state).toBe(state);
    return command;
  }, timeout);
const answer = (client: MqttClient, topic: string, body: unknown) =>
  client.publishAsync(topic, JSON.stringify(body), { qos: 1 });
const ended = (client: MqttClient): Promise<void> => new Promise((resolve) => client.once("close", () => resolve()));
const actions = async (device: string) =>
  (await park.admin.get<{ items: { action: string; actor: string; detail: string }[] }>(`/audit?object=${device}`))
    .items;
const quarantined = async (reason: string) =>
  (await program.get<{ items: { reason: string; deviceId: string; payload: string }[] }>("/quarantine")).items.filter(
    (row) => row.reason === reason,
  );

describe("a command to a device that listens", () => {
  it("goes to one of its connections, is delivered and executed, and everybody who may know is told", async () => {
    const live = await new LiveView(park.url, park.admin).joined();
    const [one, two] = [await listen("gw1", "M1", ":a"), await listen("gw1", "M1", ":b")];
    const made = await send("gw1", { params: { delayS: 3 } });
    expect(made).toMatchObject({ state: "accepted", deviceId: "gw1", meterId: "M1", createdBy: "admin", answer: null });
    await becomes(made.id, "delivered");
    expect([one.orders.length, two.orders.length].sort()).toEqual([0, 1]);
    const [order] = [...one.orders, ...two.orders];
    expect(order).toEqual({ id: made.id, command: "restart", params: { delayS: 3 }, expiresAt: made.expiresAt });

    await answer(one.client, "park/steel/M1/reply", { id: made.id, ok: true, result: { uptimeS: 0 } });
    const done = await becomes(made.id, "executed");
    expect(done.answer).toMatchObject({ ok: true, result: { uptimeS: 0 } });
    const times = [done.createdAt, done.sentAt, done.deliveredAt, done.answer?.at].map((at) => Date.parse(at ?? ""));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(done.endedAt).toBe(done.answer?.at);

    await vi.waitFor(() => {
      const told = live.all<CommandBody>("command").filter(({ id }) => id === made.id);
      expect(told.map(({ state }) => state)).toEqual(["accepted", "sent", "delivered", "executed"]);
    });
    live.socket.disconnect();
    expect((await actions("gw1")).slice(0, 2)).toMatchObject([
      { action: "command.executed", actor: "gw1" },
      {
        action: "command.send",
        actor: "admin",
        detail: expect.stringContaining('"params":[null,{"delayS":3}]') as string,
      },
    ]);
    for (const { client } of [one, two]) await client.endAsync();
  });

  it("keeps the first answer, whatever comes after it", async () => {
    const { client, orders } = await listen("gw1", "M1");
    const { id } = await send("gw1");
    await vi.waitFor(() => expect(orders).toHaveLength(1));
    const reply = "park/steel/M1/reply";
    await answer(client, reply, { id, ok: false, detail: "阀门卡住" });
    for (const ok of [false, true]) await answer(client, reply, { id, ok, detail: "again" });
    const { id: next } = await send("gw1");
    await vi.waitFor(() => expect(orders).toHaveLength(2));
    await answer(client, reply, { id: next, ok: true });
    await becomes(next, "executed");
    expect(await read(id)).toMatchObject({ state: "failed", answer: { ok: false, detail: "阀门卡住", result: null } });
    expect(await quarantined("unknown_command")).toEqual([]);
    await client.endAsync();
  });

  it("that subscribed with QoS 0 stays sent until it is answered", async () => {
    const { client, orders } = await listen("gw1", "M1", "", 0);
    const { id } = await send("gw1");
    await vi.waitFor(() => expect(orders).toHaveLength(1));
    expect(await becomes(id, "sent")).toMatchObject({ deliveredAt: null });
    await client.publishAsync("park/steel/M1/reply", JSON.stringify({ id, ok: true }), { qos: 0 });
    expect(await becomes(id, "executed")).toMatchObject({ deliveredAt: null });
    await client.endAsync();
  });
});

describe("a command to a device that is away", () => {
  it("waits, and comes when the device listens: all of them, once, in their order", async () => {
    const made = [await send("gw1"), await send("gw1", { command: "readNow" }), await send("gw1")];
    const { client } = await connectedOnly("gw1");
    // Connected is not enough: nobody would hear it.
    expect((await read(made[0]?.id ?? "")).state).toBe("accepted");
    await client.endAsync();
    const { client: back, orders } = await listen("gw1", "M1");
    await vi.waitFor(() => expect(orders).toHaveLength(3), 5000);
    expect(orders.map(({ id }) => id)).toEqual(made.map(({ id }) => id));
    for (const { id } of made) await becomes(id, "delivered");
    await back.endAsync();
    // Not answered, and still never given again.
    const again = await listen("gw1", "M1");
    const { id: last } = await send("gw1");
    await vi.waitFor(() => expect(again.orders.map(({ id }) => id)).toEqual([last]));
    await again.client.endAsync();
  });

  it("expires at its deadline and is not given after it", async () => {
    const { id } = await send("gw1", { expiresAt: Date.now() + 700 });
    expect(await becomes(id, "expired")).toMatchObject({ sentAt: null, answer: null });
    const { client, orders } = await listen("gw1", "M1");
    const { id: next } = await send("gw1");
    await vi.waitFor(() => expect(orders.map((order) => order.id)).toEqual([next]));
    expect((await actions("gw1")).find(({ detail }) => detail.includes(id))).toMatchObject({
      ...{ action: "command.expired", actor: "system" },
    });
    await client.endAsync();
  });

  it("expires without an answer, and an answer that comes late still says what happened", async () => {
    const { client, orders } = await listen("gw1", "M1");
    const { id } = await send("gw1", { expiresAt: Date.now() + 700 });
    await vi.waitFor(() => expect(orders).toHaveLength(1));
    await becomes(id, "expired");
    await answer(client, "park/steel/M1/reply", { id, ok: true });
    await becomes(id, "executed");
    await client.endAsync();
  });

  it("can be taken back until it was sent", async () => {
    const { id } = await send("gw1");
    expect(await park.admin.post(`/commands/${id}/cancel`, {})).toMatchObject({ state: "cancelled" });
    const { client, orders } = await listen("gw1", "M1");
    const { id: next } = await send("gw1");
    await vi.waitFor(() => expect(orders.map((order) => order.id)).toEqual([next]));
    expect((await park.admin.request("POST", `/commands/${next}/cancel`, {})).status).toBe(409);
    expect((await actions("gw1"))[0]?.action).not.toBe("command.cancelled");
    await client.endAsync();
  });
});

const connectedOnly = async (device: string) => {
  const client = await connectDevice(park.mqttUrl, credentials.get(device) as Credentials); // made in beforeAll
  clients.push(client);
  return { client };
};

describe("an answer that is not to be believed", () => {
  it.each([
    ["another device of the enterprise", "gw2", "M2", "steel"],
    ["a device of another enterprise", "gw3", "F1", "food"],
  ])("of %s changes nothing", async (_who, device, meter, owner) => {
    const own = await listen("gw1", "M1");
    const { id } = await send("gw1");
    await becomes(id, "delivered");
    const other = await listen(device, meter);
    await answer(other.client, `park/${owner}/${meter}/reply`, { id, ok: true });
    await vi.waitFor(async () =>
      expect(await quarantined("unknown_command")).toContainEqual(expect.objectContaining({ deviceId: device })),
    );
    expect((await read(id)).state).toBe("delivered");
    const cut = ended(other.client);
    other.client.publish("park/steel/M1/reply", JSON.stringify({ id, ok: true }), { qos: 1 });
    await cut;
    expect((await read(id)).state).toBe("delivered");
    await answer(own.client, "park/steel/M1/reply", { id, ok: true });
    await becomes(id, "executed");
    await own.client.endAsync();
  });

  it("that cannot be read goes to quarantine", async () => {
    const { client } = await listen("gw2", "M2");
    for (const text of ["done", "[]", '{"id":1,"ok":true}', '{"id":"x"}'])
      await client.publishAsync("park/steel/M2/reply", text, { qos: 1 });
    await vi.waitFor(async () => expect(await quarantined("malformed")).toHaveLength(4));
    await client.endAsync();
  });
});

describe("who may command", () => {
  it("is said by the table of rights, and nobody commands what is another's", async () => {
    const people = [
      ["eva", "enterpriseAdmin", "food"],
      ["vic", "enterpriseViewer", "steel"],
    ] as const;
    for (const [username, role, enterpriseId] of people)
      await park.admin.post("/users", { username, password: "a-long-enough-word-1", role, enterpriseId });
    const [eva, vic] = [
      await park.signIn("eva", "a-long-enough-word-1"),
      await park.signIn("vic", "a-long-enough-word-1"),
    ];
    expect((await vic.request("POST", "/devices/gw1/commands", { command: "restart" })).status).toBe(403);
    expect((await vic.request("GET", "/commands")).status).toBe(403);
    expect((await eva.request("POST", "/devices/gw1/commands", { command: "restart" })).status).toBe(404);
    expect((await eva.request("POST", "/devices/gw3/commands", { command: "restart" })).status).toBe(201);
    const { items } = await eva.get<{ items: CommandBody[] }>("/commands");
    expect(new Set(items.map(({ enterpriseId }) => enterpriseId))).toEqual(new Set(["food"]));
  });
});

describe("a device that is shut out", () => {
  it("is cut, gets nothing that waited, and takes no new command", async () => {
    const waiting = await send("gw2");
    const { client } = await connectedOnly("gw2");
    const cut = ended(client);
    await park.admin.post("/devices/gw2/disable", {});
    await cut;
    expect((await read(waiting.id)).state).toBe("cancelled");
    expect((await park.admin.request("POST", "/devices/gw2/commands", { command: "restart" })).status).toBe(409);
    await park.admin.post("/devices/gw2/enable", {});
    const { client: back, orders } = await listen("gw2", "M2");
    const { id } = await send("gw2");
    await vi.waitFor(() => expect(orders.map((order) => order.id)).toEqual([id]));
    await back.endAsync();
  });
});

describe("over a restart of the platform", () => {
  it("what waited is given, what was sent is not given again, and its answer counts", async () => {
    const before = await listen("gw1", "M1");
    const sent = await send("gw1");
    await becomes(sent.id, "delivered");
    await before.client.endAsync();
    const waiting = await send("gw1");
    const short = await send("gw1", { expiresAt: Date.now() + 100 });
    park = await park.restart();
    program = programOf(park.url);
    await becomes(short.id, "expired");
    expect(await read(sent.id)).toMatchObject({ state: "delivered" });
    const { client, orders } = await listen("gw1", "M1");
    await becomes(waiting.id, "delivered");
    await answer(client, "park/steel/M1/reply", { id: sent.id, ok: true });
    await becomes(sent.id, "executed");
    expect(orders.map(({ id }) => id)).toEqual([waiting.id]);
    await client.endAsync();
  });
});
