import type { DeviceId, EnterpriseId } from "../park.ts";
import type { EpochMs } from "../time.ts";

/**
 * How a record came: over MQTT, as an HTTP batch, by HJ 212, written by edge itself (`tick`, `audit`), over MQTT from a
 * device that nobody approved yet (`waiting`), or what a device made of a command (`command`): on a reply topic its answer,
 * on a command topic edge's record of its receipt.
 */
export const journalSources = ["tick", "mqtt", "http", "hj212", "audit", "waiting", "command"] as const;
export type JournalSource = (typeof journalSources)[number];

/** One message as edge took it, before anyone looked inside. */
export interface JournalRecord {
  readonly source: JournalSource;
  readonly receivedAt: EpochMs;
  /** Who sent it: a device, or for HTTP batches the token's name; "" for what edge itself writes (tick, audit) and for bad HJ 212 frames of nobody. */
  readonly sender: DeviceId;
  /** Owner of the sender when it was received; "" for ticks and for park-wide tokens. */
  readonly enterpriseId: EnterpriseId;
  /** MQTT topic, `http` for batches, `hj212` and what follows it for frames (wire/station-topic.ts), "" for ticks. */
  readonly topic: string;
  readonly payload: Uint8Array;
}

/**
 * `count` messages one sender sent one after the other, as slices of the bytes they came in: no object for each of them.
 * Message n went to `topics[n]`; its payload is `bytes` from `bounds[2 * n]` to `bounds[2 * n + 1]`. What the arrays
 * hold beyond that has no meaning.
 */
export interface JournalRun extends Pick<JournalRecord, "source" | "receivedAt" | "sender" | "enterpriseId"> {
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly topics: readonly string[];
  readonly bounds: readonly number[];
}

export const toRun = ({ topic, payload, ...rest }: JournalRecord): JournalRun => ({
  ...rest,
  count: 1,
  bytes: payload,
  topics: [topic],
  bounds: [0, payload.length],
});

/** The payloads are views into the run's bytes. */
export const toRecords = ({ count, bytes, topics, bounds, ...rest }: JournalRun): JournalRecord[] =>
  topics
    .slice(0, count)
    .map((topic, n) => ({ ...rest, topic, payload: bytes.subarray(bounds[2 * n], bounds[2 * n + 1]) }));

/**
 * Where a record stands. `sequence` counts records from 1 over the journal's whole life; segment and offset find it.
 * Position zero (`journalStart`) lies before the first record.
 */
export interface JournalPosition {
  /** Which journal: a random id made with its folder; null = not known, taken for the journal at hand. */
  readonly journalId: string | null;
  readonly sequence: number;
  readonly segment: number;
  /** Offset of the first byte after the record. */
  readonly offset: number;
}

export const journalStart: JournalPosition = { journalId: null, sequence: 0, segment: 0, offset: 0 };

export interface JournalEntry {
  readonly record: JournalRecord;
  /** The position after this record: what to store once it is done with. */
  readonly position: JournalPosition;
}

/** Payload of a `tick` record (JSON): edge was up; refusals before acknowledgement since the tick before, by enterprise ("" = unknown). */
export interface TickPayload {
  readonly refused: Readonly<Record<string, number>>;
  /** Of the first tick after a start of edge. */
  readonly isStart?: true;
}

export const tickIntervalMs = 10_000;
