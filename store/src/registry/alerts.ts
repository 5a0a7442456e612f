import {
  canSee,
  isEnterpriseRole,
  ParkError,
  roleHasRight,
  shelvingFault,
  systemPrincipal,
  unacknowledgeFault,
  unacknowledgeMs,
  type Alert,
  type AlertChange,
  type AlertEvent,
  type AlertFilter,
  type AuditContext,
  type EnterpriseId,
  type EpochMs,
  type Principal,
  type Registry,
  type UnacknowledgeFault,
  type UnacknowledgeOrder,
  type User,
  type UserId,
} from "@smart-park/core";
import { alertSubject } from "@smart-park/core/wire";
import { sql, type SqlBool } from "kysely";
import { loadRules } from "./alert-rules.ts";
import { addEvent, clear, raise } from "./alert-transitions.ts";
import { auditWrite, changes } from "./audit-log.ts";
import { decodeNumberAndIdCursor, toPage } from "./cursor.ts";
import { resumeEscalations } from "./notifications/delivery-ledger.ts";
import type { RegistryContext } from "./registry-context.ts";
import type { AlertRow } from "./rows/alert-rows.ts";
import { found, inScope } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";
import { loadUsers } from "./users.ts";

type AlertReads = Pick<
  Registry,
  "alerts" | "alert" | "alertEvents" | "alertAssignees" | "alertCounts" | "alertPhoto" | "alertPhotoBytes"
>;
type AlertActions = Pick<
  Registry,
  | "acknowledgeAlert"
  | "unacknowledgeAlert"
  | "assignAlert"
  | "commentAlert"
  | "shelveAlert"
  | "closeAlert"
  | "addRecalculated"
  | "addAlertPhoto"
>;

/** The alert inbox: newest raised first, each alert owned by whoever owned the point when it was raised. */
export function alertReads({ db }: RegistryContext): AlertReads {
  return {
    alerts: (principal, filter, now) => {
      const rows = db.all(filtered(db, principal, filter, now).limit(filter.limit + 1));
      return toPage(rows, filter.limit, { toItem: toAlert, keyOf: (row) => [row.raised_at, row.id] });
    },
    alert: (principal, id) => loadAlert(db, principal, id),
    alertEvents: (principal, id) =>
      db
        .all(eventsOf(db, principal, id))
        .map(({ photoId, ...event }) => ({ ...event, ...(photoId !== null && { photoId }) })),
    alertAssignees: (principal, id) => {
      const alert = loadAlert(db, principal, id);
      if (alert === null) return [];
      return loadUsers(db, principal)
        .filter(
          (user) => user.isEnabled && roleHasRight(user.role, "alerts.act") && seesEnterprise(user, alert.enterpriseId),
        )
        .map((user) => ({ id: user.id, name: user.name }));
    },
    alertCounts: (principal, now) => countAlerts(db, principal, now),
    alertPhoto: (principal, alertId, photoId) => {
      const query = db.query.selectFrom("alert_photo").selectAll().where("id", "=", photoId);
      const row = loadAlert(db, principal, alertId) && db.first(query.where("alert_id", "=", alertId));
      return row ? { id: row.id, alertId, type: row.type, bytes: row.bytes, sha256: row.sha256 } : null;
    },
    alertPhotoBytes: () =>
      db.first(sql<{ sum: number }>`select coalesce(sum(bytes), 0) as sum from alert_photo`)?.sum ?? 0,
  };
}

/** What people do about alerts. Facts beside the state: acknowledging, assigning and shelving never change it. */
export function alertActions({ db, write }: RegistryContext): AlertActions {
  const act = (principal: Principal, id: string, audit: AuditContext, action: (alert: Alert) => Action | null): Alert =>
    write(() => {
      const before = found(loadAlert(db, principal, id));
      const { set, event, note, photoId = null } = action(before) ?? {};
      if (set === undefined || event === undefined || note === undefined) return before;
      const row = { ...set, changed_at: sql<EpochMs>`max(changed_at, ${audit.at})` };
      db.run(db.query.updateTable("alert").set(row).where("id", "=", id));
      addEvent(db, id, { at: audit.at, by: audit.actor, action: event, note, photoId });
      const after = found(loadAlert(db, principal, id));
      const detail = changes(before, { ...after, note });
      auditWrite(db, audit, { action: `alert.${event}`, object: id, enterpriseId: before.enterpriseId, detail });
      return after;
    });

  return {
    acknowledgeAlert: (principal, id, note, audit) =>
      act(principal, id, audit, (alert) => {
        if (alert.acknowledged !== null) return null; // two people pressed at once: the first one counts
        requireOpen(alert);
        const set = { acknowledged_by: audit.actor, acknowledged_at: audit.at, acknowledged_note: note };
        return { set, event: "acknowledged", note };
      }),

    unacknowledgeAlert: (principal, id, audit) =>
      act(principal, id, audit, ({ acknowledged }) => {
        if (acknowledged === null) return null; // asked again because the answer was lost
        requireOwnRecent(acknowledged, { by: audit.actor, at: audit.at, lastAction: lastActionOf(db, id) });
        resumeEscalations(db, id, acknowledged.at);
        const set = { acknowledged_by: null, acknowledged_at: null, acknowledged_note: null };
        return { set, event: "unacknowledged", note: "" };
      }),

    assignAlert: (principal, id, assignee, audit) =>
      act(principal, id, audit, (alert) => {
        requireOpen(alert);
        if (assignee !== null) requireAssignable(db, principal, assignee, alert.enterpriseId);
        return { set: { assignee }, event: "assigned", note: assignee ?? "" };
      }),

    commentAlert: (principal, id, note, audit) =>
      act(principal, id, audit, () => ({ set: {}, event: "comment", note })),

    addAlertPhoto: (principal, { id, alertId, ...photo }, note, audit) =>
      act(principal, alertId, audit, () => {
        db.run(db.query.insertInto("alert_photo").values({ id, alert_id: alertId, ...photo }));
        return { set: {}, event: "comment", note, photoId: id };
      }),

    shelveAlert: (principal, id, until, reason, audit) =>
      act(principal, id, audit, (alert) => {
        requireOpen(alert);
        const fault = shelvingFault(alert.severity, until, audit.at);
        if (fault !== null) throw new ParkError("unprocessable", fault);
        return { set: { shelved_until: until }, event: "shelved", note: reason };
      }),

    closeAlert: (principal, id, code, note, audit) =>
      act(principal, id, audit, (alert) => {
        requireOpen(alert);
        // Nothing watches a recalculated alert any more, so it may be closed although it never cleared.
        if (alert.state === "active" && !alert.recalculated)
          throw new ParkError("conflict", "The alert is still active");
        return { set: { state: "closed" }, event: "closed", note: note === "" ? code : `${code}: ${note}` };
      }),

    addRecalculated: (principal, given, audit) => write(() => addRecalculated(db, principal, given, audit)),
  };
}

interface Action {
  readonly set: Partial<AlertRow>;
  readonly event: AlertEvent["action"];
  readonly note: string;
  readonly photoId?: string;
}

function filtered(db: SqlConnection, principal: Principal, filter: AlertFilter, now: EpochMs) {
  const { state, severity, since, pointId, enterpriseId, ruleId, isSuppressed, isGrouped, groupId, cursor } = filter;
  let query = db.query
    .selectFrom("alert")
    .selectAll()
    .where(inScope(principal, "alert.enterprise_id"))
    .orderBy("raised_at", "desc")
    .orderBy("id", "desc");
  if (state !== undefined) query = query.where(inState(state, now));
  if (severity !== undefined) query = query.where("severity", "=", severity);
  if (since !== undefined) query = query.where("changed_at", ">=", since);
  if (pointId !== undefined) query = query.where("point_id", "=", pointId);
  if (enterpriseId !== undefined) query = query.where("enterprise_id", "=", enterpriseId);
  if (ruleId !== undefined) query = query.where("rule_id", "=", ruleId);
  if (isSuppressed !== undefined) query = query.where(isSuppressed ? quiet : sql<SqlBool>`not ${quiet}`);
  if (groupId !== undefined) query = query.where("group_id", "=", groupId);
  if (isGrouped === true) query = query.where(isNewestOfGroup);
  if (cursor === undefined) return query;
  const [raisedAt, id] = decodeNumberAndIdCursor(cursor);
  return query.where(sql<SqlBool>`(raised_at, id) < (${raisedAt}, ${id})`);
}

/** Raised inside a maintenance window and not told since. */
const quiet = sql<SqlBool>`(window_to is not null and announced_at is null)`;

const isNewestOfGroup = sql<SqlBool>`not exists (select 1 from alert as later
  where later.group_id = alert.group_id and (later.raised_at, later.id) > (alert.raised_at, alert.id))`;

function inState(state: NonNullable<AlertFilter["state"]>, now: EpochMs) {
  switch (state) {
    case "shelved":
      return sql<SqlBool>`shelved_until > ${now}`;
    case "unacknowledged":
      // What was computed from history later calls for nobody's action now.
      return sql<SqlBool>`acknowledged_at is null and state <> 'closed' and recalculated = 0
        and coalesce(shelved_until, 0) <= ${now} and not ${quiet}`;
    case "active":
    case "cleared":
    case "closed":
      return sql<SqlBool>`state = ${state}`;
  }
}

function loadAlert(db: SqlConnection, principal: Principal, id: string): Alert | null {
  const query = db.query.selectFrom("alert").selectAll().where("id", "=", id);
  const row = db.first(query.where(inScope(principal, "alert.enterprise_id")));
  return row === undefined ? null : toAlert(row);
}

const toAlert = (row: AlertRow): Alert => ({
  id: row.id,
  ruleId: row.rule_id,
  ruleName: row.rule_name,
  kind: row.kind,
  pointId: row.point_id,
  enterpriseId: row.enterprise_id,
  severity: row.severity,
  state: row.state,
  acknowledged:
    row.acknowledged_by === null || row.acknowledged_at === null
      ? null
      : { by: row.acknowledged_by, at: row.acknowledged_at, note: row.acknowledged_note ?? "" },
  assignee: row.assignee,
  shelvedUntil: row.shelved_until,
  raisedAt: row.raised_at,
  clearedAt: row.cleared_at,
  value: row.value,
  limit: row.limit_value,
  late: row.late === 1,
  recalculated: row.recalculated === 1,
  subject: row.subject === null ? null : alertSubject.parse(JSON.parse(row.subject)),
  unit: row.unit,
  suppressed: toSuppressed(row),
  groupId: row.group_id ?? row.id,
  repeats: row.repeat_number,
});

function toSuppressed({
  window_id,
  window_kind,
  window_reason,
  window_to,
  announced_at,
}: AlertRow): Alert["suppressed"] {
  if (window_id === null || window_kind === null || window_to === null) return null;
  const named = { windowId: window_id, kind: window_kind, reason: window_reason ?? "" };
  return { ...named, until: window_to, announcedAt: announced_at };
}

const eventsOf = (db: SqlConnection, principal: Principal, id: string) =>
  db.query
    .selectFrom("alert_event")
    .innerJoin("alert", "alert.id", "alert_event.alert_id")
    .select(["alert_event.at", "alert_event.by", "alert_event.action", "alert_event.note"])
    .select("alert_event.photo_id as photoId")
    .where("alert.id", "=", id)
    .where(inScope(principal, "alert.enterprise_id"))
    .orderBy("alert_event.id");

/** Per severity: active and not shelved. Unacknowledged: as the filter of that name. */
function countAlerts(db: SqlConnection, principal: Principal, now: EpochMs) {
  const isCounted = sql`state = 'active' and coalesce(shelved_until, 0) <= ${now} and not ${quiet}`;
  const rows = db.all(
    db.query
      .selectFrom("alert")
      .select("severity")
      .select(sql<number>`sum(${isCounted})`.as("active"))
      .select(sql<number>`sum(${inState("unacknowledged", now)})`.as("unacknowledged"))
      .where("state", "<>", "closed")
      .where(inScope(principal, "alert.enterprise_id"))
      .groupBy("severity"),
  );
  const counts = { P1: 0, P2: 0, P3: 0, P4: 0, unacknowledged: 0 };
  for (const { severity, active, unacknowledged } of rows) {
    counts[severity] = active;
    counts.unacknowledged += unacknowledged;
  }
  return counts;
}

const unacknowledgeWords = {
  not_own: "Somebody else acknowledged the alert",
  too_late: `An acknowledgement can be taken back for ${unacknowledgeMs / 1000} seconds`,
  changed: "Something has happened to the alert since it was acknowledged",
} as const satisfies Record<UnacknowledgeFault, string>;

function requireOwnRecent(acknowledged: NonNullable<Alert["acknowledged"]>, order: UnacknowledgeOrder): void {
  const fault = unacknowledgeFault(acknowledged, order);
  if (fault !== null) throw new ParkError(fault === "not_own" ? "forbidden" : "conflict", unacknowledgeWords[fault]);
}

function lastActionOf(db: SqlConnection, id: string): AlertEvent["action"] {
  const events = db.query.selectFrom("alert_event").select("action").where("alert_id", "=", id);
  const last = db.first(events.orderBy("id", "desc").limit(1));
  if (last === undefined) throw new Error("an alert begins with an event");
  return last.action;
}

function requireOpen(alert: Alert): void {
  if (alert.state === "closed") throw new ParkError("conflict", "The alert is closed");
}

/** Someone the principal knows of, who may see the alert; everyone may take it on themselves. */
function requireAssignable(db: SqlConnection, principal: Principal, id: string, enterpriseId: EnterpriseId): void {
  const known = principal.id === id ? systemPrincipal : principal;
  const user = loadUsers(db, known, [id as UserId])[0]; // an unchecked name finds nobody
  found(user?.isEnabled && seesEnterprise(user, enterpriseId) ? user : null);
}

const seesEnterprise = (user: User, id: EnterpriseId): boolean =>
  !isEnterpriseRole(user.role) || (user.enterpriseIds ?? []).includes(id);

/** History is not news: no notices go out, and an alert that is there already stays as it is. */
function addRecalculated(
  db: SqlConnection,
  principal: Principal,
  given: readonly AlertChange[],
  audit: AuditContext,
): number {
  const rules = new Map(
    loadRules(db, principal).map(({ rule, version }) => [rule.id, { ...rule, version, watched: new Set(rule.points) }]),
  );
  const added = new Set<string>();
  for (const change of given) {
    const { alertId, at, type, ruleId, pointId } = change.transition;
    const rule = found(rules.get(ruleId));
    if (!canSee(principal, change.enterpriseId) || !rule.watched.has(pointId)) throw new ParkError("not_found");
    const isNew =
      type === "raised"
        ? raise(db, { ...change, recalculated: true }, rule)
        : added.has(alertId) && clear(db, change.transition);
    if (!isNew) continue;
    added.add(alertId);
    addEvent(db, alertId, { at, by: audit.actor, action: type, note: "" });
  }
  const detail = changes({}, { added: added.size });
  auditWrite(db, audit, { action: "alert.recalculate", object: "alerts", enterpriseId: null, detail });
  return added.size;
}
