import { createHash } from "node:crypto";
import type {
  Clearance,
  Delivery,
  DeliveryLedger,
  DeliveryRetention,
  EpochMs,
  Notice,
  PlannedDelivery,
  Receiver,
} from "@smart-park/core";
import { alertSubject } from "@smart-park/core/wire";
import { sql, type Updateable } from "kysely";
import type { RegistryContext } from "../registry-context.ts";
import { toFlag } from "../flag.ts";
import type { AlertRow, DeliveryRow } from "../rows/alert-rows.ts";
import type { SqlConnection } from "../sql-connection.ts";
import { toSendingChannel } from "./channels.ts";
import { loadSubscribers } from "./subscriptions.ts";

/** Where the delivery of alerts stands. What `delivered_at` of the outbox marks is that its deliveries are planned. */
export function deliveryLedger({ db, key, write }: RegistryContext): DeliveryLedger {
  return {
    waitingNotices: (limit) => loadNotices(db, limit),
    subscribers: () => loadSubscribers(db),
    plan: (plans, now) => write(() => plans.forEach(({ noticeId, planned }) => plan(db, noticeId, planned, now))),
    dueReceivers: (now) =>
      db.all(
        sql<Receiver>`select channel_id as channelId, address from delivery
          where state = 'waiting' and next_at <= ${now} group by channel_id, address order by min(id)`,
      ),
    due: (receiver, now, limit) => loadDue(db, receiver, now, limit),
    fix: (ids) => write(() => fix(db, ids)),
    hold: (ids, until) => write(() => setAll(db, ids, { waits_for: "quiet", next_at: until, due_since: until })),
    cancel: (ids, why, now) => write(() => setAll(db, ids, { state: "cancelled", ended_at: now, detail: why })),
    record: (outcomes, attempt) =>
      write(() => {
        const { at, tookMs, isOk, detail } = attempt;
        for (const { id, state, nextAt } of outcomes) {
          const when = state === "waiting" ? { waits_for: "retry" as const, next_at: nextAt ?? at } : { ended_at: at };
          const set = { ...when, state, detail, attempts: sql<number>`attempts + 1` };
          db.run(db.query.updateTable("delivery").set(set).where("id", "=", id));
          db.run(sql`insert into delivery_attempt (delivery_id, channel_id, at, took_ms, is_ok, detail)
            select id, channel_id, ${at}, ${tookMs}, ${toFlag(isOk)}, ${detail} from delivery where id = ${id}`);
        }
      }),
    channel: (id) => {
      const row = db.first(db.query.selectFrom("channel").selectAll().where("id", "=", id).where("is_enabled", "=", 1));
      return row === undefined ? null : toSendingChannel(row, key);
    },
    shift: (jumpMs) =>
      write(() => {
        db.run(sql`update delivery set next_at = next_at + ${jumpMs}, due_since = due_since + ${jumpMs}
          where state = 'waiting' and waits_for <> 'quiet'`);
      }),
    capRetries: (now, longestMs) =>
      write(() => {
        db.run(sql`update delivery set next_at = ${now}
          where state = 'waiting' and waits_for in ('retry', 'turn') and next_at > ${now + longestMs}`);
      }),
    counts: (now) => {
      const counts = db.first(
        sql<{ waiting: number; dead: number; oldest: number | null }>`select count(*) as waiting,
          min(case when next_at <= ${now} or waits_for = 'retry' then due_since end) as oldest,
          (select count(*) from channel join delivery on channel_id = channel.id and state = 'dead') as dead
          from delivery where state = 'waiting'`,
      );
      const outbox = db.first(
        sql<{ waiting: number; oldest: number | null }>`select count(*) as waiting, min(created_at) as oldest
          from outbox where delivered_at is null`,
      );
      const oldest = Math.min(counts?.oldest ?? now, outbox?.oldest ?? now);
      const waiting = (counts?.waiting ?? 0) + (outbox?.waiting ?? 0);
      return { waiting, dead: counts?.dead ?? 0, oldestMs: Math.max(now - oldest, 0) };
    },
    prune: (now, kept, atOnce) => write(() => prune(db, { now, kept, atOnce })),
  };
}

function loadNotices(db: SqlConnection, limit: number) {
  const rows = db.all(
    db.query
      .selectFrom("outbox")
      .innerJoin("alert", "alert.id", "outbox.alert_id")
      .selectAll("alert")
      .select(["outbox.id as notice_id", "outbox.transition"])
      .where("outbox.delivered_at", "is", null)
      .orderBy("outbox.id")
      .limit(limit),
  );
  return rows.map((row) => ({ id: row.notice_id, notice: toNotice(db, row, row.transition) }));
}

function toNotice(db: SqlConnection, row: AlertRow, transition: Notice["transition"]): Notice {
  return {
    transition,
    alertId: row.id,
    ruleName: row.rule_name,
    kind: row.kind,
    severity: row.severity,
    pointId: row.point_id,
    subject: row.subject === null ? null : alertSubject.parse(JSON.parse(row.subject)),
    unit: row.unit,
    enterpriseId: row.enterprise_id,
    value: row.value,
    limit: row.limit_value,
    raisedAt: row.raised_at,
    clearedAt: row.cleared_at,
    late: row.late === 1,
    isLookedAfter: row.state !== "active" || row.acknowledged_at !== null,
    shelvedUntil: row.shelved_until,
    escalatedTo: transition === "cleared" ? escalatedTo(db, row.id) : [],
  };
}

const lookedAfter = "looked_after" satisfies Extract<Clearance, { kind: "cancel" }>["why"];

/**
 * Escalations that fell due since and were dropped because the alert had been acknowledged wait again, for the instant they
 * were planned for; those that were not due yet never stopped waiting. What was gathered with others went out without
 * them, so they belong to no message any more. Inside the caller's transaction.
 */
export const resumeEscalations = (db: SqlConnection, alertId: string, since: EpochMs): number =>
  db.run(
    db.query
      .updateTable("delivery")
      .set({ state: "waiting", ended_at: null, detail: "", group_key: null })
      .where("alert_id", "=", alertId)
      .where("kind", "=", "escalated")
      .where("state", "=", "cancelled")
      .where("detail", "=", lookedAfter)
      .where("ended_at", ">=", since),
  );

const escalatedTo = (db: SqlConnection, alertId: string): Receiver[] =>
  db.all(
    sql<Receiver>`select channel_id as channelId, address from delivery
      where alert_id = ${alertId} and kind = 'escalated' and state = 'sent'`,
  );

function plan(db: SqlConnection, noticeId: number, planned: readonly PlannedDelivery[], now: number): void {
  const notice = db.first(
    db.query
      .selectFrom("outbox")
      .innerJoin("alert", "alert.id", "outbox.alert_id")
      .select(["alert.id", "alert.enterprise_id"])
      .where("outbox.id", "=", noticeId)
      .where("outbox.delivered_at", "is", null),
  );
  if (notice === undefined) return; // planned before
  for (const { kind, channelId, address, nextAt, waitsFor } of planned) {
    const row = {
      key: keyOf(notice.id, kind, channelId, address),
      alert_id: notice.id,
      enterprise_id: notice.enterprise_id,
      kind,
      channel_id: channelId,
      address,
      state: "waiting" as const,
      waits_for: waitsFor,
      next_at: nextAt,
      due_since: nextAt,
      group_key: null,
      attempts: 0,
      created_at: now,
      ended_at: null,
      detail: "",
      asked_by: null,
    };
    db.run(
      db.query
        .insertInto("delivery")
        .values(row)
        .onConflict((conflict) => conflict.doNothing()),
    );
  }
  db.run(db.query.updateTable("outbox").set({ delivered_at: now }).where("id", "=", noticeId));
}

/** Follows from what it names alone: the same after a restore from a backup too. */
const keyOf = (...parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);

function loadDue(db: SqlConnection, { channelId, address }: Receiver, now: number, limit: number): Delivery[] {
  const due = db.query
    .selectFrom("delivery")
    .innerJoin("alert", "alert.id", "delivery.alert_id")
    .selectAll("alert")
    .select(["delivery.id as delivery_id", "delivery.key", "delivery.kind as delivery_kind", "delivery.group_key"])
    .select(["delivery.attempts", "delivery.due_since"])
    // A test has no alert, so it is never among them.
    .$narrowType<{ delivery_kind: Delivery["kind"] }>()
    .where("delivery.channel_id", "=", channelId)
    .where("delivery.address", "=", address)
    .where("delivery.state", "=", "waiting")
    .where("delivery.next_at", "<=", now)
    .orderBy("delivery.id");
  const fixed = db.first(due.where("delivery.group_key", "is not", null).limit(1))?.group_key ?? null;
  const rows = fixed === null ? db.all(due.limit(limit)) : db.all(due.where("delivery.group_key", "=", fixed));
  return rows.map((row) => ({
    id: row.delivery_id,
    key: row.key,
    kind: row.delivery_kind,
    channelId,
    address,
    messageKey: row.group_key,
    attempts: row.attempts,
    dueSince: row.due_since,
    notice: toNotice(db, row, row.delivery_kind === "cleared" ? "cleared" : "raised"),
  }));
}

function fix(db: SqlConnection, ids: readonly number[]): string {
  const rows = db.all(sql<{ key: string }>`select key from delivery where id in (${list(ids)}) order by id`);
  const [first, ...others] = rows.map(({ key }) => key);
  if (first === undefined) throw new Error("a message needs a delivery");
  const messageKey = others.length === 0 ? first : keyOf("group", first, ...others);
  setAll(db, ids, { group_key: messageKey });
  return messageKey;
}

/** Only the oldest rows are looked at, by their key, so that a step takes the same short time however much is kept. */
function prune(
  db: SqlConnection,
  { now, kept, atOnce }: { now: number; kept: DeliveryRetention; atOnce: number },
): number {
  const before = now - kept.ageMs;
  const deliveries = db.run(sql`
    delete from delivery where id in (
      select id from (select id, state, ended_at from delivery order by id limit ${atOnce})
      where state <> 'waiting'
        and (ended_at < ${before} or id <= (select max(id) from delivery) - ${kept.rows}))`);
  const notices = db.run(sql`
    delete from outbox where id in (
      select id from (select id, delivered_at from outbox order by id limit ${atOnce})
      where delivered_at < ${before}
        or delivered_at is not null and id <= (select max(id) from outbox) - ${kept.rows})`);
  return deliveries + notices;
}

/** Ids as one JSON parameter: there is no limit to how many. */
const list = (ids: readonly number[]) => sql`select value from json_each(${JSON.stringify(ids)})`;

function setAll(db: SqlConnection, ids: readonly number[], set: Updateable<DeliveryRow>): void {
  db.run(
    db.query
      .updateTable("delivery")
      .set(set)
      .where(sql<boolean>`id in (${list(ids)})`)
      .where("state", "=", "waiting"),
  );
}
