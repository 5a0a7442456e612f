import { ParkError, type Principal, type Registry, type WatchTarget } from "@smart-park/core";
import { auditWrite, changes } from "./audit-log.ts";
import { visiblePoints } from "./meters.ts";
import type { RegistryContext } from "./registry-context.ts";
import { found, inScope } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

type WatchTargetQueries = Pick<Registry, "watchTargets" | "putWatchTarget" | "deleteWatchTarget">;

/** Dated figures to watch points against. The owner is the point's owner, so a target moves with its meter. */
export function watchTargetQueries({ db, write }: RegistryContext): WatchTargetQueries {
  return {
    watchTargets: (principal) => loadTargets(db, principal),

    putWatchTarget: (principal, target, audit) =>
      write(() => {
        const { id, kind, pointId, enterpriseId, limit, title, source, effectiveFrom, status } = target;
        const before = loadTargets(db, principal, id)[0];
        const taken = db.query.selectFrom("watch_target").select("id").where("id", "=", id);
        if (before === undefined && db.first(taken) !== undefined) throw new ParkError("not_found");
        const point = found(visiblePoints(db, principal, [pointId])[0]);
        if (point.enterpriseId !== enterpriseId) throw new ParkError("not_found");
        const row = {
          kind,
          point_id: pointId,
          limit_value: limit,
          lower_limit: target.lowerLimit ?? null,
          decimals: target.decimals ?? null,
          reference_oxygen: target.referenceOxygen ?? null,
          title,
          source,
          effective_from: effectiveFrom,
          status,
        };
        const insert = db.query.insertInto("watch_target").values({ id, ...row });
        db.run(insert.onConflict((conflict) => conflict.column("id").doUpdateSet(row)));
        const detail = changes(before ?? {}, target);
        auditWrite(db, audit, { action: "watchTarget.put", object: id, enterpriseId, detail });
        return target;
      }),

    deleteWatchTarget: (principal, id, audit) =>
      write(() => {
        const before = found(loadTargets(db, principal, id)[0]);
        db.run(db.query.deleteFrom("watch_target").where("id", "=", id));
        const { enterpriseId } = before;
        auditWrite(db, audit, { action: "watchTarget.delete", object: id, enterpriseId, detail: changes(before, {}) });
      }),
  };
}

const loadTargets = (db: SqlConnection, principal: Principal, id?: string): WatchTarget[] =>
  db
    .all(
      db.query
        .selectFrom("watch_target")
        .innerJoin("point", "point.id", "watch_target.point_id")
        .innerJoin("meter", "meter.id", "point.meter_id")
        .selectAll("watch_target")
        .select("meter.enterprise_id")
        .where(inScope(principal, "meter.enterprise_id"))
        .$if(id !== undefined, (query) => query.where("watch_target.id", "=", id ?? ""))
        .orderBy("watch_target.id"),
    )
    .map((row) => ({
      id: row.id,
      kind: row.kind,
      pointId: row.point_id,
      enterpriseId: row.enterprise_id,
      limit: row.limit_value,
      ...(row.lower_limit !== null && { lowerLimit: row.lower_limit }),
      ...(row.decimals !== null && { decimals: row.decimals }),
      ...(row.reference_oxygen !== null && { referenceOxygen: row.reference_oxygen }),
      title: row.title,
      source: row.source,
      effectiveFrom: row.effective_from,
      status: row.status,
    }));
