interface Bucket {
  tokens: number;
  at: number;
}

export interface Rate {
  /** Messages per second; 0 = unlimited. */
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Token buckets by key. Taking never fails: a bucket in debt says how long (ms) the taker has to wait. `now` is
 * monotonic milliseconds. Keys are registered devices and enterprises, so their number is bounded.
 */
export class RateLimiter {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  take(key: string, now: number): number {
    const { perSecond, burst } = this.#rate;
    if (perSecond === 0) return 0;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) this.#buckets.set(key, (bucket = { tokens: burst, at: now }));
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond) - 1;
    bucket.at = now;
    return bucket.tokens >= 0 ? 0 : (-bucket.tokens / perSecond) * 1000;
  }

  /** For one that was not let through after all: who is refused must not use up what others need. */
  giveBack(key: string): void {
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) bucket.tokens += 1;
  }

  /** How long (ms) all that was taken so far still has to wait. */
  debtMs(key: string, now: number): number {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return 0;
    return Math.max(0, (-bucket.tokens / this.#rate.perSecond) * 1000 - (now - bucket.at));
  }
}

/** Runs things after their wait, strictly in the order given: acknowledgements must not overtake each other. */
export class Pacer {
  #queue: { dueAt: number; run: () => void }[] = [];
  #timer: NodeJS.Timeout | null = null;

  /** Whether what does not have to wait would run at once. */
  get isIdle(): boolean {
    return this.#queue.length === 0;
  }

  after(waitMs: number, now: number, run: () => void): void {
    if (waitMs === 0 && this.#queue.length === 0) return run();
    this.#queue.push({ dueAt: now + waitMs, run });
    this.#timer ??= setTimeout(() => this.#runDue(), waitMs);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#queue = [];
  }

  #runDue(): void {
    this.#timer = null;
    const now = performance.now();
    let count = 0;
    // A timer may fire a fraction of a millisecond early.
    while (count < this.#queue.length && (this.#queue[count]?.dueAt ?? 0) <= now + 1) count += 1;
    for (const { run } of this.#queue.splice(0, count)) run();
    const next = this.#queue[0];
    if (next !== undefined) this.#timer ??= setTimeout(() => this.#runDue(), Math.max(1, next.dueAt - now));
  }
}
