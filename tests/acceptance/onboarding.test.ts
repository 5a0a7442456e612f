import type { BooksBody, ReadingsBody } from "@smart-park/core/wire";
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addMeter, connectDevice, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

/** Devices that nobody knows join by their first message: it waits, and a person decides. */
let park: TestPlatform;
let token: string;
let tokenId: string;
beforeAll(async () => {
  park = await startTestPlatform();
  await addMeter(park.admin, { enterprise: "steel", meter: "M1", device: "gw1" });
  await addMeter(park.admin, { enterprise: "food", meter: "F1", device: "gw2" });
  ({ id: tokenId, token } = await park.admin.post<{ id: string; token: string }>("/onboarding-tokens", {
    name: "一期",
  }));
});
afterAll(() => park.stop());

const arrive = (id: string, password = token): Promise<MqttClient> =>
  connectDevice(park.mqttUrl, { username: id, password });
const publish = (client: MqttClient, topic: string, body: unknown) =>
  client.publishAsync(topic, JSON.stringify(body), { qos: 1 });
const ended = (client: MqttClient): Promise<void> => new Promise((resolve) => client.once("close", () => resolve()));
const isWaiting = (id: string, messages: number) =>
  vi.waitFor(
    async () => expect(await park.admin.get(`/waiting-devices/${id}`)).toMatchObject({ state: "waiting", messages }),
    5000,
  );
const rowsOf = async (point: string) => {
  const range = `from=${Date.now() - 7_200_000}&to=${Date.now() + 60_000}&step=raw`;
  return (await park.admin.get<ReadingsBody>(`/points/${point}/readings?${range}`)).rows;
};
const aMeter = (id: string) => ({ id, name: id, kind: "electricity", points: [{ quantity: "activePower" }] });

describe("an unknown device with an onboarding token", () => {
  const at = Date.now() - 3_600_000;

  it("publishes, and what it says reaches nobody until it is approved", async () => {
    const service = await park.admin.post<{ username: string; password: string }>("/services", { id: "recorder" });
    const recorder = await connectDevice(park.mqttUrl, service);
    const heard: string[] = [];
    recorder.on("message", (topic) => heard.push(topic));
    await recorder.subscribeAsync("park/#");

    const device = await arrive("new-1");
    // It claims to be a meter of somebody else, and one that another device speaks for.
    await publish(device, "park/food/F1/telemetry", { ts: at, values: { activePower: 11 } });
    await publish(device, "park/none/new-meter/telemetry", { ts: at + 1000, values: { activePower: 12 } });
    await publish(device, "v1/devices/me/telemetry", { ts: at + 2000, values: { activePower: 13 } });
    await isWaiting("new-1", 3);

    const { first } = await park.admin.get<{ first: { topic: string; payload: string }[] }>("/waiting-devices/new-1");
    expect(first[1]).toMatchObject({ topic: "park/none/new-meter/telemetry" });
    expect(JSON.parse(first[1]?.payload ?? "")).toMatchObject({ values: { activePower: 12 } });
    expect(await rowsOf("F1.activePower")).toEqual([]);
    const { unattributed } = await park.admin.get<BooksBody>("/books");
    expect(unattributed).toMatchObject({ received: 3, quarantined: 3, stored: 0 });
    await publish(await connectDevice(park.mqttUrl, await rotated("gw2")), "park/food/F1/telemetry", {
      values: { activePower: 1 },
    });
    await vi.waitFor(() => expect(heard).toEqual(["park/food/F1/telemetry"]), 5000); // the real one's alone
    await recorder.endAsync();
    await device.endAsync();
  });

  it("may say nothing but telemetry and hear nothing", async () => {
    const device = await arrive("new-2");
    const [granted] = await device.subscribeAsync("park/steel/M1/command").catch(() => [{ qos: 128 }]);
    expect(granted?.qos).toBe(128);
    for (const [topic, retain] of [
      ["park/steel/M1/status", false],
      ["park/steel/M1/reply", false],
      ["park/steel/M1/telemetry", true],
      ["$SYS/x", false],
    ] as const) {
      const client = await arrive("new-2");
      const cut = ended(client);
      client.publish(topic, "x", { qos: 1, retain });
      await cut;
    }
  });

  it.each([
    { name: "a wrong token", id: "new-3", password: "x".repeat(43) },
    { name: "no token", id: "new-3", password: "" },
    { name: "the id of a device that is there", id: "gw1", password: null },
    { name: "the id of a service", id: "recorder", password: null },
    { name: "an id that cannot be", id: "a/b", password: null },
  ])("is refused with $name", async ({ id, password }) => {
    await expect(arrive(id, password ?? token)).rejects.toThrow(/Bad username or password/);
  });

  it("is approved: what waited is stored where it was put, with its own times, and it gets a password", async () => {
    const device = await arrive("new-1");
    const cut = ended(device);
    const credentials = await park.admin.post<{ username: string; password: string }>(
      "/waiting-devices/new-1/approve",
      {
        enterpriseId: "steel",
        meters: [aMeter("S9")],
      },
    );
    await cut;
    await vi.waitFor(async () => {
      const rows = await rowsOf("S9.activePower");
      expect(rows.map(({ at: when, value }) => [Date.parse(when), value])).toEqual([
        [at, 11],
        [at + 1000, 12],
        [at + 2000, 13],
      ]);
    }, 10_000);
    expect((await rowsOf("F1.activePower")).map(({ value }) => value)).toEqual([1]);
    await expect(arrive("new-1")).rejects.toThrow(/Bad username or password/);
    const known = await connectDevice(park.mqttUrl, credentials);
    await publish(known, "park/steel/S9/telemetry", { values: { activePower: 14 } });
    await vi.waitFor(async () => expect(await rowsOf("S9.activePower")).toHaveLength(4), 5000);
    await known.endAsync();
    const { items } = await park.admin.get<{ items: { reason: string }[] }>("/quarantine");
    expect(items.filter(({ reason }) => reason === "unapproved_device")).toEqual([]);
  });

  it("that speaks of several meters gives those it was given; others stay as unknown meters", async () => {
    const device = await arrive("new-4");
    await publish(device, "park/x/P1/telemetry", { ts: at, values: { activePower: 1 } });
    await publish(device, "park/x/P2/telemetry", { ts: at, values: { activePower: 2 } });
    await publish(device, "park/x/M1/telemetry", { ts: at, values: { activePower: 3 } });
    await publish(device, "v1/gateway/telemetry", { P1: [{ ts: at + 1, values: { activePower: 4 } }] });
    await isWaiting("new-4", 4);
    await park.admin.post("/waiting-devices/new-4/approve", {
      enterpriseId: "steel",
      meters: [aMeter("P1"), aMeter("P2")],
    });
    await vi.waitFor(async () => {
      expect((await rowsOf("P1.activePower")).map(({ value }) => value)).toEqual([1, 4]);
      expect((await rowsOf("P2.activePower")).map(({ value }) => value)).toEqual([2]);
    }, 10_000);
    const { items } = await park.admin.get<{ items: { reason: string; topic: string }[] }>("/quarantine");
    expect(items).toContainEqual(expect.objectContaining({ reason: "unknown_meter", topic: "park/x/M1/telemetry" }));
    expect(await rowsOf("M1.activePower")).toEqual([]);
  });

  it("is refused: cut, its messages dropped, and kept out until it is forgotten", async () => {
    const device = await arrive("new-5");
    await publish(device, "v1/devices/me/telemetry", { values: { activePower: 1 } });
    await isWaiting("new-5", 1);
    const cut = ended(device);
    await park.admin.post("/waiting-devices/new-5/refuse", {});
    await cut;
    await expect(arrive("new-5")).rejects.toThrow(/Bad username or password/);
    expect(await park.admin.get("/waiting-devices/new-5")).toMatchObject({ state: "refused", kept: 0, first: [] });
    const again = await park.admin.request("POST", "/waiting-devices/new-5/approve", {
      enterpriseId: "steel",
      meterIds: ["M1"],
    });
    expect(again.status).toBe(409);
    expect((await park.admin.request("DELETE", "/waiting-devices/new-5")).status).toBe(204);
    await (await arrive("new-5")).endAsync();
  });

  it("that was approved just before the end has its messages stored after the next start", async () => {
    const device = await arrive("new-6");
    await publish(device, "v1/devices/me/telemetry", { ts: at, values: { activePower: 6 } });
    await isWaiting("new-6", 1);
    await park.admin.post("/waiting-devices/new-6/approve", { enterpriseId: "steel", meters: [aMeter("S6")] });
    park = await park.restart();
    await vi.waitFor(async () => expect((await rowsOf("S6.activePower"))[0]?.value).toBe(6), 10_000);
  });

  it("is cut when its token is removed, and a token has its end", async () => {
    const short = await park.admin.post<{ token: string }>("/onboarding-tokens", {
      name: "kurz",
      expiresAt: Date.now() + 60_000,
    });
    await (await arrive("new-7", short.token)).endAsync();
    const past = await park.admin.request("POST", "/onboarding-tokens", { name: "alt", expiresAt: 1 });
    expect(past.status).toBe(422);
    const device = await arrive("new-7");
    const cut = ended(device);
    expect((await park.admin.request("DELETE", `/onboarding-tokens/${tokenId}`)).status).toBe(204);
    await cut;
    await expect(arrive("new-7")).rejects.toThrow(/Bad username or password/);
  });
});

const rotated = (id: string) => park.admin.post<{ username: string; password: string }>(`/devices/${id}/rotate`, {});
