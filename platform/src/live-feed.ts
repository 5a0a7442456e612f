import type { LatestReading, LiveFeed } from "@smart-park/core";

/** Hands new readings and alerts from ingest to the api inside one process; listeners only mark and coalesce. */
export function createLiveFeed(): LiveFeed {
  const readingListeners = new Set<(readings: readonly LatestReading[]) => void>();
  const alertListeners = new Set<(alertId: string) => void>();
  return {
    publishReadings: (readings) => readingListeners.forEach((listener) => listener(readings)),
    publishAlert: (alertId) => alertListeners.forEach((listener) => listener(alertId)),
    onReadings: (listener) => subscribe(readingListeners, listener),
    onAlert: (listener) => subscribe(alertListeners, listener),
  };
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
