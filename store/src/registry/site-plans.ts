import {
  isOnPlan,
  isShapeSeen,
  ParkError,
  systemPrincipal,
  type AuditContext,
  type EnterpriseId,
  type MeterId,
  type MeterPlace,
  type Principal,
  type SitePlan,
  type SitePlans,
} from "@smart-park/core";
import { sql } from "kysely";
import { auditWrite, changes } from "./audit-log.ts";
import { loadEnterprises } from "./enterprises.ts";
import { loadMeters } from "./meters.ts";
import type { RegistryContext } from "./registry-context.ts";
import { found, inScope, requireWholePark } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** The park's ground, and where meters stand on it. */
export function sitePlanQueries({ db, write }: RegistryContext): SitePlans {
  return {
    sitePlan: (principal) => loadPlan(db, principal),
    meterPlaces: (principal) => loadPlaces(db, principal),

    putSitePlan: (principal, plan, audit) =>
      write(() => {
        requireWholePark(principal);
        const known = enterpriseIdsOf(db);
        if (plan.shapes.some(({ enterpriseId }) => enterpriseId !== null && !known.has(enterpriseId)))
          throw new ParkError("not_found", "A shape names an enterprise that is not there");
        const beside = loadPlaces(db, systemPrincipal).filter(({ x, y }) => !isOnPlan(plan, x, y));
        if (beside.length > 0)
          throw new ParkError(
            "unprocessable",
            `${beside.length} meters stand beside this plan, first ${beside[0]?.meterId}: move them or take them off`,
          );
        const before = loadPlan(db, systemPrincipal);
        const row = { width_m: plan.widthM, height_m: plan.heightM, shapes: JSON.stringify(plan.shapes) };
        const insert = db.query.insertInto("site_plan").values({ id: 1, ...row });
        db.run(insert.onConflict((conflict) => conflict.column("id").doUpdateSet(row)));
        const detail = changes(flat(before), flat(plan));
        auditWrite(db, audit, { action: "sitePlan.put", object: "site-plan", enterpriseId: null, detail });
        return plan;
      }),

    placeMeter: (principal, place, audit) =>
      write(() => {
        const meter = found(loadMeters(db, principal, [place.meterId])[0]);
        const plan = loadPlan(db, systemPrincipal);
        if (plan === null) throw new ParkError("unprocessable", "There is no site plan to place it on");
        if (!isOnPlan(plan, place.x, place.y))
          throw new ParkError("unprocessable", `It lies beside the plan of ${plan.widthM} × ${plan.heightM} m`);
        const before = loadPlaces(db, principal, place.meterId)[0] ?? null;
        const { meterId, x, y } = place;
        const insert = db.query.insertInto("meter_place").values({ meter_id: meterId, x, y });
        db.run(insert.onConflict((conflict) => conflict.column("meter_id").doUpdateSet({ x, y })));
        auditPlace(db, audit, { enterpriseId: meter.enterpriseId, before, after: place });
        return place;
      }),

    unplaceMeter: (principal, id, audit) =>
      write(() => {
        const meter = found(loadMeters(db, principal, [id])[0]);
        const before = found(loadPlaces(db, principal, id)[0]);
        db.run(db.query.deleteFrom("meter_place").where("meter_id", "=", id));
        auditPlace(db, audit, { enterpriseId: meter.enterpriseId, before, after: null });
      }),
  };
}

const enterpriseIdsOf = (db: SqlConnection): ReadonlySet<EnterpriseId> =>
  new Set(loadEnterprises(db, systemPrincipal).map(({ id }) => id));

/** Ground of an enterprise that is gone belongs to nobody. */
function loadPlan(db: SqlConnection, principal: Principal): SitePlan | null {
  const row = db.first(db.query.selectFrom("site_plan").selectAll());
  if (row === undefined) return null;
  const known = enterpriseIdsOf(db);
  // Written by `putSitePlan` only.
  const stored = JSON.parse(row.shapes) as SitePlan["shapes"];
  const shapes = stored.map((shape) =>
    shape.enterpriseId === null || known.has(shape.enterpriseId) ? shape : { ...shape, enterpriseId: null },
  );
  const { scope } = principal;
  const seen = scope === "all" ? shapes : shapes.filter((shape) => isShapeSeen(shape, scope));
  return { widthM: row.width_m, heightM: row.height_m, shapes: seen };
}

function loadPlaces(db: SqlConnection, principal: Principal, id?: MeterId): MeterPlace[] {
  const all = db.query
    .selectFrom("meter_place")
    .innerJoin("meter", "meter.id", "meter_place.meter_id")
    .select([sql.ref<MeterId>("meter_place.meter_id").as("meterId"), "meter_place.x", "meter_place.y"])
    .where(inScope(principal, "meter.enterprise_id"))
    .orderBy("meter_place.meter_id");
  const rows = db.all(id === undefined ? all : all.where("meter_place.meter_id", "=", id));
  return rows.map(({ meterId, x, y }) => ({ meterId, x, y }));
}

/** One field per shape, so that the entry shows which of them changed. */
function flat(plan: SitePlan | null): object {
  if (plan === null) return {};
  const { shapes, ...size } = plan;
  return { ...size, ...Object.fromEntries(shapes.map((shape, i) => [`shape.${i + 1}`, shape])) };
}

function auditPlace(
  db: SqlConnection,
  audit: AuditContext,
  change: {
    readonly enterpriseId: EnterpriseId;
    readonly before: MeterPlace | null;
    readonly after: MeterPlace | null;
  },
): void {
  const { enterpriseId, before, after } = change;
  const action = after === null ? "meterPlace.delete" : "meterPlace.put";
  const object = (after ?? found(before)).meterId;
  auditWrite(db, audit, { action, object, enterpriseId, detail: changes(before ?? {}, after ?? {}) });
}
