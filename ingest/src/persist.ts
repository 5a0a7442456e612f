import { setTimeout as delay } from "node:timers/promises";

const firstWaitMs = 500;
const maxWaitMs = 30_000;

export interface Persistence {
  /** Ends the waiting; the promise then rejects with the last failure. */
  readonly signal: AbortSignal;
  readonly onFailure: (error: unknown, waitMs: number) => void;
}

/**
 * Tries until it works: backoff 0.5 to 30 s with up to 20 % jitter. Used where giving up would lose acknowledged
 * readings; the caller takes nothing new meanwhile, so nothing piles up in memory.
 */
export async function persist<T>(attempt: () => Promise<T>, { signal, onFailure }: Persistence): Promise<T> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(maxWaitMs, waitMs * 2)) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) throw error;
      const jittered = waitMs * (1 + 0.2 * Math.random());
      onFailure(error, jittered);
      await delay(jittered, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw error;
    }
  }
}
