import {
  canSee,
  hasRight,
  ParkError,
  rightToGive,
  type EnterpriseId,
  type Principal,
  type TokenScope,
} from "@smart-park/core";
import { listOf, tokenBody, tokenCreated, tokenRequest } from "@smart-park/core/wire";
import { onlyEnterpriseOf } from "../access.ts";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { hashSecret, newSecret } from "../secrets.ts";
import { toTokenBody } from "../to-body.ts";
import { objectParams } from "./path-params.ts";

export const tokenRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/tokens",
    summary: "Tokens of programs",
    right: "tokens.manage",
    query: pageQuery,
    responses: { 200: listOf(tokenBody) },
    run({ context, caller, query }) {
      const { registry, time, clock } = context;
      const tokens = registry.tokens(caller.principal);
      return pageOf(
        tokens.map((token) => toTokenBody(token, time, clock.now())),
        query,
      );
    },
  }),
  defineRoute({
    method: "post",
    path: "/tokens",
    summary: "Make a token for a program; it is shown only once",
    right: "tokens.manage",
    body: tokenRequest,
    responses: { 201: tokenCreated },
    run({ context, caller, body, audit }) {
      const { principal } = caller;
      if (principal.kind === "token") throw new ParkError("forbidden", "a token cannot make tokens");
      const scope = body.scopes.find((name) => !isOpenTo(principal, name));
      if (scope !== undefined) throw new ParkError("forbidden", `your role cannot give the scope ${scope}`);
      const secret = newSecret("park_");
      const expiresAt = body.expiresAt ?? null;
      if (expiresAt !== null && expiresAt <= audit.at) throw new ParkError("unprocessable", "expiresAt has passed");
      const enterpriseId = enterpriseOf(context, principal, body.enterpriseId);
      const token = { name: body.name, scopes: body.scopes, enterpriseId, createdAt: audit.at, expiresAt };
      const owned = { ...token, createdBy: principal.id };
      const { id } = context.registry.createToken(principal, hashSecret(secret), owned, audit);
      return { id, token: secret };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/tokens/{id}",
    summary: "Revoke a token",
    right: "tokens.manage",
    params: objectParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteToken(caller.principal, params.id, audit);
      context.live.recheck();
    },
  }),
];

/** A token never has more than its maker. */
const isOpenTo = (principal: Principal, scope: TokenScope): boolean => hasRight(principal, rightToGive[scope]);

/** The enterprise a token is bound to; people of one enterprise can only make tokens of that one. */
function enterpriseOf(
  context: ApiContext,
  principal: Principal,
  wanted: EnterpriseId | undefined,
): EnterpriseId | null {
  if (wanted === undefined) {
    if (principal.scope === "all") return null;
    const only = onlyEnterpriseOf(principal);
    if (only === null) throw new ParkError("unprocessable", "name the enterprise of the token");
    return only;
  }
  const exists = context.registry.current().enterprise(wanted) !== undefined;
  if (!exists || !canSee(principal, wanted)) throw new ParkError("not_found");
  return wanted;
}
