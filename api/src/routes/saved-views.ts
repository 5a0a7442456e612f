import { mayChangeView, type Principal, type SavedView } from "@smart-park/core";
import { listOf, savedViewBody, savedViewPatch, savedViewRequest, type SavedViewBody } from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { objectParams } from "./path-params.ts";

/** Pages as somebody had set them, under names. */
export const savedViewRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/saved-views",
    summary: "The caller's own saved views, and among the park's people those that are shared",
    right: "views.own",
    query: pageQuery,
    responses: { 200: listOf(savedViewBody) },
    run({ context, caller: { principal }, query }) {
      const { items, nextCursor } = pageOf(context.registry.savedViews(principal), query);
      return { items: items.map((view) => toBody(context, principal, view)), nextCursor };
    },
  }),
  defineRoute({
    method: "post",
    path: "/saved-views",
    summary: "Save path and query of a page under a name; to share it takes the right views.share",
    right: "views.own",
    body: savedViewRequest,
    responses: { 201: savedViewBody },
    run({ context, caller: { principal }, body, audit }) {
      return toBody(context, principal, context.registry.createSavedView(principal, body, audit));
    },
  }),
  defineRoute({
    method: "patch",
    path: "/saved-views/{id}",
    summary: "Rename a saved view, point it elsewhere, share it or keep it to oneself",
    right: "views.own",
    params: objectParams,
    body: savedViewPatch,
    responses: { 200: savedViewBody },
    run({ context, caller: { principal }, params, body, audit }) {
      return toBody(context, principal, context.registry.updateSavedView(principal, params.id, given(body), audit));
    },
  }),
  defineRoute({
    method: "delete",
    path: "/saved-views/{id}",
    summary: "Delete a saved view",
    right: "views.own",
    params: objectParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteSavedView(caller.principal, params.id, audit);
    },
  }),
];

const toBody = ({ time }: ApiContext, principal: Principal, view: SavedView): SavedViewBody => ({
  ...view,
  createdAt: time.toIso(view.createdAt),
  isOwn: view.owner === principal.id,
  mayChange: mayChangeView(principal, view),
});
