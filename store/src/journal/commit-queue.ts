import { randomInt } from "node:crypto";
import type { JournalRun } from "@smart-park/core";
import { allocateTarget, encodeRecord, headerBytes, recordSize, type RecordTarget } from "./segment.ts";

/** A segment to come or at work. Its epoch is chosen before its file exists, so that records can be encoded as they come. */
export interface PlannedSegment {
  readonly epoch: number;
  readonly firstSequence: number;
  /** Size of its file, header included. */
  readonly bytes: number;
}

/** Whoever waits for records to be durable. */
export interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Whole records of one segment that are written together. */
export interface Commit {
  readonly segment: PlannedSegment;
  /** Where in the segment it belongs. */
  readonly offset: number;
  readonly target: RecordTarget;
  /** Monotonic milliseconds when its first record came. */
  readonly since: number;
  readonly waiters: Waiter[];
  usedBytes: number;
  records: number;
  lastSequence: number;
}

const maxCommitBytes = 1024 * 1024;
const keptTargets = 2;
const maxEpoch = 0xffff_ffff;

/**
 * Records that wait for the disk, already in the bytes they will be there: nothing is kept per record, so that memory
 * stays flat and whoever appends may use the records' memory again at once.
 */
export class CommitQueue {
  readonly #segmentBytes: number;
  #commits: Commit[] = [];
  #segment: PlannedSegment | null = null;
  /** In the planned segment, behind the last record. */
  #offset = 0;
  #nextSequence: number;
  /** Counted up from a random start: none can guess it, and no two uses of a file share it. */
  #epoch = randomInt(1, maxEpoch);
  #waitingBytes = 0;
  readonly #spareTargets: RecordTarget[] = [];

  constructor(segmentBytes: number, nextSequence: number) {
    this.#segmentBytes = segmentBytes;
    this.#nextSequence = nextSequence;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get waitingRecords(): number {
    return this.#commits.reduce((sum, { records }) => sum + records, 0);
  }

  /** The commit that is next, still open for records; undefined when nothing waits. */
  get oldest(): Commit | undefined {
    return this.#commits[0];
  }

  /** Copies the messages in, in order; `waiter` hears when the last of them is durable. At least one, each with a size. */
  add(runs: readonly JournalRun[], waiter: Waiter): void {
    for (const run of runs) this.#addRun(run);
    this.#commits.at(-1)?.waiters.push(waiter);
  }

  #addRun(run: JournalRun): void {
    const { source, receivedAt, sender, enterpriseId, count, bytes, topics, bounds } = run;
    const head = { epoch: 0, sequence: 0, source, receivedAt, sender, enterpriseId };
    const payload = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), from: 0, to: 0 };
    for (let n = 0; n < count; n += 1) {
      const topic = topics[n] ?? "";
      payload.from = bounds[2 * n] ?? 0;
      payload.to = bounds[2 * n + 1] ?? 0;
      const commit = this.#commitWithRoom(recordSize(head, topic, payload.to - payload.from));
      head.epoch = commit.segment.epoch;
      head.sequence = commit.lastSequence = this.#nextSequence++;
      const end = encodeRecord(commit.target, commit.usedBytes, head, topic, payload);
      this.#offset += end - commit.usedBytes;
      this.#waitingBytes += end - commit.usedBytes;
      commit.usedBytes = end;
      commit.records += 1;
    }
  }

  /** Takes the oldest commit out; give its memory back by `release` when it is written. */
  take(): Commit | undefined {
    const commit = this.#commits.shift();
    this.#waitingBytes -= commit?.usedBytes ?? 0;
    return commit;
  }

  release({ target }: Commit): void {
    if (target.bytes.length === maxCommitBytes && this.#spareTargets.length < keptTargets)
      this.#spareTargets.push(target);
  }

  /** Rejects all that wait. What comes next is planned for a new segment, with numbers never used before. */
  rejectAll(error: unknown): void {
    const refused = this.#commits;
    this.#commits = [];
    this.#segment = null;
    this.#waitingBytes = 0;
    for (const { waiters } of refused) for (const { reject } of waiters) reject(error);
  }

  #commitWithRoom(size: number): Commit {
    const last = this.#commits.at(-1);
    return last !== undefined && last.usedBytes + size <= last.target.bytes.length ? last : this.#open(size);
  }

  #open(leastBytes: number): Commit {
    const segment = this.#segmentWithRoom(leastBytes);
    const room = Math.min(segment.bytes - this.#offset, maxCommitBytes);
    const commit = {
      segment,
      offset: this.#offset,
      target: this.#target(Math.max(room, leastBytes)),
      since: performance.now(),
      waiters: [],
      usedBytes: 0,
      records: 0,
      lastSequence: 0,
    };
    this.#commits.push(commit);
    return commit;
  }

  #segmentWithRoom(leastBytes: number): PlannedSegment {
    if (this.#segment !== null && this.#offset + leastBytes <= this.#segment.bytes) return this.#segment;
    this.#epoch = (this.#epoch % maxEpoch) + 1;
    this.#segment = {
      epoch: this.#epoch,
      firstSequence: this.#nextSequence,
      bytes: Math.max(this.#segmentBytes, headerBytes + leastBytes),
    };
    this.#offset = headerBytes;
    return this.#segment;
  }

  #target(bytes: number): RecordTarget {
    return (bytes === maxCommitBytes ? this.#spareTargets.pop() : undefined) ?? allocateTarget(bytes);
  }
}
