// nightly: 1 min
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { journaledTexts, startEdgeUnderTest, type EdgeUnderTest } from "../support/edge-under-test.ts";
import { publishFrame, subscribeFrame } from "../support/mqtt-frames.ts";
import { RawMqtt } from "../support/raw-mqtt.ts";
import { sized } from "../support/size.ts";

const frozenCount = 20;
const rounds = Array.from({ length: sized(5, 20) }, (_, n) => n + 1);
const services = Object.fromEntries(
  Array.from({ length: frozenCount }, (_, n) => [
    `screen-${n}`,
    { secret: "secret", enterpriseId: "", meterIds: [], isService: true },
  ]),
);
const devices = {
  ...services,
  "gw-1": { secret: "secret", enterpriseId: "cement", meterIds: ["m-1"] },
  "gw-2": { secret: "secret", enterpriseId: "cement", meterIds: ["m-2"] },
};
const topic = "park/cement/m-1/telemetry";

let park: EdgeUnderTest;
beforeEach(async () => {
  park = await startEdgeUnderTest({ devices });
});
afterEach(() => park.stop());

const connect = (id: string, keepaliveS = 60, clientId = id): Promise<RawMqtt> =>
  RawMqtt.connect(park.port, { clientId, username: id, password: "secret", keepaliveS });

/** Publishes and waits for all answers; rejects when the connection is lost. */
async function publish(client: RawMqtt, count: number, payload: Uint8Array): Promise<void> {
  const before = client.acknowledged.length;
  for (let n = 1; n <= count; n += 1) client.publish({ topic, payload, qos: 1, packetId: n });
  await client.until(() => client.acknowledged.length === before + count);
}

/** A service that listens to everything and never reads it. */
async function connectFrozen(id: string): Promise<RawMqtt> {
  const client = await connect(id);
  client.socket.write(subscribeFrame(1, "park/#"));
  await client.until(() => client.granted.length === 1);
  client.socket.pause();
  return client;
}

describe("subscribers that do not read", () => {
  it.each(rounds)(
    `hold up nobody, ${frozenCount} of them, and leave one after the other without harm (%i)`,
    async () => {
      const frozen: RawMqtt[] = [];
      for (let n = 0; n < frozenCount; n += 1) frozen.push(await connectFrozen(`screen-${n}`));
      const device = await connect("gw-1");
      const large = Buffer.alloc(64 * 1024, "7");
      let large20s = 0;
      // Until the buffers between broker and subscribers are full and deliveries have to be left out.
      await vi.waitFor(
        async () => {
          await publish(device, 20, large);
          large20s += 1;
          expect(park.edge.stats().droppedDeliveries).toBeGreaterThan(frozenCount);
        },
        { timeout: 60_000, interval: 1 },
      );
      // Each leaves with a backlog while messages are on their way.
      for (const [n, client] of frozen.entries()) {
        const answered = publish(device, 20, Buffer.from(`after ${n}`));
        client.socket.destroy();
        await answered;
      }
      await vi.waitFor(() => expect(park.edge.stats().connections).toBe(1), 10_000);
      // What was acknowledged is in the journal, each message once, and nothing else is.
      const journaled = await journaledTexts(park.journalFolder);
      expect(journaled.filter((text) => text.length === large.length)).toHaveLength(20 * large20s);
      expect(journaled.filter((text) => text.startsWith("after"))).toHaveLength(20 * frozenCount);
      expect(journaled).toHaveLength(device.acknowledged.length);
    },
  );
});

describe("a subscriber that reads", () => {
  it("hears every message, also when many come while it is busy for a moment", async () => {
    const [reader, device] = [await connect("screen-0"), await connect("gw-1")];
    reader.socket.write(subscribeFrame(1, "park/#"));
    await reader.until(() => reader.granted.length === 1);
    const burst = Array.from({ length: 2000 }, (_, n) =>
      publishFrame({ topic, payload: `${n}`.padEnd(150), qos: 1, packetId: n + 1 }),
    );
    reader.socket.pause();
    device.socket.write(Buffer.concat(burst));
    await device.until(() => device.acknowledged.length === burst.length);
    reader.socket.resume();
    await vi.waitFor(() => expect(reader.heard).toHaveLength(burst.length), 5000);
    expect(park.edge.stats().droppedDeliveries).toBe(0);
  });
});

describe("connections without an end", () => {
  it("closes who has been silent for one and a half keep-alives, not who only sends telemetry", async () => {
    const [silent, busy] = [await connect("gw-2", 10), await connect("gw-1", 10)];
    const sending = setInterval(() => busy.publish({ topic, payload: "7", qos: 0 }), 2000);
    const from = performance.now();
    await silent.closed;
    const seconds = (performance.now() - from) / 1000;
    expect(seconds).toBeGreaterThan(14);
    clearInterval(sending);
    // Nearly all that time it sent nothing but telemetry, and is answered still.
    await publish(busy, 1, Buffer.from("8"));
  });

  it("gives a client id to its newest connection and closes the one before", async () => {
    const first = await connect("gw-1");
    const second = await connect("gw-1");
    await first.closed;
    await publish(second, 3, Buffer.from("7"));
    await vi.waitFor(() => expect(park.edge.stats().connections).toBe(1));
  });

  it("keeps two connections of one device apart when their client ids differ", async () => {
    const [first, second] = [await connect("gw-1", 60, "gw-1:a"), await connect("gw-1", 60, "gw-1:b")];
    await Promise.all([publish(first, 3, Buffer.from("7")), publish(second, 3, Buffer.from("8"))]);
  });
});
