import {
  balanceBody,
  balanceQuery,
  comparisonBody,
  comparisonQuery,
  consumptionBody,
  consumptionQuery,
  registersBody,
  registersQuery,
} from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { readBalance } from "../figures/balance.ts";
import { readComparison } from "../figures/compare-sides.ts";
import { readConsumption } from "../figures/consumption.ts";
import { readRegisters } from "../figures/registers.ts";
import { comparisonTable } from "../figures/tables/comparison-table.ts";
import { balanceTable, consumptionTable, registersTable } from "../figures/tables/consumption-tables.ts";

export const figureRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/figures/consumption",
    summary: "What the park, its zones, enterprises, chains, trades, workshops or meters used, also compared",
    right: "readings.read",
    isFigure: true,
    query: consumptionQuery,
    responses: { 200: consumptionBody },
    table: consumptionTable,
    run: ({ context, caller, query }) => readConsumption(context, caller.principal, query),
  }),
  defineRoute({
    method: "get",
    path: "/figures/comparison",
    summary:
      "Up to six sides (park, zone, enterprise, meter; now, before, a year ago) laid beside each other by the calendar",
    right: "readings.read",
    isFigure: true,
    query: comparisonQuery,
    responses: { 200: comparisonBody },
    table: comparisonTable,
    run: ({ context, caller, query }) => readComparison(context, caller.principal, query),
  }),
  defineRoute({
    method: "get",
    path: "/figures/balance",
    summary: "Where a medium went: every place and meter against the sum of what lies below it",
    right: "readings.read",
    isFigure: true,
    query: balanceQuery,
    responses: { 200: balanceBody },
    table: balanceTable,
    run: ({ context, caller, query }) => readBalance(context, caller.principal, query),
  }),
  defineRoute({
    method: "get",
    path: "/figures/registers",
    summary: "The registers behind a consumption: readings, multipliers, uses and anomalies, to work it out by hand",
    right: "readings.read",
    isFigure: true,
    query: registersQuery,
    responses: { 200: registersBody },
    table: registersTable,
    run: ({ context, caller, query }) => readRegisters(context, caller.principal, query),
  }),
];
