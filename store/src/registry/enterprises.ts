import {
  ParkError,
  systemPrincipal,
  type Enterprise,
  type EnterpriseId,
  type Principal,
  type Registry,
} from "@smart-park/core";
import { auditCascade } from "./audit-cascade.ts";
import { auditWrite, changes } from "./audit-log.ts";
import type { RegistryContext } from "./registry-context.ts";
import { spendIdsOf } from "./removed-meters.ts";
import { definedFields } from "./row-mapping.ts";
import { toFlag } from "./flag.ts";
import type { RegistrySchema } from "./schema.ts";
import { found, inScope, requireWholePark } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

type EnterpriseQueries = Pick<Registry, "enterprises" | "createEnterprise" | "updateEnterprise" | "deleteEnterprise">;

/** The resident firms. */
export function enterpriseQueries({ db, write }: RegistryContext): EnterpriseQueries {
  return {
    enterprises: (principal) => loadEnterprises(db, principal),

    createEnterprise: (principal, enterprise, audit) =>
      write((touched) => {
        requireWholePark(principal);
        if (hasEnterprise(db, systemPrincipal, enterprise.id)) throw new ParkError("conflict", "The id is in use");
        if (hasLeftTraces(db, enterprise.id))
          throw new ParkError("conflict", "The id was a former firm's, whose alerts, messages or commands are kept");
        db.run(db.query.insertInto("enterprise").values(toRow(enterprise)));
        touched.enterprises.add(enterprise.id);
        const detail = changes({}, enterprise);
        auditWrite(db, audit, {
          action: "enterprise.create",
          object: enterprise.id,
          enterpriseId: enterprise.id,
          detail,
        });
        return enterprise;
      }),

    updateEnterprise: (principal, id, change, audit) =>
      write((touched) => {
        const before = found(loadEnterprises(db, principal, [id])[0]);
        const after = { ...before, ...definedFields(change), id };
        db.run(db.query.updateTable("enterprise").set(toRow(after)).where("id", "=", id));
        touched.enterprises.add(id);
        const detail = changes(before, after);
        auditWrite(db, audit, { action: "enterprise.update", object: id, enterpriseId: id, detail });
        return after;
      }),

    deleteEnterprise: (principal, id, audit) =>
      write((touched) => {
        const before = found(loadEnterprises(db, principal, [id])[0]);
        if (isInUse(db, id))
          throw new ParkError("conflict", "It still owns meters, devices, users, signed months or inspection records");
        if (hasSettled(db, id)) throw new ParkError("conflict", "A meter that it owned settles a past time");
        spendIdsOf(db, id);
        auditCascade(db, audit, { table: "enterprise", id, enterpriseId: id });
        db.run(db.query.deleteFrom("enterprise").where("id", "=", id)); // all that is its own goes with it
        touched.enterprises.add(id);
        const detail = changes(before, {});
        auditWrite(db, audit, { action: "enterprise.delete", object: id, enterpriseId: id, detail });
      }),
  };
}

/** Enterprises in scope, all or the given ones, by id. */
export const loadEnterprises = (db: SqlConnection, principal: Principal, ids?: readonly EnterpriseId[]): Enterprise[] =>
  db
    .all(
      db.query
        .selectFrom("enterprise")
        .selectAll()
        .where(inScope(principal, "enterprise.id"))
        .$if(ids !== undefined, (query) => query.where("id", "in", ids ?? []))
        .orderBy("id"),
    )
    .map(({ id, name, name_en, chain, trade, demo }) => ({
      id,
      name,
      nameEn: name_en,
      chain,
      trade,
      demo: demo === 1,
    }));

/** Whether the enterprise exists and the principal may see it. */
export const hasEnterprise = (db: SqlConnection, principal: Principal, id: EnterpriseId): boolean =>
  loadEnterprises(db, principal, [id]).length > 0;

const toRow = ({ id, name, nameEn, chain, trade = null, demo }: Enterprise): RegistrySchema["enterprise"] => ({
  id,
  name,
  name_en: nameEn,
  chain,
  trade,
  demo: toFlag(demo),
});

const isInUse = (db: SqlConnection, id: EnterpriseId): boolean =>
  (["meter", "device", "user_enterprise", "month_closing", "inspection"] as const).some(
    (table) =>
      db.first(db.query.selectFrom(table).select("enterprise_id").where("enterprise_id", "=", id).limit(1)) !==
      undefined,
  );

/** What outlives its enterprise: whoever had the id next would see it. */
const hasLeftTraces = (db: SqlConnection, id: EnterpriseId): boolean =>
  (["alert", "book", "quarantine", "command", "delivery"] as const).some(
    (table) =>
      db.first(db.query.selectFrom(table).select("enterprise_id").where("enterprise_id", "=", id).limit(1)) !==
      undefined,
  );

const hasSettled = (db: SqlConnection, id: EnterpriseId): boolean =>
  db.first(
    db.query
      .selectFrom("removed_meter")
      .innerJoin("settlement_meter", "settlement_meter.meter_id", "removed_meter.id")
      .select("removed_meter.id")
      .where("removed_meter.enterprise_id", "=", id)
      .limit(1),
  ) !== undefined;
