import type {
  attemptBody,
  channelBody,
  channelTestBody,
  deliveryBody,
  subscriptionBody,
  UserBody,
} from "@smart-park/core/wire";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { getJson } from "../../lib/api-client.ts";
import { allPages, listQuery } from "../../lib/queries.ts";

export type ChannelBody = z.infer<typeof channelBody>;
export type ChannelTestBody = z.infer<typeof channelTestBody>;
export type SubscriptionBody = z.infer<typeof subscriptionBody>;
export type DeliveryBody = z.infer<typeof deliveryBody>;
export type AttemptBody = z.infer<typeof attemptBody>;

/** Ways out that the caller may subscribe to, with how they fare: that changes by itself. */
export const channelsQuery = () =>
  queryOptions({
    queryKey: ["channels"],
    queryFn: ({ signal }) => allPages<ChannelBody>("/channels", { limit: 500 }, signal),
    staleTime: 5000,
    refetchInterval: 15_000,
  });

/** One's own, or everybody's for who manages them. */
export const subscriptionsQuery = (isOfAll: boolean) =>
  queryOptions({
    queryKey: ["subscriptions", isOfAll],
    queryFn: ({ signal }) => allPages<SubscriptionBody>("/subscriptions", { all: String(isOfAll), limit: 500 }, signal),
    staleTime: 5000,
  });

/** Whom one may subscribe. */
export const peopleQuery = (isAllowed: boolean) => ({
  ...listQuery<UserBody>("users", "/users", { limit: "500", enabled: "true" }),
  enabled: isAllowed,
});

interface DeliveriesAsked {
  readonly state?: DeliveryBody["state"];
  readonly channel?: string;
}

interface DeliveriesPage {
  readonly items: readonly DeliveryBody[];
  readonly nextCursor: string | null;
}

/** The delivery log, newest first, a page at a time. */
export const deliveriesQuery = ({ state, channel }: DeliveriesAsked) =>
  infiniteQueryOptions({
    queryKey: ["deliveries", state ?? "", channel ?? ""],
    queryFn: ({ pageParam, signal }) =>
      getJson<DeliveriesPage>("/deliveries", { state, channel, limit: 50, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: 0,
    // Who looks far back is not there for the newest, and each page would be asked for again.
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 0) > 1 ? false : 5000),
  });

/** Every try of a delivery; asked anew when there was another. */
export const attemptsQuery = (delivery: Pick<DeliveryBody, "id" | "attempts">) =>
  queryOptions({
    queryKey: ["deliveries", "attempts", delivery.id, delivery.attempts],
    queryFn: async ({ signal }) =>
      (await getJson<{ items: readonly AttemptBody[] }>(`/deliveries/${delivery.id}/attempts`, {}, signal)).items,
  });
