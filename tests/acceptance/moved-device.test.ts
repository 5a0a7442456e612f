import type { BooksBody, MeterBody, ReadingsBody } from "@smart-park/core/wire";
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ApiClient } from "../support/api-client.ts";
import { addMeter, connectDevice, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

/** A gateway with a main meter and one below it goes from one enterprise to another; each keeps what is its own. */
let park: TestPlatform;
let steel: ApiClient;
let food: ApiClient;
let gateway: { username: string; password: string };
let movedAt = 0;
const hour = 3_600_000;
const before = Date.now() - 2 * hour;
const clients: MqttClient[] = [];

interface Moved {
  at: string;
  device: { enterpriseId: string; meterIds: string[] };
  meters: { meterId: string; newId: string }[];
}

const connect = async (known: { username: string; password: string }): Promise<MqttClient> => {
  const client = await connectDevice(park.mqttUrl, known);
  clients.push(client);
  return client;
};
const ended = (client: MqttClient): Promise<void> => new Promise((resolve) => client.once("close", () => resolve()));
const publish = (client: MqttClient, topic: string, body: unknown) =>
  client.publishAsync(topic, JSON.stringify(body), { qos: 1 });
const readings = async (client: ApiClient, point: string) => {
  const range = `from=${before - hour}&to=${Date.now() + hour}&step=raw`;
  return client.request("GET", `/points/${point}/readings?${range}`);
};
const values = async (client: ApiClient, point: string) =>
  ((await (await readings(client, point)).json()) as ReadingsBody).rows.map(({ value }) => value);
const move = (device: string, body: object) => park.admin.request("POST", `/devices/${device}/move`, body);

beforeAll(async () => {
  park = await startTestPlatform();
  gateway = await addMeter(park.admin, { enterprise: "steel", meter: "M1", device: "gw1" });
  await addMeter(park.admin, { enterprise: "food", meter: "F1", device: "gwF" });
  await park.admin.post("/meters", {
    ...{ id: "M1b", name: "一车间", enterpriseId: "steel", kind: "electricity", parentId: "M1", workshop: "炼钢" },
    points: [{ quantity: "activeEnergyImport", valueSide: "secondary", multiplier: 40 }],
  });
  // The main meter of both hangs below the park's own.
  await park.admin.post("/enterprises", { id: "park", name: "园区" });
  await park.admin.post("/meters", {
    ...{ id: "P0", name: "总表", enterpriseId: "park", kind: "electricity" },
    points: [{ quantity: "activePower" }],
  });
  await park.admin.request("PATCH", "/meters/M1", { parentId: "P0" });
  await park.admin.request("PATCH", "/devices/gw1", { meterIds: ["M1", "M1b"] });
  for (const enterpriseId of ["steel", "food"]) {
    const who = { username: `${enterpriseId}-boss`, password: "a-long-enough-word-1" };
    await park.admin.post("/users", { ...who, role: "enterpriseAdmin", enterpriseId });
  }
  steel = await park.signIn("steel-boss", "a-long-enough-word-1");
  food = await park.signIn("food-boss", "a-long-enough-word-1");
  const client = await connect(gateway);
  await publish(client, "park/steel/M1/telemetry", { ts: before, values: { activePower: 111.25 } });
  for (const [n, energy] of [1000, 1004].entries())
    await publish(client, "park/steel/M1b/telemetry", {
      ts: before + n * hour,
      values: { activeEnergyImport: energy },
    });
  await client.publishAsync("park/steel/M1/status", '{"online":true}', { qos: 1, retain: true });
  await vi.waitFor(async () => expect(await values(park.admin, "M1b.activeEnergyImport")).toHaveLength(2), 5000);
  await client.endAsync();
});
afterAll(async () => {
  for (const client of clients) client.end(true);
  await park.stop();
});

describe("a device that moves", () => {
  it.each([
    ["where it is already", "gw1", { enterpriseId: "steel" }, 409],
    ["to an enterprise that is not there", "gw1", { enterpriseId: "ghost" }, 404],
    ["with a meter that is not its own", "gw1", { enterpriseId: "food", meters: [{ meterId: "F1" }] }, 404],
    ["under an id that is in use", "gw1", { enterpriseId: "food", meters: [{ meterId: "M1", newId: "F1" }] }, 409],
    ["when it is not there", "gw9", { enterpriseId: "food" }, 404],
  ])("does not go %s, and nothing changes", async (_where, device, body, status) => {
    const was = await park.admin.get("/meters");
    expect((await move(device, body)).status).toBe(status);
    expect(await park.admin.get("/meters")).toEqual(was);
    expect(await park.admin.get("/devices/gw1")).toMatchObject({ enterpriseId: "steel", meterIds: ["M1", "M1b"] });
  });

  it("does not go while a meter of others hangs below one of its own, or another device speaks for one", async () => {
    const child = { id: "M9", name: "M9", enterpriseId: "steel", kind: "electricity", parentId: "M1" };
    await park.admin.post("/meters", { ...child, points: [{ quantity: "activePower" }] });
    expect((await move("gw1", { enterpriseId: "food" })).status).toBe(409);
    await park.admin.request("DELETE", "/meters/M9");
    await park.admin.post("/devices", { id: "gw2", enterpriseId: "steel", meterIds: ["M1"] });
    expect((await move("gw1", { enterpriseId: "food" })).status).toBe(409);
    await park.admin.request("DELETE", "/devices/gw2");
  });

  it("is cut, and its meters begin under new ids, as they are, without what was the other's", async () => {
    const client = await connect(gateway);
    const { id: waiting } = await park.admin.post<{ id: string }>("/devices/gw1/commands", {
      ...{ meterId: "M1", command: "restart" },
    });
    const cut = ended(client);
    const meters = [{ meterId: "M1", newId: "food-in", name: "食品厂进线" }];
    const moved = (await (await move("gw1", { enterpriseId: "food", meters })).json()) as Moved;
    await cut;
    movedAt = Date.parse(moved.at);
    expect(moved.meters).toEqual([
      { meterId: "M1", newId: "food-in" },
      { meterId: "M1b", newId: "M1b-2" },
    ]);
    expect(moved.device).toMatchObject({ enterpriseId: "food", meterIds: ["food-in", "M1b-2"] });
    expect(await park.admin.get<MeterBody>("/meters/M1b-2")).toMatchObject({
      ...{ enterpriseId: "food", parentId: "food-in", workshop: null, beginsAt: moved.at },
      points: [{ quantity: "activeEnergyImport", valueSide: "secondary", multiplier: 40 }],
    });
    expect(await park.admin.get("/meters/food-in")).toMatchObject({ name: "食品厂进线", parentId: "P0" });
    expect(await food.get("/meters/food-in")).toMatchObject({ name: "食品厂进线", parentId: null });
    expect(await park.admin.get(`/commands/${waiting}`)).toMatchObject({ state: "cancelled", enterpriseId: "steel" });
  });

  it("leaves old and new value in the audit log", async () => {
    const { items } = await park.admin.get<{ items: { action: string; detail: string; enterpriseId: string }[] }>(
      "/audit?object=gw1&action=device.move",
    );
    expect(items.map(({ detail }) => JSON.parse(detail) as unknown)).toEqual([
      {
        enterpriseId: ["steel", "food"],
        meterIds: [
          ["M1", "M1b"],
          ["food-in", "M1b-2"],
        ],
      },
    ]);
  });

  it("keeps its secret, may not use the old topic any more, and reports to the new owner alone", async () => {
    const old = await connect(gateway);
    const cut = ended(old);
    old.publish("park/steel/M1/telemetry", JSON.stringify({ values: { activePower: 5 } }), { qos: 1 });
    await cut;
    const client = await connect(gateway);
    await publish(client, "park/food/food-in/telemetry", { ts: movedAt + 1, values: { activePower: 777.25 } });
    await publish(client, "v1/gateway/telemetry", {
      "M1b-2": [{ ts: movedAt + 2, values: { activeEnergyImport: 1005 } }],
    });
    await vi.waitFor(async () => expect(await values(food, "M1b-2.activeEnergyImport")).toEqual([1005]), 5000);
    expect(await values(food, "food-in.activePower")).toEqual([777.25]);
    expect(await values(steel, "M1.activePower")).toEqual([111.25]);
    await client.endAsync();
  });

  it("shows the old owner nothing new and the new one nothing old", async () => {
    for (const point of ["M1.activePower", "M1b.activeEnergyImport"])
      expect((await readings(food, point)).status).toBe(404);
    for (const point of ["food-in.activePower", "M1b-2.activeEnergyImport"])
      expect((await readings(steel, point)).status).toBe(404);
    for (const path of ["/meters", "/devices", "/live", "/overview", "/quarantine", "/commands"]) {
      expect(await (await steel.request("GET", path)).text()).not.toMatch(/food|M1b-2|777\.25/);
      expect(await (await food.request("GET", path)).text()).not.toMatch(/steel|"M1"|"M1\.|111\.25|炼钢/);
    }
    const taken = {
      id: "M1",
      name: "x",
      enterpriseId: "food",
      kind: "electricity",
      points: [{ quantity: "activePower" }],
    };
    expect((await park.admin.request("POST", "/meters", taken)).status).toBe(409);
  });

  it("gives what it measured before to nobody, when it sends it only now", async () => {
    const client = await connect(gateway);
    await publish(client, "park/food/food-in/telemetry", { ts: movedAt - 60_000, values: { activePower: 222.5 } });
    await vi.waitFor(async () => {
      const { unattributed } = await park.admin.get<BooksBody>("/books");
      expect(unattributed.quarantined).toBe(1);
    }, 5000);
    for (const one of [steel, food])
      expect(await (await one.request("GET", "/quarantine")).text()).not.toContain("222.5");
    expect(await (await park.admin.request("GET", "/quarantine")).text()).toContain("222.5");
    expect(await values(food, "food-in.activePower")).toEqual([777.25]);
    await client.endAsync();
    const late = { meterId: "food-in", readings: [{ ts: movedAt - 1, values: { activePower: 1 } }] };
    expect(await park.admin.post("/import/readings", late)).toMatchObject({
      stored: 0,
      rejected: [{ reason: "too_old" }],
    });
  });

  it("leaves the figures of the past with the old owner", async () => {
    const range = `from=${before - hour}&to=${movedAt}`;
    const used = async (client: ApiClient) => {
      const { groups } = await client.get<{ groups: { id: string; total: { value: number | null } }[] }>(
        `/figures/consumption?kind=electricity&by=meter&${range}`,
      );
      return Object.fromEntries(groups.map(({ id, total }) => [id, total.value]));
    };
    // The last part is a share of an interval: a fraction that no float holds exactly.
    expect((await used(steel))["M1b"]).toBeCloseTo(160, 6);
    const ofFood = await used(food);
    expect(Object.keys(ofFood).filter((id) => id.startsWith("M1") && id !== "M1b-2")).toEqual([]);
    expect(ofFood["M1b-2"] ?? null).toBeNull();
  });

  it("left nothing standing on the topic that it had", async () => {
    const recorder = await park.admin.post<{ username: string; password: string }>("/services", { id: "recorder" });
    const client = await connect(recorder);
    const heard: string[] = [];
    client.on("message", (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
    await client.subscribeAsync("park/#", { qos: 1 });
    const device = await connect(gateway);
    await device.publishAsync("park/food/food-in/status", '{"online":true}', { qos: 1, retain: true });
    await vi.waitFor(() => expect(heard).toEqual(['park/food/food-in/status {"online":true}']));
    await client.endAsync();
    await device.endAsync();
  });

  it("can go back, under ids that nobody had", async () => {
    expect((await move("gw1", { enterpriseId: "steel", meters: [{ meterId: "food-in", newId: "M1" }] })).status).toBe(
      409,
    );
    const moved = (await (await move("gw1", { enterpriseId: "steel" })).json()) as Moved;
    expect(moved.device).toMatchObject({ enterpriseId: "steel", meterIds: ["food-in-2", "M1b-2-2"] });
    expect(await values(steel, "M1.activePower")).toEqual([111.25]);
    expect(await values(food, "food-in.activePower")).toEqual([777.25]);
    expect(await values(steel, "food-in-2.activePower")).toEqual([]);
  });
});
