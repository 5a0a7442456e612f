import type { EpochMs, ParkTime } from "@smart-park/core";
import type { BacktestBody } from "@smart-park/core/wire";

export interface DayCount {
  /** YYYY-MM-DD of the park. */
  readonly day: string;
  readonly alarms: number;
  readonly warnings: number;
}

export interface BacktestSummary {
  /** Every day of the range, those without an alert too. */
  readonly days: readonly DayCount[];
  readonly perDay: number;
  /** Of the listed alerts that ended; null when none did. */
  readonly medianMs: number | null;
  readonly points: number;
  /** Share of the listed alerts that began between 22:00 and 06:00; null when there are none. */
  readonly nightShare: number | null;
}

interface Range {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** What a back-test says at a glance. */
export function summaryOf(
  { days, alerts, alarms, warnings }: BacktestBody,
  range: Range,
  time: ParkTime,
): BacktestSummary {
  const counted = new Map(days.map((one) => [one.day, one]));
  const all = daysOf(range, time).map((day) => counted.get(day) ?? { day, alarms: 0, warnings: 0 });
  const lengths = alerts.flatMap(({ raisedAt, clearedAt }) =>
    clearedAt === null ? [] : [Date.parse(clearedAt) - Date.parse(raisedAt)],
  );
  const isAtNight = (iso: string): boolean => {
    const { hour } = time.partsOf(Date.parse(iso));
    return hour >= 22 || hour < 6;
  };
  const atNight = alerts.filter(({ raisedAt }) => isAtNight(raisedAt)).length;
  return {
    days: all,
    perDay: (alarms + warnings) / Math.max(1, all.length),
    medianMs: medianOf(lengths),
    points: new Set(alerts.map(({ point }) => point)).size,
    nightShare: alerts.length === 0 ? null : atNight / alerts.length,
  };
}

/** The park's days that a range touches. */
function daysOf({ from, to }: Range, time: ParkTime): string[] {
  const days: string[] = [];
  for (let at = from; at < to;) {
    const day = time.dayOf(at);
    days.push(day);
    at = time.startOfDay(at, 1);
  }
  return days;
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
