import type { AlertBody } from "@smart-park/core/wire";
import { isListed } from "./alerts/take-alerts.ts";

/** An alert that came while this tab was open; they are numbered from 1 in their order. */
export interface Arrival {
  readonly number: number;
  readonly alert: AlertBody;
}

const [mostKept, mostKnown] = [500, 10_000];
let arrivals: readonly Arrival[] = [];
let newest = 0;
/** Ids in the order in which they became known. */
const known = new Set<string>();
const listeners = new Set<() => void>();

function remember(id: string): void {
  known.add(id);
  if (known.size > mostKnown) known.delete(known.values().next().value ?? "");
}

/** Alerts that stood already when the tab was opened: what is said about them later is no arrival. */
export function knowAlerts(alerts: readonly AlertBody[]): void {
  for (const { id } of alerts) remember(id);
}

/**
 * A live alert: an arrival when it is new and somebody has to act. History run again, what was set aside or what maintenance
 * keeps quiet is no news; when the maintenance ends it is.
 */
export function noteArrival(alert: AlertBody, now: number): void {
  const isNews = alert.state === "active" && isListed(alert, { state: "unacknowledged" }, now);
  if (!isNews || known.has(alert.id)) return;
  remember(alert.id);
  newest += 1;
  arrivals = [...arrivals, { number: newest, alert }].slice(-mostKept);
  for (const listener of [...listeners]) listener();
}

/** The number of the newest arrival; 0 = none yet. */
export const newestArrival = (): number => newest;

/** What came after the arrival of this number, oldest first; of very many the newest 500. */
export const arrivalsAfter = (number: number): readonly Arrival[] => arrivals.filter((one) => one.number > number);

export function subscribeArrivals(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
