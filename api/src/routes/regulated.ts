import { builtInRecords, figureLabel, isInForce, ParkError, type AnyRegulated, type ParkTime } from "@smart-park/core";
import { confirmationRequest, listOf, regulatedBody, regulatedQuery, regulatedRequest } from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { regulatedTable } from "../figure-input-tables.ts";
import { objectParams } from "./path-params.ts";

/** Numbers and tables that a regulator may change: what the product brings along and what the park entered. */
export const regulatedRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/regulated",
    summary: "Regulated numbers and tables by version, each with its source and whether it was compared with it",
    right: "registry.read",
    query: regulatedQuery,
    responses: { 200: listOf(regulatedBody) },
    run({ context, query }) {
      const { kind, subject, at } = query;
      const wanted = context.registry
        .regulatedVersions()
        .filter((version) => kind === undefined || version.kind === kind)
        .filter((version) => subject === undefined || version.subject === subject)
        .filter((version) => at === undefined || isInForce(version, at));
      return { items: wanted.map((version) => toRegulatedBody(version, context.time)), nextCursor: null };
    },
    table: ({ items }) => regulatedTable(items),
  }),
  defineRoute({
    method: "put",
    path: "/regulated/{id}",
    summary:
      "Enter a version of a regulated number or table; what comes with the product stays, a later version follows it",
    right: "tariffs.write",
    params: objectParams,
    body: regulatedRequest,
    responses: { 200: regulatedBody },
    run({ context, caller, params, body, audit }) {
      if (body.id !== params.id) throw new ParkError("bad_request", "id: not the id of the address");
      const stored = context.registry.putRegulated(caller.principal, body, audit);
      return toRegulatedBody(stored, context.time);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/regulated/{id}",
    summary: "Remove a version that the park entered",
    right: "tariffs.write",
    params: objectParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteRegulated(caller.principal, params.id, audit);
    },
  }),
  defineRoute({
    method: "post",
    path: "/regulated/{id}/confirmation",
    summary:
      "Say that the value was compared with its document; figures that rest on it are no reference values any more",
    right: "regulated.confirm",
    params: objectParams,
    body: confirmationRequest,
    responses: { 200: regulatedBody },
    run({ context, caller, params, body, audit }) {
      const confirmation = { by: caller.principal.id, at: audit.at, documentNumber: body.documentNumber };
      const stored = context.registry.confirmRegulated(caller.principal, params.id, confirmation, audit);
      return toRegulatedBody(stored, context.time);
    },
  }),
];

const builtInIds = new Set(builtInRecords.map(({ id }) => id));

function toRegulatedBody(version: AnyRegulated, time: ParkTime) {
  const { id, kind, subject, name, value, unit, effectiveFrom, effectiveTo, source, documentNumber, status } = version;
  const { confirmedBy, note = null } = version;
  return {
    id,
    kind,
    subject,
    name,
    value,
    unit,
    effectiveFrom,
    effectiveTo,
    source,
    documentNumber,
    status,
    note,
    label: figureLabel(version),
    confirmedBy: confirmedBy === undefined ? null : { ...confirmedBy, at: time.toIso(confirmedBy.at) },
    builtIn: builtInIds.has(id),
  };
}
