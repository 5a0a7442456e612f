import type { AppendOutcome, QuarantineReason } from "@smart-park/core";

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
  #isStalled = false;

  addBatch(): void {
    this.#batches += 1;
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
    this.#isStalled = true;
  }

  endStall(): void {
    this.#isStalled = false;
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
      isStalled: this.#isStalled,
    };
  }
}
