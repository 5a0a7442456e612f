import { join } from "node:path";
import type { AuditEntry } from "@smart-park/core";
import Database from "libsql";

/** Rows of one table by their primary key. */
type Rows = ReadonlyMap<string, Readonly<Record<string, unknown>>>;
export type RegistryPicture = ReadonlyMap<string, Rows>;

/** One value in the registry's file that was written, changed or taken out; null = not there. */
export interface CellChange {
  readonly table: string;
  readonly column: string;
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Every row of a registry's file but those of the audit log, as it stands. */
export function pictureOf(directory: string): RegistryPicture {
  const database = new Database(join(directory, "registry.db"), {});
  const read = <T extends object>(sql: string): readonly T[] => database.prepare(sql).all([]) as T[];
  try {
    const tables = read<{ name: string }>("select name from sqlite_schema where type = 'table' order by name");
    const named = tables.filter(({ name }) => name !== "audit" && !name.startsWith("sqlite_"));
    return new Map(
      named.map(({ name }) => {
        const columns = read<{ name: string; pk: number }>(`pragma table_info("${name}")`);
        const keys = columns.filter(({ pk }) => pk > 0).map((column) => column.name);
        const rows = read<Record<string, unknown>>(`select * from "${name}"`);
        return [name, new Map(rows.map((row) => [JSON.stringify(keys.map((key) => row[key])), row]))];
      }),
    );
  } finally {
    database.close();
  }
}

/** What differs between two pictures, value by value. */
export function cellChanges(before: RegistryPicture, after: RegistryPicture): CellChange[] {
  return [...after.keys()].flatMap((table) => {
    const [old, now] = [before.get(table) ?? new Map<string, never>(), after.get(table) ?? new Map<string, never>()];
    const keys = [...new Set([...old.keys(), ...now.keys()])];
    return keys.flatMap((key) => rowChanges({ table, key }, old.get(key) ?? {}, now.get(key) ?? {}));
  });
}

function rowChanges(
  row: Pick<CellChange, "table" | "key">,
  old: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): CellChange[] {
  const columns = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => name !== "_metadata");
  return columns.flatMap((column) => valueChanges({ ...row, column }, opened(old[column]), opened(now[column])));
}

/** Of an object kept as JSON only those fields that differ. */
function valueChanges(cell: Omit<CellChange, "before" | "after">, before: unknown, after: unknown): CellChange[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isObject(before) || !isObject(after)) return [{ ...cell, before, after }];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => valueChanges(cell, before[name] ?? null, after[name] ?? null));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const opened = (value: unknown): unknown =>
  typeof value === "string" && /^[[{]/.test(value) ? (JSON.parse(value) as unknown) : (value ?? null);

/** What audit entries tell of a change: every plain value on the side of before, and on the side of after. */
export interface ToldValues {
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
  /** Ids and owners of what changed. */
  readonly named: readonly string[];
}

export function toldBy(entries: readonly Pick<AuditEntry, "object" | "enterpriseId" | "detail">[]): ToldValues {
  const [before, after] = [new Set<string>(), new Set<string>()];
  for (const { detail } of entries)
    for (const told of Object.values(detail === "" ? {} : (JSON.parse(detail) as Record<string, unknown>))) {
      const [old, now] = sidesOf(told);
      for (const value of plainValues(old)) before.add(value);
      for (const value of plainValues(now)) after.add(value);
    }
  return { before, after, named: entries.flatMap(({ object, enterpriseId }) => [object, enterpriseId ?? ""]) };
}

/** As `changes` in store/src/registry/audit-log.ts writes them: a pair, a long list, or the word that stands for a secret. */
function sidesOf(told: unknown): [unknown, unknown] {
  if (Array.isArray(told)) return [told[0], told[1]];
  if (typeof told !== "object" || told === null) return [told, told];
  const { removed, added } = told as Record<string, unknown>;
  return [removed, added];
}

/** Every plain value within, as text: what is JSON in a column stands opened in the log, and a flag as true or false. */
export function plainValues(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap(plainValues);
  if (typeof value === "object") return Object.values(value).flatMap(plainValues);
  if (typeof value === "boolean") return [value ? "1" : "0"];
  const inner = opened(value);
  if (typeof inner === "object") return plainValues(inner);
  return [typeof value === "string" ? value : JSON.stringify(value)];
}

/** Whether the entries tell a value; ids may stand in their object, and a point's id begins with its meter's. */
export const isTold = (value: string, side: ReadonlySet<string>, { named }: ToldValues): boolean =>
  side.has(value) ||
  named.some((name) => name === value || name.split(" ").includes(value) || value.startsWith(`${name}.`));
