import type { RuleFacts } from "./rule-facts.ts";
import type { TariffDayType } from "../electricity/tariff-period.ts";
import { days, type EpochMs } from "../time.ts";

/** A time of the park's clock, `HH:MM`. */
export type ClockTime = string;

/** When a rule may raise, by the park's clock; what is left out does not narrow it. `to` before `from` runs over midnight. */
export interface Schedule {
  readonly dayTypes?: readonly TariffDayType[] | undefined;
  readonly from?: ClockTime | undefined;
  readonly to?: ClockTime | undefined;
}

const dayMinutes = 1440;

/** Half-open. The hours after midnight belong to the day on which the window began: Friday's night shift is a workday's. */
export function isInSchedule({ dayTypes, from, to }: Schedule, at: EpochMs, facts: RuleFacts): boolean {
  const { hour, minute } = facts.time.partsOf(at);
  const now = hour * 60 + minute;
  const [start, end] = [minuteOf(from) ?? 0, minuteOf(to) ?? dayMinutes];
  const isAfterMidnight = end < start && now < end;
  if (end < start ? now < start && !isAfterMidnight : now < start || now >= end) return false;
  if (dayTypes === undefined) return true;
  // Noon of the day before: a change of the clock does not reach it.
  const day = isAfterMidnight ? facts.time.startOfDay(at) - days(0.5) : at;
  return dayTypes.includes(facts.dayTypeAt(day));
}

const minuteOf = (time: ClockTime | undefined): number | null =>
  time === undefined ? null : Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
