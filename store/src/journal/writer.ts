import { randomInt } from "node:crypto";
import { mkdir } from "node:fs/promises";
import {
  ParkError,
  type Clock,
  type JournalPosition,
  type JournalRecord,
  type JournalWriter,
  type Logger,
} from "@smart-park/core";
import { JournalCounters, type JournalStats } from "./journal-counters.ts";
import { ensureJournalId } from "./journal-id.ts";
import { isDiskFull, noAnswerProblem, problemOf } from "./journal-problem.ts";
import { realDisk, writeFully, type JournalDisk, type JournalFile } from "./disk.ts";
import { lockDirectory, type DirectoryLock } from "./lock.ts";
import { recover, type NumberFloor } from "./recovery.ts";
import { SegmentFolder, type SegmentFolderOptions } from "./segment-folder.ts";
import { allocateTarget, encodeRecord, headerBytes, recordSize } from "./segment.ts";

export interface JournalWriterOptions extends SegmentFolderOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Numbers the ledger has on record: never given out again, also when the folder was lost or restored from an older copy. */
  readonly floor?: NumberFloor;
}

export interface InspectableJournalWriter extends JournalWriter {
  stats(): JournalStats;
}

/** A commit starts when the last one is done and one of these is reached (measured: broker room, docs/decisions/0003). */
const commitAtBytes = 64 * 1024;
const commitAtRecords = 256;
const commitAfterMs = 2;
const maxCommitBytes = 1024 * 1024;
/** Beyond this appends are refused: whoever sends must wait, and memory stays flat. */
const maxPendingBytes = 32 * 1024 * 1024;
const firstRetryMs = 100;
const maxRetryMs = 5000;

const unavailable = (detail: string, cause?: unknown): ParkError =>
  new ParkError("edge_unavailable", detail, { cause });

/**
 * Opens the journal of a folder for appending; one writer per folder. Damage found on the way is reported and left
 * behind. A folder that cannot be written is `config_invalid`; a full disk is not an error here, appends are refused
 * until there is room.
 */
export async function openJournalWriter(
  options: JournalWriterOptions,
  disk: JournalDisk = realDisk,
): Promise<InspectableJournalWriter> {
  const { directory, logger } = options;
  if (options.maxBytes < 2 * options.segmentBytes)
    throw new ParkError("config_invalid", "The journal's size limit must hold at least two segments.");
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const lock = await lockDirectory(directory);
    try {
      const journalId = await idUnlessFull(directory);
      const position = { journalId, ...(await recover(directory, logger, options.floor)) };
      const folder = new SegmentFolder(options, disk, logger);
      await folder.load();
      await folder.prepare();
      return new SegmentedWriter({ directory, folder, position, lock, clock: options.clock, logger });
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    throw toOpenError(directory, error);
  }
}

/** Null when even that does not fit on the disk; it is made before the first segment then. */
const idUnlessFull = (directory: string): Promise<string | null> =>
  ensureJournalId(directory).catch((error: unknown) => {
    if (isDiskFull(error)) return null;
    throw error;
  });

const notWritable = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOENT"]);

function toOpenError(directory: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code !== "string" || !notWritable.has(code)) return error;
  return new ParkError("config_invalid", `The journal folder ${directory} cannot be written (${code}).`, {
    cause: error,
  });
}

/** Records given together; they are written, and settled, in one piece. */
interface Pending {
  readonly records: readonly JournalRecord[];
  readonly size: number;
  readonly since: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** NaN when one of the records is too large. */
function sizeOf(records: readonly JournalRecord[]): number {
  let size = 0;
  for (const record of records) size += recordSize(record) ?? Number.NaN;
  return size;
}

interface OpenSegment {
  readonly number: number;
  readonly file: JournalFile;
  readonly epoch: number;
  readonly bytes: number;
  used: number;
}

interface WriterParts {
  readonly directory: string;
  readonly folder: SegmentFolder;
  readonly position: JournalPosition;
  readonly lock: DirectoryLock;
  readonly clock: Clock;
  readonly logger: Logger;
}

class SegmentedWriter implements InspectableJournalWriter {
  readonly #parts: WriterParts;
  readonly #listeners = new Set<(position: JournalPosition) => void>();
  readonly #target = allocateTarget(maxCommitBytes);
  readonly #counters = new JournalCounters();
  #position: JournalPosition;
  /** Number of the next record; runs ahead of the position when a write failed, so that no number is used twice. */
  #nextSequence: number;
  #lastSegment: number;
  #segment: OpenSegment | null = null;
  #pending: Pending[] = [];
  #pendingBytes = 0;
  #pendingRecords = 0;
  #commits: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #retryAt = 0;
  #retryMs = firstRetryMs;
  #problem: string | null = null;
  #isStopped = false;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#position = parts.position;
    this.#nextSequence = parts.position.sequence + 1;
    this.#lastSegment = parts.position.segment;
  }

  append(record: JournalRecord): Promise<void> {
    return this.appendAll([record]);
  }

  appendAll(records: readonly JournalRecord[]): Promise<void> {
    const size = sizeOf(records);
    const problem = this.#whyRefused(size);
    if (problem !== null) return Promise.reject(problem);
    if (records.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#pending.push({ records, size, since: performance.now(), resolve, reject });
      this.#pendingBytes += size;
      this.#pendingRecords += records.length;
      this.#schedule();
    });
  }

  #whyRefused(size: number): ParkError | null {
    if (this.#isStopped) return unavailable("The journal is closed.");
    if (Number.isNaN(size)) return new ParkError("too_large", "The message is too large for the journal.");
    if (this.#pendingBytes + size > maxPendingBytes) return unavailable("Too much is waiting for the disk.");
    return null;
  }

  position(): JournalPosition {
    return this.#position;
  }

  onCommit(listener: (position: JournalPosition) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  problem(): string | null {
    return this.#problem ?? noAnswerProblem(this.#oldestPendingMs());
  }

  #oldestPendingMs(): number {
    const oldest = this.#counters.commit?.oldestSince ?? this.#pending[0]?.since;
    return oldest === undefined ? 0 : performance.now() - oldest;
  }

  stats(): JournalStats {
    const { records, bytes, failedCommits, commits, waits, commit } = this.#counters;
    return {
      ...{ records, bytes, failedCommits, commits: commits.counts(), waits: waits.counts() },
      pendingRecords: this.#pendingRecords + (commit?.records ?? 0),
      pendingBytes: this.#pendingBytes + (commit?.bytes ?? 0),
      oldestPendingMs: this.#oldestPendingMs(),
      ...this.#parts.folder.usage(),
    };
  }

  /** What was appended before is committed first. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#schedule();
    await this.#commits;
    if (this.#segment !== null) {
      const { number, file, used } = this.#segment;
      await this.#parts.folder.finish(number, file, used).catch((error: unknown) => this.#report(error));
    }
    await this.#parts.folder.stop();
    await this.#parts.lock.release();
  }

  #schedule(): void {
    if (this.#commits !== null || this.#pending.length === 0) return;
    if (this.#isDue()) {
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
      this.#commits = this.#commitWhileDue();
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#commits ??= this.#commitWhileDue();
    }, commitAfterMs);
  }

  #isDue(): boolean {
    const first = this.#pending[0];
    if (first === undefined) return false;
    const isMuch = this.#pendingBytes >= commitAtBytes || this.#pendingRecords >= commitAtRecords;
    return isMuch || this.#isStopped || performance.now() - first.since >= commitAfterMs;
  }

  async #commitWhileDue(): Promise<void> {
    do await this.#commit();
    while (this.#isDue());
    this.#commits = null;
    this.#schedule();
  }

  async #commit(): Promise<void> {
    if (performance.now() < this.#retryAt) return this.#rejectPending(unavailable("The journal cannot be written."));
    this.#counters.begin(this.#pending[0]?.since);
    try {
      const segment = await this.#segmentWithRoom();
      await this.#write(segment, this.#takeBatch(segment.bytes - segment.used));
      if (this.#retryMs > firstRetryMs) this.#parts.logger.info({}, "the journal takes records again");
      this.#retryMs = firstRetryMs;
      this.#problem = null;
    } catch (error) {
      this.#counters.fail();
      this.#backOff(error);
    }
  }

  /** The open segment, or a new one when the first record waiting does not fit. */
  async #segmentWithRoom(): Promise<OpenSegment> {
    const least = this.#pending[0]?.size ?? 0;
    const open = this.#segment;
    if (open !== null && open.used + least <= open.bytes) return open;
    if (open !== null) {
      this.#segment = null;
      await this.#parts.folder.finish(open.number, open.file, open.used).catch((error: unknown) => this.#report(error));
    }
    const journalId = this.#position.journalId ?? (await ensureJournalId(this.#parts.directory));
    this.#position = { ...this.#position, journalId };
    const epoch = randomInt(1, 0xffff_ffff);
    const header = { epoch, firstSequence: this.#nextSequence, createdAt: this.#parts.clock.now() };
    // Taken even if the start fails half-way: a reader may hold the file of that number open.
    const number = (this.#lastSegment += 1);
    const { file, bytes } = await this.#parts.folder.start(number, header, headerBytes + least);
    this.#segment = { number, file, epoch, bytes, used: headerBytes };
    await this.#parts.folder.dropConfirmed().catch((error: unknown) => this.#report(error));
    return this.#segment;
  }

  #takeBatch(room: number): Pending[] {
    let count = 0;
    let bytes = 0;
    let records = 0;
    for (const pending of this.#pending) {
      if (bytes + pending.size > room || (count > 0 && bytes + pending.size > maxCommitBytes)) break;
      bytes += pending.size;
      records += pending.records.length;
      count += 1;
    }
    this.#pendingBytes -= bytes;
    this.#pendingRecords -= records;
    return this.#pending.splice(0, count);
  }

  async #write(segment: OpenSegment, batch: readonly Pending[]): Promise<void> {
    const size = batch.reduce((sum, pending) => sum + pending.size, 0);
    // Commits follow one another, so one buffer serves nearly all of them.
    const target = size <= maxCommitBytes ? this.#target : allocateTarget(size);
    const { epoch } = segment;
    const first = this.#nextSequence;
    let end = 0;
    for (const { records } of batch)
      for (const record of records) end = encodeRecord(target, end, record, { epoch, sequence: this.#nextSequence++ });
    this.#counters.write(this.#nextSequence - first, size);
    try {
      await writeFully(segment.file, target.bytes.subarray(0, size), segment.used);
    } catch (error) {
      // The system may have dropped the dirty pages: what this file holds beyond `used` is unknown, for ever.
      this.#segment = null;
      await segment.file.close().catch(() => undefined);
      for (const { reject } of batch) reject(unavailable("The journal could not be written.", error));
      throw error;
    }
    this.#counters.end();
    segment.used += end;
    const { journalId } = this.#position;
    this.#position = { journalId, sequence: this.#nextSequence - 1, segment: segment.number, offset: segment.used };
    for (const { resolve } of batch) resolve();
    this.#announce();
  }

  #announce(): void {
    for (const listener of this.#listeners) {
      try {
        listener(this.#position);
      } catch (error) {
        this.#parts.logger.error({ error: String(error) }, "a listener of the journal failed");
      }
    }
  }

  #backOff(error: unknown): void {
    this.#problem = problemOf(error);
    this.#retryAt = performance.now() + this.#retryMs;
    this.#parts.logger.error(
      { error: String(error), retryMs: this.#retryMs },
      "the journal cannot be written; nothing is acknowledged",
    );
    this.#retryMs = Math.min(this.#retryMs * 2, maxRetryMs);
    this.#rejectPending(unavailable("The journal cannot be written.", error));
  }

  #rejectPending(error: ParkError): void {
    const refused = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#pendingRecords = 0;
    for (const { reject } of refused) reject(error);
  }

  #report(error: unknown): void {
    this.#parts.logger.error({ error: String(error) }, "an old journal segment could not be closed or deleted");
  }
}
