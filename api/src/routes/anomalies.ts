import {
  anomaliesBody,
  anomaliesQuery,
  correctionsBody,
  correctionsQuery,
  parkAnomaliesBody,
  parkAnomaliesQuery,
} from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { readAnomalies } from "../figures/read-anomalies.ts";
import { readCorrections, readParkAnomalies } from "../figures/park-anomalies.ts";
import { anomaliesTable, correctionsTable, parkAnomaliesTable } from "../figures/tables/consumption-tables.ts";
import { pointParams } from "./path-params.ts";
import { readablePoint } from "./readings.ts";

export const anomalyRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/figures/anomalies",
    summary:
      "What is odd about the readings of the park, an enterprise or a meter: of registers, and of momentary values where a meter has none; newest first",
    right: "readings.read",
    isFigure: true,
    query: parkAnomaliesQuery,
    responses: { 200: parkAnomaliesBody },
    table: parkAnomaliesTable,
    run: ({ context, caller, query }) => readParkAnomalies(context, caller.principal, query),
  }),
  defineRoute({
    method: "get",
    path: "/figures/corrections",
    summary: "Readings of the park, an enterprise or a meter that were replaced: old, new, when and by whom",
    right: "readings.read",
    isFigure: true,
    query: correctionsQuery,
    responses: { 200: correctionsBody },
    table: correctionsTable,
    run: ({ context, caller, query }) => readCorrections(context, caller.principal, query),
  }),
  defineRoute({
    method: "get",
    path: "/points/{id}/anomalies",
    summary: "What of a point's readings is not plain use, and what was made of it",
    right: "readings.read",
    isFigure: true,
    params: pointParams,
    query: anomaliesQuery,
    responses: { 200: anomaliesBody },
    table: anomaliesTable,
    run: ({ context, caller, params, query }) =>
      readAnomalies(context, caller.principal, readablePoint(context, caller.principal, params.id), query),
  }),
];
