import { canSee, enterprisePlace, ParkError, type EnterpriseId, type Principal } from "@smart-park/core";
import { sql, type RawBuilder, type SqlBool } from "kysely";

/**
 * The condition under which a row belongs to what the principal may see; every query on enterprise data carries it.
 * `column` names a column in the code, or tells the owner. An empty scope sees nothing.
 */
export function inScope(principal: Principal, column: string | RawBuilder<unknown>): RawBuilder<SqlBool> {
  if (principal.scope === "all") return sql<SqlBool>`true`;
  const owner = typeof column === "string" ? sql.ref(column) : column;
  return sql<SqlBool>`${owner} in (${idList(principal.scope)})`;
}

/** Users whose enterprises all lie in the scope; park people only for those who see the whole park. */
export function userInScope(principal: Principal, column: string): RawBuilder<SqlBool> {
  if (principal.scope === "all") return sql<SqlBool>`true`;
  const memberships = sql`select 1 from user_enterprise as membership where membership.user_id = ${sql.ref(column)}`;
  const ids = idList(principal.scope);
  return sql<SqlBool>`exists (${memberships} and membership.enterprise_id in (${ids}))
    and not exists (${memberships} and membership.enterprise_id not in (${ids}))`;
}

const idList = (ids: ReadonlySet<EnterpriseId>): RawBuilder<unknown> => sql.join([...ids]);

/** Things that belong to the park as a whole can be made and changed only by those who see the whole park. */
export function requireWholePark(principal: Principal): void {
  if (principal.scope !== "all") throw new ParkError("forbidden");
}

/** As `inScope`, and what belongs to the park as a whole (null), which everybody may see. */
export const inScopeOrPark = (principal: Principal, column: string): RawBuilder<SqlBool> =>
  principal.scope === "all"
    ? sql<SqlBool>`true`
    : sql<SqlBool>`(${sql.ref(column)} is null or ${sql.ref(column)} in (${idList(principal.scope)}))`;

/** Whether a place (`park`, `zone:{id}`, `enterprise:{id}`) may be named to somebody: who sees a part of the park, only its enterprises. */
export const seesPlace = ({ scope }: Principal, place: string): boolean =>
  scope === "all" || [...scope].some((id) => place === enterprisePlace(id));

/** Who may write what an enterprise owns; null = the park as a whole. Foreign: not_found. */
export function requireOwner(principal: Principal, enterpriseId: EnterpriseId | null): void {
  if (enterpriseId === null) requireWholePark(principal);
  else if (!canSee(principal, enterpriseId)) throw new ParkError("not_found");
}

/** What a look-up gave, or not_found: the same answer for a foreign and for a missing object. */
export function found<T>(row: T | undefined | null): T {
  if (row === undefined || row === null) throw new ParkError("not_found");
  return row;
}
