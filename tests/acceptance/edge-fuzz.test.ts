// nightly: 14 min
import { connect } from "node:net";
import { Duplex } from "node:stream";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { journalStart, type JournalWriter } from "@smart-park/core";
import { MqttBroker } from "../../broker/src/mqtt-broker.ts";
import { Publishing } from "../../broker/src/publishing.ts";
import { AuditThrottle, RefusalCounter } from "../../broker/src/refusals.ts";
import { DeviceTable } from "../support/device-table.ts";
import { silent, startEdgeUnderTest, type EdgeUnderTest } from "../support/edge-under-test.ts";
import {
  connackFrame,
  connectFrame,
  disconnectFrame,
  frame,
  pingFrame,
  publishFrame,
  subscribeFrame,
} from "../support/mqtt-frames.ts";
import { RawMqtt } from "../support/raw-mqtt.ts";
import { sized } from "../support/size.ts";

/** What ends a run: so many packets, or, except at night, this much time on a slow machine. */
const inMemory = sized({ packets: 200_000, ms: 15_000 }, { packets: 10_000_000, ms: Infinity });
const overSockets = sized({ packets: 20_000, ms: 6000 }, { packets: 200_000, ms: Infinity });
const devices = {
  "gw-1": { secret: "secret", enterpriseId: "cement", meterIds: ["m-1"] },
  good: { secret: "secret", enterpriseId: "cement", meterIds: ["m-2"] },
};
const login = connectFrame({ clientId: "gw-1", username: "gw-1", password: "secret" });
const topic = "park/cement/m-1/telemetry";

const validPackets = [
  publishFrame({ topic, payload: '{"values":{"activePower":1}}', qos: 0 }),
  publishFrame({ topic, payload: '{"values":{"activePower":1}}', qos: 1, packetId: 1 }),
  publishFrame({ topic, payload: "x".repeat(300), qos: 1, packetId: 2, isRepeat: true }),
  publishFrame({ topic, payload: "x", qos: 2, packetId: 3 }),
  publishFrame({ topic: "park/cement/m-1/status", payload: "on", qos: 1, packetId: 4, retain: true }),
  subscribeFrame(5, "park/cement/m-1/command", 1),
  frame(0xa2, Buffer.from([0, 6, 0, 1, 0x61])),
  frame(0x62, Buffer.from([0, 3])),
  frame(0x40, Buffer.from([0, 1])),
  pingFrame,
  disconnectFrame,
  login,
];

const anyBytes = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
const valid = fc.constantFrom(...validPackets);
const generated = fc.tuple(fc.nat(255), anyBytes).map(([type, body]) => frame(type, body));
/** A valid packet with some of its bytes changed, so that lengths lie too. */
const mutated = fc
  .tuple(valid, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }))
  .map(([packet, changes]) => {
    const bytes = Buffer.from(packet);
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    return bytes;
  });
const packet = fc.oneof({ weight: 4, arbitrary: valid }, { weight: 4, arbitrary: mutated }, generated, anyBytes);
const conversation = fc.record({
  isLoggedIn: fc.boolean(),
  packets: fc.array(packet, { minLength: 1, maxLength: 20 }),
  cuts: fc.array(fc.nat(), { maxLength: 4 }),
});

let park: EdgeUnderTest;
let broker: MqttBroker;
const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);
beforeAll(async () => {
  process.on("uncaughtExceptionMonitor", note);
  park = await startEdgeUnderTest({ devices, arrivalRate: 0 });
  broker = await startBroker();
});
afterAll(async () => {
  process.off("uncaughtExceptionMonitor", note);
  await broker.stop();
  await park.stop();
});

/** The broker without sockets, over a journal that takes everything at once. */
function startBroker(): Promise<MqttBroker> {
  const journal: JournalWriter = {
    append: () => Promise.resolve(),
    appendAll: () => Promise.resolve(),
    appendRun: () => Promise.resolve(),
    position: () => journalStart,
    problem: () => null,
    onCommit: () => () => undefined,
    stop: () => Promise.resolve(),
  };
  const clock = { now: () => Date.now() };
  const audit = new AuditThrottle(() => undefined, clock);
  const deps = { journal, directory: new DeviceTable(devices), audit: () => undefined, clock, logger: silent };
  const rates = { deviceRate: 0, deviceBurst: 0, enterpriseRate: 0 };
  const config = { mqtt: { host: "", port: 0 }, ws: null, mqtts: null, linkPath: "", ...rates };
  return MqttBroker.start(deps, new Publishing(config, deps, new RefusalCounter(), audit), audit, {
    arrivalRate: 0,
  });
}

/** The client's end of a connection in memory. */
class Peer extends Duplex {
  #heard: Buffer = Buffer.alloc(0);

  get wasLetIn(): boolean {
    return this.#heard.indexOf(connackFrame) === 0;
  }

  /** The last thing it says is PINGREQ. */
  get hasPong(): boolean {
    return this.#heard.at(-2) === 0xd0;
  }

  override _read(): void {}
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#heard = Buffer.concat([this.#heard, chunk]);
    done();
  }
}

/** Conversations that began with a login, and those of them that were let in: the rest would have tested nothing. */
const logins = { said: 0, letIn: 0 };

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function sayInPieces(send: (bytes: Buffer) => unknown, bytes: Buffer, cuts: readonly number[]): Promise<void> {
  let from = 0;
  for (const cut of [...cuts.map((n) => n % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)) {
    if (cut > from) send(bytes.subarray(from, cut));
    from = cut;
    await turn();
  }
}

async function sayInMemory(bytes: Buffer, cuts: readonly number[], isLoggedIn: boolean): Promise<void> {
  const peer = new Peer();
  const closed = new Promise((resolve) => peer.once("close", resolve));
  broker.accept(peer, "127.0.0.1");
  await sayInPieces((piece) => peer.destroyed || peer.push(piece), Buffer.concat([bytes, pingFrame]), cuts);
  // A packet that claims to be longer than it is swallows PINGREQ.
  for (let n = 0; n < 20 && !peer.destroyed && !peer.hasPong; n += 1) await turn();
  peer.destroy();
  await closed;
  logins.said += Number(isLoggedIn);
  logins.letIn += Number(isLoggedIn && peer.wasLetIn);
}

async function sayOverSocket(bytes: Buffer, cuts: readonly number[]): Promise<void> {
  const socket = connect({ port: park.port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => undefined);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.resume();
  await sayInPieces((piece) => socket.write(piece), bytes, cuts);
  socket.end();
  // Who was not let in may be left waiting for its time-out.
  const timer = setTimeout(() => socket.destroy(), 50);
  await closed;
  clearTimeout(timer);
}

/** Random conversations until the bound is reached; gives the number of packets. A failure is told with its seed. */
async function fuzz(say: typeof sayInMemory, bound: { packets: number; ms: number }): Promise<number> {
  let packets = 0;
  const until = performance.now() + bound.ms;
  const lanes = 8;
  const property = fc.asyncProperty(fc.array(conversation, { minLength: lanes, maxLength: lanes }), async (all) => {
    await Promise.all(
      all.map(({ isLoggedIn, packets: said, cuts }) => {
        packets += said.length;
        return say(Buffer.concat(isLoggedIn ? [login, ...said] : said), cuts, isLoggedIn);
      }),
    );
    expect(uncaught).toEqual([]);
  });
  while (packets < bound.packets && performance.now() < until) await fc.assert(property, { numRuns: 50 });
  return packets;
}

async function isStillWorking(): Promise<boolean> {
  const client = await RawMqtt.connect(park.port, { clientId: "good", username: "good", password: "secret" });
  client.publish({ topic: "park/cement/m-2/telemetry", payload: "7", qos: 1, packetId: 9 });
  await client.until(() => client.acknowledged.includes(9));
  client.socket.destroy();
  return true;
}

describe("whatever a client sends", () => {
  it.each([
    { name: "in memory", say: sayInMemory, bound: inMemory, least: sized(10_000, inMemory.packets) },
    { name: "over sockets", say: sayOverSocket, bound: overSockets, least: sized(1000, overSockets.packets) },
  ])("ends nothing but its own connection ($name)", async ({ say, bound, least }) => {
    const packets = await fuzz(say, bound);
    expect(uncaught).toEqual([]);
    expect(await isStillWorking()).toBe(true);
    expect(packets).toBeGreaterThanOrEqual(least);
    expect(logins.letIn / logins.said).toBeGreaterThan(0.95);
  });
});
