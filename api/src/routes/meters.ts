import { ParkError, toPointId, type Meter, type MeterId, type Point } from "@smart-park/core";
import {
  enterpriseIdSchema,
  listOf,
  meterBody,
  meterPatch,
  meterRequest,
  type MeterPatch,
  type PointRequest,
} from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { tellEdge } from "../tell-edge.ts";
import { toMeterBody } from "../to-body.ts";
import { meterParams } from "./path-params.ts";

export const meterRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/meters",
    summary: "Meters that the caller may see, with their points",
    right: "registry.read",
    query: pageQuery.extend({ enterprise: enterpriseIdSchema.optional() }),
    responses: { 200: listOf(meterBody) },
    run({ context, caller, query }) {
      const { enterprise, ...page } = query;
      const meters = context.registry.meters(caller.principal);
      const wanted = enterprise === undefined ? meters : meters.filter((meter) => meter.enterpriseId === enterprise);
      const { items, nextCursor } = pageOf(wanted, page);
      return { items: items.map((meter) => toMeterBody(meter, context.time)), nextCursor };
    },
  }),
  defineRoute({
    method: "post",
    path: "/meters",
    summary: "Add a meter with its points",
    right: "registry.write",
    body: meterRequest,
    responses: { 201: meterBody },
    async run({ context, caller, body, audit }) {
      const meter: Meter = { ...body, points: body.points.map((point) => toPoint(body, point)) };
      const created = context.registry.createMeter(caller.principal, meter, audit);
      await tellEdge(context);
      return toMeterBody(created, context.time);
    },
  }),
  defineRoute({
    method: "get",
    path: "/meters/{id}",
    summary: "One meter with its points",
    right: "registry.read",
    params: meterParams,
    responses: { 200: meterBody },
    run({ context, caller, params }) {
      const meter = context.registry.meter(caller.principal, params.id);
      if (meter === null) throw new ParkError("not_found");
      return toMeterBody(meter, context.time);
    },
  }),
  defineRoute({
    method: "patch",
    path: "/meters/{id}",
    summary: "Change a meter; points replace the whole list",
    right: "registry.write",
    params: meterParams,
    body: meterPatch,
    responses: { 200: meterBody },
    async run({ context, caller, params, body, audit }) {
      const meter = context.registry.meter(caller.principal, params.id);
      if (meter === null) throw new ParkError("not_found");
      const updated = context.registry.updateMeter(caller.principal, params.id, toChange(meter, body), audit);
      await tellEdge(context);
      return toMeterBody(updated, context.time);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/meters/{id}",
    summary: "Remove a meter; its readings stay in the store",
    right: "registry.write",
    params: meterParams,
    responses: { 204: null },
    async run({ context, caller, params, audit }) {
      context.registry.deleteMeter(caller.principal, params.id, audit);
      await tellEdge(context);
    },
  }),
];

export function toPoint(meter: Pick<Meter, "id" | "enterpriseId" | "intervalS">, point: PointRequest): Point {
  const { id: meterId, enterpriseId, intervalS } = meter;
  return { ...point, id: toPointId(meterId, point.quantity), meterId, enterpriseId, intervalS };
}

function toChange(meter: Meter & { readonly id: MeterId }, patch: MeterPatch): Partial<Omit<Meter, "id">> {
  const { points, ...fields } = given(patch);
  const merged = { ...meter, ...fields };
  return points === undefined ? fields : { ...fields, points: points.map((point) => toPoint(merged, point)) };
}
