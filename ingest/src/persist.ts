import { setTimeout as delay } from "node:timers/promises";
import { ParkError } from "@smart-park/core";

const firstWaitMs = 500;
const maxWaitMs = 30_000;
const stopPatienceMs = 3_000;

export interface Persistence {
  /** Ends the waiting; the promise then rejects, with the last failure or because a try under way did not end either. */
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
      return await untilStopped(attempt(), signal);
    } catch (error) {
      if (signal.aborted) throw error;
      const jittered = waitMs * (1 + 0.2 * Math.random());
      onFailure(error, jittered);
      await delay(jittered, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw error;
    }
  }
}

/** A store that takes a request and never answers must not hold up a stop; what it may still do then is repeated. */
function untilStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    let patience: NodeJS.Timeout | undefined;
    const beImpatient = (): void => {
      const giveUp = (): void => reject(new ParkError("store_unavailable", "ingest stops before an answer came"));
      patience = setTimeout(giveUp, stopPatienceMs);
    };
    if (signal.aborted) beImpatient();
    else signal.addEventListener("abort", beImpatient, { once: true });
    void work.then(resolve, reject).finally(() => {
      clearTimeout(patience);
      signal.removeEventListener("abort", beImpatient);
    });
  });
}
