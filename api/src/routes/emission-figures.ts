import type { Principal } from "@smart-park/core";
import { dailyMeansBody, hourlyMeansBody, meansQuery } from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { readDailyMeans, readHourlyMeans, type MeansSource } from "../figures/emission-means.ts";
import { dailyMeansTable, hourlyMeansTable } from "../figures/tables/emission-tables.ts";
import { pointParams } from "./path-params.ts";
import { readablePoint } from "./readings.ts";

export const emissionFigureRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/points/{id}/hourly-means",
    summary: "Hourly means of an outlet, at the reference oxygen where there is one, against the limit in force",
    right: "readings.read",
    isFigure: true,
    params: pointParams,
    query: meansQuery,
    responses: { 200: hourlyMeansBody },
    table: hourlyMeansTable,
    run: ({ context, caller, params, query }) =>
      readHourlyMeans(sourceOf(context, caller.principal), readablePoint(context, caller.principal, params.id), query),
  }),
  defineRoute({
    method: "get",
    path: "/points/{id}/daily-means",
    summary: "Daily means of an outlet: water weighted by its flow, pH by its median, against the limit in force",
    right: "readings.read",
    isFigure: true,
    params: pointParams,
    query: meansQuery,
    responses: { 200: dailyMeansBody },
    table: dailyMeansTable,
    run: ({ context, caller, params, query }) =>
      readDailyMeans(sourceOf(context, caller.principal), readablePoint(context, caller.principal, params.id), query),
  }),
];

const sourceOf = (context: ApiContext, principal: Principal): MeansSource => ({
  registry: context.registry,
  principal,
  store: context.store,
  rollups: context.rollups,
  time: context.time,
  now: context.clock.now(),
  catalog: context.registry.current(),
  targets: context.registry.watchTargets(principal),
});
