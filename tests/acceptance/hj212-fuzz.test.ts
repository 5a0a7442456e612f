// nightly: 12 min
import { connect } from "node:net";
import { Duplex } from "node:stream";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { journalStart, type JournalWriter } from "@smart-park/core";
import { Publishing } from "../../broker/src/publishing.ts";
import { AuditThrottle, RefusalCounter } from "../../broker/src/refusals.ts";
import { StationServer } from "../../broker/src/stations/station-server.ts";
import { DeviceTable } from "../support/device-table.ts";
import { silent, startEdgeUnderTest, type EdgeUnderTest } from "../support/edge-under-test.ts";
import { RawStation, stationFrame } from "../support/raw-station.ts";
import { sized } from "../support/size.ts";

/** What ends a run: so many frames, or, except at night, this much time on a slow machine. */
const inMemory = sized({ frames: 40_000, ms: 2500 }, { frames: 10_000_000, ms: Infinity });
const overSockets = sized({ frames: 3000, ms: 1500 }, { frames: 200_000, ms: Infinity });
const known = { mn: "A1", pw: "123456" };
const devices = {
  st: { mn: known.mn, secret: known.pw, enterpriseId: "cement", meterIds: ["m-1"] },
  good: { mn: "GOOD", secret: known.pw, enterpriseId: "cement", meterIds: ["m-2"] },
};
const data = "DataTime=20260701080000;a21002-Rtd=130.5,a21002-ZsRtd=142.25,a21002-Flag=N";

const validFrames = [
  stationFrame({ ...known, data }),
  stationFrame({ ...known, data, cn: "2051", flag: 7, more: "PNUM=2;PNO=1;" }),
  stationFrame({ ...known, data: "a21026-Avg=1", cn: "2051", flag: 7, more: "PNUM=2;PNO=2;" }),
  stationFrame({ ...known, data: "", cn: "9015" }),
  stationFrame({ ...known, data: "PolId=w01018", cn: "1013" }),
  stationFrame({ ...known, data: `Info=${"x".repeat(900)}`, cn: "3020" }),
  stationFrame({ mn: "NOBODY", pw: "1", data }),
  stationFrame({ mn: "GOOD", pw: known.pw, data }),
];
const anyBytes = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
const valid = fc.nat(validFrames.length - 1).map((n) => validFrames[n] ?? Buffer.alloc(0));
/** Text that looks like a frame, with a length and a CRC that may be anything. */
const generated = fc
  .tuple(fc.nat(9999), fc.stringMatching(/^[A-Za-z0-9=;&,{-]{0,60}$/), fc.stringMatching(/^[0-9A-Fa-f]{4}$/))
  .map(([length, text, crc]) => Buffer.from(`##${String(length).padStart(4, "0")}${text}CP=&&${text}&&${crc}\r\n`));
const mutated = fc
  .tuple(valid, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }), fc.nat(3))
  .map(([frame, changes, cutOff]) => {
    const bytes = Buffer.from(frame);
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    return bytes.subarray(0, bytes.length - cutOff);
  });
const frame = fc.oneof({ weight: 4, arbitrary: valid }, { weight: 4, arbitrary: mutated }, generated, anyBytes);
const conversation = fc.record({
  frames: fc.array(frame, { minLength: 1, maxLength: 12 }),
  cuts: fc.array(fc.nat(), { maxLength: 4 }),
});

let park: EdgeUnderTest;
let server: StationServer;
let kept = 0;
const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);
beforeAll(async () => {
  process.on("uncaughtExceptionMonitor", note);
  park = await startEdgeUnderTest({ devices });
  server = startServer();
});
afterAll(async () => {
  process.off("uncaughtExceptionMonitor", note);
  await server.stop();
  await park.stop();
});

/** Without sockets, over a journal that takes everything at once. */
function startServer(): StationServer {
  const take = (): Promise<void> => {
    kept += 1;
    return Promise.resolve();
  };
  const journal: JournalWriter = {
    ...{ append: take, appendAll: take, appendRun: take, position: () => journalStart, problem: () => null },
    ...{ onCommit: () => () => undefined, stop: () => Promise.resolve() },
  };
  const clock = { now: () => Date.now() };
  const audit = new AuditThrottle(() => undefined, clock);
  // A defect would be caught and logged: here it is one that fails.
  const logger = { ...silent, error: note };
  const deps = { journal, directory: new DeviceTable(devices), audit: () => undefined, clock, logger };
  const rates = { deviceRate: 0, deviceBurst: 0, enterpriseRate: 0 };
  const config = { mqtt: { host: "", port: 0 }, ws: null, mqtts: null, linkPath: "", ...rates };
  return new StationServer(deps, new Publishing(config, deps, new RefusalCounter(), audit), audit);
}

class Peer extends Duplex {
  override _read(): void {}
  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    done();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function sayInPieces(send: (bytes: Buffer) => unknown, bytes: Buffer, cuts: readonly number[]): Promise<void> {
  let from = 0;
  for (const cut of [...cuts.map((n) => n % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)) {
    if (cut > from) send(bytes.subarray(from, cut));
    from = cut;
    await turn();
  }
}

async function sayInMemory(bytes: Buffer, cuts: readonly number[]): Promise<void> {
  const peer = new Peer();
  const closed = new Promise((resolve) => peer.once("close", resolve));
  server.accept(peer, "127.0.0.1");
  await sayInPieces((piece) => peer.destroyed || peer.push(piece), bytes, cuts);
  peer.destroy();
  await closed;
}

async function sayOverSocket(bytes: Buffer, cuts: readonly number[]): Promise<void> {
  const socket = connect({ port: park.hj212Port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => undefined);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.resume();
  await sayInPieces((piece) => socket.write(piece), bytes, cuts);
  socket.end();
  // Who was turned away is left waiting.
  const timer = setTimeout(() => socket.destroy(), 50);
  await closed;
  clearTimeout(timer);
}

/** Random conversations until the bound is reached; gives the number of frames. A failure is told with its seed. */
async function fuzz(say: typeof sayInMemory, bound: { frames: number; ms: number }): Promise<number> {
  let frames = 0;
  const until = performance.now() + bound.ms;
  const lanes = 8;
  const property = fc.asyncProperty(fc.array(conversation, { minLength: lanes, maxLength: lanes }), async (all) => {
    await Promise.all(
      all.map(({ frames: said, cuts }) => {
        frames += said.length;
        return say(Buffer.concat(said), cuts);
      }),
    );
    expect(uncaught).toEqual([]);
  });
  while (frames < bound.frames && performance.now() < until) await fc.assert(property, { numRuns: 50 });
  return frames;
}

describe("whatever a station sends", () => {
  it.each([
    { name: "in memory", say: sayInMemory, bound: inMemory, least: sized(1000, inMemory.frames), taken: () => kept },
    {
      ...{ name: "over sockets", say: sayOverSocket, bound: overSockets, least: sized(400, overSockets.frames) },
      taken: () => park.edge.stats().accepted.hj212,
    },
  ])("ends nothing but its own connection ($name)", async ({ say, bound, least, taken }) => {
    const frames = await fuzz(say, bound);
    expect(uncaught).toEqual([]);
    const station = await RawStation.connect(park.hj212Port);
    expect((await station.ask(stationFrame({ mn: "GOOD", pw: known.pw, data }))).cn).toBe("9014");
    station.socket.destroy();
    expect(frames).toBeGreaterThanOrEqual(least);
    // The right ones among them came through: the rest would have tested nothing.
    expect(taken()).toBeGreaterThan(frames / 50);
  });
});
