import fc from "fast-check";
import {
  toRecords,
  journalStart,
  type DeviceDirectory,
  type DeviceId,
  type DeviceIdentity,
  type EnterpriseId,
  type JournalRecord,
  type MeterId,
} from "@smart-park/core";
import { describe, expect, it, vi } from "vitest";
import type { EdgeConfig, EdgeDeps } from "./config.ts";
import { Publishing } from "./publishing.ts";
import { AuditThrottle, RefusalCounter } from "./refusals.ts";
import { Session } from "./session.ts";
import { TelemetryPath, type TelemetryConnection } from "./telemetry-path.ts";

const identity: DeviceIdentity = {
  deviceId: "gw-1" as DeviceId,
  enterpriseId: "cement" as EnterpriseId,
  meterIds: new Set(["m-1", "m-2"] as MeterId[]),
  isService: false,
};
const directory: DeviceDirectory = {
  authenticate: () => identity,
  authenticateStation: () => null,
  current: () => identity,
  meterOwner: (meterId) => (identity.meterIds.has(meterId as MeterId) ? identity.enterpriseId : null),
  reload: () => undefined,
};
const rates = { deviceRate: 0, deviceBurst: 0, enterpriseRate: 0 };
const config: EdgeConfig = { mqtt: { host: "", port: 0 }, ws: null, mqtts: null, linkPath: "", ...rates };

interface Outcome {
  readonly journaled: string[];
  readonly acknowledged: number[];
  passedOn: Buffer;
  isRead: boolean;
}

interface PathUnderTest {
  readonly path: TelemetryPath;
  readonly session: Session;
  readonly outcome: Outcome;
  readonly publishing: Publishing;
}

/** A path over a journal that commits in the next turn; the library's hook is called for each PUBLISH passed on. */
function aPath({ shared, enterpriseRate = 0 }: { shared?: Publishing; enterpriseRate?: number } = {}): PathUnderTest {
  const outcome: Outcome = { journaled: [], acknowledged: [], passedOn: Buffer.alloc(0), isRead: true };
  const appendAll = async (records: readonly JournalRecord[]): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    outcome.journaled.push(...records.map(({ topic, payload }) => `${topic} ${Buffer.from(payload).toString("hex")}`));
  };
  const clock = { now: () => 0 };
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const deps: EdgeDeps = {
    journal: {
      append: (record) => appendAll([record]),
      appendAll,
      appendRun: (run) => appendAll(toRecords(run)),
      position: () => journalStart,
      problem: () => null,
      onCommit: () => () => undefined,
      stop: () => Promise.resolve(),
    },
    directory,
    audit: () => undefined,
    clock,
    logger: silent,
  };
  const audit = new AuditThrottle(() => undefined, clock);
  const publishing = shared ?? new Publishing({ ...config, enterpriseRate }, deps, new RefusalCounter(), audit);
  const session = new Session(identity, { clientId: "gw-1", address: "" }, directory.meterOwner);
  const connection: TelemetryConnection = {
    passOn: (packets) => {
      outcome.passedOn = Buffer.concat([outcome.passedOn, packets]);
    },
    acknowledge: (packets) => {
      for (let at = 0; at < packets.length; at += 4) outcome.acknowledged.push(packets.readUInt16BE(at + 2));
    },
    hold: () => void (outcome.isRead = false),
    release: () => void (outcome.isRead = true),
    destroy: () => undefined,
    destroyed: false,
  };
  const nobody = { isHeard: () => false, deliver: () => undefined };
  return { path: new TelemetryPath(session, publishing, nobody, connection), session, outcome, publishing };
}

function frame(type: number, body: Uint8Array): Buffer {
  const header = [type];
  for (let left = body.length; ; left >>= 7) {
    header.push(left > 127 ? (left & 127) | 128 : left);
    if (left <= 127) return Buffer.concat([Buffer.from(header), body]);
  }
}

const publish = (type: number, topic: string, packetId: number, payload: Uint8Array): Buffer => {
  const id = type === 0x30 ? [] : [packetId >> 8, packetId & 255];
  return frame(type, Buffer.concat([Buffer.from([0, topic.length]), Buffer.from(topic), Buffer.from(id), payload]));
};

const ownTelemetry = fc.record({
  isOwn: fc.constant(true),
  type: fc.constantFrom(0x30, 0x32, 0x3a),
  topic: fc.constantFrom("park/cement/m-1/telemetry", "park/cement/m-2/telemetry", "v1/devices/me/telemetry"),
  packetId: fc.integer({ min: 1, max: 65535 }),
  payload: fc.uint8Array({ maxLength: 300 }),
});
/** Packets that the path must leave to the library. */
const other = fc.oneof(
  fc
    .constantFrom(0x82, 0xa2, 0xc0, 0x40, 0x62)
    .chain((type) => fc.uint8Array({ maxLength: 40 }).map((body) => frame(type, body))),
);
const stream = fc.array(fc.oneof(ownTelemetry, other), { maxLength: 20 });

async function feed(path: TelemetryPath, bytes: Buffer, cuts: readonly number[]): Promise<void> {
  let from = 0;
  for (const cut of [...cuts.map((n) => n % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)) {
    path.take(bytes.subarray(from, cut), 0);
    from = cut;
  }
  await new Promise<void>((resolve) => path.whenIdle(resolve));
}

describe("the short way of telemetry", () => {
  it("takes exactly own telemetry, in order, and passes everything else on unchanged, however the bytes are cut", async () => {
    await fc.assert(
      fc.asyncProperty(stream, fc.array(fc.nat(), { maxLength: 8 }), async (packets, cuts) => {
        const { path, outcome } = aPath();
        const bytes = packets.map((one) =>
          Buffer.isBuffer(one) ? one : publish(one.type, one.topic, one.packetId, one.payload),
        );
        await feed(path, Buffer.concat(bytes), cuts);
        const own = packets.flatMap((one) => (Buffer.isBuffer(one) ? [] : [one]));
        expect(outcome.journaled).toEqual(
          own.map(({ topic, payload }) => `${topic} ${Buffer.from(payload).toString("hex")}`),
        );
        expect(outcome.acknowledged).toEqual(own.filter(({ type }) => type !== 0x30).map(({ packetId }) => packetId));
        expect(outcome.passedOn.equals(Buffer.concat(packets.filter((one) => Buffer.isBuffer(one))))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { name: "a retained message", packet: publish(0x33, "park/cement/m-1/telemetry", 1, Buffer.from("7")) },
    { name: "QoS 2", packet: publish(0x34, "park/cement/m-1/telemetry", 1, Buffer.from("7")) },
    { name: "a status message", packet: publish(0x32, "park/cement/m-1/status", 1, Buffer.from("on")) },
    { name: "another enterprise's meter", packet: publish(0x32, "park/pharma/m-9/telemetry", 1, Buffer.from("7")) },
    { name: "an unknown meter", packet: publish(0x32, "park/cement/new/telemetry", 1, Buffer.from("7")) },
    { name: "a packet without an id", packet: publish(0x32, "park/cement/m-1/telemetry", 0, Buffer.from("7")) },
    { name: "a topic longer than its packet", packet: frame(0x32, Buffer.from([0, 200, 1, 2, 3])) },
  ])("leaves $name to the rules of the library's way, and what follows it too", async ({ packet }) => {
    const { path, session, outcome } = aPath();
    const next = publish(0x32, "park/cement/m-1/telemetry", 2, Buffer.from("8"));
    await feed(path, Buffer.concat([packet, next]), []);
    expect(outcome.journaled).toEqual([]);
    expect(outcome.passedOn.equals(Buffer.concat([packet, next]))).toBe(true);
    // The library has brought both to the rules: from here on the way is free again.
    session.publishesOnLongWay = 0;
    await feed(path, next, []);
    expect(outcome.acknowledged).toEqual([2]);
  });

  it("sets aside what comes above the enterprise's rate, and takes it in its turn, complete and in order", async () => {
    const { path, outcome } = aPath({ enterpriseRate: 20 });
    const ping = frame(0xc0, Buffer.alloc(0));
    const packetIds = Array.from({ length: 45 }, (_, n) => n + 1);
    const sent = packetIds.map((n) => publish(0x32, "park/cement/m-1/telemetry", n, Buffer.from([n])));
    const bytes = Buffer.concat([...sent, ping]);
    // Packets are of 32 bytes; at the 42nd more than a second's worth waits, so the last three pieces are set aside.
    const cuts = [0, 7, 1345, 1346, 1380, bytes.length];
    for (const [n, from] of cuts.entries()) path.take(bytes.subarray(from, cuts[n + 1] ?? from), performance.now());
    expect(outcome.isRead).toBe(false);
    expect(outcome.passedOn).toHaveLength(0);
    await vi.waitFor(() => expect(outcome.passedOn.equals(ping)).toBe(true), 10_000);
    await new Promise<void>((resolve) => path.whenIdle(resolve));
    expect(outcome.acknowledged).toEqual(packetIds);
    expect(outcome.journaled).toHaveLength(packetIds.length);
    expect(outcome.isRead).toBe(true);
  });

  it("takes nothing after DISCONNECT", async () => {
    const { path, outcome } = aPath();
    const telemetry = publish(0x32, "park/cement/m-1/telemetry", 2, Buffer.from("8"));
    await feed(path, Buffer.concat([telemetry, frame(0xe0, Buffer.alloc(0)), telemetry]), []);
    expect(outcome.acknowledged).toEqual([2]);
  });

  it("leaves nothing of a client that breaks the protocol to the next one", async () => {
    const broken = aPath();
    const next = aPath({ shared: broken.publishing });
    const telemetry = publish(0x32, "park/cement/m-1/telemetry", 2, Buffer.from("8"));
    expect(() => broken.path.take(Buffer.concat([telemetry, Buffer.from([0x32, 255, 255, 255, 255, 1])]), 0)).toThrow();
    await feed(next.path, telemetry, []);
    expect([broken.outcome.acknowledged, next.outcome.acknowledged]).toEqual([[], [2]]);
  });
});
