import { chargingBody, pvBody, pvQuery, renewablesQuery, storageBody } from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { readCharging, readPv } from "../figures/renewables.ts";
import { readStorage } from "../figures/storage.ts";
import { chargingTable, pvTable, storageTable } from "../figures/tables/renewables-tables.ts";

export const renewablesRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/figures/pv",
    summary: "What photovoltaic plants gave, fed in and left for own use, and which are behind their sisters",
    right: "readings.read",
    isFigure: true,
    query: pvQuery,
    responses: { 200: pvBody },
    table: pvTable,
    run: ({ context, caller, query }) => readPv(context, caller.principal, query),
  }),
  defineRoute({
    method: "get",
    path: "/figures/storage",
    summary: "What storage took and gave, its round trip, and what it earned by the enterprise's tariff",
    right: "readings.read",
    isFigure: true,
    query: renewablesQuery,
    responses: { 200: storageBody },
    table: storageTable,
    run: ({ context, caller, query }) => readStorage(context, caller.principal, query),
  }),
  defineRoute({
    method: "get",
    path: "/figures/charging",
    summary: "What charging piles took, by the meters that are declared for them",
    right: "readings.read",
    isFigure: true,
    query: renewablesQuery,
    responses: { 200: chargingBody },
    table: chargingTable,
    run: ({ context, caller, query }) => readCharging(context, caller.principal, query),
  }),
];
