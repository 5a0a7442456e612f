import { connectionRefusals, frameFates, refusalReasons, type Edge } from "@smart-park/broker";
import type { InspectableJournalWriter } from "@smart-park/store/journal";
import type { Figures } from "./figures.ts";

/** What edge takes and refuses. */
export function addEdgeFigures(figures: Figures, edge: Edge): void {
  const stats = () => edge.stats();
  figures.counters(
    "park_edge_messages_accepted_total",
    "Messages made durable in the journal, by the way they came.",
    "way",
    () => stats().accepted,
  );
  figures.counters(
    "park_edge_messages_refused_total",
    "Messages refused before acknowledgement. journal = it could not be written; shed = QoS 0 left out under load.",
    "reason",
    () => ({ ...zeros(refusalReasons), ...stats().refused }),
  );
  figures.gauge("park_edge_connections", "MQTT clients connected now.", () => stats().connections);
  figures.counter("park_edge_connections_accepted_total", "MQTT clients let in.", () => stats().acceptedConnections);
  figures.counters("park_edge_connections_refused_total", "MQTT connections not let in.", "reason", () => ({
    ...zeros(connectionRefusals),
    ...stats().refusedConnections,
  }));
  figures.gauge("park_edge_stations", "Connections of HJ 212 stations now.", () => stats().stations.connections);
  figures.counters("park_edge_stations_refused_total", "HJ 212 stations not let in.", "reason", () => ({
    ...zeros(connectionRefusals),
    ...stats().stations.refused,
  }));
  figures.counters(
    "park_edge_station_frames_total",
    "HJ 212 frames that were no new ones: dropped (bad_crc, bad_frame), or answered as repeated.",
    "fate",
    () => ({ ...zeros(frameFates), ...stats().stations.frames }),
  );
  figures.counter(
    "park_edge_deliveries_dropped_total",
    "Messages not delivered to MQTT subscribers that did not read.",
    () => stats().droppedDeliveries,
  );
}

/** How much the journal may take, and how much of the disk it leaves free, bytes. */
interface JournalLimits {
  readonly maxBytes: number;
  readonly reserveBytes: number;
}

/** What the journal's writer does. */
export function addJournalFigures(figures: Figures, journal: InspectableJournalWriter, limits: JournalLimits): void {
  const stats = () => journal.stats();
  figures.counter("park_journal_records_total", "Records made durable.", () => stats().records);
  figures.counter("park_journal_bytes_total", "Bytes of the records made durable.", () => stats().bytes);
  figures.durations(
    "park_journal_commit_seconds",
    "Time of a commit on the disk; _count is the number of commits.",
    () => stats().commits,
  );
  figures.durations(
    "park_journal_wait_seconds",
    "From the append of a commit's oldest record until it is durable: the longest wait for a PUBACK in that commit.",
    () => stats().waits,
  );
  figures.gauge("park_journal_writable", "1 while records can be made durable, so while edge acknowledges.", () =>
    journal.problem() === null ? 1 : 0,
  );
  figures.counter("park_journal_commits_failed_total", "Commits that failed.", () => stats().failedCommits);
  figures.gauge("park_journal_pending_records", "Records waiting to become durable.", () => stats().pendingRecords);
  figures.gauge("park_journal_pending_bytes", "Bytes waiting to become durable.", () => stats().pendingBytes);
  figures.gauge(
    "park_journal_oldest_pending_seconds",
    "Age of the oldest record waiting to become durable; 0 when none waits.",
    () => stats().oldestPendingMs / 1000,
  );
  figures.gauge("park_journal_segments", "Files of the journal.", () => stats().segments);
  figures.gauge("park_journal_disk_bytes", "Bytes of the journal's files.", () => stats().segmentBytes);
  figures.gauge("park_journal_max_bytes", "What the journal's files may take.", () => limits.maxBytes);
  figures.gauge(
    "park_journal_reserve_bytes",
    "What the journal leaves free on its disk; below it nothing is acknowledged.",
    () => limits.reserveBytes,
  );
  figures.gauge(
    "park_journal_position_records",
    "Number of the newest durable record.",
    () => journal.position().sequence,
  );
}

/** So that a reason is there, and can be alarmed on, before it happens for the first time. */
export const zeros = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, 0]));
