import { ParkError } from "@smart-park/core";
import { instantSchema, listOf, messageBody } from "@smart-park/core/wire";
import { z } from "zod";
import { defineRoute, type Route } from "../define-route.ts";
import { rawMessages } from "../raw-messages.ts";
import { meterParams } from "./path-params.ts";

const messagesQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  before: instantSchema.optional(),
});

export const messageRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/meters/{id}/messages",
    summary: "Raw messages about a meter as they came, newest first; `before` = received before",
    right: "messages.read",
    params: meterParams,
    query: messagesQuery,
    responses: { 200: listOf(messageBody) },
    async run({ context, caller, params, query }) {
      const { principal } = caller;
      const meter = context.registry.meter(principal, params.id);
      if (meter === null) throw new ParkError("not_found");
      const { messages, registry, time } = context;
      if (messages === null) throw new ParkError("unprocessable", "the journal is not on this machine");
      const source = { messages, catalog: registry.current(), time };
      const items = await rawMessages(source, { meter, principal, limit: query.limit, before: query.before });
      return { items, nextCursor: null };
    },
  }),
];
