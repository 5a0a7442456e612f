import type { Channel, ChannelHealth, ChannelSecrets, SendingChannel } from "../notifications/channel.ts";
import type { DeliveryKind, DeliveryState, DeliveryWait } from "../notifications/delivery-states.ts";
import type { Notice, Receiver } from "../notifications/notice.ts";
import type { PlannedDelivery, Subscriber, Subscription } from "../notifications/subscription.ts";
import type { EnterpriseId } from "../park.ts";
import type { Principal } from "../principal.ts";
import type { EpochMs } from "../time.ts";
import type { AuditContext, Page } from "./registry.ts";

/** A transition that nobody was told of yet. */
export interface WaitingNotice {
  readonly id: number;
  readonly notice: Notice;
}

/** One alert transition on its way to one receiver. */
export interface Delivery extends Receiver {
  readonly id: number;
  /** The same in every try and after every restart: by it a receiver knows a repeat. */
  readonly key: string;
  readonly kind: PlannedDelivery["kind"];
  readonly notice: Notice;
  /** Key of the message it was fixed to, its own when it goes alone; null until it is tried. */
  readonly messageKey: string | null;
  readonly attempts: number;
  /** Since when it could go out. */
  readonly dueSince: EpochMs;
}

export interface DeliveryOutcome {
  readonly id: number;
  readonly state: "sent" | "waiting" | "dead";
  /** Of one that waits. */
  readonly nextAt: EpochMs | null;
}

export interface Attempt {
  readonly at: EpochMs;
  readonly tookMs: number;
  readonly isOk: boolean;
  /** For people; never a secret. */
  readonly detail: string;
}

/** A delivery as people see it in the log: of an alert, or a test of a channel. */
export interface DeliveryRecord extends Receiver {
  readonly id: number;
  readonly key: string;
  /** Null of a test. */
  readonly alertId: string | null;
  /** Whose alert or channel it is; null of a test of a channel of the park. */
  readonly enterpriseId: EnterpriseId | null;
  readonly kind: DeliveryKind;
  readonly state: DeliveryState;
  readonly waitsFor: DeliveryWait;
  readonly nextAt: EpochMs;
  /** Key of the gathered message it belongs to. */
  readonly groupKey: string | null;
  readonly attempts: number;
  readonly createdAt: EpochMs;
  readonly endedAt: EpochMs | null;
  readonly detail: string;
  /** Who asked for a test. */
  readonly askedBy: string | null;
}

/** A test of a channel, done: it went out once, at once. */
export interface ChannelTest extends Receiver {
  readonly key: string;
  /** Whose channel it is. */
  readonly enterpriseId: EnterpriseId | null;
  readonly attempt: Attempt;
}

export interface DeliveryFilter {
  readonly state?: DeliveryRecord["state"];
  readonly channelId?: string;
  readonly alertId?: string;
  readonly cursor?: string;
  readonly limit: number;
}

/**
 * Channels, subscriptions and the delivery log as the api uses them; scoped like all of the registry. People of an
 * enterprise find its own channels and the park's mail.
 */
export interface NotificationRegistry {
  channels(principal: Principal): readonly (Channel & { readonly health: ChannelHealth })[];
  /** For sending a test; not_found like any other look-up. */
  sendingChannel(principal: Principal, id: string): SendingChannel;
  createChannel(principal: Principal, channel: NewChannel, audit: AuditContext): Channel;
  /** Secrets that are not named stay as they are. */
  updateChannel(
    principal: Principal,
    id: string,
    change: Partial<Omit<NewChannel, "id">>,
    audit: AuditContext,
  ): Channel;
  deleteChannel(principal: Principal, id: string, audit: AuditContext): void;
  /** One's own; with `all` everybody's that the principal manages. */
  subscriptions(principal: Principal, all: boolean): readonly Subscription[];
  createSubscription(principal: Principal, given: Omit<Subscription, "id">, audit: AuditContext): Subscription;
  updateSubscription(
    principal: Principal,
    id: string,
    change: Partial<Omit<Subscription, "id" | "owner">>,
    audit: AuditContext,
  ): Subscription;
  deleteSubscription(principal: Principal, id: string, audit: AuditContext): void;
  deliveries(principal: Principal, filter: DeliveryFilter): Page<DeliveryRecord>;
  deliveryAttempts(principal: Principal, id: number): readonly Attempt[];
  /** Notifications that channels still there gave up since then, for who may see their alerts; `newestAt` = the last time. */
  deadLetters(principal: Principal, since: EpochMs): { readonly count: number; readonly newestAt: EpochMs | null };
  /** Keeps what became of a test in the log; who asked is the actor of `audit`. */
  addChannelTest(test: ChannelTest, audit: AuditContext): void;
  /** Puts a dead letter in the queue again, with the same key; conflict when it is none, as a test never is. */
  retryDelivery(principal: Principal, id: number, audit: AuditContext): DeliveryRecord;
}

export interface NewChannel extends Omit<Channel, "secretNames"> {
  readonly secrets: ChannelSecrets;
}

/** How long the delivery log is kept: both bounds hold. */
export interface DeliveryRetention {
  readonly ageMs: number;
  /** Deliveries, with their tries; rows of the outbox likewise. */
  readonly rows: number;
}

/** Where the delivery of alerts stands. Every write is one transaction, durable when it returns. */
export interface DeliveryLedger {
  /** Oldest first, straight from the outbox that alerts are written with. */
  waitingNotices(limit: number): readonly WaitingNotice[];
  subscribers(): readonly Subscriber[];
  /** Puts deliveries in the place of notices; those known already stay as they are. */
  plan(plans: readonly { noticeId: number; planned: readonly PlannedDelivery[] }[], now: EpochMs): void;
  /** Receivers with something to send now. */
  dueReceivers(now: EpochMs): readonly Receiver[];
  /** What one receiver is to get now, oldest first; a message that was fixed and is not out yet comes first, whole and alone. */
  due(receiver: Receiver, now: EpochMs, limit: number): readonly Delivery[];
  /** Fixes, before it is tried, what one message holds, so that a repeat after a lost answer holds nothing else; gives its key. */
  fix(ids: readonly number[]): string;
  hold(ids: readonly number[], until: EpochMs): void;
  cancel(ids: readonly number[], why: string, now: EpochMs): void;
  /** What became of a try. */
  record(outcomes: readonly DeliveryOutcome[], attempt: Attempt): void;
  channel(id: string): SendingChannel | null;
  /** The wall clock jumped by so much: what waits for a retry or an escalation waits as long as it would have. */
  shift(jumpMs: number): void;
  /** At start: no retry is further away than a retry can be, whatever the clock did meanwhile. */
  capRetries(now: EpochMs, longestMs: number): void;
  counts(now: EpochMs): { waiting: number; dead: number; oldestMs: number };
  /**
   * Looks at the `atOnce` oldest deliveries, and as many outbox rows, and removes those that ended and are older than kept
   * or not among the newest `rows`; what waits stays. Gives how many went.
   */
  prune(now: EpochMs, kept: DeliveryRetention, atOnce: number): number;
}

/** What goes out in one piece. */
export interface Message {
  readonly key: string;
  readonly kind: "test" | "single" | "group";
  readonly deliveries: readonly Pick<Delivery, "kind" | "notice" | "key">[];
}

export type SendResult =
  | { readonly ok: true; readonly detail: string }
  /** isChannelDown: the others of this channel need not try now either. isFinal: the same again cannot succeed. */
  | {
      readonly ok: false;
      readonly detail: string;
      readonly isChannelDown: boolean;
      readonly isFinal: boolean;
      /** The receiver takes nothing before. */
      readonly waitMs?: number;
    };

/** The way out. Gives a result in bounded time, whatever the receiver does. */
export type SendMessage = (channel: SendingChannel, address: string, message: Message) => Promise<SendResult>;
