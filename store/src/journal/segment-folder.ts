import { randomUUID } from "node:crypto";
import { readdir, rename, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ParkError, type Logger } from "@smart-park/core";
import { readConfirmed, type Confirmed } from "./confirmed.ts";
import { syncDirectory, writeFully, type JournalDisk, type JournalFile } from "./disk.ts";
import { readJournalId } from "./journal-id.ts";
import { preparedSuffix } from "./recovery.ts";
import { encodeHeader, segmentNumbers, toSegmentName, type SegmentHeader } from "./segment.ts";

/** A segment is prepared in small pieces, because the commits beside it would wait for large ones. */
const zeros = Buffer.alloc(128 * 1024);
const syncEveryBytes = 1024 * 1024;
/** A segment counts at least this much against what is kept for inspection, so that restarts cannot pile up tiny files. */
const leastCountedBytes = 256 * 1024;

interface Prepared {
  readonly path: string;
  readonly bytes: number;
}

export interface SegmentFolderOptions {
  readonly directory: string;
  readonly segmentBytes: number;
  /** Bound of all segments together. */
  readonly maxBytes: number;
  /** Free bytes to leave on the disk. */
  readonly reserveBytes: number;
}

/** Of a file that is used again, this much loses its old content, so that none of it begins where a new segment does. */
const clearedBytes = 4096;

/**
 * The files of a journal as its writer sees them: makes new segments ahead of time, so that appends change no file size
 * and cannot run out of disk half-way; from old ones the reader has confirmed, which saves writing every byte twice, or
 * else filled with zeros. It alone deletes.
 */
export class SegmentFolder {
  readonly #options: SegmentFolderOptions;
  readonly #disk: JournalDisk;
  readonly #logger: Logger;
  readonly #sizes = new Map<number, number>();
  #ahead: Promise<Prepared | null> = Promise.resolve(null);
  #finishing: Promise<void> = Promise.resolve();

  constructor(options: SegmentFolderOptions, disk: JournalDisk, logger: Logger) {
    this.#options = options;
    this.#disk = disk;
    this.#logger = logger;
  }

  async load(): Promise<void> {
    for (const segment of segmentNumbers(await readdir(this.#options.directory)))
      this.#sizes.set(segment, (await stat(this.#path(segment))).size);
  }

  /** Makes the first segment ready; rejects when the folder cannot be written. A full disk is only reported. */
  async prepare(): Promise<void> {
    const probe = join(this.#options.directory, `${randomUUID()}${preparedSuffix}`);
    await writeFile(probe, "", { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOSPC" && error.code !== "EDQUOT") throw error;
    });
    await unlink(probe).catch(() => undefined);
    this.#ahead = this.#prepareAhead();
  }

  /** Starts a segment of at least `leastBytes`; it is durable, header and name, when this resolves. */
  async start(segment: number, header: SegmentHeader, leastBytes: number): Promise<JournalFile> {
    const { path, bytes } = await this.#takePrepared(leastBytes);
    try {
      const file = await this.#disk.openDurable(path);
      try {
        await writeFully(file, encodeHeader(header), 0);
        await rename(path, this.#path(segment));
        await syncDirectory(this.#options.directory);
      } catch (error) {
        await file.close().catch(() => undefined);
        throw error;
      }
      this.#sizes.set(segment, bytes);
      this.#ahead = this.#prepareAhead();
      return file;
    } catch (error) {
      await unlink(path).catch(() => undefined);
      throw error;
    }
  }

  /** Cuts a segment that will not be written again to what it holds, beside the commits that follow. */
  finish(segment: number, file: JournalFile, usedBytes: number): void {
    this.#finishing = this.#cut(segment, file, usedBytes).catch((error: unknown) =>
      this.#logger.error({ error: String(error) }, "an old journal segment could not be closed"),
    );
  }

  async #cut(segment: number, file: JournalFile, usedBytes: number): Promise<void> {
    await file.truncate(usedBytes).finally(() => file.close());
    this.#sizes.set(segment, usedBytes);
  }

  usage(): { readonly segments: number; readonly segmentBytes: number } {
    let segmentBytes = 0;
    for (const size of this.#sizes.values()) segmentBytes += size;
    return { segments: this.#sizes.size, segmentBytes };
  }

  async stop(): Promise<void> {
    await this.#finishing;
    const prepared = await this.#ahead;
    if (prepared !== null) await unlink(prepared.path).catch(() => undefined);
  }

  async #takePrepared(leastBytes: number): Promise<Prepared> {
    const prepared = await this.#ahead;
    this.#ahead = Promise.resolve(null);
    if (prepared !== null && prepared.bytes >= leastBytes) return prepared;
    if (prepared !== null) await unlink(prepared.path).catch(() => undefined);
    return this.#prepare(Math.max(this.#options.segmentBytes, leastBytes));
  }

  /** A failure here is no news yet: `start` tries again when the segment is needed, and reports. */
  async #prepareAhead(): Promise<Prepared | null> {
    await this.#finishing;
    try {
      return (await this.#recycle()) ?? (await this.#prepare(this.#options.segmentBytes));
    } catch (error) {
      this.#logger.warn({ error: String(error) }, "the next journal segment cannot be prepared yet");
      return null;
    }
  }

  /** Makes the newest segment nobody needs any more the next one and deletes the older ones; null when all are needed. */
  async #recycle(): Promise<Prepared | null> {
    const spare = await this.#spare();
    const chosen = spare.pop();
    for (const segment of spare) await this.#delete(segment);
    const { directory, segmentBytes } = this.#options;
    const held = chosen === undefined ? undefined : this.#sizes.get(chosen);
    if (chosen === undefined || held === undefined) return null;
    // A shorter one would have to grow more than it saves, a longer one would count for more than a segment.
    const isUseful = held <= segmentBytes && held >= segmentBytes / 2;
    if (!isUseful || (await this.#whyNoRoom(segmentBytes - held)) !== null) {
      await this.#delete(chosen);
      return null;
    }
    const path = join(directory, `${randomUUID()}${preparedSuffix}`);
    await rename(this.#path(chosen), path);
    this.#sizes.delete(chosen);
    return this.#filled(
      path,
      segmentBytes,
      () => this.#disk.openDurable(path),
      async (file) => {
        await writeFully(file, zeros.subarray(0, Math.min(clearedBytes, held)), 0);
        await fillWithZeros(file, held, segmentBytes);
        await syncDirectory(directory);
      },
    );
  }

  /** Confirmed segments beyond those the reader keeps for inspection, oldest first. */
  async #spare(): Promise<number[]> {
    const confirmed = await this.#confirmed();
    if (confirmed === null) return [];
    let kept = 0;
    return this.#before(confirmed.segment)
      .toReversed()
      .filter((segment) => (kept += Math.max(this.#sizes.get(segment) ?? 0, leastCountedBytes)) > confirmed.keepBytes)
      .toReversed();
  }

  async #prepare(bytes: number): Promise<Prepared> {
    await this.#makeRoom(bytes);
    const path = join(this.#options.directory, `${randomUUID()}${preparedSuffix}`);
    return this.#filled(
      path,
      bytes,
      () => this.#disk.create(path),
      (file) => fillWithZeros(file, 0, bytes),
    );
  }

  /** A prepared file once it is open and filled; it is removed when that fails. */
  async #filled(
    path: string,
    bytes: number,
    open: () => Promise<JournalFile>,
    fill: (file: JournalFile) => Promise<void>,
  ): Promise<Prepared> {
    try {
      const file = await open();
      await fill(file).finally(() => file.close());
      return { path, bytes };
    } catch (error) {
      await unlink(path).catch(() => undefined);
      throw error;
    }
  }

  /** Gives up what is only kept for inspection, oldest first, until `bytes` more fit; edge_unavailable when they cannot. */
  async #makeRoom(bytes: number): Promise<void> {
    const confirmed = await this.#confirmed();
    const spare = confirmed === null ? [] : this.#before(confirmed.segment);
    for (;;) {
      const problem = await this.#whyNoRoom(bytes);
      if (problem === null) return;
      const oldest = spare.shift();
      if (oldest === undefined) throw new ParkError("edge_unavailable", problem);
      await this.#delete(oldest);
    }
  }

  /** Null too when it speaks of another journal that was in this folder. */
  async #confirmed(): Promise<Confirmed | null> {
    const { directory } = this.#options;
    const confirmed = await readConfirmed(directory);
    if (confirmed === null || confirmed.journalId === null) return confirmed;
    return confirmed.journalId === (await readJournalId(directory)) ? confirmed : null;
  }

  async #whyNoRoom(bytes: number): Promise<string | null> {
    const { directory, maxBytes, reserveBytes } = this.#options;
    const total = [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
    if (total + bytes > maxBytes) return "The journal has reached its size limit and its records are not yet stored.";
    const free = await this.#disk.freeBytes(directory);
    return free - bytes < reserveBytes ? "The disk of the journal is full." : null;
  }

  #before(segment: number): number[] {
    return [...this.#sizes.keys()].filter((number) => number < segment).sort((a, b) => a - b);
  }

  async #delete(segment: number): Promise<void> {
    await unlink(this.#path(segment)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    this.#sizes.delete(segment);
  }

  #path(segment: number): string {
    return join(this.#options.directory, toSegmentName(segment));
  }
}

async function fillWithZeros(file: JournalFile, from: number, to: number): Promise<void> {
  let unsynced = 0;
  for (let at = from; at < to; at += zeros.length) {
    const piece = zeros.subarray(0, Math.min(zeros.length, to - at));
    await writeFully(file, piece, at);
    unsynced += piece.length;
    if (unsynced < syncEveryBytes) continue;
    await file.datasync();
    unsynced = 0;
  }
  await file.datasync();
}
