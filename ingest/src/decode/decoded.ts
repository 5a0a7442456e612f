import type { EpochMs, Quality, QuarantineReason } from "@smart-park/core";

/** What a value is the mean of, when it is one. */
export type MeanOf = "minutes" | "hour" | "day";

/** One value of a message, before anyone asked the registry. */
export interface DecodedValue {
  /** Meter id as the message names it; null = the sending device's only one, of a station the one that has the quantity. */
  readonly meter: string | null;
  /** Quantity as the message names it. */
  readonly quantity: string;
  readonly observedAt: EpochMs;
  readonly value: number;
  readonly quality: Quality;
  /** Unit of the value; left out = the point's. */
  readonly unit?: string;
  /** Of a mean, which `observedAt` names the beginning of; left out = of a moment. */
  readonly meanOf?: MeanOf;
  /** The message carried no time, so the time of receipt stands in. */
  readonly isStampedByPlatform: boolean;
}

/** Part of a message that cannot be used; `count` in values, an undecodable part counts 1. */
export interface Refusal {
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly count: number;
}

export interface Decoded {
  readonly values: readonly DecodedValue[];
  /** At most one per reason. */
  readonly refusals: readonly Refusal[];
}

/** A message of which nothing can be used. */
export const refused = (reason: QuarantineReason, detail: string): Decoded => ({
  values: [],
  refusals: [{ reason, detail, count: 1 }],
});
