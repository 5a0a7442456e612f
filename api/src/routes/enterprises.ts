import { ParkError, type Principal } from "@smart-park/core";
import { enterpriseBody, enterprisePatch, enterpriseRequest, listOf, type EnterpriseBody } from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { toEnterpriseBody } from "../to-body.ts";
import { tellEdge } from "../tell-edge.ts";
import { enterpriseParams } from "./path-params.ts";

export const enterpriseRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/enterprises",
    summary: "Enterprises that the caller may see",
    right: "registry.read",
    query: pageQuery,
    responses: { 200: listOf(enterpriseBody) },
    run: ({ context, caller, query }) => pageOf(visible(context, caller.principal), query),
  }),
  defineRoute({
    method: "post",
    path: "/enterprises",
    summary: "Add an enterprise",
    right: "registry.write",
    body: enterpriseRequest,
    responses: { 201: enterpriseBody },
    async run({ context, caller, body, audit }) {
      const enterprise = context.registry.createEnterprise(caller.principal, body, audit);
      await tellEdge(context);
      return toEnterpriseBody(enterprise, 0);
    },
  }),
  defineRoute({
    method: "get",
    path: "/enterprises/{id}",
    summary: "One enterprise",
    right: "registry.read",
    params: enterpriseParams,
    responses: { 200: enterpriseBody },
    run: ({ context, caller, params }) => found(context, caller.principal, params.id),
  }),
  defineRoute({
    method: "patch",
    path: "/enterprises/{id}",
    summary: "Change an enterprise",
    right: "registry.write",
    params: enterpriseParams,
    body: enterprisePatch,
    responses: { 200: enterpriseBody },
    async run({ context, caller, params, body, audit }) {
      context.registry.updateEnterprise(caller.principal, params.id, given(body), audit);
      await tellEdge(context);
      return found(context, caller.principal, params.id);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/enterprises/{id}",
    summary: "Remove an enterprise that owns nothing any more",
    right: "registry.write",
    params: enterpriseParams,
    responses: { 204: null },
    async run({ context, caller, params, audit }) {
      context.registry.deleteEnterprise(caller.principal, params.id, audit);
      await tellEdge(context);
    },
  }),
];

function visible({ registry }: ApiContext, principal: Principal): EnterpriseBody[] {
  const counts = new Map<string, number>();
  for (const { enterpriseId } of registry.meters(principal))
    counts.set(enterpriseId, (counts.get(enterpriseId) ?? 0) + 1);
  return registry
    .enterprises(principal)
    .map((enterprise) => toEnterpriseBody(enterprise, counts.get(enterprise.id) ?? 0));
}

function found(context: ApiContext, principal: Principal, id: string): EnterpriseBody {
  const body = visible(context, principal).find((enterprise) => enterprise.id === id);
  if (!body) throw new ParkError("not_found");
  return body;
}
