import type { SitePlan } from "@smart-park/core";
import { meterPlaceBody, meterPlaceRequest, siteBody, sitePlanRequest, type SitePlanBody } from "@smart-park/core/wire";
import { bodyLimits } from "../config.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { meterParams } from "./path-params.ts";

/** The park's ground, and where meters stand on it. */
export const sitePlanRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/site-plan",
    summary: "The site plan and where meters stand on it, in metres; an enterprise gets its own plots and meters",
    right: "registry.read",
    responses: { 200: siteBody },
    run({ context, caller }) {
      const plan = context.registry.sitePlan(caller.principal);
      const places = context.registry.meterPlaces(caller.principal);
      return { plan: plan === null ? null : toPlanBody(plan), places: [...places] };
    },
  }),
  defineRoute({
    method: "put",
    path: "/site-plan",
    summary: "Enter the site plan, or another in its place; meters stay where they are",
    right: "registry.write",
    body: sitePlanRequest,
    limits: { bodyBytes: bodyLimits.sheet },
    responses: { 200: siteBody },
    run({ context, caller, body, audit }) {
      const plan = context.registry.putSitePlan(caller.principal, body, audit);
      return { plan: toPlanBody(plan), places: [...context.registry.meterPlaces(caller.principal)] };
    },
  }),
  defineRoute({
    method: "put",
    path: "/meters/{id}/position",
    summary: "Place a meter on the site plan, metres from its left and upper edge",
    right: "registry.write",
    params: meterParams,
    body: meterPlaceRequest,
    responses: { 200: meterPlaceBody },
    run: ({ context, caller, params, body, audit }) =>
      context.registry.placeMeter(caller.principal, { meterId: params.id, ...body }, audit),
  }),
  defineRoute({
    method: "delete",
    path: "/meters/{id}/position",
    summary: "Take a meter off the site plan",
    right: "registry.write",
    params: meterParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.unplaceMeter(caller.principal, params.id, audit);
    },
  }),
];

const toPlanBody = ({ widthM, heightM, shapes }: SitePlan): SitePlanBody => ({
  widthM,
  heightM,
  shapes: shapes.map((shape) => ({ ...shape, outline: shape.outline.map(([x, y]) => [x, y]) })),
});
