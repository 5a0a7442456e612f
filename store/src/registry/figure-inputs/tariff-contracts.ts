import {
  ParkError,
  type ElectricityTariff,
  type EnterpriseId,
  type FigureInputs,
  type LocalDay,
  type Principal,
  type TariffContract,
} from "@smart-park/core";
import { auditWrite, changes } from "../audit-log.ts";
import { hasEnterprise } from "../enterprises.ts";
import type { RegistryContext } from "../registry-context.ts";
import { found, inScope } from "../scope.ts";
import type { SqlConnection } from "../sql-connection.ts";

type TariffContractQueries = Pick<FigureInputs, "tariffContracts" | "putTariffContract" | "deleteTariffContract">;

/** By what enterprises pay, dated. */
export function tariffContractQueries({ db, write }: RegistryContext): TariffContractQueries {
  const one = (principal: Principal, id: EnterpriseId, from: LocalDay): TariffContract | undefined =>
    loadContracts(db, principal, id).find(({ effectiveFrom }) => effectiveFrom === from);
  return {
    tariffContracts: (principal, enterpriseId) => loadContracts(db, principal, enterpriseId),

    putTariffContract: (principal, contract, audit) =>
      write((touched) => {
        const { enterpriseId, effectiveFrom, electricity } = contract;
        if (!hasEnterprise(db, principal, enterpriseId)) throw new ParkError("not_found");
        const before = one(principal, enterpriseId, effectiveFrom);
        const row = {
          electricity: electricity && JSON.stringify(electricity),
          demand_mode: contract.demandMode,
          billing_day: contract.billingDay,
          water_price: contract.waterPrice,
          note: contract.note,
        };
        const key = { enterprise_id: enterpriseId, effective_from: effectiveFrom };
        const insert = db.query.insertInto("tariff_contract").values({ ...key, ...row });
        db.run(insert.onConflict((conflict) => conflict.columns(["enterprise_id", "effective_from"]).doUpdateSet(row)));
        const [object, detail] = [`${enterpriseId} ${effectiveFrom}`, changes(before ?? {}, contract)];
        auditWrite(db, audit, { action: "tariffContract.put", object, enterpriseId, detail });
        touched.rules = true; // they know declared demands
        return contract;
      }),

    deleteTariffContract: (principal, enterpriseId, from, audit) =>
      write((touched) => {
        const before = found(one(principal, enterpriseId, from));
        const rows = db.query.deleteFrom("tariff_contract").where("enterprise_id", "=", enterpriseId);
        db.run(rows.where("effective_from", "=", from));
        const [object, detail] = [`${enterpriseId} ${from}`, changes(before, {})];
        auditWrite(db, audit, { action: "tariffContract.delete", object, enterpriseId, detail });
        touched.rules = true;
      }),
  };
}

/** Contracts of one enterprise, or of all in scope, each enterprise's oldest first. */
export const loadContracts = (db: SqlConnection, principal: Principal, enterpriseId?: EnterpriseId): TariffContract[] =>
  db
    .all(
      db.query
        .selectFrom("tariff_contract")
        .selectAll()
        .where(inScope(principal, "enterprise_id"))
        .$if(enterpriseId !== undefined, (query) =>
          query.where("enterprise_id", "=", enterpriseId ?? ("" as EnterpriseId)),
        )
        .orderBy("effective_from"),
    )
    .map((row) => ({
      enterpriseId: row.enterprise_id,
      effectiveFrom: row.effective_from,
      // Written by `putTariffContract` only.
      electricity: row.electricity === null ? null : (JSON.parse(row.electricity) as ElectricityTariff),
      demandMode: row.demand_mode,
      billingDay: row.billing_day,
      waterPrice: row.water_price,
      note: row.note,
    }));
