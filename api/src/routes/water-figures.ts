import { ParkError } from "@smart-park/core";
import { leaksBody, nightFlowBody, nightFlowQuery, waterFiguresBody, waterFiguresQuery } from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { readLeaks, readNightFlow, targetStep } from "../figures/leaks.ts";
import { leaksTable, nightFlowTable, waterTable } from "../figures/tables/water-tables.ts";
import { readWaterFigures } from "../figures/water-use.ts";
import { pointParams } from "./path-params.ts";
import { readablePoint } from "./readings.ts";

export const waterFigureRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/figures/water",
    summary: "What an enterprise took, used again and let out, and where the water went by its meters",
    right: "readings.read",
    isFigure: true,
    query: waterFiguresQuery,
    responses: { 200: waterFiguresBody },
    table: waterTable,
    run: ({ context, caller, query }) => readWaterFigures(context, caller.principal, query),
  }),
  defineRoute({
    method: "get",
    path: "/points/{id}/night-flow",
    summary: "Minimum night flow of a water meter against its usual one, and suspected leaks",
    right: "readings.read",
    isFigure: true,
    params: pointParams,
    query: nightFlowQuery,
    responses: { 200: nightFlowBody },
    table: nightFlowTable,
    run({ context, caller, params, query }) {
      const point = readablePoint(context, caller.principal, params.id);
      if (point.quantity !== "waterFlow" && point.quantity !== "waterVolume")
        throw new ParkError("unprocessable", "only a flow or volume of water has a night flow");
      const targets = context.registry.watchTargets(caller.principal);
      const { absoluteStep = targetStep(targets, point, context.clock.now()) } = query;
      return readNightFlow(context, caller.principal, point, { ...query, absoluteStep });
    },
  }),
  defineRoute({
    method: "get",
    path: "/figures/leaks",
    summary: "Water meters with a suspected leak, the one that loses most first",
    right: "readings.read",
    isFigure: true,
    responses: { 200: leaksBody },
    table: leaksTable,
    run: ({ context, caller }) => readLeaks(context, caller.principal),
  }),
];
