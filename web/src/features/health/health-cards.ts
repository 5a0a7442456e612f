import { quarantineReasons, type QuarantineReason } from "@smart-park/core";
import type { HealthDetails } from "@smart-park/core/wire";
import { byLabel, figureOf, growth, levels, percentiles, rates, type Sample } from "./health-samples.ts";

/** unknown: the part that counts it does not answer; plain: there is no bound to judge by. */
export type Level = "plain" | "good" | "warning" | "bad" | "unknown";
export type Form = "state" | "count" | "perSecond" | "seconds" | "bytes";

export interface Card {
  readonly id: CardId;
  readonly level: Level;
  readonly form: Form;
  /** Of a state: 1 = up. */
  readonly value: number | null;
  /** Oldest first; null = a gap. */
  readonly series: readonly (number | null)[];
  /** Beyond it something is wrong, in the unit of the value; null = there is no such bound. */
  readonly limit: number | null;
  /** What stands beside the value, by the names that the texts use. */
  readonly facts: Readonly<Record<string, number | null>>;
}

/** Bounds of docs/operations.md. */
const bounds = { lagS: 60, stalledS: 10, ackS: 0.25, journalShare: 0.8, notifyS: 300, loopS: 0.1 };

export const cardGroups = {
  intake: ["edge", "sessions", "received", "refused", "ack"],
  storing: ["store", "stored", "lag", "backlog", "journal"],
  disk: ["disk", "readings", "registry"],
  service: ["notify", "sockets", "loop", "memory"],
} as const;
export type CardGroup = keyof typeof cardGroups;
export type CardId = (typeof cardGroups)[CardGroup][number];

interface Judged {
  readonly form: Form;
  /** The figure that it is made of. */
  readonly name: string;
  readonly series: readonly (number | null)[];
  readonly limit?: number | null;
  /** Looks at the newest value, which is known. */
  readonly level?: (value: number) => Level;
  readonly facts?: Card["facts"];
}

const over =
  (bound: number, beyond: Level = "bad") =>
  (value: number): Level =>
    value > bound ? beyond : "good";

/** How one part of the platform is, from what was seen so far. */
function judge(id: CardId, samples: readonly Sample[], details: HealthDetails): Judged {
  const { figures } = details;
  const now = (name: string): number | null => figureOf(figures, name);
  const stalledS = now("park_ingest_stalled_seconds") ?? 0;
  switch (id) {
    case "edge":
      return {
        form: "state",
        name: "park_edge_up",
        series: levels(samples, "park_edge_up"),
        level: (isUp) => (isUp === 1 && details.problem === null ? "good" : "bad"),
      };
    case "sessions": {
      const turnedAway = growth(samples, "park_edge_connections_refused_total", ["full", "strangers"]);
      return {
        form: "count",
        name: "park_edge_connections",
        series: levels(samples, "park_edge_connections"),
        level: () => (turnedAway > 0 ? "warning" : "good"),
        facts: { turnedAway, refused: now("park_edge_connections_refused_total") },
      };
    }
    case "received":
      return {
        form: "perSecond",
        name: "park_edge_messages_accepted_total",
        series: rates(samples, "park_edge_messages_accepted_total"),
      };
    case "refused": {
      const lost = growth(samples, "park_edge_messages_refused_total", ["journal", "shed"]);
      return {
        form: "perSecond",
        name: "park_edge_messages_refused_total",
        series: rates(samples, "park_edge_messages_refused_total"),
        limit: 0,
        level: (value) => (lost > 0 ? "bad" : value > 0 ? "warning" : "good"),
        facts: { total: now("park_edge_messages_refused_total") },
      };
    }
    case "ack":
      return {
        form: "seconds",
        name: "park_journal_wait_seconds_count",
        series: percentiles(samples, "park_journal_wait_seconds"),
        limit: bounds.ackS,
        level: over(bounds.ackS, "warning"),
      };
    case "store":
      return {
        form: "state",
        name: "park_store_up",
        series: levels(samples, "park_store_up"),
        level: (isUp) => (isUp === 0 ? "bad" : stalledS > bounds.stalledS ? "warning" : "good"),
        facts: { stalledS },
      };
    case "stored":
      return {
        form: "perSecond",
        name: "park_ingest_values_stored_total",
        series: rates(samples, "park_ingest_values_stored_total"),
      };
    case "lag":
      return {
        form: "seconds",
        name: "park_ingest_lag_seconds",
        series: levels(samples, "park_ingest_lag_seconds"),
        limit: bounds.lagS,
        level: over(bounds.lagS),
      };
    case "backlog":
      return {
        form: "count",
        name: "park_ingest_backlog_records",
        series: levels(samples, "park_ingest_backlog_records"),
        level: (records) => (records > 0 && stalledS > bounds.stalledS ? "warning" : "good"),
        facts: { bytes: now("park_ingest_backlog_bytes") },
      };
    case "journal": {
      const most = now("park_journal_max_bytes");
      const limit = most === null ? null : most * bounds.journalShare;
      const damaged = growth(samples, "park_journal_damaged_bytes_total");
      return {
        form: "bytes",
        name: "park_journal_disk_bytes",
        series: levels(samples, "park_journal_disk_bytes"),
        limit,
        level: (bytes) => (damaged > 0 || (limit !== null && bytes > limit) ? "bad" : "good"),
      };
    }
    case "disk": {
      const reserve = now("park_journal_reserve_bytes");
      const level = (free: number): Level =>
        reserve === null || free > 2 * reserve ? "good" : free > reserve ? "warning" : "bad";
      const facts = { size: now("park_disk_size_bytes") };
      return {
        form: "bytes",
        name: "park_disk_free_bytes",
        series: levels(samples, "park_disk_free_bytes"),
        limit: reserve,
        level,
        facts,
      };
    }
    case "readings":
      return { form: "bytes", name: "park_readings_disk_bytes", series: levels(samples, "park_readings_disk_bytes") };
    case "registry":
      return { form: "bytes", name: "park_registry_disk_bytes", series: levels(samples, "park_registry_disk_bytes") };
    case "notify": {
      const [oldestS, dead] = [now("park_notify_oldest_seconds"), now("park_notify_dead")];
      const isLate = (oldestS ?? 0) > bounds.notifyS;
      const level = (): Level => (isLate ? "bad" : growth(samples, "park_notify_dead") > 0 ? "warning" : "good");
      return {
        form: "count",
        name: "park_notify_waiting",
        series: levels(samples, "park_notify_waiting"),
        level,
        facts: { oldestS, dead },
      };
    }
    case "sockets":
      return { form: "count", name: "park_live_sockets", series: levels(samples, "park_live_sockets") };
    case "loop": {
      const name = "nodejs_eventloop_lag_p99_seconds";
      const slowest = samples.map(({ at, figures: seen }) => ({
        at,
        figures: { [name]: Math.max(...Object.values(byLabel(seen, name))) },
      }));
      return {
        form: "seconds",
        name,
        series: levels(slowest, name),
        limit: bounds.loopS,
        level: over(bounds.loopS, "warning"),
      };
    }
    case "memory":
      return {
        form: "bytes",
        name: "process_resident_memory_bytes",
        series: levels(samples, "process_resident_memory_bytes"),
      };
  }
}

export function cardOf(id: CardId, samples: readonly Sample[], details: HealthDetails): Card {
  const { name, series, form, limit = null, facts = {}, level } = judge(id, samples, details);
  const last = series.at(-1) ?? null;
  const value = last !== null && Number.isFinite(last) ? last : null;
  const card = { id, form, series, limit, facts, value };
  if (figureOf(details.figures, name) === null) return { ...card, level: "unknown" };
  if (level === undefined) return { ...card, level: "plain" };
  // Nothing happened that could be measured: nothing is wrong with it.
  return { ...card, level: value === null ? "good" : level(value) };
}

/** Readings in InfluxDB have no size that the platform could measure. */
export const isMeasured = (id: CardId, { figures }: HealthDetails): boolean =>
  id !== "readings" || figureOf(figures, "park_readings_disk_bytes") !== null;

export interface ReasonCount {
  readonly reason: QuarantineReason;
  readonly count: number;
}

const mostReasons = 10;

/** Why values were set aside since the program began, the most frequent first. */
export function reasonsOf({ figures }: HealthDetails): ReasonCount[] {
  const counts = byLabel(figures, "park_ingest_values_quarantined_total");
  return quarantineReasons
    .map((reason) => ({ reason, count: counts[reason] ?? 0 }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, mostReasons);
}
