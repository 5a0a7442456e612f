import type { JournalPosition } from "@smart-park/core";
import { sql } from "kysely";
import { SqlConnection } from "./sql-connection.ts";

/**
 * The highest numbers of the journal that the ledger has on record, read beside its owner; zeros while there is no
 * registry. Also reads a registry that is yet to be migrated.
 */
export function readLedgerNumbers(file: string): Pick<JournalPosition, "sequence" | "segment"> {
  const db = SqlConnection.openForReading(file);
  try {
    const hasTable = db?.first(sql`select 1 from sqlite_schema where type = 'table' and name = 'engine'`);
    const select = sql<{ sequence: number; segment: number }>`select sequence, segment from engine`;
    const row = hasTable === undefined ? undefined : db?.first(select);
    return { sequence: row?.sequence ?? 0, segment: row?.segment ?? 0 };
  } finally {
    db?.close();
  }
}
