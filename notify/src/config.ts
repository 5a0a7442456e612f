import {
  days,
  defaultFloodPolicy,
  defaultRetryPolicy,
  minutes,
  type DeliveryRetention,
  type FloodPolicy,
  type RetryPolicy,
} from "@smart-park/core";

export interface NotifierConfig {
  /** The park's IANA zone. */
  readonly timeZone: string;
  readonly flood: FloodPolicy;
  readonly retry: RetryPolicy;
  /** Messages on their way at a time. */
  readonly atOnce: number;
  /** How often the outbox is looked at although nobody called. */
  readonly lookMs: number;
  readonly keep: DeliveryRetention;
  /** How often the oldest of the log are looked at, and how many at a time; while there is something to remove, at every look. */
  readonly prune: { readonly everyMs: number; readonly atOnce: number };
  /** A step of the wall clock from here on is a jump. */
  readonly jumpMs: number;
}

const defaults = {
  flood: defaultFloodPolicy,
  retry: defaultRetryPolicy,
  atOnce: 16,
  lookMs: 1000,
  keep: { ageMs: days(180), rows: 1_000_000 },
  prune: { everyMs: minutes(1), atOnce: 200 },
  jumpMs: 5000,
} as const satisfies Partial<NotifierConfig>;

export type NotifierOptions = Pick<NotifierConfig, "timeZone"> & Partial<NotifierConfig>;

export const toNotifierConfig = (options: NotifierOptions): NotifierConfig => ({ ...defaults, ...options });

/** Of one call to a receiver. */
export const defaultTimeouts = { connectMs: 5000, totalMs: 10_000 } as const;
