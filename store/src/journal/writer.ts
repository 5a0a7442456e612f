import { mkdir } from "node:fs/promises";
import {
  ParkError,
  toRun,
  type Clock,
  type JournalPosition,
  type JournalRecord,
  type JournalRun,
  type JournalWriter,
  type Logger,
} from "@smart-park/core";
import { CommitQueue, type Commit, type PlannedSegment } from "./commit-queue.ts";
import { JournalCounters, type JournalStats } from "./journal-counters.ts";
import { ensureJournalId } from "./journal-id.ts";
import { isDiskFull, noAnswerProblem, problemOf } from "./journal-problem.ts";
import { realDisk, writeFully, type JournalDisk, type JournalFile } from "./disk.ts";
import { lockDirectory, type DirectoryLock } from "./lock.ts";
import { recover, type NumberFloor } from "./recovery.ts";
import { SegmentFolder, type SegmentFolderOptions } from "./segment-folder.ts";
import { headerBytes, recordSize } from "./segment.ts";

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
      return new SegmentedWriter(
        { directory, folder, position, lock, clock: options.clock, logger },
        options.segmentBytes,
      );
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

const notWritable = new Set(["SQLITE_CANTOPEN", "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOENT"]);

function toOpenError(directory: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code !== "string" || !notWritable.has(code)) return error;
  return new ParkError("config_invalid", `The journal folder ${directory} cannot be written (${code}).`, {
    cause: error,
  });
}

/** NaN when one of the messages is too large. */
function sizeOf(runs: readonly JournalRun[]): number {
  let size = 0;
  for (const run of runs) {
    const { count, topics, bounds } = run;
    for (let n = 0; n < count; n += 1)
      size += recordSize(run, topics[n] ?? "", (bounds[2 * n + 1] ?? 0) - (bounds[2 * n] ?? 0));
  }
  return size;
}

interface OpenSegment {
  readonly plan: PlannedSegment;
  readonly number: number;
  readonly file: JournalFile;
  usedBytes: number;
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
  readonly #queue: CommitQueue;
  readonly #counters = new JournalCounters();
  #position: JournalPosition;
  #lastSegment: number;
  #segment: OpenSegment | null = null;
  #commits: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #retryAt = 0;
  #retryMs = firstRetryMs;
  #problem: string | null = null;
  #isStopped = false;

  constructor(parts: WriterParts, segmentBytes: number) {
    this.#parts = parts;
    this.#queue = new CommitQueue(segmentBytes, parts.position.sequence + 1);
    this.#position = parts.position;
    this.#lastSegment = parts.position.segment;
  }

  append(record: JournalRecord): Promise<void> {
    return this.appendAll([record]);
  }

  appendAll(records: readonly JournalRecord[]): Promise<void> {
    return this.#appendRuns(records.map(toRun));
  }

  appendRun(run: JournalRun): Promise<void> {
    return this.#appendRuns([run]);
  }

  #appendRuns(runs: readonly JournalRun[]): Promise<void> {
    const size = sizeOf(runs);
    const problem = this.#whyRefused(size);
    if (problem !== null) return Promise.reject(problem);
    if (size === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#queue.add(runs, { resolve, reject });
      this.#schedule();
    });
  }

  #whyRefused(size: number): ParkError | null {
    if (this.#isStopped) return unavailable("The journal is closed.");
    if (Number.isNaN(size)) return new ParkError("too_large", "The message is too large for the journal.");
    if (this.#queue.waitingBytes + size > maxPendingBytes) return unavailable("Too much is waiting for the disk.");
    if (performance.now() < this.#retryAt) return unavailable("The journal cannot be written.");
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
    const oldest = this.#counters.commit?.oldestSince ?? this.#queue.oldest?.since;
    return oldest === undefined ? 0 : performance.now() - oldest;
  }

  stats(): JournalStats {
    const { records, bytes, failedCommits, commits, waits, commit } = this.#counters;
    return {
      records,
      bytes,
      failedCommits,
      commits: commits.counts(),
      waits: waits.counts(),
      pendingRecords: this.#queue.waitingRecords + (commit?.records ?? 0),
      pendingBytes: this.#queue.waitingBytes + (commit?.bytes ?? 0),
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
    this.#finishSegment();
    await this.#parts.folder.stop();
    await this.#parts.lock.release();
  }

  #schedule(): void {
    if (this.#commits !== null || this.#queue.oldest === undefined) return;
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
    const next = this.#queue.oldest;
    if (next === undefined) return false;
    const isMuch = next.usedBytes >= commitAtBytes || next.records >= commitAtRecords;
    return isMuch || this.#isStopped || performance.now() - next.since >= commitAfterMs;
  }

  async #commitWhileDue(): Promise<void> {
    do await this.#commitNext();
    while (this.#isDue());
    this.#commits = null;
    this.#schedule();
  }

  async #commitNext(): Promise<void> {
    const commit = this.#queue.take();
    if (commit === undefined) return;
    this.#counters.begin(commit);
    try {
      await this.#write(await this.#segmentOf(commit), commit);
      if (this.#retryMs > firstRetryMs) this.#parts.logger.info({}, "the journal takes records again");
      this.#retryMs = firstRetryMs;
      this.#problem = null;
    } catch (error) {
      this.#counters.fail();
      const refusal = unavailable("The journal cannot be written.", error);
      for (const { reject } of commit.waiters) reject(refusal);
      this.#backOff(error, refusal);
    }
    this.#queue.release(commit);
  }

  /** The open segment, or a new one when the commit was planned for the next. */
  async #segmentOf({ segment: plan }: Commit): Promise<OpenSegment> {
    if (this.#segment?.plan === plan) return this.#segment;
    this.#finishSegment();
    const journalId = this.#position.journalId ?? (await ensureJournalId(this.#parts.directory));
    this.#position = { ...this.#position, journalId };
    const header = { epoch: plan.epoch, firstSequence: plan.firstSequence, createdAt: this.#parts.clock.now() };
    // Taken even if the start fails half-way: a reader may hold the file of that number open.
    const number = (this.#lastSegment += 1);
    const file = await this.#parts.folder.start(number, header, plan.bytes);
    this.#segment = { plan, number, file, usedBytes: headerBytes };
    return this.#segment;
  }

  #finishSegment(): void {
    if (this.#segment === null) return;
    const { number, file, usedBytes } = this.#segment;
    this.#segment = null;
    this.#parts.folder.finish(number, file, usedBytes);
  }

  async #write(segment: OpenSegment, { target, offset, usedBytes, lastSequence, waiters }: Commit): Promise<void> {
    try {
      await writeFully(segment.file, target.bytes.subarray(0, usedBytes), offset);
    } catch (error) {
      // The system may have dropped the dirty pages: what this file holds beyond `usedBytes` is unknown, for ever.
      this.#segment = null;
      await segment.file.close().catch(() => undefined);
      throw error;
    }
    this.#counters.end();
    segment.usedBytes = offset + usedBytes;
    const { journalId } = this.#position;
    this.#position = { journalId, sequence: lastSequence, segment: segment.number, offset: segment.usedBytes };
    for (const { resolve } of waiters) resolve();
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

  #backOff(error: unknown, refusal: ParkError): void {
    this.#problem = problemOf(error);
    this.#retryAt = performance.now() + this.#retryMs;
    this.#parts.logger.error(
      { error: String(error), retryMs: this.#retryMs },
      "the journal cannot be written; nothing is acknowledged",
    );
    this.#retryMs = Math.min(this.#retryMs * 2, maxRetryMs);
    this.#queue.rejectAll(refusal);
  }
}
