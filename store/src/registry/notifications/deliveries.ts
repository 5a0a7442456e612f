import {
  ParkError,
  type ChannelTest,
  type DeliveryFilter,
  type DeliveryRecord,
  type EpochMs,
  type NotificationRegistry,
  type Principal,
} from "@smart-park/core";
import { sql, type Selectable } from "kysely";
import { addEntry, auditWrite, changes } from "../audit-log.ts";
import { decodeNumberCursor, toPage } from "../cursor.ts";
import type { RegistryContext } from "../registry-context.ts";
import { toFlag } from "../flag.ts";
import type { DeliveryRow } from "../rows/alert-rows.ts";
import { found, inScope } from "../scope.ts";
import type { SqlConnection } from "../sql-connection.ts";

type DeliveryQueries = Pick<
  NotificationRegistry,
  "deliveries" | "deliveryAttempts" | "deadLetters" | "addChannelTest" | "retryDelivery"
>;

/** The delivery log, newest first, each row owned by whoever owned the alert, or the channel that was tested. */
export function deliveryQueries({ db, clock, write }: RegistryContext): DeliveryQueries {
  return {
    deliveries: (principal, filter) =>
      toPage(db.all(filtered(db, principal, filter).limit(filter.limit + 1)), filter.limit, {
        toItem: toRecord,
        keyOf: (row) => [row.id],
      }),

    deliveryAttempts: (principal, id) => {
      found(loadDelivery(db, principal, id));
      const rows = db.query.selectFrom("delivery_attempt").selectAll().where("delivery_id", "=", id).orderBy("id");
      return db
        .all(rows)
        .map((row) => ({ at: row.at, tookMs: row.took_ms, isOk: row.is_ok === 1, detail: row.detail }));
    },

    deadLetters: (principal, since) => {
      const found = db.first(
        sql<{ count: number; newestAt: EpochMs | null }>`select count(*) as count, max(ended_at) as newestAt
          from channel join delivery on delivery.channel_id = channel.id and state = 'dead'
          where ended_at >= ${since} and ${inScope(principal, "delivery.enterprise_id")}`,
      );
      return found ?? { count: 0, newestAt: null };
    },

    addChannelTest: (test, audit) =>
      write(() => {
        const { channelId, enterpriseId, attempt } = test;
        const row = toTestRow(test, audit.actor);
        db.run(db.query.insertInto("delivery").values(row));
        db.run(sql`insert into delivery_attempt (delivery_id, channel_id, at, took_ms, is_ok, detail)
          select id, channel_id, ended_at, ${attempt.tookMs}, ${toFlag(attempt.isOk)}, detail
          from delivery where key = ${row.key}`);
        const detail = JSON.stringify({ detail: attempt.detail });
        const result = attempt.isOk ? "ok" : "failed";
        addEntry(db, { ...audit, action: "channel.test", object: channelId, enterpriseId, detail, result });
      }),

    retryDelivery: (principal, id, audit) =>
      write(() => {
        const before = found(loadDelivery(db, principal, id));
        if (before.kind === "test") throw new ParkError("conflict", "A test is not sent again: test the channel anew");
        if (before.state !== "dead") throw new ParkError("conflict", "Only a dead letter is sent again");
        const now = clock.now();
        const again = { state: "waiting", waits_for: "turn", next_at: now, due_since: now } as const;
        // It goes out by itself: the gathered message it was part of may be gone.
        const set = { ...again, attempts: 0, ended_at: null, group_key: null };
        db.run(db.query.updateTable("delivery").set(set).where("id", "=", id));
        const detail = changes({ state: "dead" }, { state: "waiting" });
        const { enterpriseId } = toRecord(before);
        auditWrite(db, audit, { action: "delivery.retry", object: String(id), enterpriseId, detail });
        return toRecord(found(loadDelivery(db, principal, id)));
      }),
  };
}

const filtered = (db: SqlConnection, principal: Principal, { state, channelId, alertId, cursor }: DeliveryFilter) =>
  db.query
    .selectFrom("delivery")
    .selectAll()
    .where(inScope(principal, "delivery.enterprise_id"))
    .$if(state !== undefined, (query) => query.where("state", "=", state ?? "sent"))
    .$if(channelId !== undefined, (query) => query.where("channel_id", "=", channelId ?? ""))
    .$if(alertId !== undefined, (query) => query.where("alert_id", "=", alertId ?? ""))
    .$if(cursor !== undefined, (query) => query.where("id", "<", decodeNumberCursor(cursor ?? "")))
    .orderBy("id", "desc");

const loadDelivery = (db: SqlConnection, principal: Principal, id: number) =>
  db.first(
    db.query
      .selectFrom("delivery")
      .selectAll()
      .where("id", "=", id)
      .where(inScope(principal, "delivery.enterprise_id")),
  );

/** It ended as it was made: nothing ever waits to be tested. */
const toTestRow = ({ key, channelId, address, enterpriseId, attempt }: ChannelTest, askedBy: string) => ({
  key,
  alert_id: null,
  enterprise_id: enterpriseId,
  kind: "test" as const,
  channel_id: channelId,
  address,
  state: attempt.isOk ? ("sent" as const) : ("failed" as const),
  waits_for: "turn" as const,
  next_at: attempt.at,
  due_since: attempt.at,
  group_key: null,
  attempts: 1,
  created_at: attempt.at,
  ended_at: attempt.at,
  detail: attempt.detail,
  asked_by: askedBy,
});

const toRecord = (row: Selectable<DeliveryRow>): DeliveryRecord => ({
  id: row.id,
  key: row.key,
  alertId: row.alert_id,
  enterpriseId: row.enterprise_id,
  kind: row.kind,
  channelId: row.channel_id,
  address: row.address,
  state: row.state,
  waitsFor: row.waits_for,
  nextAt: row.next_at,
  groupKey: row.group_key === row.key ? null : row.group_key,
  attempts: row.attempts,
  createdAt: row.created_at,
  endedAt: row.ended_at,
  detail: row.detail,
  askedBy: row.asked_by,
});
