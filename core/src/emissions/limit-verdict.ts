import { decimalsOf, roundHalfEven } from "./rounding.ts";
import type { EpochMs } from "../time.ts";

/** A limit and the time it is in force, [effectiveFrom, effectiveTo). */
export interface DatedLimit {
  readonly id: string;
  readonly effectiveFrom: EpochMs;
  /** null = until further notice. */
  readonly effectiveTo: EpochMs | null;
  /** Highest and lowest allowed value; null = none. Only pH has both. */
  readonly max: number | null;
  readonly min: number | null;
  /** Decimals the standard states it with; needed for 50.0, otherwise those of the number. */
  readonly decimals?: number;
  readonly unit: string;
}

/** compliant up to and with the limit; notJudged = no valid value, or no limit in force. */
export type LimitState = "compliant" | "warning" | "exceeded" | "notJudged";

export interface LimitVerdict {
  readonly state: LimitState;
  /** The value as it is compared: rounded to the limit's decimals. */
  readonly rounded: number | null;
  /** 超标倍数 (C − L)/L of the rounded value; null when not exceeded, or when the limit is zero or a lower one. */
  readonly exceedTimes: number | null;
  /** The limit in force; of several the one that began last. */
  readonly limit: DatedLimit | null;
}

/** The early warning begins at this share of the limit. */
const warningShare = 0.9;

/** The limit in force at an instant; of several the one that began last. */
export const limitAt = (limits: readonly DatedLimit[], at: EpochMs): DatedLimit | null =>
  limits
    .filter(({ effectiveFrom, effectiveTo }) => effectiveFrom <= at && (effectiveTo === null || at < effectiveTo))
    .reduce<DatedLimit | null>((last, next) => (last && last.effectiveFrom > next.effectiveFrom ? last : next), null);

/**
 * Compares the valid mean of a period that begins at `at` with the limit in force then, after rounding to the limit's
 * decimals (GB/T 8170): a value equal to the limit is compliant. warning from 90 % of an upper limit on.
 */
export function judgeLimit(mean: number | null, limits: readonly DatedLimit[], at: EpochMs): LimitVerdict {
  const limit = limitAt(limits, at);
  if (mean === null || !Number.isFinite(mean) || limit === null)
    return { state: "notJudged", rounded: null, exceedTimes: null, limit };
  const { max, min } = limit;
  const rounded = roundHalfEven(mean, limit.decimals ?? Math.max(decimalsOf(max ?? 0), decimalsOf(min ?? 0)));
  const isOver = max !== null && rounded > max;
  if (isOver || (min !== null && rounded < min)) {
    const exceedTimes = isOver && max > 0 ? (rounded - max) / max : null;
    return { state: "exceeded", rounded, exceedTimes, limit };
  }
  // A band (pH) has no share that could be near.
  const isNear = max !== null && min === null && mean >= warningShare * max;
  return { state: isNear ? "warning" : "compliant", rounded, exceedTimes: null, limit };
}
