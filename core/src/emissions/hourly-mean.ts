import { qualityCode, type Series } from "../reading.ts";
import { roundToDecimalsOf } from "./rounding.ts";
import type { EpochMs } from "../time.ts";
import type { WatchState } from "../alerts/watch-state.ts";

const minuteMs = 60_000;
/** An hour is judged only with this many valid minutes (HJ 75/76 practice). */
export const validMinutesPerHour = 45;
/** The early warning begins at this share of the limit. */
const warningShare = 0.9;
/** The latest level is the mean of this much time. */
const levelMs = 5 * minuteMs;
/** A level older than this many intervals says nothing about now. */
const staleIntervals = 3;

/** An hour, and how its point reports. */
export interface HourSpan {
  readonly hourStart: EpochMs;
  readonly hourEnd: EpochMs;
  /** Expected time between readings, seconds; each valid reading makes that many seconds valid. Default 60. */
  readonly intervalS?: number;
  /** Whether a stamp names the end or the start of what a reading describes. Default end. */
  readonly stampAt?: "end" | "start";
}

export interface HourlyMeanInput extends HourSpan {
  /** Readings of the outlet's point, oldest first, in the limit's unit; may begin before the hour. */
  readonly series: Series;
  readonly now: EpochMs;
  readonly limit: number;
}

export interface HourlyMean {
  /** Mean of the valid readings; null without any. */
  readonly mean: number | null;
  /** Minutes that valid readings stand for: each for the point's own interval. */
  readonly validMinutes: number;
  /** The same as a share of the hour. */
  readonly coverage: number;
  /** Whether 45 of 60 minutes are valid, so that the mean can be judged. */
  readonly isValid: boolean;
}

/** Mean of a finished hour from minute (or slower) values; only good and estimated readings are valid. */
export function hourlyMean(input: HourSpan & { readonly series: Series }): HourlyMean {
  const { mean, validMinutes } = meanSoFar({ ...input, now: input.hourEnd });
  const length = (input.hourEnd - input.hourStart) / minuteMs;
  return { mean, validMinutes, coverage: validMinutes / length, isValid: validMinutes >= validMinutesPerHour };
}

export interface HourlyMeanProjection {
  /** Mean of the hour so far, good and estimated readings only; null without any. */
  readonly mean: number | null;
  /** Minutes of the hour that hold at least one valid reading. */
  readonly validMinutes: number;
  /** Whether the hour has enough valid minutes to be judged. */
  readonly isJudgeable: boolean;
  /** Mean of the last 5 minutes; null when the outlet is silent or its values are not valid. */
  readonly level: number | null;
  /** Mean of the whole hour if the level stays; for a finished hour its mean. */
  readonly projected: number | null;
  /** Minutes until the hour ends, 0 when it has ended. */
  readonly minutesLeft: number;
  /** Minutes until the running mean passes the limit if the level stays; 0 = it has, null = not in this hour. */
  readonly minutesUntilOver: number | null;
  /** Minutes until not even zero emission for the rest of the hour keeps the limit; the time left to act. */
  readonly minutesUntilBound: number | null;
  readonly state: WatchState;
}

/**
 * Where an outlet's hour will end (hourly mean against its limit, HJ 76). With m = mean of the c valid minutes so far,
 * L = level and r = minutes left: projected = (m·c + L·r) / (c + r). Over the limit at level L after
 * (limit·c − m·c) / (L − limit) minutes; bound to exceed after (limit·(c + r) − m·c) / L minutes.
 * warning: projected from 90 % of the limit on; alarm: the mean of at least 45 valid minutes, rounded to the limit's
 * decimals, is over it (equal keeps it). A finished hour with fewer valid minutes is not judged: unknown.
 */
export function projectHourlyMean(input: HourlyMeanInput): HourlyMeanProjection {
  const { limit, now, hourEnd } = input;
  const { mean, validMinutes } = meanSoFar(input);
  const isJudgeable = validMinutes >= validMinutesPerHour;
  const level = latestLevel(input);
  const minutesLeft = Math.max(0, Math.min(hourEnd - now, hourEnd - input.hourStart)) / minuteMs;
  const known = mean === null ? 0 : mean * validMinutes;
  const projected = projectedMean(known, validMinutes, level, minutesLeft);
  const ahead = level === null ? null : { known, validMinutes, level, minutesLeft, limit };
  return {
    mean,
    validMinutes,
    isJudgeable,
    level,
    projected,
    minutesLeft,
    minutesUntilOver: ahead && minutesUntilOver(ahead),
    minutesUntilBound: ahead && minutesUntilBound(ahead),
    state: stateOf({ mean, projected, isJudgeable, isFinished: now >= hourEnd, limit }),
  };
}

const maxUsable = qualityCode("estimated");

function meanSoFar(input: HourSpan & { readonly series: Series; readonly now: EpochMs }): {
  mean: number | null;
  validMinutes: number;
} {
  const { series, hourStart, hourEnd, now, intervalS = 60, stampAt = "end" } = input;
  const valid = new Set<number>();
  let [sum, count] = [0, 0];
  for (let i = 0; i < series.at.length; i++) {
    // An end stamp on the hour belongs to the hour before it.
    const at = (series.at[i] ?? 0) - (stampAt === "end" ? 1 : 0);
    if (at < hourStart || at >= hourEnd || at >= now || (series.quality[i] ?? 0) > maxUsable) continue;
    sum += series.value[i] ?? 0;
    count += 1;
    const [from, to] = stampAt === "end" ? [at - intervalS * 1000 + 1, at] : [at, at + intervalS * 1000 - 1];
    addMinutes(valid, Math.max(from, hourStart) - hourStart, Math.min(to, hourEnd - 1, now - 1) - hourStart);
  }
  return { mean: count === 0 ? null : sum / count, validMinutes: valid.size };
}

function addMinutes(valid: Set<number>, fromMs: number, toMs: number): void {
  for (let minute = Math.floor(fromMs / minuteMs); minute * minuteMs <= toMs; minute++) valid.add(minute);
}

/** Mean of the valid readings of the last 5 minutes; for a slower meter its newest reading, if not stale. */
function latestLevel({ series, now, intervalS = 60 }: HourlyMeanInput): number | null {
  const oldest = now - Math.max(levelMs, staleIntervals * intervalS * 1000);
  let [sum, count] = [0, 0];
  for (let i = series.at.length - 1; i >= 0; i--) {
    const at = series.at[i] ?? 0;
    if (at <= oldest) break;
    if (at > now || (series.quality[i] ?? 0) > maxUsable) continue;
    if (at <= now - levelMs && count > 0) break;
    sum += series.value[i] ?? 0;
    count += 1;
    if (at <= now - levelMs) break;
  }
  return count === 0 ? null : sum / count;
}

/** Mean of the whole hour: `known` = mean × valid minutes so far, the rest at `level`. */
export function projectedMean(
  known: number,
  minutes: number,
  level: number | null,
  minutesLeft: number,
): number | null {
  if (minutesLeft === 0) return minutes === 0 ? null : known / minutes;
  return level === null ? null : (known + level * minutesLeft) / (minutes + minutesLeft);
}

interface Ahead {
  known: number;
  validMinutes: number;
  level: number;
  minutesLeft: number;
  limit: number;
}

function minutesUntilOver({ known, validMinutes, level, minutesLeft, limit }: Ahead): number | null {
  if (validMinutes > 0 && known / validMinutes > limit) return 0;
  if (level <= limit) return null;
  const wait = (limit * validMinutes - known) / (level - limit);
  return wait < minutesLeft ? wait : null;
}

function minutesUntilBound({ known, validMinutes, level, minutesLeft, limit }: Ahead): number | null {
  const room = limit * (validMinutes + minutesLeft) - known;
  if (room < 0) return 0;
  const wait = level > 0 ? room / level : Infinity;
  return wait < minutesLeft ? wait : null;
}

function stateOf(figures: {
  mean: number | null;
  projected: number | null;
  isJudgeable: boolean;
  isFinished: boolean;
  limit: number;
}): WatchState {
  const { mean, projected, isJudgeable, isFinished, limit } = figures;
  const isOver = mean !== null && roundToDecimalsOf(mean, limit) > limit;
  if (isOver && isJudgeable) return "alarm";
  if (isFinished && !isJudgeable) return "unknown";
  if (isOver) return "warning";
  if (projected === null) return "unknown";
  return projected >= warningShare * limit ? "warning" : "normal";
}
