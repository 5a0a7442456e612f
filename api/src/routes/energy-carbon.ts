import {
  carbonBody,
  carbonQuery,
  quotaProgressBody,
  quotaProgressQuery,
  standardCoalBody,
  standardCoalQuery,
} from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { readCarbon } from "../figures/carbon.ts";
import { readQuotas } from "../figures/quotas.ts";
import { readStandardCoal } from "../figures/standard-coal.ts";
import { carbonTable, quotaTable, standardCoalTable } from "../figures/tables/energy-carbon-tables.ts";

export const energyCarbonRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/figures/standard-coal",
    summary: "Comprehensive energy in tonnes of standard coal by the factors in force, with its intensities",
    right: "readings.read",
    isFigure: true,
    query: standardCoalQuery,
    responses: { 200: standardCoalBody },
    table: standardCoalTable,
    run: ({ context, caller, query }) => readStandardCoal(context, caller.principal, query),
  }),
  defineRoute({
    method: "get",
    path: "/figures/carbon",
    summary: "Carbon of fuels and of bought electricity and heat, location-based and market-based",
    right: "readings.read",
    isFigure: true,
    query: carbonQuery,
    responses: { 200: carbonBody },
    table: carbonTable,
    run: ({ context, caller, query }) => readCarbon(context, caller.principal, query),
  }),
  defineRoute({
    method: "get",
    path: "/figures/quotas",
    summary: "Progress of each quota: used, where it will end, and when it is used up",
    right: "readings.read",
    isFigure: true,
    query: quotaProgressQuery,
    responses: { 200: quotaProgressBody },
    table: quotaTable,
    run: ({ context, caller, query }) => readQuotas(context, caller.principal, query.at ?? context.clock.now()),
  }),
];
