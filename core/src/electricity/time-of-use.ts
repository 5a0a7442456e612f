import { ParkError } from "../errors.ts";
import type { RegulatedBook } from "../regulated/book.ts";
import type { Regulated } from "../regulated/regulated.ts";
import { days, minutes, type EpochMs, type LocalDay, type ParkTime, type TimeRange } from "../time.ts";
import { tariffDayType } from "./holidays.ts";
import type { TariffPeriod } from "./tariff-period.ts";
import { tellsDaysApart, touDay, touProblems, type TouSlot } from "./tou-table.ts";

/** A stretch of one park-local day in one period. */
export interface PeriodSpan extends TimeRange {
  readonly day: LocalDay;
  /** null when no table is in force on that day. */
  readonly period: TariffPeriod | null;
  readonly version: Regulated<"timeOfUse"> | null;
  /** False when the day's periods depend on its type and the year's holidays are not known. */
  readonly isSure: boolean;
  /** The year's holidays, where the day's periods depend on its type. */
  readonly holidays: Regulated<"holidays"> | null;
}

interface DayPlan extends Pick<PeriodSpan, "day" | "version" | "isSure" | "holidays"> {
  readonly slots: readonly TouSlot[];
}

const maxCachedPlans = 4000;

/**
 * The periods of a region through time: each day by the table in force on it, on the park's clock. On the days the
 * clock is put forward or back a period is as much shorter or longer as the clock shows.
 */
export class TimeOfUse {
  readonly #book: RegulatedBook;
  readonly #region: string;
  readonly #holidays: string | null;
  readonly #parkTime: ParkTime;
  readonly #plans = new Map<number, DayPlan>();

  /** `region` and `holidays` are subjects in the book. Throws a ParkError `unprocessable` when a table has gaps or overlaps. */
  constructor(book: RegulatedBook, scope: { region: string; holidays: string | null; parkTime: ParkTime }) {
    this.#book = book;
    this.#region = scope.region;
    this.#holidays = scope.holidays;
    this.#parkTime = scope.parkTime;
    for (const { id, value } of book.versions("timeOfUse", scope.region)) {
      const problems = touProblems(value);
      if (problems.length > 0) throw new ParkError("unprocessable", `${id}: ${JSON.stringify(problems)}`);
    }
  }

  /** The period of an instant, with the rest of its stretch (to its end, midnight or a clock change). */
  at(at: EpochMs): PeriodSpan {
    const offset = this.#parkTime.offsetAt(at);
    const dayIndex = Math.floor((at + offset) / days(1));
    const { slots, day, version, isSure, holidays } = this.#planOf(dayIndex, at);
    const midnight = dayIndex * days(1) - offset;
    const minute = (at - midnight) / minutes(1);
    const slot = slots.find(({ from, to }) => from <= minute && minute < to);
    const end = midnight + (slot ? minutes(slot.to) : days(1));
    return { from: at, to: this.#whileOffset(at, end), day, period: slot?.period ?? null, version, isSure, holidays };
  }

  /** The stretches of a range, oldest first, without gap or overlap, cut at midnight. */
  *spans(range: TimeRange): Generator<PeriodSpan> {
    for (let from = range.from; from < range.to;) {
      const span = this.at(from);
      yield { ...span, to: Math.min(span.to, range.to) };
      from = span.to;
    }
  }

  /** `end`, or the instant before it at which the park's clock is changed. */
  #whileOffset(at: EpochMs, end: EpochMs): EpochMs {
    const offset = this.#parkTime.offsetAt(at);
    if (this.#parkTime.offsetAt(end - 1) === offset) return end;
    let quarter = (Math.floor(at / minutes(15)) + 1) * minutes(15);
    while (quarter < end && this.#parkTime.offsetAt(quarter) === offset) quarter += minutes(15);
    return Math.min(quarter, end);
  }

  #planOf(dayIndex: number, at: EpochMs): DayPlan {
    const known = this.#plans.get(dayIndex);
    if (known) return known;
    if (this.#plans.size >= maxCachedPlans) this.#plans.clear();
    const plan = this.#planDay(at);
    this.#plans.set(dayIndex, plan);
    return plan;
  }

  #planDay(at: EpochMs): DayPlan {
    const day = this.#parkTime.dayOf(at);
    const version = this.#book.inForce("timeOfUse", this.#region, day);
    if (!version) return { day, version, slots: [], isSure: true, holidays: null };
    const { month, weekday } = this.#parkTime.partsOf(at);
    const year = this.#holidays === null ? null : this.#book.inForce("holidays", this.#holidays, day);
    const slots = touDay(version.value, month, tariffDayType(day, weekday, year?.value ?? null));
    const isTold = tellsDaysApart(version.value, month);
    return { day, version, slots, isSure: year !== null || !isTold, holidays: isTold ? year : null };
  }
}
