import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect as connectTcp, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TLSSocket } from "node:tls";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { journalStart, type AuditEntry, type JournalReader, type Logger } from "@smart-park/core";
import { edgeLinkHeaders, edgeLinkPaths, edgeState } from "@smart-park/core/wire";
import { openJournalReader, openJournalWriter } from "@smart-park/store/journal";
import { hasOpenssl, makeCertificate, shakeHands, versionRefused } from "../../tests/support/certificate.ts";
import { DeviceTable } from "../../tests/support/device-table.ts";
import { startEdge, type Edge, type EdgeConfig } from "./index.ts";
import { GatedJournal } from "./testing/gated-journal.ts";

const eventually = <T>(check: () => T | Promise<T>, timeout = 15_000): Promise<T> => vi.waitFor(check, { timeout });
const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => Date.now() };

const devices = {
  "gw-1": { secret: "secret-1", enterpriseId: "cement", meterIds: ["m-1", "m-2"] },
  "gw-2": { secret: "secret-2", enterpriseId: "cement", meterIds: ["m-3"] },
  "gw-9": { secret: "secret-9", enterpriseId: "pharma", meterIds: ["m-9"] },
  screen: { secret: "secret-s", enterpriseId: "park", meterIds: [], isService: true },
};

let folder: string;
let journal: GatedJournal;
let reader: JournalReader;
let directory: DeviceTable;
let audit: AuditEntry[];
let edge: Edge;
const clients: MqttClient[] = [];
const sockets: Socket[] = [];

const config = (change: Partial<EdgeConfig> = {}): EdgeConfig => ({
  mqtt: { host: "127.0.0.1", port: 0 },
  ws: null,
  mqtts: null,
  linkPath: join(folder, "edge.sock"),
  deviceRate: 0,
  deviceBurst: 0,
  enterpriseRate: 0,
  ...change,
});

const start = async (change: Partial<EdgeConfig> = {}): Promise<Edge> =>
  startEdge(config(change), { journal, directory, audit: (entry) => audit.push(entry), clock, logger: silent });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "edge-"));
  const kept = { directory: join(folder, "journal"), logger: silent };
  journal = new GatedJournal(
    await openJournalWriter({ ...kept, segmentBytes: 1 << 20, maxBytes: 1 << 28, reserveBytes: 0, clock }),
  );
  reader = await openJournalReader({ ...kept, keepBytes: 0 });
  directory = new DeviceTable(structuredClone(devices));
  audit = [];
  edge = await start();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  for (const socket of sockets.splice(0)) socket.destroy();
  await edge.stop();
  await journal.stop();
  await reader.stop();
  await rm(folder, { recursive: true, force: true });
});

async function connect(options: IClientOptions, url = `mqtt://127.0.0.1:${edge.ports.mqtt}`): Promise<MqttClient> {
  const client = mqtt.connect(url, { reconnectPeriod: 0, connectTimeout: 20_000, ...options });
  clients.push(client);
  client.on("error", () => undefined);
  return new Promise((resolve, reject) => {
    client.once("connect", () => resolve(client));
    client.once("error", reject);
    client.once("close", () => reject(new Error("closed")));
  });
}

const closing = (client: MqttClient): Promise<void> => new Promise((resolve) => client.once("close", () => resolve()));

const gateway = (id = "gw-1", options: IClientOptions = {}): Promise<MqttClient> =>
  connect({ username: id, password: directory.devices.get(id)!.secret, clientId: id, ...options });

async function journaled(): Promise<{ sender: string; enterpriseId: string; topic: string; text: string }[]> {
  const entries = await reader.read(journalStart, 10_000, 1 << 24);
  return entries
    .filter(({ record }) => record.source !== "tick")
    .map(({ record }) => ({
      sender: record.sender,
      enterpriseId: record.enterpriseId,
      topic: record.topic,
      text: Buffer.from(record.payload).toString(),
    }));
}

async function ticks(): Promise<unknown[]> {
  const entries = await reader.read(journalStart, 10_000, 1 << 24);
  return entries
    .filter(({ record }) => record.source === "tick")
    .map(({ record }) => JSON.parse(Buffer.from(record.payload).toString()));
}

async function rawSocket(...writes: Uint8Array[]): Promise<Socket> {
  const socket = connectTcp(edge.ports.mqtt, "127.0.0.1");
  sockets.push(socket);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  for (const bytes of writes) socket.write(bytes);
  return socket;
}

const text = (value: string): Buffer => Buffer.concat([Buffer.from([0, Buffer.byteLength(value)]), Buffer.from(value)]);
const frame = (type: number, ...body: Uint8Array[]): Buffer => {
  const bytes = Buffer.concat(body);
  if (bytes.length > 127) throw new Error("only short frames here");
  return Buffer.concat([Buffer.from([type, bytes.length]), bytes]);
};
const connectFrame = (id: string, secret: string, clientId = id, clean = true): Buffer =>
  frame(0x10, text("MQTT"), Buffer.from([4, 0xc0 | (clean ? 2 : 0), 0, 60]), text(clientId), text(id), text(secret));
const payload = '{"values":{"activePower":7}}';

describe("acknowledgement", () => {
  it("acknowledges QoS 1 and QoS 2 only after the journal's commit", async () => {
    const client = await gateway();
    const open = journal.close();
    let acknowledged = 0;
    const sent = ([1, 2] as const).map((qos) =>
      client.publishAsync("park/cement/m-1/telemetry", `${qos}`, { qos }).then(() => (acknowledged += 1)),
    );
    const status = client.publishAsync("park/cement/m-1/status", "on", { qos: 1 }).then(() => (acknowledged += 1));
    await gateway("gw-2").then((other) => other.publishAsync("park/cement/m-3/status", "on", { qos: 1 }));
    expect(acknowledged).toBe(0);
    open();
    await Promise.all([...sent, status]);
    expect(await journaled()).toEqual(
      ["1", "2"].map((text) => ({ sender: "gw-1", enterpriseId: "cement", topic: "park/cement/m-1/telemetry", text })),
    );
  });

  it("acknowledges in the order of sending", async () => {
    const publish = (packetId: number, topic: string): Buffer => frame(0x32, text(topic), Buffer.from([0, packetId]));
    const topics = ["telemetry", "status", "telemetry", "reply"].map((channel) => `park/cement/m-1/${channel}`);
    const socket = await rawSocket(
      connectFrame("gw-1", "secret-1"),
      ...topics.map((topic, index) => publish(index + 1, topic)),
    );
    let received = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => (received = Buffer.concat([received, chunk])));
    await eventually(() => expect(received).toHaveLength(4 + 4 * 4));
    expect([...received]).toEqual([0x20, 2, 0, 0, ...[1, 2, 3, 4].flatMap((packetId) => [0x40, 2, 0, packetId])]);
  });

  it("journals QoS 0 without an answer and keeps status messages out of the journal", async () => {
    const client = await gateway();
    await client.publishAsync("park/cement/m-1/telemetry", "quiet", { qos: 0 });
    await client.publishAsync("park/cement/m-1/status", "on", { qos: 1, retain: true });
    await eventually(async () => expect((await journaled()).map(({ text }) => text)).toEqual(["quiet"]));
  });

  it("closes the connection unacknowledged when the journal cannot be written, and counts it", async () => {
    const client = await gateway();
    journal.isBroken = true;
    const closed = closing(client);
    let isAcknowledged = false;
    client.publish("park/cement/m-1/telemetry", payload, { qos: 1 }, (error) => (isAcknowledged ||= !error));
    await closed;
    expect(isAcknowledged).toBe(false);
    expect(edge.stats().refused).toEqual({ journal: 1 });
    journal.isBroken = false;
    await edge.stop();
    expect(await ticks()).toEqual([{ refused: {}, isStart: true }, { refused: { cement: 1 } }]);
  });
});

describe("who may connect", () => {
  it.each([
    { name: "a wrong secret", options: { username: "gw-1", password: "wrong", clientId: "gw-1" }, code: 4 },
    { name: "an unknown device", options: { username: "gw-7", password: "secret-1", clientId: "gw-7" }, code: 4 },
    { name: "nobody", options: { clientId: "gw-1" }, code: 4 },
    { name: "a foreign client id", options: { username: "gw-1", password: "secret-1", clientId: "gw-2" }, code: 2 },
    {
      name: "a foreign will",
      options: {
        username: "gw-1",
        password: "secret-1",
        clientId: "gw-1",
        will: { topic: "park/cement/m-3/status", payload: Buffer.from("x"), qos: 0 as const, retain: false },
      },
      code: 5,
    },
  ])("refuses $name and writes it down", async ({ options, code }) => {
    await expect(connect(options)).rejects.toMatchObject({ code });
    expect(audit.map(({ action, result }) => [action, result])).toEqual([["mqtt.connect", "denied"]]);
    expect(JSON.stringify(audit)).not.toContain("secret-1");
  });

  it("refuses a lasting session without a client id", async () => {
    const socket = await rawSocket(connectFrame("gw-1", "secret-1", "", false));
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect([...answer]).toEqual([0x20, 2, 0, 2]);
    await once(socket, "close");
  });

  it("takes ThingsBoard firmware: the secret as user name, any client id, its topics", async () => {
    const first = await connect({ username: "secret-1", clientId: "gw-2" });
    const own = await gateway("gw-2");
    await first.publishAsync("v1/devices/me/telemetry", payload, { qos: 1 });
    await first.publishAsync("v1/gateway/telemetry", payload, { qos: 1 });
    await first.publishAsync("v1/devices/me/attributes", "{}", { qos: 1 });
    expect(own.connected && first.connected).toBe(true);
    expect((await journaled()).map(({ sender, topic }) => [sender, topic])).toEqual([
      ["gw-1", "v1/devices/me/telemetry"],
      ["gw-1", "v1/gateway/telemetry"],
    ]);
  });

  it("keeps no subscription over a lost connection", async () => {
    const command = "park/cement/m-1/command";
    const before = await gateway("gw-1", { clean: false });
    await before.subscribeAsync(command, { qos: 1 });
    await before.endAsync(true);
    const after = mqtt.connect(`mqtt://127.0.0.1:${edge.ports.mqtt}`, {
      username: "gw-1",
      password: "secret-1",
      clientId: "gw-1",
      clean: false,
      reconnectPeriod: 0,
    });
    clients.push(after);
    const isKept = await new Promise((resolve) => after.once("connect", (connack) => resolve(connack.sessionPresent)));
    expect(isKept).toBe(false);
  });

  it("publishes over WebSocket", async () => {
    await edge.stop();
    edge = await start({ ws: { host: "127.0.0.1", port: 0 } });
    const options = { username: "gw-1", password: "secret-1", clientId: "gw-1:browser" };
    const client = await connect(options, `ws://127.0.0.1:${edge.ports.ws}/mqtt`);
    await client.publishAsync("park/cement/m-1/telemetry", "web", { qos: 1 });
    expect((await journaled()).map(({ text }) => text)).toEqual(["web"]);
    await expect(connect(options, `ws://127.0.0.1:${edge.ports.ws}/other`)).rejects.toThrow();
  });

  it("closes a connection that says nothing after 5 seconds, by WebSocket too", { timeout: 15_000 }, async () => {
    await edge.stop();
    edge = await start({ ws: { host: "127.0.0.1", port: 0 } });
    const lasted = async (port: number | null): Promise<number> => {
      const [socket, startedAt] = [connectTcp(port ?? 0, "127.0.0.1"), performance.now()];
      socket.on("error", () => undefined).resume();
      await once(socket, "close");
      return performance.now() - startedAt;
    };
    for (const ms of await Promise.all([lasted(edge.ports.mqtt), lasted(edge.ports.ws)])) {
      expect(ms).toBeGreaterThan(4900);
      expect(ms).toBeLessThan(10_000);
    }
  });

  it.skipIf(!hasOpenssl)("publishes over TLS, and takes over a renewed certificate (needs openssl)", async () => {
    const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    makeCertificate(keyFile, certFile);
    await edge.stop();
    edge = await start({ mqtts: { host: "127.0.0.1", port: 0, certFile, keyFile } });
    const url = `mqtts://127.0.0.1:${edge.ports.mqtts}`;
    const options = { username: "gw-1", password: "secret-1", clientId: "gw-1", rejectUnauthorized: false };
    const client = await connect(options, url);
    await client.publishAsync("park/cement/m-1/telemetry", "tls", { qos: 1 });
    expect((await journaled()).map(({ text }) => text)).toEqual(["tls"]);
    const versions = ["TLSv1", "TLSv1.1", "TLSv1.2"] as const;
    const answers = await Promise.all(versions.map((version) => shakeHands(edge.ports.mqtts ?? 0, version)));
    expect(answers).toEqual([versionRefused, versionRefused, "TLSv1.2"]);

    const fingerprint = (of: MqttClient): string => (of.stream as TLSSocket).getPeerCertificate().fingerprint256;
    const before = fingerprint(client);
    makeCertificate(keyFile, certFile);
    await eventually(async () => {
      const later = await connect({ ...options, clientId: "gw-1:later" }, url);
      expect(fingerprint(later)).not.toBe(before);
    });
    await client.publishAsync("park/cement/m-1/telemetry", "still", { qos: 1 });
  });

  const local = { host: "127.0.0.1", port: 0 };
  type Place = readonly [port: number, url: string];
  const listeners: readonly (readonly [name: string, placeOf: (ports: Edge["ports"]) => Place])[] = [
    ["MQTT", ({ mqtt: port }) => [port, `mqtt://127.0.0.1:${port}`]],
    ["MQTT over WebSocket", ({ ws: port }) => [port ?? 0, `ws://127.0.0.1:${port}/mqtt`]],
    ["MQTT over TLS", ({ mqtts: port }) => [port ?? 0, `mqtts://127.0.0.1:${port}`]],
  ];
  const possible = listeners.filter(([name]) => hasOpenssl || !name.endsWith("TLS"));
  it.each(possible)("bounds who connects to %s and says nothing, and those alone", async (name, placeOf) => {
    const files = { keyFile: join(folder, "key.pem"), certFile: join(folder, "cert.pem") };
    const isTls = name.endsWith("TLS");
    if (isTls) makeCertificate(files.keyFile, files.certFile);
    await edge.stop();
    const strangers = { total: 9, perAddress: 2, isLoopbackExempt: false };
    edge = await start({ ws: local, mqtts: isTls ? { ...local, ...files } : null, strangers });
    const [port, url] = placeOf(edge.ports);
    const arrive = async (): Promise<Socket> => {
      const socket = connectTcp(port, "127.0.0.1");
      sockets.push(socket);
      socket.on("error", () => undefined).resume();
      await once(socket, "connect");
      return socket;
    };
    const login = { username: "gw-1", password: "secret-1", rejectUnauthorized: false };
    const enter = (n: number): Promise<MqttClient> => connect({ ...login, clientId: `gw-1:${n}` }, url);
    for (const n of [1, 2, 3]) expect((await enter(n)).connected).toBe(true);
    const [first] = [await arrive(), await arrive()];
    const third = await arrive();
    if (!third.destroyed) await once(third, "close");
    expect(edge.stats()).toMatchObject({ connections: 3, refusedConnections: { strangers: 1 } });
    await expect(enter(4)).rejects.toThrow();
    first.destroy();
    await eventually(async () => expect((await enter(4)).connected).toBe(true));
  });

  it("lets more than 500 connections a second in one after the other, and refuses none", async () => {
    const opened = Array.from({ length: 700 }, async (_, n) => {
      const socket = await rawSocket(connectFrame("gw-1", "secret-1", `gw-1:${n}`));
      const [answer] = (await once(socket, "data")) as [Buffer];
      return answer[3];
    });
    expect(new Set(await Promise.all(opened))).toEqual(new Set([0]));
    await eventually(() => expect(edge.stats()).toMatchObject({ connections: 700, refusedConnections: {} }));
  });

  it("does without HJ 212 where its port is taken and nobody chose it, and not where somebody did", async () => {
    const taken = { host: "127.0.0.1", port: edge.ports.mqtt };
    const linkPath = join(folder, "second.sock");
    const second = await start({ linkPath, hj212: { ...taken, isOptional: true } });
    expect(second.ports.hj212).toBeNull();
    await second.stop();
    const refused = start({ linkPath, hj212: { ...taken, isOptional: false } });
    await expect(refused).rejects.toMatchObject({ code: "config_invalid", message: /HJ 212 port .* in use/ });
  });

  it("says in one sentence which port or file is in the way", async () => {
    const port = edge.ports.mqtt;
    const linkPath = join(folder, "second.sock");
    await expect(start({ linkPath, mqtt: { host: "127.0.0.1", port } })).rejects.toMatchObject({
      code: "config_invalid",
      message: `MQTT port ${port} on 127.0.0.1 is already in use by another program.`,
    });
    await expect(start()).rejects.toMatchObject({ code: "config_invalid", message: /Another edge process/ });
    const mqtts = { host: "127.0.0.1", port: 0, certFile: join(folder, "no.pem"), keyFile: join(folder, "no.pem") };
    await expect(start({ linkPath, mqtts })).rejects.toMatchObject({
      code: "config_invalid",
      message: /cannot be read/,
    });
  });
});

describe("who may publish what", () => {
  it.each([
    { name: "another enterprise's topic", topic: "park/pharma/m-9/telemetry", detail: "foreign_enterprise" },
    { name: "another enterprise's meter", topic: "park/cement/m-9/telemetry", detail: "foreign_meter" },
    { name: "another device's meter", topic: "park/cement/m-3/telemetry", detail: "foreign_meter" },
    { name: "commands", topic: "park/cement/m-1/command", detail: "unknown_topic" },
    { name: "the broker's own topics", topic: "$SYS/anything/new/clients", detail: "unknown_topic" },
    { name: "a control character", topic: "park/cement/m-1\u0001/telemetry", detail: "malformed_topic" },
  ])("closes a device that publishes to $name, with an audit entry and a count", async ({ topic, detail }) => {
    const client = await gateway();
    const closed = closing(client);
    client.publish(topic, payload, { qos: 1 });
    await closed;
    expect(await journaled()).toEqual([]);
    expect(audit).toMatchObject([
      { actor: "gw-1", action: "mqtt.publish", object: topic, enterpriseId: "cement", result: "denied", detail },
    ]);
    expect(edge.stats().refused).toEqual({ [detail]: 1 });
  });

  it("closes a device that would leave telemetry behind as a retained message", async () => {
    const client = await gateway();
    const closed = closing(client);
    client.publish("park/cement/m-1/telemetry", payload, { qos: 1, retain: true });
    await closed;
    expect(edge.stats().refused).toEqual({ retain: 1 });
  });

  it("takes an unknown meter below the own enterprise, but not a hundred and one of them", async () => {
    const client = await gateway();
    const publish = (n: number): Promise<unknown> =>
      client.publishAsync(`park/cement/new-${n}/telemetry`, payload, { qos: 1 });
    await Promise.all(Array.from({ length: 100 }, (_, n) => publish(n)));
    await publish(7);
    expect(await journaled()).toHaveLength(101);
    const closed = closing(client);
    void publish(100).catch(() => undefined);
    await closed;
    expect(edge.stats().refused).toEqual({ unknown_meters: 1 });
  });

  it("slows down a device above its rate without losing a message, and cuts one far above it", async () => {
    await edge.stop();
    edge = await start({ deviceRate: 100, deviceBurst: 5 });
    const client = await gateway();
    const sent = Array.from({ length: 15 }, (_, n) =>
      client.publishAsync("park/cement/m-1/telemetry", `${n}`, { qos: 1 }),
    );
    await Promise.all(sent);
    expect((await journaled()).map(({ text }) => Number(text))).toEqual(Array.from({ length: 15 }, (_, n) => n));
    await edge.stop();
    edge = await start({ deviceRate: 1, deviceBurst: 1 });
    const flood = await gateway();
    const closed = closing(flood);
    for (let n = 0; n < 40; n += 1) flood.publish("park/cement/m-1/telemetry", `${n}`, { qos: 0 });
    await closed;
    expect(edge.stats().refused).toMatchObject({ rate: expect.any(Number) });
  });
});

describe("who may subscribe to what", () => {
  it("gives a device its own commands and nothing else", async () => {
    const client = await gateway();
    const granted = async (filter: string): Promise<number> => {
      const answer = await client.subscribeAsync(filter).catch(() => []);
      return answer[0]?.qos ?? 128;
    };
    expect(await granted("park/cement/m-1/command")).toBe(0);
    const refusedFilters = [
      ...["park/cement/m-1/telemetry", "park/cement/m-3/command", "park/pharma/m-9/command", "park/cement/+/command"],
      ...["#", "park/#", "$SYS/#", "$share/all/park/cement/m-1/command", "v1/devices/me/rpc/request/+"],
    ];
    for (const filter of refusedFilters) expect([filter, await granted(filter)]).toEqual([filter, 128]);
    expect(client.connected).toBe(true);
  });

  it("gives a service 16 filters, each as often as it likes, and no 17th", async () => {
    const service = await gateway("screen");
    const granted = async (filter: string): Promise<number> =>
      (await service.subscribeAsync(filter).catch(() => []))[0]?.qos ?? 128;
    for (let n = 1; n <= 16; n += 1) expect(await granted(`park/+/m-${n}/status`)).toBe(0);
    expect([await granted("park/+/m-16/status"), await granted("park/+/m-17/status")]).toEqual([0, 128]);
    await service.unsubscribeAsync("park/+/m-1/status");
    expect(await granted("park/+/m-17/status")).toBe(0);
    expect(service.connected).toBe(true);
  });

  it("keeps a device that asks for thousands of foreign topics from filling the audit", async () => {
    const client = await gateway();
    const foreign = Object.fromEntries(
      Array.from({ length: 5000 }, (_, n) => [`park/pharma/m-${n}/command`, { qos: 0 as const }]),
    );
    await client.subscribeAsync(foreign).catch(() => []);
    const denied = audit.filter(({ action }) => action === "mqtt.subscribe");
    expect(denied.length).toBe(60);
  });

  it("lets a service hear the park, retained status too, but not speak", async () => {
    const device = await gateway();
    await device.publishAsync("park/cement/m-1/status", "on", { qos: 1, retain: true });
    const service = await gateway("screen");
    const heard: string[] = [];
    service.on("message", (topic, message) => heard.push(`${topic} ${message.toString()}`));
    await service.subscribeAsync("park/#");
    await device.publishAsync("park/cement/m-1/telemetry", "7", { qos: 1 });
    await eventually(() =>
      expect(heard.toSorted()).toEqual(["park/cement/m-1/status on", "park/cement/m-1/telemetry 7"]),
    );
    const closed = closing(service);
    service.publish("park/cement/m-1/telemetry", payload, { qos: 1 });
    await closed;
    expect(edge.stats().refused).toEqual({ service_publishes: 1 });
  });

  it("tells subscribers by its will that a device went away", async () => {
    const service = await gateway("screen");
    const heard: string[] = [];
    service.on("message", (_topic, message) => heard.push(message.toString()));
    await service.subscribeAsync("park/+/+/status");
    const will = { topic: "park/cement/m-1/status", payload: Buffer.from("off"), qos: 1 as const, retain: true };
    const device = await gateway("gw-1", { will });
    device.stream.destroy();
    await eventually(() => expect(heard).toEqual(["off"]));
  });

  it("does not let a subscriber that stops reading hold up acknowledgements, and survives its leaving", async () => {
    const frozen = await rawSocket(
      connectFrame("screen", "secret-s"),
      frame(0x82, Buffer.from([0, 1]), text("park/#"), Buffer.from([0])),
    );
    frozen.pause();
    await eventually(() => expect(edge.stats().connections).toBe(1));
    const device = await gateway();
    const large = Buffer.alloc(100 * 1024, "7");
    const publishTen = (): Promise<unknown> =>
      Promise.all(
        Array.from({ length: 10 }, () => device.publishAsync("park/cement/m-1/telemetry", large, { qos: 1 })),
      );
    await eventually(async () => {
      await publishTen();
      expect(edge.stats().droppedDeliveries).toBeGreaterThan(0);
    }, 60_000);
    await publishTen();
    frozen.destroy();
    await device.publishAsync("park/cement/m-1/telemetry", "after", { qos: 1 });
    await eventually(() => expect(edge.stats().connections).toBe(1));
  }, 90_000);
});

describe("messages of QoS 2 that a device never releases", () => {
  it.each([
    [99, true],
    [100, true],
    [101, false],
  ])("%i of them leave it connected: %s", async (count, isLeft) => {
    const publish = (id: number): Buffer => frame(0x34, text("park/cement/m-1/telemetry"), Buffer.from([0, id]));
    const socket = await rawSocket(connectFrame("gw-1", "secret-1"));
    let received = 0;
    socket.on("data", (chunk: Buffer) => (received += chunk.length));
    const closed = once(socket, "close");
    for (let id = 1; id <= count; id += 1) socket.write(publish(id));
    // CONNACK, and a PUBREC each.
    if (isLeft) await eventually(() => expect(received).toBe(4 + 4 * count));
    else await closed;
    expect(socket.destroyed).toBe(!isLeft);
  });
});

describe("frames", () => {
  const isClosed = async (socket: Socket): Promise<true> => {
    socket.resume();
    await once(socket, "close");
    return true;
  };

  it.each([
    { name: "anything but CONNECT first", bytes: frame(0x30, text("park/cement/m-1/telemetry")) },
    { name: "a CONNECT above 4 KiB", bytes: Buffer.from([0x10, 0x81, 0x20]) },
    { name: "a CONNECT of 100 MiB", bytes: Buffer.from([0x10, 0x80, 0x80, 0x80, 0x32]) },
    { name: "a length without end", bytes: Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff]) },
    {
      name: "a packet above 256 KiB",
      bytes: Buffer.concat([connectFrame("gw-1", "secret-1"), Buffer.from([0x30, 0x80, 0x80, 0x20])]),
    },
    {
      name: "a second CONNECT",
      bytes: Buffer.concat([connectFrame("gw-1", "secret-1"), connectFrame("gw-1", "secret-1")]),
    },
  ])("closes on $name", async ({ bytes }) => {
    expect(await isClosed(await rawSocket(bytes))).toBe(true);
    expect((await gateway("gw-2")).connected).toBe(true);
  });

  it("reads packets sent together with CONNECT, however the network cuts them", async () => {
    const publish = frame(0x32, text("park/cement/m-1/telemetry"), Buffer.from([0, 9]), Buffer.from("7"));
    const bytes = Buffer.concat([connectFrame("gw-1", "secret-1"), publish, publish]);
    const socket = await rawSocket();
    for (const byte of bytes) socket.write(Buffer.of(byte));
    await eventually(async () => expect((await journaled()).map(({ text }) => text)).toEqual(["7", "7"]));
  });
});

/** One request on the edge link. */
function link(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: Uint8Array,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath: config().linkPath, method, path, headers }, resolve);
    request.on("error", reject);
    request.end(body);
  });
}

const statusOf = async (...args: Parameters<typeof link>): Promise<number | undefined> => {
  const response = await link(...args);
  response.resume();
  return response.statusCode;
};

describe("edge link", () => {
  const headers = {
    [edgeLinkHeaders.sender]: encodeURIComponent("网关-7"),
    [edgeLinkHeaders.enterprise]: "cement",
    [edgeLinkHeaders.topic]: "http",
  };

  it("takes an HTTP batch once it is durable, and says 503 when it cannot", async () => {
    expect(await statusOf("POST", edgeLinkPaths.append, headers, Buffer.from("batch"))).toBe(204);
    expect(await journaled()).toEqual([{ sender: "网关-7", enterpriseId: "cement", topic: "http", text: "batch" }]);
    journal.isBroken = true;
    expect(await statusOf("POST", edgeLinkPaths.append, headers, Buffer.from("lost"))).toBe(503);
    expect(edge.stats().refused).toEqual({ journal: 1 });
    journal.isBroken = false;
    expect(await statusOf("POST", edgeLinkPaths.append, headers, Buffer.alloc(1024 * 1024 + 1))).toBe(413);
    expect(await statusOf("POST", edgeLinkPaths.append, headers, Buffer.alloc(1024 * 1024))).toBe(204);
    expect(await statusOf("GET", "/other")).toBe(404);
  });

  it("is open to its own user only", async () => {
    expect((await stat(config().linkPath)).mode & 0o777).toBe(0o600);
  });

  it("cuts a disabled or moved device before it answers, keeps the others, and hears of new ones", async () => {
    const [disabled, moved, kept] = [await gateway("gw-1"), await gateway("gw-2"), await gateway("gw-9")];
    const gone = Promise.all([closing(disabled), closing(moved)]);
    directory.devices.get("gw-1")!.isEnabled = false;
    directory.devices.get("gw-2")!.enterpriseId = "pharma";
    directory.devices.set("gw-5", { secret: "secret-5", enterpriseId: "pharma", meterIds: ["m-5"] });
    expect(await statusOf("POST", edgeLinkPaths.registryChanged)).toBe(204);
    await gone;
    expect(kept.connected).toBe(true);
    await expect(gateway("gw-1")).rejects.toMatchObject({ code: 4 });
    await gateway("gw-5");
    expect(audit.filter(({ action }) => action === "mqtt.cut").map(({ actor }) => actor)).toEqual(["gw-1", "gw-2"]);
  });

  it("hands a command to its own device, not to another one that speaks for the same meter", async () => {
    const topic = "park/cement/m-1/command";
    directory.devices.set("gw-3", { secret: "secret-3", enterpriseId: "cement", meterIds: ["m-1"] });
    expect(await statusOf("POST", edgeLinkPaths.registryChanged)).toBe(204);
    const [own, other] = [await gateway("gw-1"), await gateway("gw-3")];
    const heard: string[] = [];
    for (const client of [own, other]) {
      client.on("message", (_topic, message) => heard.push(`${client.options.clientId} ${message.toString()}`));
      await client.subscribeAsync(topic);
    }
    const given = (deviceId: string) =>
      statusOf(
        "POST",
        edgeLinkPaths.order,
        {
          ...{ [edgeLinkHeaders.sender]: deviceId, [edgeLinkHeaders.topic]: topic },
          ...{ [edgeLinkHeaders.command]: "c-1", [edgeLinkHeaders.expires]: String(clock.now() + 60_000) },
        },
        Buffer.from("restart"),
      );
    expect(await given("gw-1")).toBe(204);
    await eventually(() => expect(heard).toEqual(["gw-1 restart"]));
    await own.endAsync();
    await eventually(() => expect(edge.stats().connections).toBe(1));
    expect(await given("gw-1")).toBe(404);
    expect(heard).toEqual(["gw-1 restart"]);
  });

  it("tells watchers where the journal ends, at once and after commits", async () => {
    const response = await link("GET", edgeLinkPaths.watch);
    const seen: number[] = [];
    createInterface({ input: response }).on("line", (line) => seen.push(edgeState.parse(JSON.parse(line)).sequence));
    await eventually(() => expect(seen.length).toBeGreaterThan(0));
    const client = await gateway();
    await client.publishAsync("park/cement/m-1/telemetry", payload, { qos: 1 });
    await eventually(() => expect(seen.at(-1)).toBe(journal.position().sequence));
    expect(journal.position().sequence).toBe(2);
  });
});
