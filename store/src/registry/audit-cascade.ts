import type { AuditContext, EnterpriseId } from "@smart-park/core";
import { sql } from "kysely";
import { auditWrite, changes } from "./audit-log.ts";
import type { SqlConnection } from "./sql-connection.ts";

interface Told {
  readonly action: string;
  readonly key: readonly string[];
  /** Of which rows; all when left out. */
  readonly isTold?: (row: Readonly<Record<string, unknown>>) => boolean;
}

/** What somebody decided and the database takes along with its owner: by table the action of its entry, and what names it. */
const told = new Map<string, Told>([
  ["watch_target", { action: "watchTarget.delete", key: ["id"] }],
  ["meter_place", { action: "meterPlace.delete", key: ["meter_id"] }],
  ["quota", { action: "quota.delete", key: ["id"] }],
  ["virtual_meter", { action: "virtualMeter.delete", key: ["id"] }],
  ["tariff_contract", { action: "tariffContract.delete", key: ["enterprise_id", "effective_from"] }],
  ["supplier_bill", { action: "supplierBill.delete", key: ["enterprise_id", "kind", "month"] }],
  ["activity_input", { action: "activityInput.delete", key: ["enterprise_id", "item", "period"] }],
  ["channel", { action: "channel.delete", key: ["id"] }],
  ["subscription", { action: "subscription.delete", key: ["id"] }],
  ["token", { action: "token.delete", key: ["id"] }],
  // One that was deleted before was told then; a view that nobody else saw is told to nobody.
  ["annotation", { action: "annotation.delete", key: ["id"], isTold: (row) => row["deleted_at"] === null }],
  ["saved_view", { action: "savedView.delete", key: ["id"], isTold: (row) => row["is_shared"] === 1 }],
]);
const secretColumns = new Set(["secret_hash", "secrets", "password_hash"]);

interface Link {
  readonly child: string;
  readonly column: string;
  readonly parent: string;
  readonly parentColumn: string;
}

/**
 * To be called inside a write, before the row is deleted: adds an entry with the old values for everything that goes with
 * it, however deep. Which tables hang on which is asked of the database itself, so none is forgotten.
 */
export function auditCascade(
  db: SqlConnection,
  audit: AuditContext,
  gone: { readonly table: string; readonly id: string; readonly enterpriseId: EnterpriseId | null },
): void {
  const links = db.all(sql<Link>`
    select t.name as child, f."from" as "column", f."table" as parent, f."to" as "parentColumn"
    from sqlite_schema as t, pragma_foreign_key_list(t.name) as f
    where t.type = 'table' and f.on_delete = 'CASCADE'`);
  const follow = (parent: string, row: Readonly<Record<string, unknown>>): void => {
    for (const { child, column, parentColumn } of links.filter((link) => link.parent === parent)) {
      const rows = db.all(
        sql<Record<string, unknown>>`
          select * from ${sql.table(child)} where ${sql.ref(column)} = ${row[parentColumn] ?? null}`,
      );
      for (const one of rows) {
        follow(child, one);
        tell(db, audit, child, one, gone.enterpriseId);
      }
    }
  };
  follow(gone.table, { id: gone.id });
}

function tell(
  db: SqlConnection,
  audit: AuditContext,
  table: string,
  row: Readonly<Record<string, unknown>>,
  enterpriseId: EnterpriseId | null,
): void {
  const entry = told.get(table);
  if (entry === undefined || entry.isTold?.(row) === false) return;
  const shown = Object.entries(row).filter(([column]) => !secretColumns.has(column) && column !== "_metadata");
  const before = Object.fromEntries(shown.map(([column, value]) => [toFieldName(column), value]));
  const object = entry.key.map((column) => String(row[column] as string)).join(" ");
  auditWrite(db, audit, { action: entry.action, object, enterpriseId, detail: changes(before, {}) });
}

const toFieldName = (column: string): string =>
  column.replaceAll(/_(\w)/g, (_whole, letter: string) => letter.toUpperCase());
