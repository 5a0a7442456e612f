import { ParkError, type Clock } from "@smart-park/core";
import { sql } from "kysely";
import { migrations, type Migration } from "./migrations/migrations.ts";
import type { SqlConnection } from "./sql-connection.ts";

/**
 * Brings the tables to the newest form, all missing steps in one transaction: killed in the middle, the file is as it
 * was before. A file written by a newer version is config_invalid and stays untouched. Gives whether any was missing.
 */
export function migrate(db: SqlConnection, clock: Clock, steps: readonly Migration[] = migrations): boolean {
  const newest = steps.at(-1)?.number ?? 0;
  return db.transaction(() => {
    db.script(
      "create table if not exists migration (number integer primary key, name text, applied_at integer) strict",
    );
    const applied = db.first(sql<{ number: number }>`select coalesce(max(number), 0) as number from migration`);
    const reached = applied?.number ?? 0;
    if (reached > newest) throw new ParkError("config_invalid", newerFile(reached, newest));
    const missing = steps.filter(({ number }) => number > reached);
    for (const step of missing) {
      db.script(step.sql);
      db.run(sql`insert into migration values (${step.number}, ${step.name}, ${clock.now()})`);
    }
    return missing.length > 0;
  });
}

const newerFile = (found: number, known: number): string =>
  `The registry database was written by a newer version of the platform (step ${found}, this version knows ${known}). ` +
  "Start that version again, or restore a backup made with this one.";
