import type { Severity } from "../alerts/alert-rule.ts";
import { isSameReceiver, type Notice, type Receiver } from "./notice.ts";
import type { EnterpriseId, UserId } from "../park.ts";
import type { Role } from "../principal.ts";
import { minutes, type EpochMs, type ParkTime } from "../time.ts";

/** Minutes after midnight in park time; from 22:00 to 07:00 passes midnight. */
export interface QuietHours {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** Who wants to hear of what, by which channel: a person about what they may see, or a role about named enterprises. */
export interface Subscription {
  readonly id: string;
  readonly owner: { readonly userId: UserId } | { readonly role: Role };
  readonly channelId: string;
  /** Mail address; "" where the channel itself is the receiver. */
  readonly address: string;
  readonly severities: readonly Severity[];
  /** Null = all in the owner's scope. */
  readonly enterpriseIds: readonly EnterpriseId[] | null;
  readonly quietHours: QuietHours | null;
  readonly wantsCleared: boolean;
  /** Null = at once; a number = only when nobody acknowledged within so many minutes. */
  readonly escalateAfterMinutes: number | null;
  readonly isEnabled: boolean;
}

/** An enabled subscription on an enabled channel, with what its owner may see now. */
export interface Subscriber {
  readonly subscription: Subscription;
  readonly scope: "all" | ReadonlySet<EnterpriseId>;
  readonly channelEnterpriseId: EnterpriseId | null;
}

export interface PlannedDelivery extends Receiver {
  readonly kind: "raised" | "cleared" | "escalated";
  readonly nextAt: EpochMs;
  readonly waitsFor: "turn" | "quiet" | "escalation";
}

/**
 * Whom a notice goes to and when, each receiver once. P1 knows no quiet hours; with several subscriptions the earliest
 * time counts. A "raised" also plans its escalations; who was escalated to hears of the end.
 */
export function planDeliveries(
  notice: Notice,
  subscribers: readonly Subscriber[],
  now: EpochMs,
  time: ParkTime,
): PlannedDelivery[] {
  const planned = new Map<string, PlannedDelivery>();
  for (const subscriber of subscribers) {
    const delivery = planFor(notice, subscriber, now, time);
    if (delivery === null) continue;
    const key = JSON.stringify([delivery.kind, delivery.channelId, delivery.address]);
    const known = planned.get(key);
    if (known === undefined || delivery.nextAt < known.nextAt) planned.set(key, delivery);
  }
  return [...planned.values()];
}

function planFor(notice: Notice, subscriber: Subscriber, now: EpochMs, time: ParkTime): PlannedDelivery | null {
  const { channelId, address, wantsCleared, escalateAfterMinutes, quietHours } = subscriber.subscription;
  if (!concerns(notice, subscriber)) return null;
  const receiver = { channelId, address };
  const isEscalation = escalateAfterMinutes !== null;
  if (notice.transition === "raised" && isEscalation)
    return { ...receiver, kind: "escalated", nextAt: now + minutes(escalateAfterMinutes), waitsFor: "escalation" };
  const wasEscalated = notice.escalatedTo.some((known) => isSameReceiver(known, receiver));
  if (notice.transition === "cleared" && (!wantsCleared || (isEscalation && !wasEscalated))) return null;
  const until = quietUntil(quietHours, notice.severity, now, time);
  const when = { nextAt: until ?? now, waitsFor: until === null ? "turn" : "quiet" } as const;
  return { ...receiver, kind: notice.transition, ...when };
}

/** Whether a subscription is about this alert at all. */
function concerns(notice: Notice, { subscription, scope, channelEnterpriseId }: Subscriber): boolean {
  const { severities, enterpriseIds } = subscription;
  const { enterpriseId, severity } = notice;
  return (
    severities.includes(severity) &&
    (scope === "all" || scope.has(enterpriseId)) &&
    (enterpriseIds === null || enterpriseIds.includes(enterpriseId)) &&
    (channelEnterpriseId === null || channelEnterpriseId === enterpriseId)
  );
}

export type Clearance =
  | { readonly kind: "send" }
  | { readonly kind: "hold"; readonly until: EpochMs }
  | { readonly kind: "cancel"; readonly why: "not_subscribed" | "looked_after" };

/** Asked again right before sending: rights, subscriptions and quiet hours may have changed while it waited. */
export function clearanceOf(
  delivery: Receiver & { readonly kind: PlannedDelivery["kind"]; readonly notice: Notice },
  subscribers: readonly Subscriber[],
  now: EpochMs,
  time: ParkTime,
): Clearance {
  const { notice, kind } = delivery;
  const own = subscribers.filter((one) => isSameReceiver(one.subscription, delivery) && concerns(notice, one));
  const fitting = own.filter(
    ({ subscription }) => kind === "cleared" || (subscription.escalateAfterMinutes !== null) === (kind === "escalated"),
  );
  if (fitting.length === 0) return { kind: "cancel", why: "not_subscribed" };
  if (kind === "escalated" && notice.isLookedAfter) return { kind: "cancel", why: "looked_after" };
  if (kind === "escalated" && notice.shelvedUntil !== null && notice.shelvedUntil > now)
    return { kind: "hold", until: notice.shelvedUntil };
  const quiet = fitting.map(({ subscription }) => quietUntil(subscription.quietHours, notice.severity, now, time));
  if (quiet.includes(null)) return { kind: "send" };
  return { kind: "hold", until: Math.min(...quiet.flatMap((until) => until ?? [])) };
}

/** When quiet hours that hold now end; null outside of them and for P1. */
export const quietUntil = (
  quiet: QuietHours | null,
  severity: Severity,
  now: EpochMs,
  time: ParkTime,
): EpochMs | null => (quiet === null || severity === "P1" ? null : quietEnd(quiet, now, time));

/** When quiet hours that hold now end, whatever the severity; null outside of them, and for those without a length. */
export function quietEnd(quiet: QuietHours, now: EpochMs, time: ParkTime): EpochMs | null {
  if (quiet.fromMinute === quiet.toMinute) return null;
  const { year, month, day, hour, minute } = time.partsOf(now);
  const at = hour * 60 + minute;
  const passesMidnight = quiet.fromMinute > quiet.toMinute;
  const isEvening = at >= quiet.fromMinute;
  const isQuiet = passesMidnight ? isEvening || at < quiet.toMinute : isEvening && at < quiet.toMinute;
  if (!isQuiet) return null;
  const endDay = passesMidnight && isEvening ? day + 1 : day;
  return time.instantOf(year, month, endDay, Math.floor(quiet.toMinute / 60), quiet.toMinute % 60);
}
