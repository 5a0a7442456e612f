import { ParkError, type EnterpriseId, type Principal } from "@smart-park/core";
import { listOf, meterKindSchema, settlementMeterBody, settlementMeterRequest } from "@smart-park/core/wire";
import { z } from "zod";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { requireEnterprise } from "../visible-enterprise.ts";
import { shortIdParams } from "./path-params.ts";

const settlementQuery = z.strictObject({ place: z.string().max(60).optional(), kind: meterKindSchema.optional() });

/** Which meters are the total of a place, and when. */
export const settlementMeterRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/settlement-meters",
    summary: "Which meter settles the park, a zone or an enterprise for a medium, and when",
    right: "registry.read",
    query: settlementQuery,
    responses: { 200: listOf(settlementMeterBody) },
    run({ context, caller, query }) {
      const { place, kind } = query;
      const entries = context.registry.settlementMeters(caller.principal);
      const wanted = entries.filter((entry) => place === undefined || entry.place === place);
      return { items: wanted.filter((entry) => kind === undefined || entry.kind === kind), nextCursor: null };
    },
  }),
  defineRoute({
    method: "put",
    path: "/settlement-meters/{id}",
    summary: "Say which meter settles a place for a medium in the days [from, to)",
    right: "tariffs.write",
    params: shortIdParams,
    body: settlementMeterRequest,
    responses: { 200: settlementMeterBody },
    run({ context, caller, params, body, audit }) {
      requirePlace(context, caller.principal, body.place);
      return context.registry.putSettlementMeter(caller.principal, { id: params.id, ...body }, audit);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/settlement-meters/{id}",
    summary: "Remove an entry",
    right: "tariffs.write",
    params: shortIdParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteSettlementMeter(caller.principal, params.id, audit);
    },
  }),
];

/** A zone is where a meter stands; one without any has a mistake in its name. */
function requirePlace(context: ApiContext, principal: Principal, place: string): void {
  const id = place.slice(place.indexOf(":") + 1);
  // The pattern of a place has checked the id.
  if (place.startsWith("enterprise:")) requireEnterprise(context, principal, id as EnterpriseId);
  if (!place.startsWith("zone:")) return;
  const zones = new Set(context.registry.meters(principal).flatMap(({ zoneId }) => zoneId ?? []));
  if (zones.has(id)) return;
  const known = zones.size === 0 ? "no meter has a zone" : `there are ${[...zones].sort().join(", ")}`;
  throw new ParkError("unprocessable", `place: no zone is called ${id}; ${known}`);
}
