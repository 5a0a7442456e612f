import { anomaliesBody, anomaliesQuery } from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { readAnomalies } from "../figures/read-anomalies.ts";
import { anomaliesTable } from "../figures/tables/consumption-tables.ts";
import { pointParams } from "./path-params.ts";
import { readablePoint } from "./readings.ts";

export const anomalyRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/points/{id}/anomalies",
    summary: "What of a point's readings is not plain use, and what was made of it",
    right: "readings.read",
    params: pointParams,
    query: anomaliesQuery,
    responses: { 200: anomaliesBody },
    table: anomaliesTable,
    run: ({ context, caller, params, query }) =>
      readAnomalies(context, caller.principal, readablePoint(context, caller.principal, params.id), query),
  }),
];
