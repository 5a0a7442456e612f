import type { AuditContext, AuditEntry, AuditFilter, EnterpriseId, Principal, Registry } from "@smart-park/core";
import { sql, type RawBuilder, type SqlBool } from "kysely";
import { checkChain, chainHash } from "./audit-chain.ts";
import { decodeNumberCursor, toPage } from "./cursor.ts";
import type { RegistryContext } from "./registry-context.ts";
import { inScope, requireWholePark } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** Lists longer than this are told by what came and went, or by their length. */
const maxListed = 20;

export interface AuditedWrite {
  readonly action: string;
  readonly object: string;
  readonly enterpriseId: EnterpriseId | null;
  /** JSON made by `changes`. */
  readonly detail: string;
}

/** Adds the audit entry of a write; must be called inside that write's transaction. */
export const auditWrite = (db: SqlConnection, { at, actor, address }: AuditContext, write: AuditedWrite): void =>
  addEntry(db, { at, actor, address, ...write, result: "ok" });

/** As `auditWrite`, of many writes of one transaction, in their order. */
export const auditWrites = (
  db: SqlConnection,
  { at, actor, address }: AuditContext,
  writes: readonly AuditedWrite[],
): void =>
  addEntries(
    db,
    writes.map((write) => ({ at, actor, address, ...write, result: "ok" })),
  );

export const addEntry = (db: SqlConnection, entry: AuditEntry): void => addEntries(db, [entry]);

/** Each row's hash covers the row before, so a row changed or taken out of the file later breaks the chain. */
function addEntries(db: SqlConnection, entries: readonly AuditEntry[]): void {
  const last = db.first(db.query.selectFrom("audit").select("hash").orderBy("id", "desc").limit(1));
  let head = last?.hash ?? "";
  const rows = entries.map(({ enterpriseId, at, actor, address, action, object, result, detail }) => {
    const row = { at, actor, address, action, object, enterprise_id: enterpriseId, result, detail };
    head = chainHash(head, row);
    return { ...row, hash: head };
  });
  db.insertAll("audit", rows);
}

/**
 * Fields that differ, as JSON `{"field":[old,new]}`; null stands for not there. Secrets never get here: callers name
 * them in `secrets`, which are written as `"changed"`.
 */
export function changes(before: object, after: object, secrets: readonly string[] = []): string {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const differing = [...new Set([...old.keys(), ...now.keys()])]
    .map((field) => [field, old.get(field) ?? null, now.get(field) ?? null] as const)
    .filter(([, a, b]) => isDifferent(a, b))
    .map(([field, a, b]) => [field, difference(a, b)] as const);
  return JSON.stringify(Object.fromEntries([...differing, ...secrets.map((field) => [field, "changed"] as const)]));
}

/** Plain values are compared as they are: most fields are, and an import compares some hundred thousand. */
const isDifferent = (a: unknown, b: unknown): boolean =>
  a !== b && (isPlain(a) && isPlain(b) ? true : JSON.stringify(a) !== JSON.stringify(b));
const isPlain = (value: unknown): boolean => value === null || typeof value === "string" || typeof value === "boolean";

function difference(before: unknown, after: unknown): unknown {
  if (!isLong(before) && !isLong(after)) return [before, after];
  const [old, now] = [toSet(before), toSet(after)];
  const added = [...now].filter((item) => !old.has(item));
  const removed = [...old].filter((item) => !now.has(item));
  return { added: shortened(added), removed: shortened(removed), now: now.size };
}

const isLong = (value: unknown): boolean => Array.isArray(value) && value.length > maxListed;
const toSet = (value: unknown): ReadonlySet<unknown> => new Set(Array.isArray(value) ? (value as unknown[]) : []);
const shortened = (items: readonly unknown[]): unknown => (items.length > maxListed ? items.length : items);

/** The audit log as readers see it, newest first, and entries that belong to no write (logins, denials, exports). */
export function auditQueries({
  db,
}: RegistryContext): Pick<Registry, "audit" | "addAudit" | "verifyAudit" | "signInBefore"> {
  return {
    addAudit: (entry) => db.transaction(() => addEntry(db, entry)),
    audit: (principal, filter) => {
      const rows = db.all(matching(db, principal, filter).limit(filter.limit + 1));
      return toPage(rows, filter.limit, {
        keyOf: (row) => [row.id],
        toItem: ({ enterprise_id, ...row }) => ({ ...row, enterpriseId: enterprise_id }),
      });
    },
    signInBefore: (id, before) => {
      const tries = db.query.selectFrom("audit").where("actor", "=", id).where("action", "=", "login");
      const earlier = tries.where("at", "<", before).where("result", "=", "ok").select(["id", "at", "address"]);
      const last = db.first(earlier.orderBy("id", "desc").limit(1));
      if (last === undefined) return null;
      const failed = tries.where("id", ">", last.id).where("at", "<=", before).where("result", "=", "failed");
      const count = db.first(failed.select((row) => row.fn.countAll<number>().as("failed")));
      return { at: last.at, address: last.address, failedSince: count?.failed ?? 0 };
    },
    verifyAudit: async (principal, known) => {
      requireWholePark(principal);
      return checkChain(db, known);
    },
  };
}

/** With a dot at its end it stands for everything of that kind. */
const isAction = (action: string): RawBuilder<SqlBool> =>
  action.endsWith(".")
    ? sql<SqlBool>`substr(action, 1, ${action.length}) = ${action}`
    : sql<SqlBool>`action = ${action}`;

function matching(db: SqlConnection, principal: Principal, filter: AuditFilter) {
  const { cursor, actor, action, object, enterpriseId, result, from, to } = filter;
  return db.query
    .selectFrom("audit")
    .selectAll()
    .where(inScope(principal, "audit.enterprise_id"))
    .$if(cursor !== undefined, (query) => query.where("id", "<", decodeNumberCursor(cursor ?? "")))
    .$if(actor !== undefined, (query) => query.where("actor", "=", actor ?? ""))
    .$if(action !== undefined, (query) => query.where(isAction(action ?? "")))
    .$if(object !== undefined, (query) => query.where("object", "=", object ?? ""))
    .$if(enterpriseId !== undefined, (query) => query.where("enterprise_id", "=", enterpriseId ?? null))
    .$if(result !== undefined, (query) => query.where("result", "=", result ?? "ok"))
    .$if(from !== undefined, (query) => query.where("at", ">=", from ?? 0))
    .$if(to !== undefined, (query) => query.where("at", "<", to ?? 0))
    .orderBy("id", "desc");
}
