import type { Month, TariffContract } from "../ports/figure-inputs.ts";
import type { EpochMs, LocalDay, ParkTime, TimeRange } from "../time.ts";

/** Time under one contract; null = none was in force. */
export interface ContractStretch extends TimeRange {
  readonly contract: TariffContract | null;
}

/** A month as an enterprise is billed for it. */
export interface ContractMonth {
  readonly range: TimeRange;
  /** The contract in force on the first day; null = none was. */
  readonly contract: TariffContract | null;
  /** Days inside the month on which another contract begins. It holds from that day; only its billing day waits for the next month. */
  readonly changesOn: readonly LocalDay[];
  /** The month cut where a contract begins, oldest first. */
  readonly stretches: readonly ContractStretch[];
}

/** Billing months that begin after this day are named after the month in which they end: most of their days lie in it. */
const lastOwnDay = 15;

/**
 * The billing month called `month`: it begins on the billing day of that month, or of the month before when the day is
 * later than the 15th (a reading on the 25th closes the month that is ending).
 */
export function billingRange(month: Month, billingDay: number, time: ParkTime): TimeRange {
  const [year, number] = partsOfMonth(month);
  const first = billingDay > lastOwnDay ? number - 1 : number;
  return { from: time.instantOf(year, first, billingDay), to: time.instantOf(year, first + 1, billingDay) };
}

/** The month before or after: `plus` months later. */
export function monthPlus(month: Month, plus: number): Month {
  const [year, number] = partsOfMonth(month);
  return new Date(Date.UTC(year, number - 1 + plus, 1)).toISOString().slice(0, 7);
}

/** Months that follow one another, as their first and last; of months oldest first. */
export function monthRuns(months: readonly Month[]): { readonly from: Month; readonly to: Month }[] {
  const starts = months.filter((month, i) => months[i - 1] !== monthPlus(month, -1));
  return starts.map((from, i) => {
    const next = starts[i + 1];
    return { from, to: months[next === undefined ? months.length - 1 : months.indexOf(next) - 1] ?? from };
  });
}

const partsOfMonth = (month: Month): [year: number, number: number] => [
  Number(month.slice(0, 4)),
  Number(month.slice(5, 7)),
];

/**
 * The contract of a month and what it makes of it. The billing day is that of the contract in force on the month's first
 * calendar day; a month begins where the one before ended, so one in which the day changes is shorter or longer.
 */
export function contractMonth(contracts: readonly TariffContract[], month: Month, time: ParkTime): ContractMonth {
  const byDay = contracts.toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1));
  const endOf = (one: Month): EpochMs => billingRange(one, inForceOn(byDay, `${one}-01`)?.billingDay ?? 1, time).to;
  const range = { from: endOf(monthPlus(month, -1)), to: endOf(month) };
  const [firstDay, lastDay] = [time.dayOf(range.from), time.dayOf(range.to - 1)];
  return {
    range,
    contract: inForceOn(byDay, firstDay),
    stretches: contractStretches(byDay, range, time),
    changesOn: byDay.map(({ effectiveFrom }) => effectiveFrom).filter((day) => firstDay < day && day <= lastDay),
  };
}

/** A range cut where a contract begins, oldest first. */
export function contractStretches(
  contracts: readonly TariffContract[],
  { from, to }: TimeRange,
  time: ParkTime,
): ContractStretch[] {
  const starts = contracts
    .map((contract) => ({ contract, at: time.startOfLocalDay(contract.effectiveFrom) }))
    .toSorted((a, b) => a.at - b.at);
  const edges = [from, ...starts.map(({ at }) => at).filter((at) => at > from && at < to), to];
  return edges.slice(1).map((end, i) => {
    const start = edges[i] ?? from;
    return { from: start, to: end, contract: starts.findLast(({ at }) => at <= start)?.contract ?? null };
  });
}

const inForceOn = (byDay: readonly TariffContract[], day: LocalDay): TariffContract | null =>
  byDay.findLast(({ effectiveFrom }) => effectiveFrom <= day) ?? null;
