import { createHash } from "node:crypto";
import { days, type EpochMs, type Quarantined, type Registry } from "@smart-park/core";
import { decodeNumberCursor, toPage } from "./cursor.ts";
import type { RegistryContext } from "./registry-context.ts";
import { inScope } from "./scope.ts";
import { readSetting, writeSetting } from "./settings.ts";
import type { SqlConnection } from "./sql-connection.ts";

export interface QuarantineLimits {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

export const defaultQuarantineLimits: QuarantineLimits = { maxBytes: 1024 ** 3, maxAgeMs: days(30) };

/** The setting that counts records dropped because of the limits. */
export const quarantineDroppedSetting = "quarantine.dropped";

const maxPayloadBytes = 64 * 1024;
const maxDetailLength = 1000;
/** What a row takes beside its texts and payload, roughly. */
const rowBytes = 100;
const dropAtOnce = 1000;

/** Input that could not be used, newest first. */
export const quarantineQueries = ({ db }: RegistryContext): Pick<Registry, "quarantine"> => ({
  quarantine: (principal, { cursor, limit, deviceId, reason }) => {
    const query = db.query
      .selectFrom("quarantine")
      .selectAll()
      .where(inScope(principal, "quarantine.enterprise_id"))
      .$if(deviceId !== undefined, (rows) => rows.where("device_id", "is", deviceId ?? null))
      .$if(reason !== undefined, (rows) => rows.where("reason", "=", reason ?? "malformed"))
      .$if(cursor !== undefined, (rows) => rows.where("id", "<", decodeNumberCursor(cursor ?? "")))
      .orderBy("id", "desc")
      .limit(limit + 1);
    return toPage(db.all(query), limit, {
      keyOf: (row) => [row.id],
      toItem: (row) => ({
        id: String(row.id),
        receivedAt: row.received_at,
        source: row.source,
        enterpriseId: row.enterprise_id,
        deviceId: row.device_id,
        topic: row.topic,
        payload: new Uint8Array(row.payload),
        reason: row.reason,
        detail: row.detail,
        count: row.count,
      }),
    });
  },
});

/** Keeps a record, a long payload cut; must be called inside a transaction. */
export function addQuarantined(db: SqlConnection, record: Quarantined): void {
  const payload = record.payload.subarray(0, maxPayloadBytes);
  const detail = record.detail.slice(0, maxDetailLength) + cutNote(record.payload);
  const texts = Buffer.byteLength(record.topic) + Buffer.byteLength(detail);
  const row = {
    received_at: record.receivedAt,
    source: record.source,
    enterprise_id: record.enterpriseId,
    device_id: record.deviceId,
    topic: record.topic,
    reason: record.reason,
    detail,
    count: record.count,
    bytes: payload.length + texts + rowBytes,
    payload,
  };
  db.run(db.query.insertInto("quarantine").values(row));
}

function cutNote(payload: Uint8Array): string {
  if (payload.length <= maxPayloadBytes) return "";
  const digest = createHash("sha256").update(payload).digest("hex");
  return ` [cut to ${maxPayloadBytes} of ${payload.length} bytes, SHA-256 ${digest}]`;
}

/** Drops the oldest records until the rest is young and small enough, and counts them. */
export function trimQuarantine(db: SqlConnection, { maxBytes, maxAgeMs }: QuarantineLimits, now: EpochMs): void {
  let dropped = db.run(db.query.deleteFrom("quarantine").where("received_at", "<", now - maxAgeMs));
  for (let excess = keptBytes(db) - maxBytes; excess > 0; excess = keptBytes(db) - maxBytes) {
    const gone = dropOldest(db, excess);
    if (gone === 0) break;
    dropped += gone;
  }
  if (dropped === 0) return;
  const before = Number(readSetting(db, quarantineDroppedSetting) ?? 0);
  writeSetting(db, quarantineDroppedSetting, String(before + dropped));
}

const keptBytes = (db: SqlConnection): number =>
  db.first(db.query.selectFrom("engine").select("quarantine_bytes"))?.quarantine_bytes ?? 0;

/** Drops as few of the oldest as free `excess` bytes, a bounded number at a time. */
function dropOldest(db: SqlConnection, excess: number): number {
  const oldest = db.all(db.query.selectFrom("quarantine").select(["id", "bytes"]).orderBy("id").limit(dropAtOnce));
  let [last, freed] = [0, 0];
  for (const { id, bytes } of oldest) {
    if (freed >= excess) break;
    last = id;
    freed += bytes;
  }
  return db.run(db.query.deleteFrom("quarantine").where("id", "<=", last));
}
