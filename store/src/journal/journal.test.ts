import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  journalSources,
  journalStart,
  type DeviceId,
  type EnterpriseId,
  type JournalEntry,
  type JournalPosition,
  type JournalReader,
  type JournalRecord,
  type Logger,
} from "@smart-park/core";
import { realDisk, type JournalDisk, type JournalFile } from "./disk.ts";
import { openJournalReader } from "./reader.ts";
import { recover } from "./recovery.ts";
import { toSegmentName } from "./segment.ts";
import { openJournalWriter, type JournalWriterOptions } from "./writer.ts";

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => 1_790_000_000_000 };
const KiB = 1024;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "journal-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const openWriter = (change: Partial<JournalWriterOptions> = {}, disk?: JournalDisk, logger = silent) =>
  openJournalWriter(
    { directory, segmentBytes: 64 * KiB, maxBytes: 64 * 1024 * KiB, reserveBytes: 0, logger, clock, ...change },
    disk,
  );
const openReader = (keepBytes = 0) => openJournalReader({ directory, keepBytes, logger: silent });

const aRecord = (text: string, change: Partial<JournalRecord> = {}): JournalRecord => ({
  source: "mqtt",
  receivedAt: 1_790_000_000_000,
  sender: "gw-1" as DeviceId,
  enterpriseId: "cement" as EnterpriseId,
  topic: "park/cement/m-1/telemetry",
  payload: Buffer.from(text),
  ...change,
});

async function readAll(
  reader: JournalReader,
  from: JournalPosition = journalStart,
  limit = 100,
): Promise<JournalEntry[]> {
  const all: JournalEntry[] = [];
  for (let position = from; ;) {
    const entries = await reader.read(position, limit, 16 * KiB);
    const last = entries.at(-1);
    if (last === undefined) return all;
    all.push(...entries);
    position = last.position;
  }
}

async function textsFrom(reader: JournalReader, from?: JournalPosition): Promise<string[]> {
  return (await readAll(reader, from)).map(({ record }) => Buffer.from(record.payload).toString());
}

async function textsInJournal(): Promise<string[]> {
  const reader = await openReader();
  try {
    return await textsFrom(reader);
  } finally {
    await reader.stop();
  }
}

async function writeAll(texts: readonly string[], segmentBytes = 64 * KiB): Promise<void> {
  const writer = await openWriter({ segmentBytes });
  await Promise.all(texts.map((text) => writer.append(aRecord(text))));
  await writer.stop();
}

const numbered = (count: number, from = 0): string[] => Array.from({ length: count }, (_, n) => `reading ${from + n}`);

const text = fc.string({ unit: "grapheme", maxLength: 40 });
const anyRecord: fc.Arbitrary<JournalRecord> = fc.record({
  source: fc.constantFrom(...journalSources),
  receivedAt: fc.maxSafeNat(),
  sender: text.map((id) => id as DeviceId),
  enterpriseId: text.map((id) => id as EnterpriseId),
  topic: text,
  payload: fc.uint8Array({ maxLength: 3000 }),
});

describe("journal", () => {
  it("gives back every record as it was written, in order, for any segment size and across restarts", async () => {
    const scenario = fc.record({
      runs: fc.array(fc.array(anyRecord, { maxLength: 12 }), { minLength: 1, maxLength: 3 }),
      segmentBytes: fc.integer({ min: 200, max: 20_000 }),
      limit: fc.integer({ min: 1, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ runs, segmentBytes, limit }) => {
        directory = await mkdtemp(join(tmpdir(), "journal-any-"));
        for (const records of runs) {
          const writer = await openWriter({ segmentBytes });
          await Promise.all(records.map((record) => writer.append(record)));
          await writer.stop();
        }
        const reader = await openReader();
        const entries = await readAll(reader, journalStart, limit);
        const toPlain = (record: JournalRecord) => ({ ...record, payload: [...record.payload] });
        expect(entries.map(({ record }) => toPlain(record))).toEqual(runs.flat().map(toPlain));
        expect(entries.map(({ position }) => position.sequence)).toEqual(runs.flat().map((_, index) => index + 1));
        await reader.stop();
        await rm(directory, { recursive: true });
      }),
      { numRuns: 15 },
    );
  });

  it("reads on from any stored position without repeating or missing a record", async () => {
    await writeAll(numbered(40), 500);
    const reader = await openReader();
    const entries = await readAll(reader);
    for (const [index, { position }] of entries.entries())
      expect(await textsFrom(reader, position)).toEqual(numbered(40).slice(index + 1));
    await reader.stop();
  });

  it("tells the position after the last durable record and calls back after commits", async () => {
    const writer = await openWriter();
    const seen: number[] = [];
    const end = writer.onCommit(({ sequence }) => seen.push(sequence));
    await writer.append(aRecord("one"));
    await writer.append(aRecord("two"));
    end();
    await writer.append(aRecord("three"));
    expect(seen).toEqual([1, 2]);
    const reader = await openReader();
    expect((await readAll(reader)).at(-1)?.position).toEqual(writer.position());
    await reader.stop();
    await writer.stop();
  });

  it("refuses a second writer, a limit below two segments, and a folder that cannot be written", async () => {
    const writer = await openWriter();
    if (process.platform === "linux")
      await expect(openWriter()).rejects.toMatchObject({ code: "config_invalid", message: /in use/ });
    await writer.stop();
    await expect(openWriter({ segmentBytes: 10, maxBytes: 19 })).rejects.toMatchObject({ code: "config_invalid" });
    const file = join(directory, "a-file");
    await writeFile(file, "");
    const inFile = { directory: join(file, "journal"), segmentBytes: KiB, maxBytes: KiB * KiB, reserveBytes: 0 };
    await expect(openJournalWriter({ ...inFile, logger: silent, clock })).rejects.toMatchObject({
      code: "config_invalid",
      message: `The journal folder ${inFile.directory} cannot be written (ENOTDIR).`,
    });
  });

  it("refuses a record that is too large and goes on", async () => {
    const writer = await openWriter();
    const large = writer.append(aRecord("", { payload: Buffer.alloc(5 * 1024 * KiB) }));
    await expect(large).rejects.toMatchObject({ code: "too_large" });
    await writer.append(aRecord("", { payload: Buffer.alloc(1024 * KiB) }));
    await writer.stop();
    expect((await textsInJournal()).map(({ length }) => length)).toEqual([1024 * KiB]);
  });
});

describe("journal retention", () => {
  it("deletes confirmed segments beyond what is kept, never what is not confirmed", async () => {
    await writeAll(numbered(100), 300 * KiB);
    const reader = await openReader(1);
    const writer = await openWriter({ segmentBytes: KiB });
    for (const text of numbered(100, 100)) await writer.append(aRecord(text));
    expect(await textsFrom(reader)).toEqual(numbered(200));
    const middle = (await readAll(reader))[149]!.position;
    await reader.confirm(middle);
    for (const text of numbered(50, 200)) await writer.append(aRecord(text));
    expect(await textsFrom(reader, middle)).toEqual(numbered(100, 150));
    expect((await readdir(directory)).includes(toSegmentName(1))).toBe(false);
    expect((await textsFrom(reader)).at(0)).not.toBe("reading 0");
    await writer.stop();
    await reader.stop();
  });

  it("stops acknowledging at its size limit and goes on once the reader has confirmed", async () => {
    const writer = await openWriter({ segmentBytes: KiB, maxBytes: 4 * KiB });
    const accepted: string[] = [];
    const fill = async (): Promise<void> => {
      for (const text of numbered(100)) {
        await writer.append(aRecord(text));
        accepted.push(text);
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: "edge_unavailable", isRetryable: true });
    expect(writer.problem()).toMatch(/size limit/);
    const reader = await openReader();
    const entries = await readAll(reader);
    expect(entries).toHaveLength(accepted.length);
    await reader.confirm(entries.at(-1)!.position);
    await vi.waitFor(() => writer.append(aRecord("after")), { timeout: 15_000, interval: 50 });
    expect(await textsFrom(reader, entries.at(-1)!.position)).toEqual(["after"]);
    await writer.stop();
    await reader.stop();
  });

  it("finds the newest matching messages first", async () => {
    await writeAll(numbered(60), KiB);
    const reader = await openReader();
    const isEven = ({ payload }: JournalRecord): boolean => Number(Buffer.from(payload).toString().slice(8)) % 2 === 0;
    const texts = (entries: readonly JournalEntry[]) =>
      entries.map(({ record }) => Buffer.from(record.payload).toString());
    expect(texts(await reader.findBack(isEven, 3, KiB * KiB))).toEqual(["reading 58", "reading 56", "reading 54"]);
    expect(texts(await reader.findBack(() => true, 100, 1))).toEqual(["reading 59"]);
    expect(await reader.findBack(() => false, 3, KiB * KiB)).toEqual([]);
    await reader.stop();
  });
});

describe("damaged journal", () => {
  const pathOf = (segment: number): string => join(directory, toSegmentName(segment));

  it("keeps every whole record and no other, wherever the file is cut", async () => {
    await writeAll(numbered(4));
    const whole = await readFile(pathOf(1));
    const reader = await openReader();
    const ends = (await readAll(reader)).map(({ position }) => position.offset);
    await reader.stop();
    for (let cut = ends[1]! - 1; cut <= whole.length; cut += 1) {
      await writeFile(pathOf(1), whole.subarray(0, cut));
      const kept = ends.filter((end) => end <= cut).length;
      expect((await recover(directory, silent)).sequence).toBe(kept);
      expect(await textsInJournal()).toEqual(numbered(kept));
    }
  });

  it("goes on after a torn tail in a new file", async () => {
    await writeAll(numbered(4));
    await truncate(pathOf(1), (await readFile(pathOf(1))).length - 4);
    const writer = await openWriter();
    expect(writer.position().sequence).toBe(3);
    await writer.append(aRecord("after"));
    await writer.stop();
    expect(await textsInJournal()).toEqual([...numbered(3), "after"]);
  });

  it("never gives a wrong record and never fails to start, whichever bit flips", async () => {
    await writeAll(numbered(12), 64 * KiB);
    await writeAll(["newer"]);
    const whole = await readFile(pathOf(1));
    const known = new Set([...numbered(12), "newer"]);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(7), async (at, bit) => {
        const flipped = Buffer.from(whole);
        flipped[at]! ^= 1 << bit;
        await writeFile(pathOf(1), flipped);
        const texts = await textsInJournal();
        expect(texts.filter((text) => !known.has(text))).toEqual([]);
        expect(texts.length).toBeGreaterThanOrEqual(12);
        await writeFile(pathOf(3), flipped);
        await recover(directory, silent);
        await rm(pathOf(3));
      }),
      { numRuns: 100 },
    );
  });

  it("reports what it passes over", async () => {
    await writeAll(numbered(3));
    await writeAll(["newer"]);
    const bytes = await readFile(pathOf(1));
    bytes[bytes.indexOf("reading 1")]! ^= 1;
    await writeFile(pathOf(1), bytes);
    const reader = await openReader();
    expect(await textsFrom(reader)).toEqual(["reading 0", "reading 2", "newer"]);
    expect(reader.damage()).toMatchObject({ places: 1 });
    expect((await reader.findBack(() => true, 9, KiB * KiB)).length).toBe(3);
    await reader.stop();
  });

  it("waits at a partly written tail and reads it once it is whole", async () => {
    await writeAll(numbered(3));
    const whole = await readFile(pathOf(1));
    await truncate(pathOf(1), whole.length - 4);
    const reader = await openReader();
    const entries = await readAll(reader);
    expect(entries).toHaveLength(2);
    await writeFile(pathOf(1), whole);
    expect(await textsFrom(reader, entries.at(-1)!.position)).toEqual(["reading 2"]);
    expect(reader.damage()).toEqual({ places: 0, bytes: 0 });
    await reader.stop();
  });
});

describe("a journal's identity", () => {
  const beyond = { sequence: 900, segment: 57 };
  const readers: JournalReader[] = [];
  afterEach(() => Promise.all(readers.splice(0).map((reader) => reader.stop())));
  const aReader = async (): Promise<JournalReader> => {
    const reader = await openReader();
    readers.push(reader);
    return reader;
  };
  const ownId = async (): Promise<string | null> => (await readAll(await aReader())).at(-1)!.position.journalId;

  it("stays the same over restarts, and is another one in another folder", async () => {
    await writeAll(numbered(3));
    const first = await ownId();
    await writeAll(numbered(3));
    expect(await ownId()).toBe(first);
    await rm(directory, { recursive: true });
    await writeAll(numbered(3));
    expect(await ownId()).not.toBe(first);
  });

  it("is given to a folder from before journals had one, and what it holds is read on where it was", async () => {
    await writeAll(numbered(3));
    const entries = await readAll(await aReader());
    await rm(join(directory, "id"));
    const reader = await aReader();
    expect(await textsFrom(reader)).toEqual([]);
    await writeAll(numbered(2, 3));
    const { sequence, segment, offset } = entries[1]!.position;
    expect(await textsFrom(reader, { journalId: null, sequence, segment, offset })).toEqual(numbered(3, 2));
  });

  it("lets a reader start over in a journal that took another one's place, while it was reading too", async () => {
    await writeAll(numbered(9), 300);
    const reader = await aReader();
    const { position } = (await readAll(reader)).at(-1)!;
    await rm(directory, { recursive: true });
    expect(await textsFrom(reader, position)).toEqual([]);
    await writeAll(numbered(4, 50), 300);
    expect(await textsFrom(reader, position)).toEqual(numbered(4, 50));
  });

  it("keeps what was confirmed in another journal from deleting anything in this one", async () => {
    await writeAll(numbered(60), KiB);
    const reader = await aReader();
    const { position } = (await readAll(reader)).at(-1)!;
    await reader.confirm(position);
    const confirmed = await readFile(join(directory, "confirmed.json"));
    await rm(directory, { recursive: true });
    await writeAll(numbered(60), KiB);
    await writeFile(join(directory, "confirmed.json"), confirmed);
    await reader.confirm(position);
    await writeAll(numbered(60, 60), KiB);
    expect(await textsInJournal()).toEqual(numbered(120));
  });

  it("with numbers that go on after those known elsewhere, when its end was lost", async () => {
    await writeAll(numbered(3));
    const journalId = await ownId();
    const reader = await aReader();
    expect(await textsFrom(reader, { journalId, ...beyond, offset: 4000 })).toEqual([]);
    const log = { ...silent, warn: vi.fn() };
    const writer = await openWriter({ floor: beyond }, undefined, log);
    expect(log.warn).toHaveBeenCalledWith({ sequence: 3, taken: 900 }, expect.stringMatching(/go on after that/));
    await writer.append(aRecord("reading 3"));
    expect(writer.position()).toMatchObject({ journalId, sequence: 901, segment: 58 });
    expect(await textsFrom(reader, { journalId, ...beyond, offset: 4000 })).toEqual(["reading 3"]);
    await writer.stop();
  });
});

/** The real disk, where the writes to files opened for appending fail while `fault` says so. */
function faultyDisk(): {
  disk: JournalDisk;
  fault: { code: string | null; freeBytes: number | null; share: number };
} {
  const fault = { code: null as string | null, freeBytes: null as number | null, share: 1 };
  const failing = (file: JournalFile): JournalFile => {
    const write = (buffer: Buffer, offset: number, length: number, position: number) => {
      if (fault.code !== null) return Promise.reject(Object.assign(new Error(fault.code), { code: fault.code }));
      return file.write(buffer, offset, Math.ceil(length * fault.share), position);
    };
    return {
      write: write as JournalFile["write"],
      datasync: () => file.datasync(),
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
    };
  };
  const disk: JournalDisk = {
    create: async (path) => failing(await realDisk.create(path)),
    openDurable: async (path) => failing(await realDisk.openDurable(path)),
    freeBytes: async (path) => fault.freeBytes ?? (await realDisk.freeBytes(path)),
  };
  return { disk, fault };
}

describe("failing disk", () => {
  it.each([
    { code: "ENOSPC", problem: "The disk of the journal is full." },
    { code: "EIO", problem: "The journal cannot be written (EIO)." },
  ])("refuses records while writes fail with $code, says why, and recovers by itself", async ({ code, problem }) => {
    const { disk, fault } = faultyDisk();
    const writer = await openWriter({ segmentBytes: KiB }, disk);
    for (const text of numbered(5)) await writer.append(aRecord(text));
    expect(writer.problem()).toBeNull();
    fault.code = code;
    const refused = await Promise.allSettled(numbered(5, 90).map((text) => writer.append(aRecord(text))));
    expect(refused.map((one) => one.status === "rejected" && one.reason.code)).toEqual(
      Array(5).fill("edge_unavailable"),
    );
    expect(writer.position().sequence).toBe(5);
    expect(writer.problem()).toBe(problem);
    expect(writer.stats()).toMatchObject({ records: 5, pendingRecords: 0, pendingBytes: 0 });
    fault.code = null;
    await vi.waitFor(() => writer.append(aRecord("reading 5")), { timeout: 15_000, interval: 30 });
    expect(writer.problem()).toBeNull();
    await writer.stop();
    expect(await textsInJournal()).toEqual(numbered(6));
  });

  it("writes all of a record when the system takes it in pieces", async () => {
    const { disk, fault } = faultyDisk();
    fault.share = 0.4;
    const writer = await openWriter({ segmentBytes: 2 * KiB }, disk);
    await Promise.all(numbered(50).map((text) => writer.append(aRecord(text))));
    await writer.stop();
    expect(await textsInJournal()).toEqual(numbered(50));
  });

  it("starts on a full disk, refuses, and takes records when space returns", async () => {
    const { disk, fault } = faultyDisk();
    fault.freeBytes = 0;
    const writer = await openWriter({}, disk);
    await expect(writer.append(aRecord("lost"))).rejects.toMatchObject({ code: "edge_unavailable" });
    fault.freeBytes = null;
    await vi.waitFor(() => writer.append(aRecord("kept")), { timeout: 15_000, interval: 30 });
    await writer.stop();
    expect(await textsInJournal()).toEqual(["kept"]);
  });
});

describe("journal across processes", () => {
  const script = fileURLToPath(new URL("./testing/append-until-killed.ts", import.meta.url));

  function startAppender(first: number): { child: ChildProcess; acknowledged: number[] } {
    const acknowledged: number[] = [];
    const child = fork(script, [directory, String(first)], { execArgv: ["--import", "tsx"] });
    child.on("message", (number) => acknowledged.push(Number(number)));
    return { child, acknowledged };
  }

  it.each([
    { how: "a reader beside it sees every record once", confirms: false },
    { how: "none comes back from segments used again", confirms: true },
  ])(
    "loses nothing acknowledged over kill -9, and $how",
    async ({ confirms }) => {
      const reader = await openReader();
      const seen: string[] = [];
      let position = journalStart;
      const follow = async (): Promise<void> => {
        for (const { record, position: after } of await readAll(reader, position)) {
          seen.push(Buffer.from(record.payload).toString());
          position = after;
        }
        if (confirms) await reader.confirm(position);
      };
      const acknowledged: number[] = [];
      for (let kill = 0; kill < 5; kill += 1) {
        const appender = startAppender(kill * 1_000_000);
        await vi.waitFor(() => expect(appender.acknowledged.length).toBeGreaterThan(300 + 100 * kill), {
          timeout: 30_000,
        });
        await follow();
        await vi.waitFor(() => expect(appender.acknowledged.length).toBeGreaterThan(1200), { timeout: 30_000 });
        await follow();
        appender.child.kill("SIGKILL");
        await once(appender.child, "close");
        acknowledged.push(...appender.acknowledged);
      }
      await writeAll(["the end"]);
      await follow();
      const held = new Set(seen);
      expect(acknowledged.filter((number) => !held.has(`reading ${number}`))).toEqual([]);
      expect(held.size).toBe(seen.length);
      expect(seen.at(-1)).toBe("the end");
      await reader.stop();
    },
    120_000,
  );
});
