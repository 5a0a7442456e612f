import { days, minutes, type EpochMs, type ParkTime, type Step, type TimeRange } from "../time.ts";

/**
 * What the places of a range are counted by. month: by months from its first, and the day of the month; day: by days from
 * its first.
 */
export type CalendarFrame = "month" | "day";

/** Where a bucket stands in its range, by the calendar; positions of different ranges meet where they are equal. */
export interface CalendarPosition {
  /** Months from the first of the range; 0 where days are counted from the first. */
  readonly month: number;
  /** Day of the month, or the how many-th day of the range; from 1. */
  readonly day: number;
  /** Minutes since the day began: 25 hours of a long day have 25 places. */
  readonly minute: number;
}

interface Stretch<T> {
  readonly range: TimeRange;
  /** Buckets of `step` that touch the range; the first may begin later than its bucket does. */
  readonly buckets: readonly T[];
}

export interface CalendarSlot<T> {
  readonly position: CalendarPosition;
  /** In the order of the stretches; null = the calendar of that one has no such place. */
  readonly cells: readonly (T | null)[];
}

/** Months and days of the month, where all ranges begin on the same day of a month; else days from the beginning. */
export function calendarFrame(ranges: readonly TimeRange[], step: Step, time: ParkTime): CalendarFrame {
  const first = new Set(ranges.map(({ from }) => time.partsOf(from).day));
  return step === "1mo" || first.size <= 1 ? "month" : "day";
}

function positionOf(
  at: EpochMs,
  { from, step, frame }: { readonly from: EpochMs; readonly step: Step; readonly frame: CalendarFrame },
  time: ParkTime,
): CalendarPosition {
  const bucket = time.bucketStart(at, step);
  const [here, first] = [time.partsOf(bucket), time.partsOf(from)];
  const minute = (bucket - time.startOfDay(bucket)) / minutes(1);
  const month = (here.year - first.year) * 12 + here.month - first.month;
  if (frame === "month") return { month, day: here.day, minute };
  const day = Math.round((time.startOfDay(bucket) - time.startOfDay(from)) / days(1)) + 1;
  return { month: 0, day, minute };
}

/**
 * Stretches of time laid beside each other by their place in the calendar, in its order. A place that only some have (the
 * 31st of a month, 29 February) is empty in the others: no bucket is moved to another day, and none shares its place.
 */
export function alignByCalendar<T extends { readonly from: EpochMs }>(
  stretches: readonly Stretch<T>[],
  step: Step,
  time: ParkTime,
): { readonly frame: CalendarFrame; readonly slots: readonly CalendarSlot<T>[] } {
  const frame = calendarFrame(
    stretches.map(({ range }) => range),
    step,
    time,
  );
  const slots = new Map<string, { position: CalendarPosition; cells: (T | null)[] }>();
  for (const [i, { range, buckets }] of stretches.entries())
    for (const bucket of buckets) {
      const position = positionOf(bucket.from, { from: range.from, step, frame }, time);
      const key = `${position.month} ${position.day} ${position.minute}`;
      const slot = slots.get(key) ?? { position, cells: stretches.map(() => null) };
      slot.cells[i] = bucket;
      slots.set(key, slot);
    }
  const inOrder = (a: CalendarPosition, b: CalendarPosition): number =>
    a.month - b.month || a.day - b.day || a.minute - b.minute;
  return { frame, slots: [...slots.values()].sort((a, b) => inOrder(a.position, b.position)) };
}

/** The places of the calendar that values are laid by. */
export const comparisonSteps = ["1h", "1d", "1mo"] as const;

export const comparisonShapes = ["absolute", "index", "share"] as const;
/** absolute: as measured; index: the first known value is 100; share: % of the sum of the known values. */
export type ComparisonShape = (typeof comparisonShapes)[number];

/** Values of one series in a shape; null stays null, and where there is nothing above zero to divide by all are null. */
export function shapeValues(values: readonly (number | null)[], shape: ComparisonShape): (number | null)[] {
  if (shape === "absolute") return [...values];
  const known = values.filter((value) => value !== null);
  const base = shape === "index" ? (known[0] ?? 0) : known.reduce((sum, value) => sum + value, 0);
  return values.map((value) => (value === null || !(base > 0) ? null : (100 * value) / base));
}
