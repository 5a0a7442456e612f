import { open, readdir, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import {
  journalStart,
  ParkError,
  type JournalEntry,
  type JournalPosition,
  type JournalReader,
  type JournalRecord,
  type Logger,
} from "@smart-park/core";
import { writeConfirmed } from "./confirmed.ts";
import { readJournalId } from "./journal-id.ts";
import { findRecord, scanSegment, segmentEpoch, tornEnd, type FoundRecord } from "./scan.ts";
import { decodeHeader, decodeRecord, headerBytes, segmentNumbers, toSegmentName } from "./segment.ts";

export interface JournalReaderOptions {
  readonly directory: string;
  /** Bytes of confirmed segments to keep for looking at raw messages. */
  readonly keepBytes: number;
  readonly logger: Logger;
}

/** What could not be read so far. */
export interface JournalDamage {
  readonly places: number;
  readonly bytes: number;
}

export interface InspectableJournalReader extends JournalReader {
  damage(): JournalDamage;
}

const leastChunkBytes = 64 * 1024;
const maxChunkBytes = 1024 * 1024;

interface OpenSegment {
  readonly number: number;
  readonly file: FileHandle;
  /** Null while it is not known. */
  epoch: number | null;
}

/**
 * Reads a journal that another process may be writing. It believes a record by its crc alone. A segment is final once a
 * newer one exists; only then are bytes that are no record called damage and stepped over, before that they are a write
 * under way. It watches nothing: the caller reads again when told that there is more.
 */
export async function openJournalReader(options: JournalReaderOptions): Promise<InspectableJournalReader> {
  return new SegmentedReader(options);
}

class SegmentedReader implements InspectableJournalReader {
  readonly #options: JournalReaderOptions;
  /** Of the journal that is in the folder now, as far as known. */
  #journalId: string | null = null;
  #open: OpenSegment | null = null;
  #chunkBytes = leastChunkBytes;
  #damage: JournalDamage = { places: 0, bytes: 0 };
  #lastWork: Promise<unknown> = Promise.resolve();

  constructor(options: JournalReaderOptions) {
    this.#options = options;
  }

  damage(): JournalDamage {
    return this.#damage;
  }

  read(position: JournalPosition, limit: number, maxBytes: number): Promise<readonly JournalEntry[]> {
    return this.#inTurn(() => this.#read(position, limit, maxBytes));
  }

  async findBack(
    matches: (record: JournalRecord) => boolean,
    limit: number,
    maxScanBytes: number,
  ): Promise<readonly JournalEntry[]> {
    const entries: JournalEntry[] = [];
    let scanned = 0;
    for (const segment of (await this.#segments()).toReversed()) {
      if (entries.length >= limit || scanned >= maxScanBytes) break;
      const { found } = scanSegment(await this.#readWhole(segment));
      for (const one of found.toReversed()) {
        if (entries.length >= limit || scanned >= maxScanBytes) break;
        scanned += one.record.payload.length + one.record.topic.length;
        if (matches(one.record)) entries.push(toEntry(one, { journalId: this.#journalId, segment, start: 0 }));
      }
    }
    return entries;
  }

  confirm(position: JournalPosition): Promise<void> {
    return this.#inTurn(async () => {
      const { directory, keepBytes } = this.#options;
      if (position.journalId === (await readJournalId(directory))) await writeConfirmed(directory, position, keepBytes);
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(() => this.#close());
  }

  /** One after the other: the open file and the confirmed file are shared. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#lastWork.then(work);
    this.#lastWork = result.catch(() => undefined);
    return result;
  }

  async #read(position: JournalPosition, limit: number, maxBytes: number): Promise<readonly JournalEntry[]> {
    const entries: JournalEntry[] = [];
    let left = maxBytes;
    const from = await this.#placeOf(position);
    let cursor = from === null ? null : await this.#locate(from);
    while (cursor !== null && entries.length < limit && left > 0) {
      const part = await this.#readPart(cursor, limit - entries.length, left);
      entries.push(...part);
      const last = part.at(-1)?.position;
      if (last !== undefined) {
        left -= last.offset - cursor.offset;
        cursor = last;
      } else {
        cursor = await this.#stepOn(cursor);
      }
    }
    return entries;
  }

  /**
   * The stored position in the journal that is in the folder now: the beginning when that is another journal, null while
   * there is none. A folder may be replaced while this process runs; nothing of the new one goes before it is read.
   */
  async #placeOf(position: JournalPosition): Promise<JournalPosition | null> {
    const { directory, keepBytes } = this.#options;
    const journalId = await readJournalId(directory);
    if (journalId !== this.#journalId) await this.#close();
    this.#journalId = journalId;
    if (journalId === null || position.journalId === null || position.journalId === journalId)
      return journalId === null ? null : position;
    await writeConfirmed(directory, { ...journalStart, journalId }, keepBytes);
    return journalStart;
  }

  /** Where to read for a stored position: its segment, or the oldest one after it when that is gone. */
  async #locate(position: JournalPosition): Promise<JournalPosition | null> {
    if (this.#open?.number === position.segment) return position;
    const segments = await this.#segments();
    if (segments.includes(position.segment)) return position;
    const next = segments.find((segment) => segment > position.segment);
    if (next === undefined) return null;
    if (position.segment !== 0)
      this.#options.logger.error({ from: position.segment, to: next }, "a journal segment is gone before it was read");
    return { ...position, segment: next, offset: headerBytes };
  }

  /** Whole records from the cursor on, as many as one chunk holds; none at the end, in a torn tail or before damage. */
  async #readPart(cursor: JournalPosition, limit: number, maxBytes: number): Promise<JournalEntry[]> {
    const { number, file, epoch } = await this.#segment(cursor);
    if (epoch === null) return [];
    const start = Math.max(cursor.offset, headerBytes);
    let bytes = await readAt(file, start, this.#chunkBytes);
    const first = decodeRecord(bytes, 0, epoch);
    if (first.kind === "incomplete" && bytes.length === this.#chunkBytes) bytes = await readAt(file, start, first.end);
    const entries: JournalEntry[] = [];
    let at = 0;
    while (entries.length < limit && at < maxBytes) {
      const decoded = decodeRecord(bytes, at, epoch);
      if (decoded.kind !== "record") break;
      entries.push(toEntry(decoded, { journalId: this.#journalId, segment: number, start }));
      at = decoded.end;
    }
    this.#chunkBytes = at * 2 > this.#chunkBytes ? Math.min(this.#chunkBytes * 2, maxChunkBytes) : leastChunkBytes;
    return entries;
  }

  /** Past the end of a final segment, over damage or into the next one; null while more may come in this one. */
  async #stepOn(cursor: JournalPosition): Promise<JournalPosition | null> {
    const next = (await this.#segments()).find((segment) => segment > cursor.segment);
    if (next === undefined) return null;
    // Read only now: before the newer segment was seen, the writer could still have added to this one.
    const { number, file, epoch } = await this.#segment(cursor);
    const start = Math.max(cursor.offset, headerBytes);
    const rest = await readAt(file, start, Math.max((await file.stat()).size - start, 0));
    const found = epoch === null ? null : findRecord(rest, 0, epoch);
    if (found === null) {
      this.#count(number, start, tornEnd(rest, 0, epoch));
      return { ...cursor, segment: next, offset: headerBytes };
    }
    this.#count(number, start, found.start);
    return { ...cursor, offset: start + found.start };
  }

  #count(segment: number, from: number, bytes: number): void {
    if (bytes === 0) return;
    this.#damage = { places: this.#damage.places + 1, bytes: this.#damage.bytes + bytes };
    this.#options.logger.error({ segment, from, bytes }, "part of the journal cannot be read and is passed over");
  }

  async #segment({ segment: number, sequence }: JournalPosition): Promise<OpenSegment> {
    if (this.#open?.number !== number) {
      await this.#close();
      const file = await open(join(this.#options.directory, toSegmentName(number)), "r");
      if ((await readJournalId(this.#options.directory)) !== this.#journalId) {
        await file.close();
        throw new ParkError("edge_unavailable", "The journal was replaced while it was read.");
      }
      this.#open = { number, file, epoch: null };
    }
    this.#open.epoch ??= await epochOf(this.#open.file, sequence);
    return this.#open;
  }

  async #close(): Promise<void> {
    const file = this.#open?.file;
    this.#open = null;
    await file?.close();
  }

  async #readWhole(segment: number): Promise<Buffer> {
    const file = await open(join(this.#options.directory, toSegmentName(segment)), "r").catch(() => null);
    if (file === null) return Buffer.alloc(0); // deleted since the folder was listed
    try {
      return await readAt(file, 0, (await file.stat()).size);
    } finally {
      await file.close();
    }
  }

  async #segments(): Promise<number[]> {
    try {
      return segmentNumbers(await readdir(this.#options.directory));
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
      throw new ParkError("config_invalid", `The journal folder ${this.#options.directory} cannot be read.`, { cause });
    }
  }
}

const toEntry = (
  { record, sequence, end }: FoundRecord,
  { journalId, segment, start }: { journalId: string | null; segment: number; start: number },
): JournalEntry => ({
  record,
  position: { journalId, sequence, segment, offset: start + end },
});

async function epochOf(file: FileHandle, lastSequence: number): Promise<number | null> {
  const header = decodeHeader(await readAt(file, 0, headerBytes));
  return header?.epoch ?? segmentEpoch(await readAt(file, 0, (await file.stat()).size), lastSequence);
}

/** Up to `length` bytes from `position`; fewer at the end of the file. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
