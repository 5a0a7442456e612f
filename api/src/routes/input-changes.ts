import type { AuditEntry, EnterpriseId, EpochMs, Principal, Registry } from "@smart-park/core";
import { inputChangeBody, inputChangesQuery, listOf, type InputChangeBody } from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { requireEnterprise } from "../visible-enterprise.ts";

const most = 200;

/** Who entered, changed and took away what people enter by hand: told from the audit log, of what the caller may see. */
export const inputChangeRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/input-changes",
    summary: "Who entered and changed quotas, contracts, regulated values or an enterprise's own data, newest first",
    right: "inputs.history",
    query: inputChangesQuery,
    responses: { 200: listOf(inputChangeBody) },
    run({ context, caller, query }) {
      if (query.enterprise !== undefined) requireEnterprise(context, caller.principal, query.enterprise);
      const wanted = { action: `${query.of}.`, result: "ok", limit: most } as const;
      const filter = { ...wanted, ...given({ enterpriseId: query.enterprise }) };
      const { items } = context.registry.audit(caller.principal, filter);
      const isTheirs = sinceTheyCame(context.registry, caller.principal);
      return {
        items: items.filter(isTheirs).map((entry) => toChange(entry, caller.principal, (at) => context.time.toIso(at))),
        nextCursor: null,
      };
    },
  }),
];

/** An id may be given again: what was entered for the firm that had it before is nothing of those who have it now. */
function sinceTheyCame(registry: Registry, principal: Principal): (entry: AuditEntry) => boolean {
  if (principal.scope === "all") return () => true;
  const beginnings = [...principal.scope].map((enterpriseId): [EnterpriseId, EpochMs] => {
    const [made] = registry.audit(principal, { action: "enterprise.create", enterpriseId, limit: 1 }).items;
    return [enterpriseId, made?.at ?? 0];
  });
  const cameAt = new Map(beginnings);
  return ({ enterpriseId, at }) => enterpriseId !== null && at >= (cameAt.get(enterpriseId) ?? Infinity);
}

type Fields = InputChangeBody["fields"];

function toChange(entry: AuditEntry, principal: Principal, toIso: (at: number) => string): InputChangeBody {
  const { at, actor, action, object, enterpriseId } = entry;
  const fields = shownTo(principal, fieldsOf(entry.detail));
  const verb = action.split(".")[1];
  return { at: toIso(at), by: actor, object: withoutOwner(object, enterpriseId), what: whatOf(verb, fields), fields };
}

function whatOf(verb: string | undefined, fields: Fields): InputChangeBody["what"] {
  if (verb === "delete") return "removed";
  if (verb === "confirm") return "confirmed";
  return Object.values(fields).every(({ before }) => before === null) ? "entered" : "changed";
}

/** Contracts stand in the log as `{enterprise} {day}`. */
const withoutOwner = (object: string, owner: EnterpriseId | null): string =>
  owner !== null && object.startsWith(`${owner} `) ? object.slice(owner.length + 1) : object;

/** Written by `changes` of the log: `[before, after]` of each field that differs. */
function fieldsOf(detail: string): Fields {
  const told = Object.entries(JSON.parse(detail) as Record<string, unknown>);
  const pairs = told.flatMap(([name, value]) => (Array.isArray(value) && value.length === 2 ? [[name, value]] : []));
  return Object.fromEntries(
    (pairs as [string, [unknown, unknown]][]).map(([name, [before, after]]) => [name, { before, after }]),
  );
}

/** What was another enterprise's before it was this one's is nothing of theirs: they see what it became. */
function shownTo(principal: Principal, fields: Fields): Fields {
  const owner = fields["enterpriseId"];
  const isHandedOn = owner !== undefined && owner.before !== null && owner.after !== null;
  if (principal.scope === "all" || !isHandedOn) return fields;
  return Object.fromEntries(Object.entries(fields).map(([name, { after }]) => [name, { before: null, after }]));
}
