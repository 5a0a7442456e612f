import { ParkError, type WatchTarget } from "@smart-park/core";
import { listOf, watchTarget, watchTargetRequest } from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { toWatchTargetBody } from "../to-body.ts";
import { objectParams } from "./path-params.ts";
import { readablePoint } from "./readings.ts";

export const watchTargetRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/watch-targets",
    summary: "Dated figures that points are watched against, each with its source",
    right: "registry.read",
    query: pageQuery,
    responses: { 200: listOf(watchTarget) },
    run({ context, caller, query }) {
      const { registry, time } = context;
      const targets = registry.watchTargets(caller.principal);
      return pageOf(
        targets.map((target) => toWatchTargetBody(target, registry.current(), time)),
        query,
      );
    },
  }),
  defineRoute({
    method: "put",
    path: "/watch-targets/{id}",
    summary: "Set what a point is watched against",
    right: "rules.write",
    params: objectParams,
    body: watchTargetRequest,
    responses: { 200: watchTarget },
    run({ context, caller, params, body, audit }) {
      if (body.id !== params.id) throw new ParkError("bad_request", "id: not the id of the address");
      const { point, ...fields } = body;
      const { enterpriseId } = readablePoint(context, caller.principal, point);
      const target: WatchTarget = { ...fields, pointId: point, enterpriseId };
      const stored = context.registry.putWatchTarget(caller.principal, target, audit);
      return toWatchTargetBody(stored, context.registry.current(), context.time);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/watch-targets/{id}",
    summary: "Watch it no longer",
    right: "rules.write",
    params: objectParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteWatchTarget(caller.principal, params.id, audit);
    },
  }),
];
