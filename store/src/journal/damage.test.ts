import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceId, EnterpriseId, Logger } from "@smart-park/core";
import { inspectJournal } from "./inspect.ts";
import { scanSegment } from "./scan.ts";
import { toSegmentName } from "./segment.ts";
import { openJournalWriter } from "./writer.ts";

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const tailBytes = 64 * 1024;
const flips = 10_000;
let directory: string;
let segment: Buffer;
let texts: string[];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "damage-"));
  const clock = { now: () => 1_790_000_000_000 };
  const sizes = { segmentBytes: 256 * 1024, maxBytes: 1 << 24, reserveBytes: 0 };
  const writer = await openJournalWriter({ directory, ...sizes, logger: silent, clock });
  texts = Array.from({ length: 90 }, (_, n) => `reading ${n} `.padEnd(700 + 7 * n, "x"));
  await writer.appendAll(
    texts.map((text) => ({
      source: "mqtt",
      receivedAt: clock.now(),
      sender: "gw-1" as DeviceId,
      enterpriseId: "cement" as EnterpriseId,
      topic: "park/cement/m-1/telemetry",
      payload: Buffer.from(text),
    })),
  );
  await writer.stop();
  segment = readFileSync(join(directory, toSegmentName(1)));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const textsOf = (bytes: Buffer): string[] =>
  scanSegment(bytes).found.map(({ record }) => Buffer.from(record.payload).toString());

/** A small generator with a fixed seed, so that a failure comes again. */
function randomBelow(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

describe("a journal cut or flipped", () => {
  it("gives the records before the cut and no other, cut at every byte of its last 64 KiB", () => {
    const ends = scanSegment(segment).found.map(({ end }) => end);
    expect(segment.length).toBeGreaterThan(tailBytes);
    for (let cut = segment.length - tailBytes; cut <= segment.length; cut += 1) {
      const { found, damaged } = scanSegment(segment.subarray(0, cut));
      const whole = ends.filter((end) => end <= cut).length;
      if (found.length !== whole || found.at(-1)?.sequence !== whole || damaged.length > 0)
        expect.fail(`cut at ${cut}: ${found.length} records instead of ${whole}`);
    }
  }, 90_000);

  it(`never gives a wrong record and loses at most the one that was hit, over ${flips} bit flips`, () => {
    const known = new Set(texts);
    const random = randomBelow(7);
    for (let n = 0; n < flips; n += 1) {
      const [at, bit] = [random(segment.length), random(8)];
      segment[at] = (segment[at] ?? 0) ^ (1 << bit);
      const kept = textsOf(segment);
      if (kept.length < texts.length - 1 || kept.some((text) => !known.has(text)))
        expect.fail(`bit ${bit} of byte ${at}: ${kept.length} of ${texts.length} records`);
      segment[at] = (segment[at] ?? 0) ^ (1 << bit);
    }
    expect(textsOf(segment)).toEqual(texts);
  }, 90_000);

  it("is described for who looks at it: segments, records, what is pending, the newest messages", async () => {
    const { segments, bySource, confirmed, pending, newest } = await inspectJournal(directory, 2);
    expect(segments).toMatchObject([{ segment: 1, records: 90, firstSequence: 1, lastSequence: 90, damaged: [] }]);
    expect({ bySource: bySource.mqtt, confirmed, pending }).toEqual({ bySource: 90, confirmed: null, pending: 90 });
    expect(newest.map(({ sequence }) => sequence)).toEqual([90, 89]);
    await expect(inspectJournal(join(directory, "none"), 0)).rejects.toMatchObject({ code: "not_found" });
  });
});
