import { setTimeout as delay } from "node:timers/promises";
import type { Api } from "@smart-park/api";
import {
  journalStart,
  quarantineReasons,
  type Clock,
  type EdgeLink,
  type JournalPosition,
  type ReadingStore,
} from "@smart-park/core";
import type { Ingest } from "@smart-park/ingest";
import type { Notifier } from "@smart-park/notify";
import { bytesBetween, type InspectableJournalReader } from "@smart-park/store/journal";
import { zeros } from "./edge-figures.ts";
import type { Figures } from "./figures.ts";

/** What ingest does with the journal. */
export function addIngestFigures(figures: Figures, ingest: Ingest, clock: Clock): void {
  const stats = () => ingest.stats();
  figures.counter("park_ingest_batches_total", "Batches of the journal taken over.", () => stats().batches);
  figures.counter("park_ingest_messages_total", "Messages of meters taken over.", () => stats().messages);
  figures.counter("park_ingest_values_stored_total", "Values stored, overwritten ones included.", () => stats().stored);
  figures.counter(
    "park_ingest_values_duplicate_total",
    "Values that were stored before and changed nothing.",
    () => stats().duplicate,
  );
  figures.counter(
    "park_ingest_values_overwritten_total",
    "Values that replaced another one of the same point and time.",
    () => stats().overwritten,
  );
  figures.counters("park_ingest_values_quarantined_total", "Values that cannot be used.", "reason", () => ({
    ...zeros(quarantineReasons),
    ...stats().quarantined,
  }));
  figures.counter(
    "park_ingest_retries_total",
    "Failed tries at the store, the registry or the journal; each is tried again.",
    () => stats().retries,
  );
  figures.gauge(
    "park_ingest_stalled_seconds",
    "How long ingest has been trying in vain; 0 when all is well.",
    () => stats().stalledMs / 1000,
  );
  figures.durations("park_store_append_seconds", "Time the reading store took for a batch.", () => stats().appends);
  figures.gauge(
    "park_ingest_position_records",
    "Number of the newest record taken over.",
    () => ingest.position().sequence,
  );
  figures.gauge("park_ingest_lag_seconds", "Age of the oldest message in hand; 0 between batches.", () => {
    const { oldestInHandAt } = stats();
    return oldestInHandAt === null ? 0 : Math.max(clock.now() - oldestInHandAt, 0) / 1000;
  });
}

interface Backlog {
  readonly link: EdgeLink;
  readonly directory: string;
  readonly position: () => JournalPosition;
}

/** What the journal holds and ingest has not taken over. While edge is down its end is not known: 0. */
export function addBacklogFigures(figures: Figures, { link, directory, position }: Backlog): void {
  figures.gauge("park_ingest_backlog_records", "Records in the journal not taken over yet.", () =>
    Math.max((link.state() ?? journalStart).sequence - position().sequence, 0),
  );
  figures.gauge("park_ingest_backlog_bytes", "Bytes in the journal not taken over yet.", () =>
    bytesBetween(directory, position(), link.state() ?? journalStart),
  );
}

const storeAnswerMs = 2000;

/** What the app process sees of its neighbours. */
export function addNeighbourFigures(
  figures: Figures,
  { link, store, messages }: { link: EdgeLink; store: ReadingStore; messages: InspectableJournalReader },
): void {
  figures.gauge("park_edge_up", "1 while edge answers.", () => (link.state() === null ? 0 : 1));
  figures.gauge("park_store_up", "1 while the reading store answers.", async () => {
    const isUp = await Promise.race([
      store.isHealthy().catch(() => false),
      delay(storeAnswerMs, false, { ref: false }),
    ]);
    return isUp ? 1 : 0;
  });
  figures.counter(
    "park_journal_damaged_bytes_total",
    "Bytes of the journal that could not be read and were passed over.",
    () => messages.damage().bytes,
  );
}

/** What goes out to people. */
export function addNotifierFigures(figures: Figures, notifier: Notifier): void {
  const stats = figures.oncePerAnswer(() => notifier.stats());
  const counts: [name: string, help: string, read: () => number][] = [
    ["park_notify_delivered_total", "Deliveries (an alert for a receiver) that were taken.", () => stats().delivered],
    ["park_notify_failed_attempts_total", "Messages that were not taken; tried again.", () => stats().failedAttempts],
  ];
  for (const [name, help, read] of counts) figures.counter(name, help, read);
  figures.gauge("park_notify_waiting", "Alerts and deliveries that wait.", () => stats().waiting);
  figures.gauge("park_notify_dead", "Dead letters.", () => stats().dead);
  figures.gauge(
    "park_notify_oldest_seconds",
    "Age of the oldest delivery that could have gone out.",
    () => stats().oldestMs / 1000,
  );
}

/** What the api answers. */
export function addApiFigures(figures: Figures, api: Api): void {
  const stats = () => api.stats();
  figures.counters(
    "park_http_requests_total",
    "Answered HTTP requests, by status.",
    "status",
    () => stats().requests.byFamily,
  );
  figures.durations("park_http_request_seconds", "Time of an HTTP request.", () => stats().requests.times);
  figures.gauge("park_live_sockets", "Open live connections of pages.", () => stats().liveSockets);
}
