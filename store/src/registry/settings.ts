import type { Registry } from "@smart-park/core";
import type { RegistryContext } from "./registry-context.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** Small named texts of the platform itself; never shown as they are. */
export const settingQueries = ({ db, write }: RegistryContext): Pick<Registry, "setting" | "setSetting"> => ({
  setting: (name) => readSetting(db, name),
  setSetting: (name, value) => write(() => writeSetting(db, name, value)),
});

export const readSetting = (db: SqlConnection, name: string): string | null =>
  db.first(db.query.selectFrom("setting").select("value").where("name", "=", name))?.value ?? null;

export function writeSetting(db: SqlConnection, name: string, value: string): void {
  const insert = db.query.insertInto("setting").values({ name, value });
  db.run(insert.onConflict((conflict) => conflict.column("name").doUpdateSet({ value })));
}
