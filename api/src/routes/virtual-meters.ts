import { listOf, virtualMeterBody, virtualMeterRequest } from "@smart-park/core/wire";
import type { NamedVirtualMeter } from "@smart-park/core";
import { defineRoute, type Route } from "../define-route.ts";
import { shortIdParams } from "./path-params.ts";

/** Meters that are computed from others. */
export const virtualMeterRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/virtual-meters",
    summary: "Meters that are computed from others, each with its sign and share",
    right: "registry.read",
    responses: { 200: listOf(virtualMeterBody) },
    run: ({ context, caller }) => ({
      items: context.registry.virtualMeters(caller.principal).map(toBody),
      nextCursor: null,
    }),
  }),
  defineRoute({
    method: "put",
    path: "/virtual-meters/{id}",
    summary: "Define a computed meter; a definition that leads back to itself is refused with the way it takes",
    right: "tariffs.write",
    params: shortIdParams,
    body: virtualMeterRequest,
    responses: { 200: virtualMeterBody },
    run: ({ context, caller, params, body, audit }) =>
      toBody(context.registry.putVirtualMeter(caller.principal, { id: params.id, ...body }, audit)),
  }),
  defineRoute({
    method: "delete",
    path: "/virtual-meters/{id}",
    summary: "Remove a computed meter from which no other is computed",
    right: "tariffs.write",
    params: shortIdParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteVirtualMeter(caller.principal, params.id, audit);
    },
  }),
];

const toBody = ({ terms, ...meter }: NamedVirtualMeter) => ({ ...meter, terms: [...terms] });
