import { inspectionState, isOverdue, ParkError, type Inspection } from "@smart-park/core";
import {
  inspectionBody,
  inspectionRequest,
  inspectionsQuery,
  listOf,
  rectificationRequest,
  reviewRequest,
  type InspectionBody,
} from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { inspectionTable } from "../inspection-table.ts";
import { objectParams } from "./path-params.ts";

/** What stewards and the park find at enterprises (环保管家巡查), and how it is put right. */
export const inspectionRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/inspections",
    summary: "Inspection records, newest finding first; `state=overdue` = still open after their last day",
    right: "inspections.read",
    query: inspectionsQuery,
    responses: { 200: listOf(inspectionBody) },
    table: ({ items, nextCursor }) => inspectionTable(items, nextCursor),
    run({ context, caller, query: { enterprise, state, from, to, cursor, limit } }) {
      const { registry, time, clock } = context;
      const wanted = state === "overdue" ? { dueBefore: time.dayOf(clock.now()) } : given({ state });
      const filter = { ...given({ enterpriseId: enterprise, from, to, cursor }), ...wanted, limit };
      const { items, nextCursor } = registry.inspections(caller.principal, filter);
      return { items: items.map((inspection) => toBody(context, inspection)), nextCursor };
    },
  }),
  defineRoute({
    method: "post",
    path: "/inspections",
    summary: "Record what was found; with `dueOn` it has to be put right by then",
    right: "inspections.write",
    body: inspectionRequest,
    responses: { 201: inspectionBody },
    run({ context, caller, body, audit }) {
      const given = { ...body, at: body.at ?? audit.at };
      return toBody(context, context.registry.createInspection(caller.principal, given, audit));
    },
  }),
  defineRoute({
    method: "get",
    path: "/inspections/{id}",
    summary: "One inspection record with all that was done about it",
    right: "inspections.read",
    params: objectParams,
    responses: { 200: inspectionBody },
    run({ context, caller, params }) {
      const inspection = context.registry.inspection(caller.principal, params.id);
      if (inspection === null) throw new ParkError("not_found");
      return toBody(context, inspection);
    },
  }),
  defineRoute({
    method: "post",
    path: "/inspections/{id}/rectifications",
    summary: "Say how an open finding was put right",
    right: "inspections.rectify",
    params: objectParams,
    body: rectificationRequest,
    responses: { 201: inspectionBody },
    run({ context, caller, params, body: { note }, audit }) {
      const step = { kind: "rectified", note } as const;
      return toBody(context, context.registry.addInspectionStep(caller.principal, params.id, step, audit));
    },
  }),
  defineRoute({
    method: "post",
    path: "/inspections/{id}/reviews",
    summary: "Close a finding that was put right, or open it again",
    right: "inspections.write",
    params: objectParams,
    body: reviewRequest,
    responses: { 201: inspectionBody },
    run({ context, caller, params, body: { isAccepted, note }, audit }) {
      const step = { kind: isAccepted ? "accepted" : "rejected", note } as const;
      return toBody(context, context.registry.addInspectionStep(caller.principal, params.id, step, audit));
    },
  }),
];

const toBody = ({ time, clock }: ApiContext, inspection: Inspection): InspectionBody => ({
  ...inspection,
  at: time.toIso(inspection.at),
  createdAt: time.toIso(inspection.createdAt),
  state: inspectionState(inspection),
  isOverdue: isOverdue(inspection, time.dayOf(clock.now())),
  steps: inspection.steps.map((step) => ({ ...step, at: time.toIso(step.at) })),
});
