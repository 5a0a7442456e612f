import { randomInt } from "node:crypto";
import type { JournalRecord } from "@smart-park/core";
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
  #waitingBytes = 0;
  readonly #spareTargets: RecordTarget[] = [];

  constructor(segmentBytes: number, nextSequence: number) {
    this.#segmentBytes = segmentBytes;
    this.#nextSequence = nextSequence;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** The commit that is next, still open for records; undefined when nothing waits. */
  get oldest(): Commit | undefined {
    return this.#commits[0];
  }

  /** Copies the records in, in order; `waiter` hears when the last of them is durable. At least one record. */
  add(records: readonly JournalRecord[], waiter: Waiter): void {
    let commit = this.#commits.at(-1);
    for (const record of records) {
      const size = recordSize(record) ?? 0; // the writer refused what has none
      if (commit === undefined || commit.usedBytes + size > commit.target.bytes.length) commit = this.#open(size);
      const { target, segment, usedBytes } = commit;
      const place = { epoch: segment.epoch, sequence: this.#nextSequence };
      commit.usedBytes = encodeRecord(target, usedBytes, record, place);
      commit.records += 1;
      commit.lastSequence = this.#nextSequence++;
      this.#offset += size;
      this.#waitingBytes += size;
    }
    commit?.waiters.push(waiter);
  }

  /** Takes the oldest commit out; give its memory back by `release` when it is written. */
  take(): Commit | undefined {
    const commit = this.#commits.shift();
    this.#waitingBytes -= commit?.usedBytes ?? 0;
    return commit;
  }

  release({ target }: Commit): void {
    if (target.bytes.length === maxCommitBytes && this.#spareTargets.length < keptTargets) this.#spareTargets.push(target);
  }

  /** Rejects all that wait. What comes next is planned for a new segment, with numbers never used before. */
  rejectAll(error: unknown): void {
    const refused = this.#commits;
    this.#commits = [];
    this.#segment = null;
    this.#waitingBytes = 0;
    for (const { waiters } of refused) for (const { reject } of waiters) reject(error);
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
    this.#segment = {
      epoch: randomInt(1, 0xffff_ffff),
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
