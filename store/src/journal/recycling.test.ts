import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DeviceId, EnterpriseId, JournalPosition, JournalRecord, JournalWriter, Logger } from "@smart-park/core";
import { realDisk, type JournalDisk } from "./disk.ts";
import { inspectJournal } from "./inspect.ts";
import { openJournalReader } from "./reader.ts";
import { recover } from "./recovery.ts";
import { headerBytes, segmentNumbers, toSegmentName } from "./segment.ts";
import { openJournalWriter } from "./writer.ts";

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => 1_790_000_000_000 };
const segmentBytes = 16 * 1024;

let directory: string;
let writer: JournalWriter;
let filesMade: number;
/** After the last record of the first use. */
let confirmed: JournalPosition;

const countingDisk: JournalDisk = {
  ...realDisk,
  create: (path) => {
    filesMade += 1;
    return realDisk.create(path);
  },
};

const aRecord = (text: string): JournalRecord => ({
  source: "mqtt",
  receivedAt: clock.now(),
  sender: "gw-1" as DeviceId,
  enterpriseId: "cement" as EnterpriseId,
  topic: "park/cement/m-1/telemetry",
  payload: Buffer.from(text),
});
const append = (text: string): Promise<void> => writer.append(aRecord(text));

async function readFrom(folder: string, from: JournalPosition) {
  const reader = await openJournalReader({ directory: folder, keepBytes: 0, logger: silent });
  const texts: string[] = [];
  for (let position = from; ;) {
    const entries = await reader.read(position, 100, 64 * 1024);
    texts.push(...entries.map(({ record }) => Buffer.from(record.payload).toString()));
    const last = entries.at(-1);
    if (last === undefined) break;
    position = last.position;
  }
  await reader.stop();
  return { texts, damage: reader.damage() };
}

async function newest(folder: string): Promise<string> {
  const number = segmentNumbers(await readdir(folder)).at(-1);
  return join(folder, toSegmentName(number ?? 0));
}

/** Appends until the newest segment is one that was used before and still shows it, with `wanted` new records in it. */
async function appendIntoUsedSegment(wanted: number): Promise<string[]> {
  const texts: string[] = [];
  const next = async (): Promise<void> => {
    texts.push(`new ${texts.length}`);
    await append(texts.at(-1) ?? "");
  };
  await vi.waitFor(
    async () => {
      const before = await newest(directory);
      await next();
      const file = await newest(directory);
      if (file === before) throw new Error("still the same segment");
      expect((await readFile(file)).includes("old ")).toBe(true);
    },
    { timeout: 30_000, interval: 1 },
  );
  for (let n = 1; n < wanted; n += 1) await next();
  return texts;
}

/** The folder as a kill would leave it now. */
async function crashImage(): Promise<string> {
  const image = await mkdtemp(join(tmpdir(), "journal-image-"));
  await cp(directory, image, { recursive: true });
  return image;
}

async function withImage<T>(look: (image: string) => Promise<T>): Promise<T> {
  const image = await crashImage();
  try {
    return await look(image);
  } finally {
    await rm(image, { recursive: true });
  }
}

/** Makes the newest segment a final one, uncut, as a kill between two segments does; the newer one holds one record. */
async function makeFinal(image: string): Promise<void> {
  const other = await mkdtemp(join(tmpdir(), "journal-other-"));
  const options = {
    directory: other,
    segmentBytes,
    maxBytes: 8 * segmentBytes,
    reserveBytes: 0,
    logger: silent,
    clock,
  };
  const another = await openJournalWriter(options);
  await another.append(aRecord("after"));
  await another.stop();
  await cp(await newest(other), join(image, toSegmentName(9_999_999_999)));
  await rm(other, { recursive: true });
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "journal-"));
  filesMade = 0;
  const options = { directory, segmentBytes, maxBytes: 64 * segmentBytes, reserveBytes: 0, logger: silent, clock };
  writer = await openJournalWriter(options, countingDisk);
  await Promise.all(Array.from({ length: 600 }, (_, n) => append(`old ${n}`)));
  confirmed = writer.position();
  const reader = await openJournalReader({ directory, keepBytes: 0, logger: silent });
  await reader.confirm(confirmed);
  await reader.stop();
});
afterEach(async () => {
  await writer.stop();
  await rm(directory, { recursive: true, force: true });
});

describe("a confirmed segment used again", () => {
  it("saves making a new file, and gives nothing of its earlier use", async () => {
    const texts = await appendIntoUsedSegment(5);
    const { texts: read, damage } = await readFrom(directory, confirmed);
    expect(read).toEqual(texts);
    expect(damage).toEqual({ places: 0, bytes: 0 });
    const made = filesMade;
    const reader = await openJournalReader({ directory, keepBytes: 0, logger: silent });
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(Array.from({ length: 250 }, (_, n) => append(`more ${n}`)));
      await reader.confirm(writer.position());
    }
    await reader.stop();
    expect(filesMade - made).toBeLessThanOrEqual(3);
    expect(segmentNumbers(await readdir(directory)).length).toBeLessThan(6);
  });

  it("is cut to its new records after a kill, and the next writer goes on behind them", async () => {
    const texts = await appendIntoUsedSegment(5);
    await withImage(async (image) => {
      const { journalId, ...end } = writer.position();
      expect(journalId).not.toBeNull();
      expect(await recover(image, silent)).toEqual(end);
      expect((await readFile(await newest(image))).length).toBe(end.offset);
      const { segments } = await inspectJournal(image, 0);
      expect(segments.map(({ damaged }) => damaged)).toEqual(segments.map(() => []));
      const { texts: read, damage } = await readFrom(image, confirmed);
      expect({ read, damage }).toEqual({ read: texts, damage: { places: 0, bytes: 0 } });
    });
  });

  it("shows a record torn over its old bytes as one damaged place, and no more", async () => {
    const texts = await appendIntoUsedSegment(5);
    await withImage(async (image) => {
      const file = await newest(image);
      const bytes = await readFile(file);
      bytes.fill("old bytes ", writer.position().offset - 20, writer.position().offset);
      await writeFile(file, bytes);
      expect((await recover(image, silent)).sequence).toBe(writer.position().sequence - 1);
      await makeFinal(image);
      const { texts: read, damage } = await readFrom(image, confirmed);
      expect({ read, places: damage.places }).toEqual({ read: [...texts.slice(0, -1), "after"], places: 1 });
    });
  });

  it.each([
    { name: "its header", from: 0, to: headerBytes, lost: 0 },
    { name: "its header and its first record", from: 0, to: headerBytes + 40, lost: 1 },
  ])("gives its new records and no old one with $name damaged", async ({ from, to, lost }) => {
    const texts = await appendIntoUsedSegment(5);
    await withImage(async (image) => {
      const file = await newest(image);
      const bytes = await readFile(file);
      await writeFile(file, bytes.fill(0xff, from, to));
      expect((await recover(image, silent)).sequence).toBe(writer.position().sequence);
      await makeFinal(image);
      const { texts: read } = await readFrom(image, confirmed);
      expect(read).toEqual([...texts.filter((_, n) => lost === 0 || n !== texts.length - 5), "after"]);
    });
  });

  it("gives nothing, and takes no number back, when its header is damaged before its first record", async () => {
    const texts = await appendIntoUsedSegment(5);
    await withImage(async (image) => {
      const file = await newest(image);
      const bytes = await readFile(file);
      const before = texts.slice(0, -5);
      await writeFile(file, bytes.fill(0, 0, 4096));
      expect((await readFrom(image, confirmed)).texts).toEqual(before);
      expect((await recover(image, silent)).sequence).toBe(confirmed.sequence + before.length);
    });
  });

  it("never gives an old or wrong record, and loses at most one, whichever bit flips", async () => {
    const texts = await appendIntoUsedSegment(5);
    await withImage(async (image) => {
      const file = await newest(image);
      const whole = await readFile(file);
      texts.push("after");
      await makeFinal(image);
      const inUse = fc.nat(writer.position().offset - 1);
      await fc.assert(
        fc.asyncProperty(fc.oneof(inUse, fc.nat(whole.length - 1)), fc.nat(7), async (at, bit) => {
          const flipped = Buffer.from(whole);
          flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
          await writeFile(file, flipped);
          const { texts: read, damage } = await readFrom(image, confirmed);
          expect(read.filter((text) => !texts.includes(text))).toEqual([]);
          expect(read.length).toBeGreaterThanOrEqual(texts.length - 1);
          if (read.length < texts.length) expect(damage.places).toBe(1);
        }),
        { numRuns: 200 },
      );
    });
  });
});
