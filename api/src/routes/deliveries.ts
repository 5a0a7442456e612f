import type { DeliveryRecord, ParkTime } from "@smart-park/core";
import { attemptBody, deliveriesQuery, deliveryBody, listOf } from "@smart-park/core/wire";
import { z } from "zod";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";

const deliveryParams = z.object({ id: z.coerce.number().int().min(1) });

export const deliveryRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/deliveries",
    summary: "Who was told of which alert, and tests of channels, newest first; `state=dead` = dead letters",
    right: "deliveries.read",
    query: deliveriesQuery,
    responses: { 200: listOf(deliveryBody) },
    run({ context, caller, query: { channel, alert, state, cursor, limit } }) {
      const filter = { ...given({ state, cursor, channelId: channel, alertId: alert }), limit };
      const { items, nextCursor } = context.registry.deliveries(caller.principal, filter);
      return { items: items.map((one) => toDeliveryBody(one, context.time)), nextCursor };
    },
  }),
  defineRoute({
    method: "get",
    path: "/deliveries/{id}/attempts",
    summary: "Every try of a delivery and what the receiver answered, oldest first",
    right: "deliveries.read",
    params: deliveryParams,
    responses: { 200: listOf(attemptBody) },
    run({ context, caller, params }) {
      const attempts = context.registry.deliveryAttempts(caller.principal, params.id);
      const items = attempts.map(({ at, tookMs, isOk, detail }) => ({
        at: context.time.toIso(at),
        tookMs,
        ok: isOk,
        detail,
      }));
      return { items, nextCursor: null };
    },
  }),
  defineRoute({
    method: "post",
    path: "/deliveries/{id}/retry",
    summary: "Send a dead letter again, under its old key; 409 when it is none, as a test of a channel",
    right: "channels.manage",
    params: deliveryParams,
    responses: { 200: deliveryBody },
    run({ context, caller, params, audit }) {
      return toDeliveryBody(context.registry.retryDelivery(caller.principal, params.id, audit), context.time);
    },
  }),
];

const toDeliveryBody = (delivery: DeliveryRecord, time: ParkTime) => ({
  ...delivery,
  id: String(delivery.id),
  nextAt: time.toIso(delivery.nextAt),
  createdAt: time.toIso(delivery.createdAt),
  endedAt: delivery.endedAt === null ? null : time.toIso(delivery.endedAt),
});
