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

/**
 * The files of a journal as its writer sees them: makes new segments (zero-filled ahead of time, so that appends change
 * no file size and cannot run out of disk half-way), and deletes old ones the reader has confirmed. It alone deletes.
 */
export class SegmentFolder {
  readonly #options: SegmentFolderOptions;
  readonly #disk: JournalDisk;
  readonly #logger: Logger;
  readonly #sizes = new Map<number, number>();
  #ahead: Promise<Prepared | null> = Promise.resolve(null);

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
  async start(
    segment: number,
    header: SegmentHeader,
    leastBytes: number,
  ): Promise<{ file: JournalFile; bytes: number }> {
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
      return { file, bytes };
    } catch (error) {
      await unlink(path).catch(() => undefined);
      throw error;
    }
  }

  /** Cuts a segment that will not be written again to what it holds. */
  async finish(segment: number, file: JournalFile, usedBytes: number): Promise<void> {
    await file.truncate(usedBytes);
    await file.close();
    this.#sizes.set(segment, usedBytes);
  }

  /** Deletes the oldest confirmed segments beyond those the reader keeps for inspection. */
  async dropConfirmed(): Promise<void> {
    const confirmed = await this.#confirmed();
    if (confirmed === null) return;
    let kept = 0;
    for (const segment of this.#before(confirmed.segment).toReversed()) {
      kept += Math.max(this.#sizes.get(segment) ?? 0, leastCountedBytes);
      if (kept > confirmed.keepBytes) await this.#delete(segment);
    }
  }

  usage(): { readonly segments: number; readonly segmentBytes: number } {
    let segmentBytes = 0;
    for (const size of this.#sizes.values()) segmentBytes += size;
    return { segments: this.#sizes.size, segmentBytes };
  }

  async stop(): Promise<void> {
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
  #prepareAhead(): Promise<Prepared | null> {
    return this.#prepare(this.#options.segmentBytes).catch((error: unknown) => {
      this.#logger.warn({ error: String(error) }, "the next journal segment cannot be prepared yet");
      return null;
    });
  }

  async #prepare(bytes: number): Promise<Prepared> {
    await this.#makeRoom(bytes);
    const path = join(this.#options.directory, `${randomUUID()}${preparedSuffix}`);
    try {
      const file = await this.#disk.create(path);
      try {
        for (let at = 0; at < bytes; at += zeros.length) {
          await writeFully(file, zeros.subarray(0, Math.min(zeros.length, bytes - at)), at);
          if ((at + zeros.length) % syncEveryBytes === 0) await file.datasync();
        }
        await file.datasync();
      } finally {
        await file.close();
      }
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
