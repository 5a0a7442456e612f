import type { SendingChannel } from "../notifications/channel.ts";
import type { Notice, Receiver } from "../notifications/notice.ts";
import type { PlannedDelivery, Subscriber } from "../notifications/subscription.ts";
import type { EpochMs } from "../time.ts";

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
  /** Key of the gathered message it belongs to. */
  readonly groupKey: string | null;
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

/** Where the delivery of alerts stands. Every write is one transaction, durable when it returns. */
export interface DeliveryLedger {
  /** Oldest first, straight from the outbox that alerts are written with. */
  waitingNotices(limit: number): readonly WaitingNotice[];
  subscribers(): readonly Subscriber[];
  /** Puts deliveries in the place of a notice; those known already stay as they are. */
  plan(noticeId: number, planned: readonly PlannedDelivery[], now: EpochMs): void;
  /** Receivers with something to send now. */
  dueReceivers(now: EpochMs): readonly Receiver[];
  /** When the next delivery that waits for its time is due; null when none does. */
  nextDueAt(now: EpochMs): EpochMs | null;
  /** What one receiver is to get now, oldest first; a gathered message that is not out yet comes first, whole and alone. */
  due(receiver: Receiver, now: EpochMs, limit: number): readonly Delivery[];
  /** Gathers deliveries into one message for good and gives its key. */
  group(ids: readonly number[]): string;
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
  | { readonly ok: false; readonly detail: string; readonly isChannelDown: boolean; readonly isFinal: boolean };

/** The way out. Gives a result in bounded time, whatever the receiver does. */
export type SendMessage = (channel: SendingChannel, address: string, message: Message) => Promise<SendResult>;
