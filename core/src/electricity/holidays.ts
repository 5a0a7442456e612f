import type { LocalDay } from "../time.ts";
import type { TariffDayType } from "./tariff-period.ts";

/** The public holidays of a year as the State Council arranges them: dated data that may not be known yet. */
export interface HolidayYear {
  readonly holidays: readonly LocalDay[];
  /** Weekend days on which people work in exchange (调休). */
  readonly workdays: readonly LocalDay[];
}

/** The type of a day; `weekday` 0 = Sunday. Without a calendar for the year only weekends are told from weekdays. */
export function tariffDayType(day: LocalDay, weekday: number, year: HolidayYear | null): TariffDayType {
  if (year?.holidays.includes(day)) return "holiday";
  if (year?.workdays.includes(day)) return "workday";
  return weekday === 0 || weekday === 6 ? "weekend" : "workday";
}
