import { ParkError, quotaUnits } from "@smart-park/core";
import { inputsQuery, listOf, quotaBody, quotaRequest } from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { quotaTable } from "../figure-input-tables.ts";
import { requireEnterprise } from "../visible-enterprise.ts";
import { shortIdParams } from "./path-params.ts";

/** How much may be used or discharged. */
export const quotaRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/quotas",
    summary: "How much may be used or discharged in a period, of the park and of enterprises",
    right: "registry.read",
    query: inputsQuery,
    responses: { 200: listOf(quotaBody) },
    run({ context, caller, query }) {
      if (query.enterprise !== undefined) requireEnterprise(context, caller.principal, query.enterprise);
      const quotas = context.registry.quotas(caller.principal);
      const wanted = quotas.filter(({ enterpriseId }) => [undefined, enterpriseId].includes(query.enterprise));
      return { items: wanted, nextCursor: null };
    },
    table: ({ items }, { context }) => quotaTable(items, context.registry.current()),
  }),
  defineRoute({
    method: "put",
    path: "/quotas/{id}",
    summary: "Set a quota for the days [from, to)",
    right: "tariffs.write",
    params: shortIdParams,
    body: quotaRequest,
    responses: { 200: quotaBody },
    run({ context, caller, params, body, audit }) {
      const units = quotaUnits(body.medium);
      if (!units.includes(body.unit))
        throw new ParkError(
          "unprocessable",
          `unit: ${body.medium} is counted in ${units.join(", ")}, not ${body.unit}`,
        );
      return context.registry.putQuota(caller.principal, { id: params.id, ...body }, audit);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/quotas/{id}",
    summary: "Remove a quota",
    right: "tariffs.write",
    params: shortIdParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteQuota(caller.principal, params.id, audit);
    },
  }),
];
