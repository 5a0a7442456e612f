import type { JournalEntry, JournalPosition, JournalReader } from "@smart-park/core";
import type { IngestConfig } from "./config.ts";
import { persist, type Persistence } from "./persist.ts";
import { WakeUp } from "./wake-up.ts";

/** Wake-ups come from the writer; this is for one that got lost. */
const safetyPollMs = 1000;
/** How often the journal is told what it may clean up. */
const confirmEveryMs = 5000;

/**
 * The journal from the stored position on, in batches. What is stored moves only by `advance`; reading may be ahead of
 * it, and after a restart everything that was not committed comes again.
 */
export class JournalSource {
  readonly #journal: JournalReader;
  readonly #config: IngestConfig;
  readonly #persistence: Persistence;
  readonly #wakeUp = new WakeUp();
  readonly #unsubscribe: () => void;
  #position: JournalPosition;
  /** The end of what was read. */
  #read: JournalPosition;
  #confirmed: JournalPosition;
  #confirmedAt = performance.now();
  #idle: (() => void)[] = [];

  constructor(parts: {
    journal: JournalReader;
    wakeUp: (listener: () => void) => () => void;
    position: JournalPosition;
    config: IngestConfig;
    persistence: Persistence;
  }) {
    this.#journal = parts.journal;
    this.#config = parts.config;
    this.#persistence = parts.persistence;
    this.#position = parts.position;
    this.#read = parts.position;
    this.#confirmed = parts.position;
    this.#unsubscribe = parts.wakeUp(() => this.#wakeUp.notify());
    parts.persistence.signal.addEventListener("abort", () => this.#wakeUp.notify());
  }

  /** The batch after the last one, waiting for one; empty only when stopped. */
  async next(): Promise<readonly JournalEntry[]> {
    while (!this.#persistence.signal.aborted) {
      const waiting = this.#idle.splice(0);
      const entries = await this.#readOn();
      if (entries.length > 0) {
        this.#idle.push(...waiting);
        this.#read = entries.at(-1)?.position ?? this.#read;
        return entries;
      }
      await this.confirm();
      for (const resolve of waiting) resolve();
      await this.#wakeUp.wait(safetyPollMs);
    }
    return [];
  }

  position = (): JournalPosition => this.#position;

  /** Everything up to here is in the stores. */
  async advance(position: JournalPosition): Promise<void> {
    this.#position = position;
    if (performance.now() - this.#confirmedAt >= confirmEveryMs) await this.confirm();
  }

  /** Resolves when a look at the journal, begun after this call, finds nothing new; at a stop too. */
  idle(): Promise<void> {
    if (this.#persistence.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#wakeUp.notify();
    });
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await this.confirm();
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #readOn(): Promise<readonly JournalEntry[]> {
    const { batchRecords, batchBytes } = this.#config;
    return persist(() => this.#journal.read(this.#read, batchRecords, batchBytes), this.#persistence);
  }

  /** Tells the journal what it may clean up. */
  async confirm(): Promise<void> {
    this.#confirmedAt = performance.now();
    if (this.#position.sequence === this.#confirmed.sequence) return;
    this.#confirmed = this.#position;
    await this.#journal.confirm(this.#position).catch((error: unknown) => {
      // Not fatal: segments stay a little longer, the next confirm covers this one.
      this.#persistence.onFailure(error, confirmEveryMs);
    });
  }
}
