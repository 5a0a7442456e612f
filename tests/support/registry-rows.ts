import { join } from "node:path";
import Database from "libsql";

/** Every row of a registry's file but those of the audit log, as text behind the name of its table. */
export function registryRows(directory: string): string[] {
  const database = new Database(join(directory, "registry.db"), {});
  const read = (sql: string): readonly object[] => database.prepare(sql).all([]) as object[];
  try {
    const tables = read("select name from sqlite_schema where type = 'table' order by name") as { name: string }[];
    return tables
      .filter(({ name }) => name !== "audit")
      .flatMap(({ name }) => read(`select * from "${name}"`).map((row) => `${name} ${JSON.stringify(row)}`));
  } finally {
    database.close();
  }
}
