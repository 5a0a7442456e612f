import type { EngineRule, Severity } from "../alerts/alert-rule.ts";
import type { AlertTransition, RuleState } from "../alerts/alert.ts";
import type { AlertSubject } from "../alerts/figure-rule.ts";
import type { RuleFactRecords } from "../alerts/rule-facts.ts";
import type { JournalEntry, JournalPosition, JournalRecord, JournalRun, JournalSource } from "./journal-record.ts";
import type { CommandMention, CommandNews } from "./commands.ts";
import type { Catalog, DeviceId, EnterpriseId, MeterId, Point, PointId } from "../park.ts";
import type { Parts } from "../consumption/parts.ts";
import type { RollupLevel } from "../consumption/rollup.ts";
import type { Quality, Reading, Series } from "../reading.ts";
import type { EpochMs, TimeRange } from "../time.ts";

/** What rooms need from outside. Adapters live in store, edge-link and platform; tests run one suite per port. */

export interface Clock {
  now(): EpochMs;
}

/** Structured log: fields first, then one sentence. Never a secret. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

// --- journal ---------------------------------------------------------------------------------------------------

export interface JournalWriter {
  /** Resolves when the record is durable; rejects (ParkError edge_unavailable) when it is not. Order of calls = order in the journal. */
  append(record: JournalRecord): Promise<void>;
  /** As `append` for several records, in one piece: resolves when all are durable; after a rejection the sender sends all again. */
  appendAll(records: readonly JournalRecord[]): Promise<void>;
  /** As `appendAll`, without an object for each message. All three copy before they return: the bytes may be used again. */
  appendRun(run: JournalRun): Promise<void>;
  /** After the last durable record. */
  position(): JournalPosition;
  /** Why nothing can be made durable, as the last try found it; null when all is well. */
  problem(): string | null;
  /** Calls back after commits (coalesced); gives a function that ends it. */
  onCommit(listener: (position: JournalPosition) => void): () => void;
  stop(): Promise<void>;
}

export interface JournalReader {
  /**
   * Up to `limit` records or `maxBytes` after `position`, oldest first; empty at the end. A position in another journal
   * stands for the beginning of this one. Damaged parts are skipped and counted.
   */
  read(position: JournalPosition, limit: number, maxBytes: number): Promise<readonly JournalEntry[]>;
  /** Newest first, from what the journal still holds; stops after `limit` matches or `maxScanBytes`. */
  findBack(
    matches: (record: JournalRecord) => boolean,
    limit: number,
    maxScanBytes: number,
  ): Promise<readonly JournalEntry[]>;
  /** Everything up to `position` is in the stores (one in another journal says nothing); older segments beyond those kept for inspection may go. */
  confirm(position: JournalPosition): Promise<void>;
  stop(): Promise<void>;
}

// --- readings --------------------------------------------------------------------------------------------------

/** stored = new identity; duplicate = same identity and value; overwritten = same identity, other value (last write wins). */
export type AppendOutcome = "stored" | "duplicate" | "overwritten" | "rejected";

export interface LatestReading {
  readonly pointId: PointId;
  readonly observedAt: EpochMs;
  readonly value: number;
  readonly quality: Quality;
}

/** A reading as it was before another one of the same identity, with another value or quality, took its place. */
export interface ReplacedReading {
  readonly observedAt: EpochMs;
  /** When the reading that took its place was received. */
  readonly replacedAt: EpochMs;
  /** As sent, in the point's unit. */
  readonly value: number;
  readonly quality: Quality;
}

export interface ReadingStore {
  /**
   * Upserts by (point, observedAt); resolves when durable, outcomes in the order given. A repeat inside one batch counts
   * as duplicate or overwritten. Rejects with a retryable ParkError (store_unavailable) when the store cannot take the
   * batch; a record it refuses for good is "rejected", the others are stored.
   */
  append(readings: readonly Reading[]): Promise<readonly AppendOutcome[]>;
  /** Readings in [from, to), oldest first; with `neighbours` also the last one before and the first one at or after `to`. */
  read(pointId: PointId, range: TimeRange, options?: { neighbours?: boolean }): Promise<Series>;
  /**
   * What readings in [from, to) were before they were overwritten, by instant and then by when it happened. Kept until
   * the readings are removed; of several that one message overwrites at an instant, the first.
   */
  replaced(pointId: PointId, range: TimeRange): Promise<readonly ReplacedReading[]>;
  /** Newest reading (by observedAt) of each point that has one. */
  latest(): Promise<readonly LatestReading[]>;
  /** Deletes readings of a point in [from, to), with what they replaced; gives how many. */
  remove(pointId: PointId, range: TimeRange): Promise<number>;
  isHealthy(): Promise<boolean>;
  stop(): Promise<void>;
}

/** Quarter hours and days that are worked out already; whatever is missing here is worked out from readings. */
export interface Rollups {
  /**
   * By point the finished stretches inside [from, to), oldest first, in whole park months, park days and quarter hours: the
   * longest that are kept, none longer than `longest`. A stretch whose readings or definition changed since is left out.
   */
  read(
    points: readonly Point[],
    longest: RollupLevel,
    range: TimeRange,
  ): Promise<ReadonlyMap<PointId, readonly Parts[]>>;
}

// --- registry as the rooms see it --------------------------------------------------------------------------------

/** The park as it stands, and a call when it changes. */
export interface CatalogSource {
  current(): Catalog;
  onChange(listener: (catalog: Catalog) => void): () => void;
}

export interface DeviceIdentity {
  readonly deviceId: DeviceId;
  readonly enterpriseId: EnterpriseId;
  readonly meterIds: ReadonlySet<MeterId>;
  /** Internal subscribers: may subscribe to telemetry, may not publish it. */
  readonly isService: boolean;
  /** Connected by an onboarding token: of no enterprise, its messages wait for approval. */
  readonly isWaiting?: boolean;
}

/** Edge's read-only view of who may connect. Look-ups are in memory and synchronous; `reload` reads the registry again. */
export interface DeviceDirectory {
  /**
   * By device id and secret, or (ThingsBoard) by the secret alone as user name with no password; an unknown device by its id
   * and an onboarding token. Constant time per try.
   */
  authenticate(username: string, password: string | null): DeviceIdentity | null;
  /** An HJ 212 station by its MN and PW. Constant time per try. */
  authenticateStation(mn: string, pw: string): DeviceIdentity | null;
  /** The device as it stands now; null when unknown, disabled or its secret changed since `identity` was made. */
  current(identity: DeviceIdentity): DeviceIdentity | null;
  /** Whether the meter exists, and who owns it. */
  meterOwner(meterId: string): EnterpriseId | null;
  reload(): void;
}

export interface AuditEntry {
  readonly at: EpochMs;
  readonly actor: string;
  readonly address: string;
  readonly action: string;
  readonly object: string;
  readonly enterpriseId: EnterpriseId | null;
  readonly result: "ok" | "denied" | "failed";
  readonly detail: string;
}

export const quarantineReasons = [
  "malformed",
  "too_large",
  "unknown_meter",
  "unknown_quantity",
  "ambiguous_meter",
  "future_timestamp",
  "too_old",
  "non_finite",
  "foreign_meter",
  "bad_crc",
  "bad_frame",
  "store_rejected",
  "unapproved_device",
  "unknown_command",
] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];

/** Input that was received but cannot be used; `count` values share this record. */
export interface Quarantined {
  readonly receivedAt: EpochMs;
  readonly source: JournalSource;
  readonly enterpriseId: EnterpriseId | null;
  readonly deviceId: DeviceId | null;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly count: number;
}

/** Values per enterprise ("" = unattributed) in one batch. received = stored + duplicate + quarantined + rejected; overwritten is also in stored. */
export interface BookDelta {
  readonly enterpriseId: EnterpriseId | "";
  readonly received: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly overwritten: number;
  readonly quarantined: number;
  readonly rejected: number;
}

export interface AlertChange {
  readonly transition: AlertTransition;
  /** What the alert is about when its point is none, and the unit of its figures; left out = the point's. */
  readonly subject?: AlertSubject | null;
  readonly unit?: string;
  readonly enterpriseId: EnterpriseId;
  readonly severity: Severity;
  readonly late: boolean;
  readonly recalculated: boolean;
}

export interface RuleStateRow {
  readonly ruleId: string;
  readonly pointId: PointId;
  readonly state: RuleState;
}

/** Silence is counted on this clock: it runs only while edge takes readings. */
export interface EngineClock {
  readonly upMs: number;
  readonly lastTickAt: EpochMs | null;
}

export interface HeardRow {
  readonly pointId: PointId;
  readonly heardUpMs: number;
}

/** Everything one batch of the journal changes beside the readings; written in one transaction. */
export interface IngestCommit {
  readonly position: JournalPosition;
  readonly quarantined: readonly Quarantined[];
  readonly books: readonly BookDelta[];
  readonly alerts: readonly AlertChange[];
  readonly ruleStates: readonly RuleStateRow[];
  readonly clock: EngineClock;
  readonly heard: readonly HeardRow[];
  /** Entries edge put on record: it has no write access to the registry, so they travel as `audit` records (JSON AuditEntry). */
  readonly audits: readonly AuditEntry[];
  /** What devices said of commands that were sent to them. */
  readonly commandNews: readonly CommandNews[];
}

/** Where ingest keeps its position, books, quarantine and alert state. */
export interface KnownAlarm {
  readonly raisedAt: EpochMs;
  /** Null = still active. */
  readonly clearedAt: EpochMs | null;
}

export interface IngestLedger {
  load(): Promise<{
    position: JournalPosition;
    ruleStates: readonly RuleStateRow[];
    clock: EngineClock;
    heard: readonly HeardRow[];
  }>;
  /** A position in another journal than the last one's starts anew there, and is put on record. */
  commit(change: IngestCommit): Promise<void>;
  /** Alarms, not warnings, of one rule and point that stood at some time within [from, to), or were raised in it. */
  alarmsOf(ruleId: string, pointId: PointId, range: TimeRange): Promise<readonly KnownAlarm[]>;
  /** Of these mentions those of commands that were sent to that device of that enterprise. */
  sentCommands(mentions: readonly CommandMention[]): Promise<readonly CommandMention[]>;
  /** Those that the journal steps. */
  rules(): Promise<readonly EngineRule[]>;
  ruleFacts(): Promise<RuleFactRecords>;
  onRulesChange(listener: () => void): () => void;
}

// --- live --------------------------------------------------------------------------------------------------------

/** How ingest tells the api what is new; in process, bounded by coalescing to the newest value per point. */
export interface LiveFeed {
  publishReadings(readings: readonly LatestReading[]): void;
  publishAlert(alertId: string): void;
  onReadings(listener: (readings: readonly LatestReading[]) => void): () => void;
  onAlert(listener: (alertId: string) => void): () => void;
}

export interface CommandOrder {
  readonly commandId: string;
  readonly deviceId: string;
  readonly topic: string;
  readonly payload: string;
  readonly expiresAt: EpochMs;
}

/** The api's way to edge. */
export interface EdgeLink {
  /**
   * Resolves after the journal's commit; rejects with edge_unavailable when edge is down or cannot write. With `receivedAt`
   * it is a message that came over MQTT then and waited for its device's approval.
   */
  append(batch: {
    sender: string;
    enterpriseId: string;
    topic: string;
    payload: Uint8Array;
    receivedAt?: EpochMs;
  }): Promise<void>;
  /** Says something to whoever listens on a topic now; gives whether anybody does. Rejects with edge_unavailable. */
  publish(topic: string, payload: string): Promise<boolean>;
  /** Whether these devices listen to these topics now, in the same order. Rejects with edge_unavailable. */
  listening(channels: readonly { deviceId: string; topic: string }[]): Promise<readonly boolean[]>;
  /**
   * Hands a command to exactly one connection of the device; false when it has none that listens, or at and after
   * `expiresAt`: then it was not handed over. Rejects with edge_unavailable when nobody knows whether it was.
   */
  order(order: CommandOrder): Promise<boolean>;
  /** Resolves when edge works with the newest registry (or is down and will read it when it starts). */
  registryChanged(): Promise<void>;
  /** Newest journal end known, and why nothing can be acknowledged (`problem`); null while edge does not answer. */
  state(): {
    sequence: number;
    segment: number;
    offset: number;
    connections: number;
    problem: string | null;
    /** Where devices connect, as edge listens: null = off, or not listening yet. */
    ports: { mqtt: number | null; mqtts: number | null; ws: number | null; hj212: number | null };
  } | null;
  /** Edge's figures as Prometheus text; null when it does not answer in time. */
  metrics(): Promise<string | null>;
  onCommit(listener: () => void): () => void;
  stop(): Promise<void>;
}
