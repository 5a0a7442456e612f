import { enoughCoverage, knownShare, ratio, type Figure } from "./figure.ts";
import { days, minutes, type EpochMs, type ParkTime, type TimeRange } from "../time.ts";

export type Period = "day" | "week" | "month" | "quarter" | "year";

/** Start of the period that holds an instant, or of one `plus` periods later; weeks begin on Monday. */
export function startOfPeriod(at: EpochMs, period: Period, time: ParkTime, plus = 0): EpochMs {
  const { year, month, day, weekday } = time.partsOf(at);
  switch (period) {
    case "day":
      return time.instantOf(year, month, day + plus);
    case "week":
      return time.instantOf(year, month, day - ((weekday + 6) % 7) + 7 * plus);
    case "month":
      return time.instantOf(year, month + plus, 1);
    case "quarter":
      return time.instantOf(year, month - ((month - 1) % 3) + 3 * plus, 1);
    case "year":
      return time.instantOf(year + plus, 1, 1);
  }
}

/**
 * This period up to now and the previous one up to the same moment (环比): as many days in, at the same time of the park's
 * clock. A shorter previous period ends with its end: 30 March is compared with all of February.
 */
export function upToSameMoment(
  now: EpochMs,
  period: Period,
  time: ParkTime,
): { readonly current: TimeRange; readonly previous: TimeRange } {
  const [from, before] = [startOfPeriod(now, period, time), startOfPeriod(now, period, time, -1)];
  const daysIn = period === "year" || period === "quarter" ? null : calendarDays(from, now, time);
  const moment =
    daysIn === null ? monthsBack(now, period === "year" ? 12 : 3, time) : sameClock(before, daysIn, now, time);
  return { current: { from, to: now }, previous: { from: before, to: Math.min(moment, from) } };
}

/** Whole days of the park's calendar from the day of `from` to that of `to`. */
const calendarDays = (from: EpochMs, to: EpochMs, time: ParkTime): number =>
  Math.round((time.startOfDay(to) - time.startOfDay(from)) / days(1));

/** The time of day of `at`, so many days after the day of `start`. */
function sameClock(start: EpochMs, plusDays: number, at: EpochMs, time: ParkTime): EpochMs {
  const { year, month, day } = time.partsOf(start);
  return onDay(year, month, day + plusDays, at, time);
}

function onDay(year: number, month: number, day: number, at: EpochMs, time: ParkTime): EpochMs {
  const { hour, minute } = time.partsOf(at);
  return time.instantOf(year, month, day, hour, minute) + (((at % minutes(1)) + minutes(1)) % minutes(1));
}

/** The same date and time so many months before; a day that month does not have becomes its last one. */
function monthsBack(at: EpochMs, months: number, time: ParkTime): EpochMs {
  const { year, month, day } = time.partsOf(at);
  const first = time.partsOf(time.instantOf(year, month - months, 1));
  const lastDay = new Date(Date.UTC(first.year, first.month, 0)).getUTCDate();
  // Midnight after the last day is the end of the month, not the beginning of its last day.
  if (day > lastDay && at === time.startOfDay(at)) return time.instantOf(first.year, first.month + 1, 1);
  return onDay(first.year, first.month, Math.min(day, lastDay), at, time);
}

/**
 * How a range is laid on the year before (同比). sameDate: by the calendar, 29 February on the 28th. sameWeekday: 52 weeks
 * back, so that weekends meet weekends. springFestival: as many days from 春节 as this year; its dates are data.
 */
export type YearRule = "sameDate" | "sameWeekday" | "springFestival";

export interface LastYear {
  readonly range: TimeRange;
  /** The rule that was used, to be named beside the figure. */
  readonly rule: YearRule;
  /** Calendar days of both ranges, when they differ: a leap day lies in one of them. */
  readonly differingDays: { readonly now: number; readonly then: number } | null;
}

/**
 * The same range a year before. `festivals` = first days of 春节 by year (any instant of the day); without both years the
 * rule springFestival falls back to sameDate, and says so.
 */
export function lastYear(
  range: TimeRange,
  rule: YearRule,
  time: ParkTime,
  festivals: ReadonlyMap<number, EpochMs> = new Map(),
): LastYear {
  const shift = rule === "sameDate" ? null : daysBack(range, rule, time, festivals);
  const toThen = (at: EpochMs): EpochMs =>
    shift === null ? monthsBack(at, 12, time) : sameClock(at, -shift, at, time);
  const then = { from: leapStart(range.from, shift, time) ?? toThen(range.from), to: toThen(range.to) };
  const [nowDays, thenDays] = [calendarDays(range.from, range.to, time), calendarDays(then.from, then.to, time)];
  return {
    range: then,
    rule: shift === null ? "sameDate" : rule,
    differingDays: nowDays === thenDays ? null : { now: nowDays, then: thenDays },
  };
}

/** A range that begins with a leap day begins with the 28th, or nothing would be left of the day. */
function leapStart(from: EpochMs, shift: number | null, time: ParkTime): EpochMs | null {
  const { year, month, day } = time.partsOf(from);
  return shift === null && month === 2 && day === 29 ? onDay(year - 1, 2, 28, from, time) : null;
}

function daysBack(
  { from }: TimeRange,
  rule: "sameWeekday" | "springFestival",
  time: ParkTime,
  festivals: ReadonlyMap<number, EpochMs>,
): number | null {
  if (rule === "sameWeekday") return 364;
  const { year } = time.partsOf(from);
  const [now, then] = [festivals.get(year), festivals.get(year - 1)];
  return now === undefined || then === undefined ? null : calendarDays(then, now, time);
}

export interface Change {
  readonly difference: number | null;
  /** difference / before; null without a value before, or when it is not above zero. */
  readonly share: number | null;
  /** Whether both are known well enough; otherwise show the change marked. */
  readonly isComparable: boolean;
}

/** Change from one figure to another of the same unit (else a RangeError). */
export function changeOf(current: Figure, before: Figure, minCoverage = enoughCoverage): Change {
  if (current.unit !== before.unit) throw new RangeError(`cannot compare ${current.unit} with ${before.unit}`);
  const difference = current.value === null || before.value === null ? null : current.value - before.value;
  const isKnown = [current, before].every(({ coverage }) => knownShare(coverage) >= minCoverage - 1e-9);
  return { difference, share: ratio(difference, before.value), isComparable: difference !== null && isKnown };
}

const periods: readonly Period[] = ["day", "week", "month", "quarter", "year"];

/**
 * The range before one (环比): of a calendar period, or of its beginning, the previous period up to the same moment; of
 * any other range the same length right before it.
 */
export function previousRange({ from, to }: TimeRange, time: ParkTime): TimeRange {
  const period = periods.find(
    (one) => startOfPeriod(from, one, time) === from && to <= startOfPeriod(from, one, time, 1),
  );
  if (period === undefined) return { from: from - (to - from), to: from };
  if (to === startOfPeriod(from, period, time, 1)) return { from: startOfPeriod(from, period, time, -1), to: from };
  return upToSameMoment(to, period, time).previous;
}
