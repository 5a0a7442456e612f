import type { NotificationRegistry } from "@smart-park/core";
import type { RegistryContext } from "../registry-context.ts";
import { channelQueries } from "./channels.ts";
import { deliveryQueries } from "./deliveries.ts";
import { subscriptionQueries } from "./subscriptions.ts";

export { deliveryLedger } from "./delivery-ledger.ts";

export const notificationQueries = (context: RegistryContext): NotificationRegistry => ({
  ...channelQueries(context),
  ...subscriptionQueries(context),
  ...deliveryQueries(context),
});
