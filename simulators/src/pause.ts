import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "@smart-park/core";
import { ApiError } from "./park-client.ts";

/** Waits; rejects as soon as `signal` aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> => wait(ms, undefined, { signal });

const firstRetryMs = 500;
const lastRetryMs = 30_000;

/** Asks again while the platform is away or busy, with growing pauses; other errors and an abort end it. */
export async function untilAnswered<T>(
  ask: () => Promise<T>,
  options: { signal: AbortSignal; logger: Logger; what: string },
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof ApiError) || !error.isRetryable) throw error;
      const waitMs = Math.min(lastRetryMs, Math.max(error.retryAfterMs ?? 0, firstRetryMs * 2 ** attempt));
      options.logger.debug(
        { what: options.what, attempt, waitMs, reason: error.message },
        "the platform is asked again",
      );
      await pause(waitMs, options.signal);
    }
  }
}

/** Runs `work` over all items, `width` at a time; the first failure ends it. */
export async function inParallel<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
