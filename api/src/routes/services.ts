import { deviceCreated, deviceIdSchema, listOf } from "@smart-park/core/wire";
import { z } from "zod";
import { defineRoute, type Route } from "../define-route.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { newSecret } from "../secrets.ts";
import { tellEdge } from "../tell-edge.ts";
import { deviceParams } from "./path-params.ts";

const serviceRequest = z.strictObject({ id: deviceIdSchema });
const serviceBody = z.object({ id: z.string() });

/** Internal subscribers: programs that read telemetry from the broker and never write it. */
export const serviceRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/services",
    summary: "Programs that may subscribe to telemetry at the broker",
    right: "registry.write",
    query: pageQuery,
    responses: { 200: listOf(serviceBody) },
    run: ({ context, caller, query }) => pageOf(context.registry.services(caller.principal), query),
  }),
  defineRoute({
    method: "post",
    path: "/services",
    summary: "Add a subscribing program; its password is shown only once",
    right: "registry.write",
    body: serviceRequest,
    responses: { 201: deviceCreated },
    async run({ context, caller, body, audit }) {
      const password = newSecret();
      context.registry.createService(caller.principal, body.id, password, audit);
      await tellEdge(context);
      return { username: body.id, password };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/services/{id}",
    summary: "Remove a subscribing program; its connection is cut",
    right: "registry.write",
    params: deviceParams,
    responses: { 204: null },
    async run({ context, caller, params, audit }) {
      context.registry.deleteService(caller.principal, params.id, audit);
      await tellEdge(context);
    },
  }),
];
