import type { EpochMs } from "@smart-park/core";

interface Bucket {
  tokens: number;
  at: EpochMs;
}

const maxKeys = 10_000;

/** Token buckets by key, one minute deep. The oldest keys are forgotten first, which can only be generous. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes one request; gives the seconds to wait when there is none left, else 0. `perMinute` 0 = unlimited. */
  take(key: string, perMinute: number, now: EpochMs): number {
    if (perMinute === 0) return 0;
    const bucket = this.#refilled(key, perMinute, now);
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 60) / perMinute);
    bucket.tokens -= 1;
    return 0;
  }

  #refilled(key: string, perMinute: number, now: EpochMs): Bucket {
    const known = this.#buckets.get(key);
    const elapsed = Math.max(0, now - (known?.at ?? now));
    const tokens = Math.min(perMinute, (known?.tokens ?? perMinute) + (elapsed / 60_000) * perMinute);
    const bucket = { tokens, at: now };
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > maxKeys) this.#buckets.delete(this.#buckets.keys().next().value ?? "");
    return bucket;
  }
}
