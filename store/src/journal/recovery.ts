import { readdir, readFile, truncate, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { JournalPosition, Logger } from "@smart-park/core";
import { readConfirmed } from "./confirmed.ts";
import { scanSegment, tornEnd } from "./scan.ts";
import { decodeHeader, segmentNumbers, toSegmentName } from "./segment.ts";

export const preparedSuffix = ".prepared";

/** Numbers that were given out before, whatever the folder says. */
export type NumberFloor = Pick<JournalPosition, "sequence" | "segment">;

/**
 * Where a journal ends after whatever happened to it. The newest segment is closed for good: its unused part is cut
 * off, a torn tail stays as it is (no reader takes it for a record), and the writer goes on in a new segment.
 */
export async function recover(
  directory: string,
  logger: Logger,
  floor: NumberFloor = { sequence: 0, segment: 0 },
): Promise<Omit<JournalPosition, "journalId">> {
  const names = await readdir(directory);
  await removePrepared(directory, names);
  const numbers = segmentNumbers(names);
  const newest = numbers.at(-1) ?? 0;
  const end = newest === 0 ? 0 : await closeSegment(directory, newest, logger);
  const sequence = await lastSequence(directory, numbers);
  // Readers may have seen records that a power cut, or a folder restored from an older copy, took back.
  const confirmed = await readConfirmed(directory);
  const taken = {
    sequence: Math.max(floor.sequence, confirmed?.sequence ?? 0),
    segment: Math.max(floor.segment, confirmed?.segment ?? 0),
  };
  if (taken.sequence > sequence)
    logger.warn(
      { sequence, taken: taken.sequence },
      "the journal ends before what was taken over; its numbers go on after that",
    );
  const isBehind = taken.segment > newest;
  return {
    sequence: Math.max(sequence, taken.sequence),
    segment: isBehind ? taken.segment : newest,
    offset: isBehind ? 0 : end,
  };
}

async function removePrepared(directory: string, names: readonly string[]): Promise<void> {
  const left = names.filter((name) => name.endsWith(preparedSuffix));
  await Promise.all(left.map((name) => unlink(join(directory, name))));
}

/** Gives the offset after its last whole record. */
async function closeSegment(directory: string, segment: number, logger: Logger): Promise<number> {
  const path = join(directory, toSegmentName(segment));
  const bytes = await readFile(path);
  const scan = scanSegment(bytes);
  const used = tornEnd(bytes, scan.end, scan.epoch);
  for (const part of scan.damaged)
    logger.error({ segment, ...part }, "the journal is damaged here; the records around it are kept");
  if (used > scan.end)
    logger.warn({ segment, from: scan.end, to: used }, "the journal ends in a torn record, never acknowledged");
  if (used < bytes.length) await truncate(path, used);
  return scan.end;
}

/**
 * Number of the newest record that can be read, or what the newest readable header says came before it. Without its
 * header a segment may show records of an earlier use, so the one before it has a say too.
 */
async function lastSequence(directory: string, numbers: readonly number[]): Promise<number> {
  let last = 0;
  for (const segment of numbers.toReversed()) {
    const bytes = await readFile(join(directory, toSegmentName(segment)));
    last = Math.max(last, scanSegment(bytes).found.at(-1)?.sequence ?? 0);
    const header = decodeHeader(bytes);
    if (header !== null) return Math.max(last, header.firstSequence - 1);
  }
  return last;
}
