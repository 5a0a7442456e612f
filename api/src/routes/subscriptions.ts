import { hasRight, ParkError, type QuietHours, type Subscription } from "@smart-park/core";
import {
  listOf,
  subscriptionBody,
  subscriptionPatch,
  subscriptionRequest,
  subscriptionsQuery,
} from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { pageOf } from "../paging.ts";
import { objectParams } from "./path-params.ts";

export const subscriptionRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/subscriptions",
    summary: "The caller's own subscriptions; `all=true` everybody's, for who manages them",
    right: "subscriptions.own",
    query: subscriptionsQuery,
    responses: { 200: listOf(subscriptionBody) },
    run({ context, caller, query: { all, ...page } }) {
      const found = context.registry.subscriptions(caller.principal, all === "true");
      return pageOf(found.map(toSubscriptionBody), page);
    },
  }),
  defineRoute({
    method: "post",
    path: "/subscriptions",
    summary: "Subscribe to alerts by a channel, for oneself; for another person or a role by who manages them",
    right: "subscriptions.own",
    body: subscriptionRequest,
    responses: { 201: subscriptionBody },
    run({ context, caller, body, audit }) {
      const { userId, role, quietHours, enabled, ...plain } = body;
      if (userId !== undefined && role !== undefined)
        throw new ParkError("unprocessable", "A subscription belongs to a person or a role, not to both");
      const isForOthers = role !== undefined || (userId !== undefined && userId !== caller.principal.id);
      if (isForOthers && !hasRight(caller.principal, "subscriptions.manage")) throw new ParkError("forbidden");
      const owner = role === undefined ? { userId: userId ?? caller.principal.id } : { role };
      const subscription = { ...plain, owner, quietHours: toQuietHours(quietHours), isEnabled: enabled };
      return toSubscriptionBody(context.registry.createSubscription(caller.principal, subscription, audit));
    },
  }),
  defineRoute({
    method: "patch",
    path: "/subscriptions/{id}",
    summary: "Change a subscription",
    right: "subscriptions.own",
    params: objectParams,
    body: subscriptionPatch,
    responses: { 200: subscriptionBody },
    run({ context, caller, params, body, audit }) {
      const { quietHours, enabled, ...plain } = body;
      const change = {
        ...given(plain),
        ...(quietHours !== undefined && { quietHours: toQuietHours(quietHours) }),
        ...(enabled !== undefined && { isEnabled: enabled }),
      };
      return toSubscriptionBody(context.registry.updateSubscription(caller.principal, params.id, change, audit));
    },
  }),
  defineRoute({
    method: "delete",
    path: "/subscriptions/{id}",
    summary: "End a subscription",
    right: "subscriptions.own",
    params: objectParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteSubscription(caller.principal, params.id, audit);
    },
  }),
];

const toMinute = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const toClock = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");

const toQuietHours = (quiet: { from: string; to: string } | null): QuietHours | null =>
  quiet && { fromMinute: toMinute(quiet.from), toMinute: toMinute(quiet.to) };

function toSubscriptionBody({ owner, quietHours, isEnabled, ...plain }: Subscription) {
  return {
    ...plain,
    userId: "userId" in owner ? owner.userId : null,
    role: "role" in owner ? owner.role : null,
    severities: [...plain.severities],
    enterpriseIds: plain.enterpriseIds && [...plain.enterpriseIds],
    quietHours: quietHours && { from: toClock(quietHours.fromMinute), to: toClock(quietHours.toMinute) },
    enabled: isEnabled,
  };
}
