import { knownShare, ratio, type Figure } from "./figure.ts";
import type { EpochMs, TimeRange } from "../time.ts";

/** Shares of a quota from which on people are told. */
export const quotaLevels = [0.8, 0.9, 1] as const;
export type QuotaLevel = (typeof quotaLevels)[number];

/** Projections need so much of the period, and of last year's profile, to have passed. */
const minElapsedShare = 0.02;

export interface QuotaInput {
  /** Allowed in the period: energy, water, carbon or discharge, in the unit of `used`. */
  readonly limit: { readonly value: number; readonly unit: string };
  readonly period: TimeRange;
  readonly now: EpochMs;
  /** What was used from the period's start to now, with its coverage. */
  readonly used: Figure;
  /** The same period last year: up to the same moment, and all of it; null = not known. */
  readonly lastYear?: { readonly toSameMoment: number | null; readonly whole: number | null };
}

export interface QuotaProgress {
  /** used / limit; null without a value or a limit. */
  readonly share: number | null;
  readonly left: number | null;
  /** Highest level that is reached; null = none, or not known. */
  readonly level: QuotaLevel | null;
  /** Use at the period's end if it goes on at the pace of the known time so far. */
  readonly projectedByPace: number | null;
  /** Use at the period's end if the rest of it is to the beginning as last year. */
  readonly projectedByProfile: number | null;
  /** Highest level that the larger of both projections reaches. */
  readonly projectedLevel: QuotaLevel | null;
  /** When the quota is used up at this pace, if before the period's end; in the past only when what is known has used it up. */
  readonly usedUpAt: EpochMs | null;
}

/**
 * Progress of a quota and where it will end. Time of which nothing is known counts at the pace of what is known, in the
 * projections only: progress itself is what was measured, with the coverage of `used` beside it.
 */
export function quotaProgress(input: QuotaInput): QuotaProgress {
  const { limit, used, period, now } = input;
  if (used.unit !== limit.unit) throw new RangeError(`quota in ${limit.unit}, use in ${used.unit}`);
  const share = ratio(used.value, limit.value);
  const elapsed = Math.min(now, period.to) - period.from;
  const length = period.to - period.from;
  const likely = elapsed >= minElapsedShare * length ? likelyUse(used) : null;
  const projectedByPace = likely === null ? null : (likely / elapsed) * length;
  const projectedByProfile = likely === null ? null : byProfile(likely, input);
  const projections = [projectedByPace, projectedByProfile].filter((value) => value !== null);
  return {
    share,
    left: used.value === null ? null : limit.value - used.value,
    level: levelOf(share),
    projectedByPace,
    projectedByProfile,
    projectedLevel: projections.length === 0 ? null : levelOf(ratio(Math.max(...projections), limit.value)),
    usedUpAt: projectedByPace === null ? null : usedUpAt(input, projectedByPace),
  };
}

/** Use so far if the unknown time was like the known. */
const likelyUse = ({ value, coverage }: Figure): number | null => ratio(value, knownShare(coverage));

function byProfile(likely: number, { lastYear }: QuotaInput): number | null {
  const shareThen = lastYear ? ratio(lastYear.toSameMoment, lastYear.whole) : null;
  return shareThen === null || shareThen < minElapsedShare || shareThen > 1 ? null : likely / shareThen;
}

function usedUpAt({ limit, period, now, used }: QuotaInput, projected: number): EpochMs | null {
  if (projected <= limit.value) return null;
  const at = period.from + (limit.value / projected) * (period.to - period.from);
  if (used.value !== null && used.value >= limit.value) return at;
  // The unknown time may have used up the rest, but nobody knows that it did: at the earliest it happens now.
  return now >= period.to ? null : Math.max(now, at);
}

const levelOf = (share: number | null): QuotaLevel | null =>
  share === null ? null : (quotaLevels.findLast((level) => share >= level - 1e-9) ?? null);
