/** failed = a test of a channel that was not taken, so that nobody missed an alert; dead = an alert that was given up. */
export const deliveryStates = ["waiting", "sent", "failed", "dead", "cancelled"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export const deliveryKinds = ["raised", "cleared", "escalated", "test"] as const;
export type DeliveryKind = (typeof deliveryKinds)[number];

/** What a delivery waits for: nothing but its turn, the end of quiet hours, another try, or that nobody acknowledges. */
export const deliveryWaits = ["turn", "quiet", "retry", "escalation"] as const;
export type DeliveryWait = (typeof deliveryWaits)[number];
