import type { AlertBody } from "@smart-park/core/wire";
import type { Severity } from "@smart-park/core";

export interface Arrival {
  readonly id: string;
  readonly severity: Severity;
}

const most = 500;
let arrivals: readonly Arrival[] = [];
const listeners = new Set<() => void>();

/** A live alert: counts as an arrival when it is new and open. History run again is no news. */
export function noteArrival(alert: AlertBody): void {
  const isNews = alert.state === "active" && !alert.acknowledged && !alert.recalculated;
  if (!isNews || arrivals.some((known) => known.id === alert.id)) return;
  arrivals = [...arrivals, { id: alert.id, severity: alert.severity }].slice(-most);
  for (const listener of listeners) listener();
}

/** All alerts that came while this tab was open; the same array until one more comes. */
export const alertArrivals = (): readonly Arrival[] => arrivals;

export function subscribeArrivals(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
