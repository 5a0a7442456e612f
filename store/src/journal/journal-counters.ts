import { DurationHistogram, type DurationCounts } from "@smart-park/core";
import type { Commit } from "./commit-queue.ts";

/** What a writer did since it was opened, and what waits. */
export interface JournalStats {
  /** Durable records, and their bytes on disk. */
  readonly records: number;
  readonly bytes: number;
  /** Taken from a sender and not durable yet. */
  readonly pendingRecords: number;
  readonly pendingBytes: number;
  readonly oldestPendingMs: number;
  /** Time on the disk, per commit. */
  readonly commits: DurationCounts;
  readonly failedCommits: number;
  /** From the append of a commit's oldest record until it is durable: the longest that a PUBACK of it waited. */
  readonly waits: DurationCounts;
  /** Files of the journal, and their bytes. */
  readonly segments: number;
  readonly segmentBytes: number;
}

interface CommitUnderWay {
  readonly startedAt: number;
  readonly oldestSince: number;
  readonly records: number;
  readonly bytes: number;
}

/** Plain numbers beside the writer's work; somebody may read them at any time. Times are monotonic milliseconds. */
export class JournalCounters {
  records = 0;
  bytes = 0;
  failedCommits = 0;
  readonly commits = new DurationHistogram();
  readonly waits = new DurationHistogram();
  /** The commit under way. */
  commit: CommitUnderWay | null = null;

  begin({ since, records, usedBytes }: Pick<Commit, "since" | "records" | "usedBytes">): void {
    this.commit = { startedAt: performance.now(), oldestSince: since, records, bytes: usedBytes };
  }

  end(): void {
    if (this.commit === null) return;
    const now = performance.now();
    this.records += this.commit.records;
    this.bytes += this.commit.bytes;
    this.commits.add(now - this.commit.startedAt);
    this.waits.add(now - this.commit.oldestSince);
    this.commit = null;
  }

  fail(): void {
    this.failedCommits += 1;
    this.commit = null;
  }
}
