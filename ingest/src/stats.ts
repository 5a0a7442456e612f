import {
  DurationHistogram,
  type AppendOutcome,
  type DurationCounts,
  type EpochMs,
  type QuarantineReason,
} from "@smart-park/core";

/** What ingest did since it started, counted in values unless named otherwise. */
export interface IngestStats {
  readonly batches: number;
  /** Messages of meters. */
  readonly messages: number;
  readonly ticks: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly overwritten: number;
  readonly quarantined: Readonly<Partial<Record<QuarantineReason, number>>>;
  /** Values without a time of their own, stamped with the time of receipt. */
  readonly stampedByPlatform: number;
  /** Failed tries at the store, the ledger or the journal; each is tried again. */
  readonly retries: number;
  /** True while a write is waiting to be tried again. */
  readonly isStalled: boolean;
  /** How long it has been so; 0 when it is not. */
  readonly stalledMs: number;
  /** When the first message of the batch in hand was received; null between batches. */
  readonly oldestInHandAt: EpochMs | null;
  /** Time the store took for a batch that it took. */
  readonly appends: DurationCounts;
}

export class IngestCounters {
  #batches = 0;
  #messages = 0;
  #ticks = 0;
  #stored = 0;
  #duplicate = 0;
  #overwritten = 0;
  readonly #quarantined = new Map<QuarantineReason, number>();
  #stampedByPlatform = 0;
  #retries = 0;
  /** Monotonic milliseconds. */
  #stalledSince: number | null = null;
  #oldestInHandAt: EpochMs | null = null;
  readonly #appends = new DurationHistogram();

  beginBatch(oldestAt: EpochMs | null): void {
    this.#oldestInHandAt = oldestAt;
  }

  addBatch(): void {
    this.#batches += 1;
    this.#oldestInHandAt = null;
  }

  async timeAppend<T>(append: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await append();
    this.#appends.add(performance.now() - startedAt);
    return result;
  }

  addTick(): void {
    this.#ticks += 1;
  }

  addMessage(stampedByPlatform: number): void {
    this.#messages += 1;
    this.#stampedByPlatform += stampedByPlatform;
  }

  addOutcome(outcome: AppendOutcome): void {
    if (outcome === "rejected") return this.addQuarantined("store_rejected", 1);
    if (outcome === "duplicate") this.#duplicate += 1;
    else this.#stored += 1;
    if (outcome === "overwritten") this.#overwritten += 1;
  }

  addQuarantined(reason: QuarantineReason, count: number): void {
    this.#quarantined.set(reason, (this.#quarantined.get(reason) ?? 0) + count);
  }

  addRetry(): void {
    this.#retries += 1;
    this.#stalledSince ??= performance.now();
  }

  endStall(): void {
    this.#stalledSince = null;
  }

  snapshot(): IngestStats {
    return {
      batches: this.#batches,
      messages: this.#messages,
      ticks: this.#ticks,
      stored: this.#stored,
      duplicate: this.#duplicate,
      overwritten: this.#overwritten,
      quarantined: Object.fromEntries(this.#quarantined),
      stampedByPlatform: this.#stampedByPlatform,
      retries: this.#retries,
      isStalled: this.#stalledSince !== null,
      stalledMs: this.#stalledSince === null ? 0 : performance.now() - this.#stalledSince,
      oldestInHandAt: this.#oldestInHandAt,
      appends: this.#appends.counts(),
    };
  }
}
