import type { ComplianceBody, RolesBody, UserBody, auditBody, auditChainBody } from "@smart-park/core/wire";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { getJson, type QueryValue } from "../../lib/api-client.ts";
import type { Ask } from "../../lib/asks.ts";
import { allPages } from "../../lib/queries.ts";

export type AuditEntry = z.infer<typeof auditBody>;
export type AuditChain = z.infer<typeof auditChainBody>;

/** What a list was narrowed to; undefined = not. */
export type Asked = Readonly<Record<string, QueryValue>>;

const given = (asked: Asked): Record<string, string | number> =>
  Object.fromEntries(Object.entries(asked).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));

export const usersQuery = (asked: Asked) =>
  queryOptions({
    queryKey: ["users", asked],
    queryFn: ({ signal }) => allPages<UserBody>("/users", { ...given(asked), limit: 500 }, signal),
    staleTime: 10_000,
  });

/** The same people, for the file. */
export const usersAsk = (asked: Asked): Ask<unknown> => ({ path: "/users", query: { ...asked, limit: 500 } });

export const rolesQuery = () =>
  queryOptions({
    queryKey: ["roles"],
    queryFn: ({ signal }) => getJson<RolesBody>("/roles", {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const complianceQuery = () =>
  queryOptions({
    queryKey: ["compliance"],
    queryFn: ({ signal }) => getJson<ComplianceBody>("/compliance", {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

interface AuditPage {
  readonly items: readonly AuditEntry[];
  readonly nextCursor: string | null;
}

/** Entries, newest first, a page at a time. */
export const auditQuery = (asked: Asked) =>
  infiniteQueryOptions({
    queryKey: ["audit", asked],
    queryFn: ({ pageParam, signal }) =>
      getJson<AuditPage>("/audit", { ...asked, limit: 50, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** As many as fit into a file; should there be more, the file says so. */
const mostInFile = 50_000;
export const auditAsk = (asked: Asked): Ask<unknown> => ({ path: "/audit", query: { ...asked, limit: mostInFile } });

export const verifyChain = (hash: string): Promise<AuditChain> =>
  getJson<AuditChain>("/audit/verify", { hash: hash === "" ? undefined : hash });
