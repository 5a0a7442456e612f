import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import type { AuditEntry, JournalRecord } from "@smart-park/core";
import { encodeFrame } from "@smart-park/core/hj212";
import { openJournalWriter } from "@smart-park/store/journal";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DeviceTable } from "../../../tests/support/device-table.ts";
import { silent } from "../../../tests/support/edge-under-test.ts";
import { defaultStrangerLimits } from "../config.ts";
import { Publishing } from "../publishing.ts";
import { AuditThrottle, RefusalCounter } from "../refusals.ts";
import { GatedJournal } from "../testing/gated-journal.ts";
import { PartTimes } from "./part-times.ts";
import { PasswordBrake } from "./password-brake.ts";
import { stationLimits } from "./station-limits.ts";
import { StationServer } from "./station-server.ts";
import { bytesWithoutPassword, withoutPassword } from "./without-password.ts";

/** The station's end of a connection in memory. */
class Line extends Duplex {
  heard = "";
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.heard += chunk.toString("latin1");
    done();
  }
  say(bytes: Uint8Array | string): void {
    this.push(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  }
}

const frame = (data: string, { mn = "A1", pw = "123456", flag = 5, more = "", cn = "2011" } = {}): Buffer =>
  Buffer.from(encodeFrame(`QN=1;ST=31;CN=${cn};PW=${pw};MN=${mn};Flag=${flag};${more}CP=&&${data}&&`));
const data = "DataTime=20260701080000;a21002-Rtd=1";
const turns = async (count = 20): Promise<void> => {
  for (let n = 0; n < count; n += 1) await new Promise((resolve) => setImmediate(resolve));
};

let folder: string;
let journal: GatedJournal;
let records: JournalRecord[];
let audit: AuditEntry[];
let directory: DeviceTable;
let server: StationServer;
const clock = { now: () => Date.now() };
const unlimited = { deviceRate: 0, deviceBurst: 0, enterpriseRate: 0 };
const serve = (rates = unlimited): StationServer => {
  const deps = { journal, directory, audit: (entry: AuditEntry) => audit.push(entry), clock, logger: silent };
  const throttle = new AuditThrottle(deps.audit, clock);
  const config = { mqtt: { host: "", port: 0 }, ws: null, mqtts: null, linkPath: "" };
  const publishing = new Publishing({ ...config, ...rates }, deps, new RefusalCounter(), throttle);
  return new StationServer(deps, publishing, throttle);
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "stations-"));
  const real = await openJournalWriter({
    ...{ directory: folder, segmentBytes: 1 << 20, maxBytes: 1 << 30, reserveBytes: 0, clock, logger: silent },
  });
  journal = new GatedJournal(real);
  records = [];
  const appendAll = journal.appendAll.bind(journal);
  journal.appendAll = (some) => {
    records.push(...some.map((one) => ({ ...one, payload: Buffer.from(one.payload) })));
    return appendAll(some);
  };
  directory = new DeviceTable({
    s1: { mn: "A1", secret: "123456", enterpriseId: "cement", meterIds: ["m-1"] },
    s2: { mn: "A2", secret: "123456", enterpriseId: "food", meterIds: ["m-2"] },
  });
  audit = [];
  server = serve();
});
afterEach(async () => {
  await server.stop();
  await journal.stop();
  rmSync(folder, { recursive: true, force: true });
});

const connect = (address = "10.0.0.7"): Line => {
  const line = new Line();
  server.accept(line, address);
  return line;
};
const heard = (line: Line, count: number) =>
  vi.waitFor(() => expect(line.heard.match(/CN=9014/g) ?? []).toHaveLength(count), 5000);

describe("an HJ 212 frame", () => {
  it("is answered once it is on disk, and not before", async () => {
    const open = journal.close();
    const line = connect();
    line.say(frame(data));
    await turns();
    expect(records).toHaveLength(1);
    expect(line.heard).toBe("");
    open();
    await heard(line, 1);
  });

  it("is not answered when the disk does not take it, and is when it is sent again", async () => {
    journal.isBroken = true;
    const line = connect();
    line.say(frame(data));
    await turns();
    expect(line.heard).toBe("");
    journal.isBroken = false;
    line.say(frame(data));
    await heard(line, 1);
    expect(line.destroyed).toBe(false);
  });

  it("that is sent again is answered again and kept once; a correction under the same QN is kept", async () => {
    const line = connect();
    for (let n = 1; n <= 3; n += 1) {
      line.say(frame(data));
      await heard(line, n);
    }
    const again = connect();
    again.say(frame(data));
    await heard(again, 1);
    again.say(frame(data.replace("Rtd=1", "Rtd=2")));
    await heard(again, 2);
    expect(records).toHaveLength(2);
    expect(server.fates).toEqual({ repeated: 3 });
  });

  it("is answered although its station says no more, and then the line ends", async () => {
    const open = journal.close();
    const line = connect();
    line.say(frame(data));
    line.push(null);
    await turns();
    expect([line.heard, line.writableEnded]).toEqual(["", false]);
    open();
    await heard(line, 1);
    await vi.waitFor(() => expect(line.writableEnded).toBe(true));
  });

  it("is not answered when its flag asks for none", async () => {
    const line = connect();
    line.say(frame(data, { flag: 4 }));
    await vi.waitFor(() => expect(records).toHaveLength(1));
    await turns();
    expect(line.heard).toBe("");
  });

  it("is kept with its password starred and a right CRC, as of its own station", async () => {
    const line = connect();
    line.say(frame(data, { mn: "A2" }));
    await heard(line, 1);
    expect(records).toMatchObject([{ source: "hj212", sender: "s2", enterpriseId: "food", topic: "hj212" }]);
    const kept = Buffer.from(records[0]?.payload ?? []).toString();
    expect(kept).toBe(frame(data, { mn: "A2", pw: "******" }).toString().trim());
    expect(Buffer.from(bytesWithoutPassword(frame(data))).toString()).not.toContain("123456");
    expect(withoutPassword(frame("Info=x").subarray(0, -2)).length).toBe(frame("Info=x").length - 2);
  });

  it("is kept without its password also where blanks stand around the name", async () => {
    const line = connect();
    line.say(encodeFrame(`QN=1;ST=31;CN=2011; PW =123456;MN=A1;Flag=5;CP=&&${data}&&`));
    await heard(line, 1);
    expect(Buffer.from(records[0]?.payload ?? []).toString()).toContain("; PW =******;MN=A1;");
  });

  it("whose answer would not fit into a frame is set aside, and the next one is taken", async () => {
    const line = connect();
    const long = (length: number) => `QN=${"1".repeat(length)};ST=3;CN=2011;PW=123456;MN=A1;Flag=5;CP=&&&&`;
    line.say(frame(data));
    line.say(encodeFrame(long(1024 - long(0).length)));
    line.say(frame(data.replace("Rtd=1", "Rtd=2")));
    await heard(line, 2);
    expect(records.map(({ topic }) => topic)).toEqual(["hj212", "hj212/bad_frame", "hj212"]);
  });

  it.each([
    ["is repeated", frame(data)],
    ["is a heartbeat", frame("", { cn: "9015" })],
  ])("that %s waits for the rate of its station too", async (_what, again) => {
    const answers = (line: Line) => line.heard.match(/CN=901[34]/g)?.length ?? 0;
    const many = Buffer.concat(Array.from({ length: 40 }, () => again));
    await server.stop();
    server = serve({ deviceRate: 200, deviceBurst: 5, enterpriseRate: 0 });
    const line = connect();
    line.say(again);
    await vi.waitFor(() => expect(answers(line)).toBe(1), 5000);
    line.say(many);
    await turns();
    expect(answers(line)).toBeLessThan(41);
    await vi.waitFor(() => expect(answers(line)).toBe(41), 5000);
    await server.stop();
    server = serve({ deviceRate: 1, deviceBurst: 5, enterpriseRate: 0 });
    const flooded = connect();
    flooded.say(again);
    await vi.waitFor(() => expect(answers(flooded)).toBe(1), 5000);
    flooded.say(many);
    await vi.waitFor(() => expect(flooded.destroyed).toBe(true), 5000);
    expect(audit).toMatchObject([{ action: "hj212.publish", detail: "rate", actor: "s1", result: "denied" }]);
  });

  it("that is a part without a time of its own has that of the part before", async () => {
    const line = connect();
    line.say(frame(data, { flag: 7, more: "PNUM=2;PNO=1;" }));
    line.say(frame("a21026-Rtd=2", { flag: 7, more: "PNUM=2;PNO=2;" }));
    await heard(line, 2);
    expect(records.map(({ topic }) => topic)).toEqual(["hj212", "hj212/at/20260701080000"]);
  });
});

describe("a stranger", () => {
  it.each([
    ["an unknown MN", { mn: "A9" }],
    ["a wrong PW", { pw: "654321" }],
    ["an MN that is none", { mn: "A;1" }],
  ])("with %s is neither answered nor heard any more, counted and told of", async (_what, claim) => {
    const line = connect();
    line.say(Buffer.concat([frame(data, claim), frame(data)]));
    await turns();
    expect({ heard: line.heard, records }).toEqual({ heard: "", records: [] });
    expect(server.counters.refused()).toEqual({ credentials: 1 });
    expect(audit).toMatchObject([{ action: "hj212.connect", result: "denied", enterpriseId: null }]);
    expect(JSON.stringify(audit)).not.toContain("654321");
    expect(line.isPaused()).toBe(true);
  });

  it("may hold so many places, all together and from one address; this machine's own programs are not counted", () => {
    const lines = Array.from({ length: defaultStrangerLimits.perAddress + 1 }, () => connect());
    expect(lines.map(({ destroyed }) => destroyed).indexOf(true)).toBe(defaultStrangerLimits.perAddress);
    expect(connect("10.0.0.8").destroyed).toBe(false);
    expect(connect("127.0.0.1").destroyed).toBe(false);
    expect(server.counters.refused()).toEqual({ strangers: 1 });
  });

  it("that sends bad frames is cut at the sixth; of a known station more are borne, and both are kept", async () => {
    const bad = frame(data).toString().replace("Rtd=1", "Rtd=7");
    const ofNobody = bad.replace("PW=123456", "PW=654321");
    const line = connect();
    line.say(ofNobody + bad.repeat(stationLimits.strangerFaults - 1));
    await turns();
    expect(line.destroyed).toBe(false);
    line.say(bad);
    await turns();
    expect(line.destroyed).toBe(true);
    const known = connect();
    known.say(frame(data));
    await heard(known, 1);
    known.say(bad.repeat(stationLimits.faultsPerMinute));
    await turns();
    expect(known.destroyed).toBe(false);
    known.say(bad);
    await turns();
    expect(known.destroyed).toBe(true);
    const kept = records.filter(({ topic }) => topic === "hj212/bad_crc");
    expect(kept.filter(({ sender }) => sender === "s1")).toHaveLength(
      stationLimits.strangerFaults + stationLimits.faultsPerMinute + 1,
    );
    expect(kept.filter(({ sender, enterpriseId }) => sender === "" && enterpriseId === "")).toHaveLength(1);
    expect(JSON.stringify(kept.map(({ payload }) => Buffer.from(payload).toString()))).not.toMatch(/123456|654321/);
  });

  it("has so many of its bad frames kept, and the rest counted", async () => {
    const bad = frame(data, { mn: "A9" }).toString().replace("Rtd=1", "Rtd=7");
    const most = stationLimits.strayFrames.burst;
    for (let n = 0; n < most + 5; n += 1) connect().say(bad);
    await turns();
    expect(records).toHaveLength(most);
    expect(server.fates).toEqual({ bad_crc: most + 5 });
  });

  it("has so many kept of each station that its bad frames name rightly", async () => {
    const bad = frame(data).toString().replace("Rtd=1", "Rtd=7");
    const most = stationLimits.strayFrames.burst;
    for (let n = 0; n < most + 5; n += 1) connect().say(bad);
    await turns();
    expect(records.map(({ sender }) => sender)).toEqual(Array.from({ length: most }, () => "s1"));
  });

  it("is cut after two minutes, whatever bad frames it sends meanwhile", async () => {
    vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] });
    const watched = serve();
    try {
      const line = new Line();
      watched.accept(line, "10.0.0.7");
      for (const waitMs of [60_000, stationLimits.strangerMs - 60_000]) {
        expect(line.destroyed).toBe(false);
        line.say(frame(data, { mn: "A9" }).toString().replace("Rtd=1", "Rtd=7"));
        await turns();
        vi.advanceTimersByTime(waitMs);
      }
      expect(line.destroyed).toBe(false);
      vi.advanceTimersByTime(stationLimits.silenceCheckMs);
      expect(line.destroyed).toBe(true);
    } finally {
      await watched.stop();
      vi.useRealTimers();
    }
  });

  it("that speaks no HJ 212 at all is cut", async () => {
    const line = connect();
    line.say("GET / HTTP/1.1\r\n".repeat(1025));
    await turns();
    expect(line.destroyed).toBe(true);
  });

  it("that guesses is not looked at for a while, longer each time; from elsewhere the station comes in", () => {
    const brake = new PasswordBrake();
    const guess = (now: number): void => brake.noteWrong("10.0.0.7", "A1", now);
    for (let n = 1; n < stationLimits.wrongTries; n += 1) guess(n);
    expect(brake.isHeld("10.0.0.7", "A1", 5)).toBe(false);
    guess(5);
    expect([10_004, 10_005].map((now) => brake.isHeld("10.0.0.7", "A1", now))).toEqual([true, false]);
    expect(brake.isHeld("10.0.0.8", "A1", 6)).toBe(false);
    guess(10_005);
    expect([30_004, 30_005].map((now) => brake.isHeld("10.0.0.7", "A1", now))).toEqual([true, false]);
    brake.noteRight("10.0.0.7", "A1");
    guess(30_010);
    expect(brake.isHeld("10.0.0.7", "A1", 30_011)).toBe(false);
  });
});

describe("a connection that speaks for several stations", () => {
  const wrong = (mn: string): Buffer => frame(data, { mn, pw: "654321" });
  const open = async (...stations: string[]): Promise<Line> => {
    const line = connect();
    for (const mn of stations) line.say(frame(data, { mn }));
    await heard(line, stations.length);
    records = [];
    return line;
  };

  it("goes on although one of them is shut out or not known, however often that one repeats itself", async () => {
    const line = await open("A1");
    line.say(Buffer.concat([...Array.from({ length: 100 }, () => wrong("A9")), frame(data, { mn: "A2" })]));
    await heard(line, 2);
    expect(records.map(({ sender }) => sender)).toEqual(["s2"]);
    expect(server.counters.refused()).toEqual({ credentials: 100 });
  });

  it("is cut when it gives more wrong names than a minute bears", async () => {
    const line = await open("A1");
    const guesses = (from: number, count: number) => Array.from({ length: count }, (_, n) => wrong(`B${from + n}`));
    line.say(Buffer.concat(guesses(0, stationLimits.faultsPerMinute)));
    await turns();
    expect(line.destroyed).toBe(false);
    line.say(Buffer.concat(guesses(stationLimits.faultsPerMinute, 1)));
    await turns();
    expect(line.destroyed).toBe(true);
  });

  it.each([
    ["of the station it names, not of the last one", ["A1", "A2"], "MN=A1", "s1"],
    ["nobody's with a damaged MN, where they are of two enterprises", ["A1", "A2"], "MN=;1", ""],
    ["nobody's when it names one that the connection does not speak for", ["A1"], "MN=A2", ""],
    ["of the last one with a damaged MN, where all are one enterprise's", ["A1"], "MN=;1", "s1"],
  ])("sets a damaged frame aside as %s", async (_what, stations, mn, sender) => {
    const line = await open(...stations);
    line.say(frame(data, { pw: "xxxxxx" }).toString().replace("MN=A1", mn).replace("Rtd=1", "Rtd=7"));
    await vi.waitFor(() => expect(records).toMatchObject([{ topic: "hj212/bad_crc", sender }]));
  });
});

describe("connections of one station", () => {
  const most = stationLimits.connectionsPerStation;
  /** Different frames: the same one would be told from memory. */
  const speak = async (line: Line, n: number, mn = "A1"): Promise<void> => {
    line.say(frame(data.replace("Rtd=1", `Rtd=${n}`), { mn }));
    await heard(line, 1);
  };

  it("are few: one more ends the oldest, and those of others stand", async () => {
    const other = connect();
    await speak(other, 0, "A2");
    const lines = Array.from({ length: most + 2 }, () => connect());
    for (const [n, line] of lines.entries()) await speak(line, n);
    await vi.waitFor(() => expect(server.connections).toBe(most + 1));
    expect(lines.map(({ destroyed }) => destroyed)).toEqual(lines.map((_, n) => n < 2));
    expect(other.destroyed).toBe(false);
  });

  it("do not end a line that another station speaks on too: then the newest is turned away", async () => {
    const shared = Array.from({ length: most }, () => connect());
    for (const [n, line] of shared.entries()) {
      await speak(line, n);
      line.say(frame(data.replace("Rtd=1", `Rtd=${100 + n}`), { mn: "A2" }));
      await heard(line, 2);
    }
    const late = connect();
    late.say(frame(data.replace("Rtd=1", "Rtd=500")));
    await vi.waitFor(() => expect(late.destroyed).toBe(true), 5000);
    expect([late.heard, shared.filter(({ destroyed }) => destroyed)]).toEqual(["", []]);
    expect(audit.at(-1)).toMatchObject({ result: "denied", detail: `more than ${most} connections of one station` });
  });
});

describe("parts of a message", () => {
  const part = (text: string) => ({
    ...{ qn: null, st: "31", cn: "2051", mn: "A1", pw: "", flag: 6, part: { number: 1, of: 2 }, data: text },
  });
  it.each([
    [59_999, "20260701080000"],
    [60_000, "20260701080000"],
    [60_001, null],
  ])("belong together after %i ms: %j", (later, dataTime) => {
    const times = new PartTimes();
    expect(times.take(part(data), 0)).toBeNull();
    expect(times.take(part("a21026-Rtd=2"), later)).toBe(dataTime);
  });
});
