import { ParkError, systemPrincipal, type FigureInputs, type Principal, type Quota } from "@smart-park/core";
import { auditWrite, changes } from "../audit-log.ts";
import { hasEnterprise } from "../enterprises.ts";
import type { RegistryContext } from "../registry-context.ts";
import { found, inScopeOrPark, requireOwner } from "../scope.ts";
import type { SqlConnection } from "../sql-connection.ts";

type QuotaQueries = Pick<FigureInputs, "quotas" | "putQuota" | "deleteQuota">;

/** How much may be used or discharged, and in which time. */
export function quotaQueries({ db, write }: RegistryContext): QuotaQueries {
  return {
    quotas: (principal) => loadQuotas(db, principal),

    putQuota: (principal, quota, audit) =>
      write(() => {
        const { id, enterpriseId, medium, from, to, value, unit, source, status } = quota;
        requireOwner(principal, enterpriseId);
        if (enterpriseId !== null && !hasEnterprise(db, principal, enterpriseId)) throw new ParkError("not_found");
        const before = loadQuotas(db, systemPrincipal).find((known) => known.id === id);
        if (before !== undefined) requireOwner(principal, before.enterpriseId);
        const row = { enterprise_id: enterpriseId, medium, day_from: from, day_to: to, value, unit, source, status };
        const insert = db.query.insertInto("quota").values({ id, ...row });
        db.run(insert.onConflict((conflict) => conflict.column("id").doUpdateSet(row)));
        auditWrite(db, audit, { action: "quota.put", object: id, enterpriseId, detail: changes(before ?? {}, quota) });
        return quota;
      }),

    deleteQuota: (principal, id, audit) =>
      write(() => {
        const before = found(loadQuotas(db, principal).find((quota) => quota.id === id));
        requireOwner(principal, before.enterpriseId);
        db.run(db.query.deleteFrom("quota").where("id", "=", id));
        const { enterpriseId } = before;
        auditWrite(db, audit, { action: "quota.delete", object: id, enterpriseId, detail: changes(before, {}) });
      }),
  };
}

const loadQuotas = (db: SqlConnection, principal: Principal): Quota[] =>
  db
    .all(db.query.selectFrom("quota").selectAll().where(inScopeOrPark(principal, "enterprise_id")).orderBy("id"))
    .map(({ enterprise_id, day_from, day_to, ...row }) => ({
      ...row,
      enterpriseId: enterprise_id,
      from: day_from,
      to: day_to,
    }));
