import { ParkError, type Point, type PointId, type Principal } from "@smart-park/core";
import {
  pointIdSchema,
  readingsBody,
  readingsQuery,
  replacedBody,
  replacedQuery,
  seriesBody,
  type ReadingsBody,
} from "@smart-park/core/wire";
import { z } from "zod";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { pointClosing } from "../figures/closing-state.ts";
import { longReadings } from "../long-readings.ts";
import { maxRows, readSeries, type SeriesQuery } from "../read-series.ts";
import { replacedReadings } from "../replaced-readings.ts";
import { readingsTable, replacedTable } from "../readings-table.ts";
import { pointParams } from "./path-params.ts";

const maxPoints = 50;
const pointList = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(pointIdSchema).min(1).max(maxPoints));

export const readingRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/points/{id}/readings",
    summary: "Readings of one point, as sent or in buckets of park time",
    right: "readings.read",
    params: pointParams,
    query: readingsQuery,
    responses: { 200: readingsBody },
    table: (series) => readingsTable([series]),
    longTable: ({ context, caller, params, query }) =>
      isRaw(query) ? longReadings(context, [readablePoint(context, caller.principal, params.id)], query) : null,
    run: ({ context, caller, params, query }) =>
      signedSeries(context, caller.principal, readablePoint(context, caller.principal, params.id), query),
  }),
  defineRoute({
    method: "get",
    path: "/points/{id}/replaced-readings",
    summary: "What readings of a point were before they were corrected",
    right: "readings.read",
    params: pointParams,
    query: replacedQuery,
    responses: { 200: replacedBody },
    table: replacedTable,
    run: ({ context, caller, params, query }) =>
      replacedReadings(context, readablePoint(context, caller.principal, params.id), query),
  }),
  defineRoute({
    method: "get",
    path: "/readings",
    summary: `Readings of up to ${maxPoints} points at once`,
    right: "readings.read",
    query: readingsQuery.extend({ points: pointList }),
    responses: { 200: seriesBody },
    table: ({ series }) => readingsTable(series),
    longTable: ({ context, caller, query: { points, ...range } }) =>
      isRaw(range)
        ? longReadings(
            context,
            points.map((id) => readablePoint(context, caller.principal, id)),
            range,
          )
        : null,
    async run({ context, caller, query }) {
      const { points: ids, ...range } = query;
      const points = ids.map((id) => readablePoint(context, caller.principal, id));
      const series: ReadingsBody[] = [];
      // One after the other: a wide question must not push a narrow one out of the store.
      for (const point of points) {
        series.push(await signedSeries(context, caller.principal, point, range));
        checkTotal(series);
      }
      return { series };
    },
  }),
];

/** Readings as they were sent; of them no consumption can be asked. */
const isRaw = ({ step, stat }: SeriesQuery): boolean => step === "raw" && stat !== "consumption";

async function signedSeries(
  context: ApiContext,
  principal: Principal,
  point: Point,
  query: SeriesQuery,
): Promise<ReadingsBody> {
  return { ...(await readSeries(context, point, query)), ...pointClosing(context, principal, point, query) };
}

/** A point that does not exist and one of another enterprise answer the same. */
export function readablePoint({ registry }: Pick<ApiContext, "registry">, principal: Principal, id: PointId): Point {
  const point = registry.canReadPoint(principal, id)
    ? registry.current().point(id)
    : removedPoint(registry, principal, id);
  if (point === undefined) throw new ParkError("not_found");
  return point;
}

/** Of a meter that was removed: what it measured is still its owner's to read. */
const removedPoint = (registry: ApiContext["registry"], principal: Principal, id: PointId): Point | undefined =>
  registry
    .removedMeters(principal)
    .flatMap(({ points }) => points)
    .find((point) => point.id === id);

function checkTotal(series: readonly ReadingsBody[]): void {
  const total = series.reduce((sum, { rows }) => sum + rows.length, 0);
  if (total > maxRows) throw new ParkError("unprocessable", `more than ${maxRows} rows; choose a coarser step`);
}
