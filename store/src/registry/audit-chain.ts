import { createHash } from "node:crypto";
import { setImmediate as otherWork } from "node:timers/promises";
import type { AuditChain } from "@smart-park/core";
import { sql } from "kysely";
import type { AuditRow } from "./rows/ledger-rows.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** Entries that are read and checked before other work has its turn: some milliseconds. */
const batchSize = 2000;

/** What one entry's hash covers: the hash before it, and its columns in their order. */
export const chainHash = (previous: string, columns: Omit<AuditRow, "id" | "hash">): string => {
  const { at, actor, address, action, object, enterprise_id, result, detail } = columns;
  const covered = [previous, at, actor, address, action, object, enterprise_id, result, detail];
  return createHash("sha256").update(JSON.stringify(covered)).digest("hex");
};

/**
 * Walks the whole chain. An entry that was changed, taken out, put in or moved breaks it there: numbers run from 1
 * without a gap, and the database itself remembers the last number it gave. Who can write the file could work the chain
 * out anew; against that helps a `known` hash noted elsewhere.
 */
export async function checkChain(db: SqlConnection, known: string | null = null): Promise<AuditChain> {
  let [entries, head, isKnown] = [0, "", known === null];
  for (;;) {
    const rows = db.all(
      db.query.selectFrom("audit").selectAll().where("id", ">", entries).orderBy("id").limit(batchSize),
    );
    for (const row of rows) {
      if (row.id !== entries + 1 || row.hash !== chainHash(head, row))
        return { entries, head, brokenAt: entries + 1, isKnown: null };
      entries = row.id;
      head = row.hash;
      isKnown ||= head === known;
    }
    if (rows.length < batchSize) break;
    await otherWork();
  }
  const brokenAt = lastGiven(db) > entries ? entries + 1 : null;
  return { entries, head, brokenAt, isKnown: known === null ? null : isKnown };
}

const lastGiven = (db: SqlConnection): number =>
  db.first(sql<{ seq: number }>`select seq from sqlite_sequence where name = 'audit'`)?.seq ?? 0;
