import {
  ParkError,
  type EnterpriseId,
  type Entered,
  type FigureInputs,
  type Principal,
  type SupplierBill,
} from "@smart-park/core";
import { auditWrite, changes } from "../audit-log.ts";
import { hasEnterprise } from "../enterprises.ts";
import type { RegistryContext } from "../registry-context.ts";
import type { SupplierBillRow } from "../rows/figure-rows.ts";
import { found, inScope } from "../scope.ts";
import type { SqlConnection } from "../sql-connection.ts";

type SupplierBillQueries = Pick<FigureInputs, "supplierBills" | "putSupplierBill" | "deleteSupplierBill">;
type BillKey = Pick<SupplierBill, "enterpriseId" | "kind" | "month">;

/** What suppliers charged, as their papers say. */
export function supplierBillQueries({ db, write }: RegistryContext): SupplierBillQueries {
  const one = (principal: Principal, key: BillKey): SupplierBill | undefined =>
    loadBills(db, principal, key).find(({ kind }) => kind === key.kind);
  return {
    supplierBills: (principal, filter = {}) => loadBills(db, principal, filter),

    putSupplierBill: (principal, bill, audit) =>
      write(() => {
        if (!hasEnterprise(db, principal, bill.enterpriseId)) throw new ParkError("not_found");
        const before = one(principal, bill);
        const { enterprise_id, kind, month, ...row } = toRow(bill, { by: audit.actor, at: audit.at });
        const insert = db.query.insertInto("supplier_bill").values({ enterprise_id, kind, month, ...row });
        db.run(insert.onConflict((conflict) => conflict.columns(["enterprise_id", "kind", "month"]).doUpdateSet(row)));
        auditBill(db, audit, "supplierBill.put", bill, changes(contentOf(before), bill));
      }),

    deleteSupplierBill: (principal, key, audit) =>
      write(() => {
        const before = found(one(principal, key));
        const rows = db.query.deleteFrom("supplier_bill").where("enterprise_id", "=", key.enterpriseId);
        db.run(rows.where("kind", "=", key.kind).where("month", "=", key.month));
        auditBill(db, audit, "supplierBill.delete", key, changes(contentOf(before), {}));
      }),
  };
}

const contentOf = (bill: (SupplierBill & { readonly entered?: Entered }) | undefined): object => {
  const { entered: _, ...content } = bill ?? {};
  return content;
};

function auditBill(
  db: SqlConnection,
  audit: Parameters<FigureInputs["putSupplierBill"]>[2],
  action: string,
  { enterpriseId, kind, month }: BillKey,
  detail: string,
): void {
  auditWrite(db, audit, { action, object: `${enterpriseId} ${kind} ${month}`, enterpriseId, detail });
}

const loadBills = (
  db: SqlConnection,
  principal: Principal,
  { enterpriseId, month }: { enterpriseId?: EnterpriseId; month?: string },
) =>
  db
    .all(
      db.query
        .selectFrom("supplier_bill")
        .selectAll()
        .where(inScope(principal, "enterprise_id"))
        .$if(enterpriseId !== undefined, (query) => query.where("enterprise_id", "=", enterpriseId ?? ("" as never)))
        .$if(month !== undefined, (query) => query.where("month", "=", month ?? ""))
        .orderBy("month", "desc")
        .orderBy("enterprise_id")
        .orderBy("kind"),
    )
    .map(toBill);

const toBill = (row: SupplierBillRow): SupplierBill & { readonly entered: Entered } => ({
  enterpriseId: row.enterprise_id,
  kind: row.kind,
  month: row.month,
  amount: row.amount,
  // Both written by `toRow` only.
  amountByPeriod: JSON.parse(row.amount_by_period) as SupplierBill["amountByPeriod"],
  maxDemandKw: row.max_demand_kw,
  powerFactor: row.power_factor,
  yuan: row.yuan,
  causes: JSON.parse(row.causes) as SupplierBill["causes"],
  entered: { by: row.entered_by, at: row.entered_at },
});

const toRow = (bill: SupplierBill, { by, at }: Entered): SupplierBillRow => ({
  enterprise_id: bill.enterpriseId,
  kind: bill.kind,
  month: bill.month,
  amount: bill.amount,
  amount_by_period: JSON.stringify(bill.amountByPeriod),
  max_demand_kw: bill.maxDemandKw,
  power_factor: bill.powerFactor,
  yuan: bill.yuan,
  causes: JSON.stringify(bill.causes),
  entered_by: by,
  entered_at: at,
});
