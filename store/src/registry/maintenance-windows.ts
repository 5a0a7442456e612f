import {
  groupBy,
  ParkError,
  type AuditContext,
  type EnterpriseId,
  type MaintenanceWindow,
  type MeterId,
  type PointId,
  type Principal,
  type Registry,
  type WindowScope,
} from "@smart-park/core";
import { sql, type SqlBool } from "kysely";
import { announceAll } from "./alert-transitions.ts";
import { auditWrite, changes } from "./audit-log.ts";
import type { RegistryContext } from "./registry-context.ts";
import { definedFields } from "./row-mapping.ts";
import type { RegistrySchema } from "./schema.ts";
import { found, inScope } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

type WindowQueries = Pick<
  Registry,
  | "maintenanceWindows"
  | "maintenanceWindow"
  | "createMaintenanceWindow"
  | "updateMaintenanceWindow"
  | "deleteMaintenanceWindow"
  | "announceAfterWindows"
>;
type Target = RegistrySchema["maintenance_target"];

/** Times in which alerts are kept quiet, and standstills on record. What is over is told by `announceAfterWindows`. */
export function maintenanceWindowQueries({ db, write, clock }: RegistryContext): WindowQueries {
  return {
    maintenanceWindows: (principal) => loadWindows(db, principal),
    maintenanceWindow: (principal, id) => loadWindows(db, principal, id)[0] ?? null,

    createMaintenanceWindow: (principal, given, audit) =>
      write(() => {
        const { id, from, to, kind, reason } = given;
        const taken = db.query.selectFrom("maintenance_window").select("id").where("id", "=", id);
        if (db.first(taken) !== undefined) throw new ParkError("conflict", "The id is in use");
        requireOrder(given);
        const targets = toTargets(id, given.scope);
        const row = { id, from_at: from, to_at: to, kind, reason, created_by: audit.actor, created_at: audit.at };
        db.run(db.query.insertInto("maintenance_window").values(row));
        for (const target of targets) db.run(db.query.insertInto("maintenance_target").values(target));
        const window = found(loadWindows(db, principal, id)[0]);
        // What the principal does not see is not found, and the whole write undone.
        if (countTargets(window.scope) !== targets.length) throw new ParkError("not_found");
        auditWindow(db, audit, { action: "maintenance.create", window, detail: changes({}, window) });
        return window;
      }),

    updateMaintenanceWindow: (principal, id, given, audit) =>
      write(() => {
        const before = requireWhole(db, principal, id);
        const after = { ...before, ...definedFields(given) };
        requireOrder(after);
        const { from, to, kind, reason } = after;
        const row = { from_at: from, to_at: to, kind, reason };
        db.run(db.query.updateTable("maintenance_window").set(row).where("id", "=", id));
        // Those it keeps quiet follow; one that lies in it no longer waits for nothing more.
        db.run(sql`update alert set window_kind = ${kind}, window_reason = ${reason},
          window_to = case when raised_at >= ${from} and raised_at < ${to} then ${to} else min(${to}, ${audit.at}) end
          where window_id = ${id} and announced_at is null and state = 'active'`);
        auditWindow(db, audit, { action: "maintenance.update", window: after, detail: changes(before, after) });
        return after;
      }),

    deleteMaintenanceWindow: (principal, id, audit) =>
      write(() => {
        const window = requireWhole(db, principal, id);
        auditWindow(db, audit, { action: "maintenance.delete", window, detail: changes(window, {}) });
        db.run(db.query.deleteFrom("maintenance_window").where("id", "=", id));
        db.run(sql`update alert set window_to = min(window_to, ${audit.at})
          where window_id = ${id} and announced_at is null and state = 'active'`);
      }),

    announceAfterWindows: (at) => write(() => announceAll(db, { at, now: clock.now() })),
  };
}

function loadWindows(db: SqlConnection, principal: Principal, id?: string): MaintenanceWindow[] {
  const targets = db.all(
    db.query
      .selectFrom("maintenance_target")
      .selectAll()
      .where(targetInScope(principal))
      .$if(id !== undefined, (query) => query.where("window_id", "=", id ?? ""))
      .orderBy("window_id")
      .orderBy("kind")
      .orderBy("target"),
  );
  const byWindow = groupBy(targets, ({ window_id }) => window_id);
  const rows = db.all(
    db.query
      .selectFrom("maintenance_window")
      .selectAll()
      .$if(id !== undefined, (query) => query.where("id", "=", id ?? ""))
      .orderBy("from_at", "desc")
      .orderBy("id"),
  );
  return rows.flatMap((row) => {
    const own = byWindow.get(row.id) ?? [];
    if (own.length === 0 && principal.scope !== "all") return [];
    const { from_at: from, to_at: to, kind, reason, created_by: createdBy, created_at: createdAt } = row;
    return [{ id: row.id, scope: toScope(own), from, to, kind, reason, createdBy, createdAt }];
  });
}

/** Targets that exist and belong to an enterprise in scope. */
const targetInScope = (principal: Principal) => sql<SqlBool>`case maintenance_target.kind
  when 'enterprise' then exists (select 1 from enterprise where id = target and ${inScope(principal, "enterprise.id")})
  when 'meter' then exists (select 1 from meter where id = target and ${inScope(principal, "meter.enterprise_id")})
  else exists (select 1 from point join meter on meter.id = point.meter_id
    where point.id = target and ${inScope(principal, "meter.enterprise_id")}) end`;

/** A window that also names what lies outside the scope is not the principal's to change: not_found. */
function requireWhole(db: SqlConnection, principal: Principal, id: string): MaintenanceWindow {
  const window = found(loadWindows(db, principal, id)[0]);
  const hidden = db.query.selectFrom("maintenance_target").selectAll().where("window_id", "=", id);
  if (principal.scope !== "all" && db.all(hidden).length !== countTargets(window.scope))
    throw new ParkError("not_found");
  return window;
}

function requireOrder({ from, to }: Pick<MaintenanceWindow, "from" | "to">): void {
  if (from >= to) throw new ParkError("unprocessable", "from must be before to");
}

const toTargets = (id: string, { enterpriseIds, meterIds, points }: WindowScope): Target[] => [
  ...[...new Set(enterpriseIds)].map((target) => ({ window_id: id, kind: "enterprise" as const, target })),
  ...[...new Set(meterIds)].map((target) => ({ window_id: id, kind: "meter" as const, target })),
  ...[...new Set(points)].map((target) => ({ window_id: id, kind: "point" as const, target })),
];

const countTargets = ({ enterpriseIds, meterIds, points }: WindowScope): number =>
  enterpriseIds.length + meterIds.length + points.length;

/** Ids that were checked when they were stored. */
const toScope = (targets: readonly Target[]): WindowScope => ({
  enterpriseIds: ofKind(targets, "enterprise") as EnterpriseId[],
  meterIds: ofKind(targets, "meter") as MeterId[],
  points: ofKind(targets, "point") as PointId[],
});

const ofKind = (targets: readonly Target[], kind: Target["kind"]): string[] =>
  targets.flatMap((target) => (target.kind === kind ? target.target : []));

/** One within a single enterprise, by that enterprise's own name, shows in that one's audit log. */
function auditWindow(
  db: SqlConnection,
  audit: AuditContext,
  { action, window, detail }: { action: string; window: MaintenanceWindow; detail: string },
): void {
  const owners = db.all(
    sql<{ id: EnterpriseId }>`select distinct case maintenance_target.kind when 'enterprise' then target
        when 'meter' then (select enterprise_id from meter where id = target)
        else (select enterprise_id from point join meter on meter.id = meter_id where point.id = target) end as id
      from maintenance_target where window_id = ${window.id}`,
  );
  const enterpriseId = owners.length === 1 ? (owners[0]?.id ?? null) : null;
  auditWrite(db, audit, { action, object: window.id, enterpriseId, detail });
}
