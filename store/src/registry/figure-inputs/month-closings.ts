import {
  ParkError,
  type EnterpriseId,
  type FigureInputs,
  type Month,
  type MonthClosing,
  type Principal,
} from "@smart-park/core";
import { auditWrite } from "../audit-log.ts";
import { hasEnterprise } from "../enterprises.ts";
import type { RegistryContext } from "../registry-context.ts";
import type { MonthClosingRow } from "../rows/figure-rows.ts";
import { found, inScope } from "../scope.ts";
import type { SqlConnection } from "../sql-connection.ts";

type MonthClosingQueries = Pick<FigureInputs, "closedMonths" | "monthClosings" | "closeMonth" | "reopenMonth">;

/** Signed months. A row is written once; only its reopening is added to it. */
export function monthClosingQueries({ db, write }: RegistryContext): MonthClosingQueries {
  return {
    closedMonths: (principal, { from, to }) =>
      db
        .all(
          db.query
            .selectFrom("month_closing")
            .select(["enterprise_id", "month"])
            .where(inScope(principal, "enterprise_id"))
            .where("month", ">=", from)
            .where("month", "<=", to)
            .where("reopened_at", "is", null)
            .orderBy("month")
            .orderBy("enterprise_id"),
        )
        .map(({ enterprise_id: enterpriseId, month }) => ({ enterpriseId, month })),

    monthClosings: (principal, filter = {}) => loadClosings(db, principal, filter),

    closeMonth: (principal, { enterpriseId, month, figures, hash }, audit) =>
      write(() => {
        if (!hasEnterprise(db, principal, enterpriseId)) throw new ParkError("not_found");
        const [newest] = loadClosings(db, principal, { enterpriseId, month });
        if (newest !== undefined && newest.reopened === null)
          throw new ParkError("conflict", "The month is closed; reopen it with a reason first");
        const row: MonthClosingRow = {
          enterprise_id: enterpriseId,
          month,
          version: (newest?.version ?? 0) + 1,
          closed_by: audit.actor,
          closed_at: audit.at,
          figures,
          hash,
          reopened_by: null,
          reopened_at: null,
          reopen_reason: null,
        };
        db.run(db.query.insertInto("month_closing").values(row));
        const detail = JSON.stringify({ version: row.version, hash });
        auditWrite(db, audit, { action: "month.close", object: `${enterpriseId} ${month}`, enterpriseId, detail });
        return toClosing(row);
      }),

    reopenMonth: (principal, enterpriseId, month, reason, audit) =>
      write(() => {
        const newest = found(loadClosings(db, principal, { enterpriseId, month })[0]);
        if (newest.reopened !== null) throw new ParkError("not_found");
        const reopened = { by: audit.actor, at: audit.at, reason };
        const set = { reopened_by: reopened.by, reopened_at: reopened.at, reopen_reason: reason };
        const rows = db.query.updateTable("month_closing").set(set).where("enterprise_id", "=", enterpriseId);
        db.run(rows.where("month", "=", month).where("version", "=", newest.version));
        const detail = JSON.stringify({ version: newest.version, reason });
        auditWrite(db, audit, { action: "month.reopen", object: `${enterpriseId} ${month}`, enterpriseId, detail });
        return { ...newest, reopened };
      }),
  };
}

const loadClosings = (
  db: SqlConnection,
  principal: Principal,
  { enterpriseId, month }: { enterpriseId?: EnterpriseId; month?: Month },
): MonthClosing[] =>
  db
    .all(
      db.query
        .selectFrom("month_closing")
        .selectAll()
        .where(inScope(principal, "enterprise_id"))
        .$if(enterpriseId !== undefined, (query) => query.where("enterprise_id", "=", enterpriseId ?? ("" as never)))
        .$if(month !== undefined, (query) => query.where("month", "=", month ?? ""))
        .orderBy("month", "desc")
        .orderBy("enterprise_id")
        .orderBy("version", "desc"),
    )
    .map(toClosing);

const toClosing = (row: MonthClosingRow): MonthClosing => ({
  enterpriseId: row.enterprise_id,
  month: row.month,
  version: row.version,
  closed: { by: row.closed_by, at: row.closed_at },
  figures: row.figures,
  hash: row.hash,
  // The three are written together.
  reopened:
    row.reopened_at === null
      ? null
      : { by: row.reopened_by ?? "", at: row.reopened_at, reason: row.reopen_reason ?? "" },
});
