import {
  figureRuleKinds,
  levelOfAlert,
  type AlertChange,
  type AlertEvent,
  type AlertTransition,
} from "@smart-park/core";
import type { EpochMs } from "@smart-park/core";
import { sql } from "kysely";
import { windowAt } from "./maintenance-match.ts";
import { toFlag } from "./flag.ts";
import type { AlertRow } from "./rows/alert-rows.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** Whether the rule of a row watches what it names; a rule on figures without points watches whatever its figure is of. */
const watches = (ruleId: unknown, pointId: unknown) => sql<boolean>`(
  exists (select 1 from alert_rule_point where rule_id = ${ruleId} and point_id = ${pointId})
  or (alert_rule.kind in (${sql.join([...figureRuleKinds])})
    and not exists (select 1 from alert_rule_point where rule_id = ${ruleId})))`;

/** The rule as it stands for a point of its own; undefined when the rule is gone, switched off or left the point. */
const activeRule = (db: SqlConnection, { ruleId, pointId }: AlertTransition) =>
  db.first(
    db.query
      .selectFrom("alert_rule")
      .select(["version", "name", "kind"])
      .where("id", "=", ruleId)
      .where("is_enabled", "=", 1)
      .where(watches(ruleId, pointId)),
  );

/**
 * Keeps what was decided, with its notice for delivery. Gives false and changes nothing when it is known already
 * (replay), or when the rule ended before the decision could be kept (as if it had ended a moment earlier). An alert that
 * is raised inside a maintenance window is kept without a notice.
 */
export function storeTransition(db: SqlConnection, change: AlertChange, now: EpochMs): boolean {
  const { transition } = change;
  const { alertId, at } = transition;
  if (transition.type === "cleared") return clearAndTell(db, transition, now);
  if (!raise(db, change, activeRule(db, transition))) return false;
  addEvent(db, alertId, { at, by: "system", action: "raised", note: "" });
  if (!keepQuiet(db, transition)) queueNotice(db, alertId, "raised", { at, now });
  return true;
}

/** Whether a maintenance window holds at the alert's own time; it stands with the alert from then on. */
function keepQuiet(db: SqlConnection, { alertId, raisedAt, at }: AlertTransition): boolean {
  const window = windowAt(db, alertId, raisedAt);
  if (window === undefined) return false;
  const { id, kind, reason, to_at } = window;
  const set = { window_id: id, window_kind: kind, window_reason: reason, window_to: to_at };
  db.run(db.query.updateTable("alert").set(set).where("id", "=", alertId));
  addEvent(db, alertId, { at, by: "system", action: "suppressed", note: reason });
  return true;
}

/** What nobody was told of ends without a word too, unless it still stood when its window was over. */
function clearAndTell(db: SqlConnection, transition: AlertTransition, now: EpochMs): boolean {
  const { alertId, at } = transition;
  announceAfterWindow(db, alertId, { at, now });
  if (!clear(db, transition)) return false;
  addEvent(db, alertId, { at, by: "system", action: "cleared", note: "" });
  if (!isQuiet(db, alertId)) queueNotice(db, alertId, "cleared", { at, now });
  return true;
}

const isQuiet = (db: SqlConnection, alertId: string): boolean => {
  const row = db.first(db.query.selectFrom("alert").select(["window_to", "announced_at"]).where("id", "=", alertId));
  return row !== undefined && row.window_to !== null && row.announced_at === null;
};

/**
 * Tells of an active alert whose window is over at `at`; another window that holds then keeps it quiet further. Gives
 * whether it was told.
 */
function announceAfterWindow(db: SqlConnection, alertId: string, { at, now }: { at: EpochMs; now: EpochMs }): boolean {
  for (;;) {
    const query = db.query
      .selectFrom("alert")
      .select("window_to")
      .where("id", "=", alertId)
      .where("state", "=", "active");
    const over = db.first(query.where("announced_at", "is", null).where("window_to", "<=", at))?.window_to;
    if (over === undefined || over === null) return false;
    const next = windowAt(db, alertId, over);
    const change = db.query.updateTable("alert").where("id", "=", alertId);
    if (next === undefined) {
      db.run(change.set({ announced_at: over, changed_at: sql<EpochMs>`max(changed_at, ${over})` }));
      addEvent(db, alertId, { at: over, by: "system", action: "announced", note: "" });
      queueNotice(db, alertId, "raised", { at: over, now });
      return true;
    }
    const { id, kind, reason, to_at } = next;
    db.run(change.set({ window_id: id, window_kind: kind, window_reason: reason, window_to: to_at }));
  }
}

/** As `announceAfterWindow` for all alerts whose window is over; gives those that were told. */
export function announceAll(db: SqlConnection, when: { at: EpochMs; now: EpochMs }): string[] {
  const over = db.all(
    db.query
      .selectFrom("alert")
      .select("id")
      .where("state", "=", "active")
      .where("announced_at", "is", null)
      .where("window_to", "<=", when.at)
      .orderBy("raised_at"),
  );
  return over.flatMap(({ id }) => (announceAfterWindow(db, id, when) ? id : []));
}

/** Inserts the alert of a "raised"; false when it exists or there is no rule to it. Whoever calls adds the event. */
export function raise(
  db: SqlConnection,
  { transition, enterpriseId, severity, late, recalculated, subject, unit }: AlertChange,
  rule: { version: number; name: string; kind: AlertRow["kind"] } | undefined,
): boolean {
  if (rule === undefined) return false;
  const row: AlertRow = {
    id: transition.alertId,
    rule_id: transition.ruleId,
    rule_version: rule.version,
    rule_name: rule.name,
    kind: rule.kind,
    point_id: transition.pointId,
    enterprise_id: enterpriseId,
    severity,
    state: "active",
    acknowledged_by: null,
    acknowledged_at: null,
    acknowledged_note: null,
    assignee: null,
    shelved_until: null,
    raised_at: transition.raisedAt,
    cleared_at: null,
    value: transition.value,
    limit_value: transition.limit,
    late: toFlag(late),
    recalculated: toFlag(recalculated),
    changed_at: transition.at,
    subject: subject ? JSON.stringify(subject) : null,
    unit: unit ?? null,
    window_id: null,
    window_kind: null,
    window_reason: null,
    window_to: null,
    announced_at: null,
    ...groupOf(db, transition),
  };
  return (
    db.run(
      db.query
        .insertInto("alert")
        .values(row)
        .onConflict((conflict) => conflict.doNothing()),
    ) === 1
  );
}

/** Raised again within this time after the one before, an alert is a repeat of it. */
const repeatMs = 8 * 3_600_000;

/** The row of repeats that an alert goes on: of its rule, point and level. */
function groupOf(
  db: SqlConnection,
  { alertId, ruleId, pointId, raisedAt }: AlertTransition,
): Pick<AlertRow, "group_id" | "repeat_number"> {
  const before = db.all(
    db.query
      .selectFrom("alert")
      .select(["id", "group_id", "repeat_number"])
      .where("rule_id", "=", ruleId)
      .where("point_id", "=", pointId)
      .where("raised_at", ">=", raisedAt - repeatMs)
      .where("raised_at", "<", raisedAt)
      .orderBy("raised_at", "desc")
      .limit(10),
  );
  const level = levelOfAlert(alertId);
  const last = before.find(({ id }) => levelOfAlert(id) === level);
  if (last === undefined) return { group_id: alertId, repeat_number: 1 };
  return { group_id: last.group_id ?? last.id, repeat_number: last.repeat_number + 1 };
}

/** Clears an active alert; what people said about it stays. False when there is none. */
export const clear = (db: SqlConnection, { alertId, at }: Pick<AlertTransition, "alertId" | "at">): boolean =>
  db.run(
    db.query
      .updateTable("alert")
      .set({ state: "cleared", cleared_at: at, changed_at: sql<EpochMs>`max(changed_at, ${at})` })
      .where("id", "=", alertId)
      .where("state", "=", "active"),
  ) === 1;

export const addEvent = (db: SqlConnection, alertId: string, event: AlertEvent): number => {
  const { at, by, action, note, photoId: photo_id = null } = event;
  return db.run(db.query.insertInto("alert_event").values({ alert_id: alertId, at, by, action, note, photo_id }));
};

/** One waiting notice per alert and transition: that pair is the id by which a receiver recognises a repeat. */
const queueNotice = (
  db: SqlConnection,
  alertId: string,
  transition: AlertTransition["type"],
  { at, now }: { at: EpochMs; now: EpochMs },
): number =>
  db.run(
    db.query
      .insertInto("outbox")
      .values({ alert_id: alertId, transition, at, created_at: now, delivered_at: null })
      .onConflict((conflict) => conflict.doNothing()),
  );

/** Clears live alerts whose rule was switched off, deleted or no longer watches the point: nothing else ever would. */
export function endAlertsWithoutRule(db: SqlConnection, { at, by }: { at: EpochMs; by: string }): void {
  const watched = sql`select 1 from alert_rule where id = alert.rule_id and is_enabled = 1
    and ${watches(sql.ref("alert.rule_id"), sql.ref("alert.point_id"))}`;
  const orphans = db.all(
    db.query
      .selectFrom("alert")
      .select("id")
      .where("state", "=", "active")
      .where("recalculated", "=", 0)
      .where(sql<boolean>`not exists (${watched})`),
  );
  for (const { id } of orphans) {
    clear(db, { alertId: id, at });
    addEvent(db, id, { at, by, action: "cleared", note: "the rule no longer watches this point" });
    if (!isQuiet(db, id)) queueNotice(db, id, "cleared", { at, now: at });
  }
}
