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
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "stations-"));
  const clock = { now: () => Date.now() };
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
  const deps = { journal, directory, audit: (entry: AuditEntry) => audit.push(entry), clock, logger: silent };
  const throttle = new AuditThrottle(deps.audit, clock);
  const config = { mqtt: { host: "", port: 0 }, ws: null, mqtts: null, linkPath: "" };
  const rates = { deviceRate: 0, deviceBurst: 0, enterpriseRate: 0 };
  server = new StationServer(
    deps,
    new Publishing({ ...config, ...rates }, deps, new RefusalCounter(), throttle),
    throttle,
  );
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
