import { randomBytes } from "node:crypto";
import { ParkError, type MaintenanceWindow, type ParkTime } from "@smart-park/core";
import {
  listOf,
  maintenanceWindowBody,
  maintenanceWindowPatch,
  maintenanceWindowRequest,
  maintenanceWindowsQuery,
} from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { objectParams } from "./path-params.ts";

/** Work on meters or plant and standstills: alerts of their points are kept and shown, and not announced. */
export const maintenanceWindowRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/maintenance-windows",
    summary: "Maintenance windows and recorded standstills, newest begin first; `at` = those that hold then",
    right: "alerts.read",
    query: pageQuery.extend(maintenanceWindowsQuery.shape),
    responses: { 200: listOf(maintenanceWindowBody) },
    run({ context, caller, query: { at, ...page } }) {
      const all = context.registry.maintenanceWindows(caller.principal);
      const wanted = at === undefined ? all : all.filter(({ from, to }) => from <= at && at < to);
      return pageOf(
        wanted.map((window) => toBody(window, context.time)),
        page,
      );
    },
  }),
  defineRoute({
    method: "post",
    path: "/maintenance-windows",
    summary:
      "Keep alerts of points quiet that are raised in [from, to); those that stand at its end are announced then",
    right: "alerts.act",
    body: maintenanceWindowRequest,
    responses: { 201: maintenanceWindowBody },
    run({ context, caller, body, audit }) {
      const window = { ...body, id: body.id ?? `window-${randomBytes(6).toString("hex")}` };
      return toBody(context.registry.createMaintenanceWindow(caller.principal, window, audit), context.time);
    },
  }),
  defineRoute({
    method: "get",
    path: "/maintenance-windows/{id}",
    summary: "One maintenance window",
    right: "alerts.read",
    params: objectParams,
    responses: { 200: maintenanceWindowBody },
    run({ context, caller, params }) {
      const window = context.registry.maintenanceWindow(caller.principal, params.id);
      if (window === null) throw new ParkError("not_found");
      return toBody(window, context.time);
    },
  }),
  defineRoute({
    method: "patch",
    path: "/maintenance-windows/{id}",
    summary: "Change it; cut short, it announces what still stands",
    right: "alerts.act",
    params: objectParams,
    body: maintenanceWindowPatch,
    responses: { 200: maintenanceWindowBody },
    run({ context, caller, params, body, audit }) {
      const window = context.registry.updateMaintenanceWindow(caller.principal, params.id, given(body), audit);
      announce(context);
      return toBody(window, context.time);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/maintenance-windows/{id}",
    summary: "End it now and forget it; what still stands is announced",
    right: "alerts.act",
    params: objectParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteMaintenanceWindow(caller.principal, params.id, audit);
      announce(context);
    },
  }),
];

/** Ingest announces what ends by itself, with its ticks; what somebody ends is announced at once. */
function announce({ registry, clock, feed }: ApiContext): void {
  for (const id of registry.announceAfterWindows(clock.now())) feed.publishAlert(id);
}

const toBody = (window: MaintenanceWindow, time: ParkTime) => ({
  ...window,
  from: time.toIso(window.from),
  to: time.toIso(window.to),
  createdAt: time.toIso(window.createdAt),
});
