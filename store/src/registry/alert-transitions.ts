import type { AlertChange, AlertEvent, AlertTransition, EpochMs } from "@smart-park/core";
import { sql } from "kysely";
import { toFlag, type AlertRow } from "./schema.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** The rule as it stands for a point of its own; undefined when the rule is gone, switched off or left the point. */
const activeRule = (db: SqlConnection, { ruleId, pointId }: AlertTransition) =>
  db.first(
    db.query
      .selectFrom("alert_rule")
      .innerJoin("alert_rule_point", "alert_rule_point.rule_id", "alert_rule.id")
      .select(["alert_rule.version", "alert_rule.name", "alert_rule.kind"])
      .where("alert_rule.id", "=", ruleId)
      .where("alert_rule_point.point_id", "=", pointId)
      .where("alert_rule.is_enabled", "=", 1),
  );

/**
 * Keeps what the engine decided, with its notice for delivery. Gives false and changes nothing when it is known already
 * (replay), or when the rule ended before the decision could be kept (as if it had ended a moment earlier).
 */
export function storeTransition(db: SqlConnection, change: AlertChange, now: EpochMs): boolean {
  const { transition } = change;
  const isNew = transition.type === "raised" ? raise(db, change, activeRule(db, transition)) : clear(db, transition);
  if (!isNew) return false;
  addEvent(db, transition.alertId, { at: transition.at, by: "system", action: transition.type, note: "" });
  queueNotice(db, transition.alertId, transition.type, { at: transition.at, now });
  return true;
}

/** Inserts the alert of a "raised"; false when it exists or there is no rule to it. Whoever calls adds the event. */
export function raise(
  db: SqlConnection,
  { transition, enterpriseId, severity, late, recalculated }: AlertChange,
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

/** Clears an active alert; what people said about it stays. False when there is none. */
export const clear = (db: SqlConnection, { alertId, at }: Pick<AlertTransition, "alertId" | "at">): boolean =>
  db.run(
    db.query
      .updateTable("alert")
      .set({ state: "cleared", cleared_at: at, changed_at: sql<EpochMs>`max(changed_at, ${at})` })
      .where("id", "=", alertId)
      .where("state", "=", "active"),
  ) === 1;

export const addEvent = (db: SqlConnection, alertId: string, event: AlertEvent): number =>
  db.run(db.query.insertInto("alert_event").values({ alert_id: alertId, ...event }));

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
  const watched = sql`select 1 from alert_rule_point as watched
    join alert_rule on alert_rule.id = watched.rule_id and alert_rule.is_enabled = 1
    where watched.rule_id = alert.rule_id and watched.point_id = alert.point_id`;
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
    queueNotice(db, id, "cleared", { at, now: at });
  }
}
