import {
  days,
  enoughCoverage,
  hours,
  joinCoverage,
  knownShare,
  monthPlus,
  ParkError,
  type Coverage,
  type ElectricityTariff,
  type EnergyInterval,
  type EpochMs,
  type IntervalCost,
  type LocalDay,
  type Month,
  type MonthEnergies,
  type ParkTime,
  type RegulatedBook,
  type Regulated,
} from "@smart-park/core";
import type { FigureContext } from "../group-source.ts";
import { electricityMonth, type AskedMonth, type ElectricityMonth } from "./electricity-month.ts";
import { priceStretch } from "./load-curve.ts";

/** The past year of an enterprise, as far as it can be relied on: whole months of which enough is known. */
export interface SavingsYear {
  readonly fromMonth: Month;
  readonly toMonth: Month;
  /** End of the last of them that has begun. */
  readonly end: EpochMs;
  /** Oldest first. */
  readonly months: readonly ElectricityMonth[];
  /** Those of which less is known, as the one that runs: what was reached in them was reached. */
  readonly partial: readonly ElectricityMonth[];
  /** All quarter hours of those months, with what they cost; what is not known is left out. */
  readonly costs: readonly IntervalCost[];
  readonly curve: readonly EnergyInterval[];
  /** Time of which the energy is known, days. */
  readonly knownDays: number;
  readonly coverage: Coverage;
  readonly versions: readonly Regulated[];
  readonly book: RegulatedBook;
  /** The newest tariff and the day from which it is priced: what is compared with. null = no contract, or not billed. */
  readonly today: { readonly tariff: ElectricityTariff; readonly day: LocalDay } | null;
}

const monthsBack = 12;

/** The twelve months up to `month`. Demand is that of quarter hours: all of it is there without reading a year again. */
export async function savingsYear(source: FigureContext, asked: AskedMonth): Promise<SavingsYear> {
  const [fromMonth, toMonth] = [monthPlus(asked.month, 1 - monthsBack), asked.month];
  const all: ElectricityMonth[] = [];
  for (let i = 0; i < monthsBack; i++) {
    const month = await begunMonth(source, { ...asked, month: monthPlus(fromMonth, i) });
    if (month) all.push(month);
  }
  const months = all.filter(isReliable);
  const priced = months.flatMap(({ stretches, energy }) =>
    stretches.map((stretch) => priceStretch(source, energy.curve, stretch)),
  );
  const curve = months.flatMap(({ energy }) => energy.curve).filter(({ kwh }) => kwh !== null);
  return {
    fromMonth,
    toMonth,
    end: all.at(-1)?.range.to ?? 0,
    months,
    partial: all.filter((month) => !isReliable(month)),
    curve,
    costs: priced.flatMap(({ costs }) => costs).filter(({ kwh }) => kwh !== null),
    knownDays: curve.reduce((ms, { from, to }) => ms + to - from, 0) / days(1),
    coverage: joinCoverage(months.map(({ energy, range }) => ({ ...energy, lengthMs: range.to - range.from }))),
    versions: priced.flatMap((stretch) => stretch.versions),
    book: source.registry.regulated(),
    today: latestTariff(all.at(-1), source.time),
  };
}

/** Of the contract that holds at the end of what is known of a month. */
function latestTariff(month: ElectricityMonth | undefined, time: ParkTime): SavingsYear["today"] {
  const stretch = month?.stretches.findLast(({ from }) => from <= month.knownUntil);
  const tariff = stretch?.contract?.electricity ?? null;
  return stretch && tariff ? { tariff, day: time.dayOf(stretch.from) } : null;
}

/** null = the month has not begun. */
async function begunMonth(source: FigureContext, asked: AskedMonth): Promise<ElectricityMonth | null> {
  try {
    return await electricityMonth(source, asked, "quarters");
  } catch (error) {
    if (error instanceof ParkError && error.code === "unprocessable") return null;
    throw error;
  }
}

const isReliable = ({ energy, knownUntil, range }: ElectricityMonth): boolean =>
  knownUntil === range.to && knownShare(energy.coverage) >= enoughCoverage;

/** Active and reactive energy of the months in which both are known; null without any. */
export function yearEnergies(months: readonly ElectricityMonth[]): MonthEnergies | null {
  const known = months.flatMap(({ energy, reactive, powerFactor }) =>
    powerFactor === null || energy.kwh === null || reactive.forwardKvarh === null || reactive.reverseKvarh === null
      ? []
      : { kwh: energy.kwh, forward: reactive.forwardKvarh, reverse: reactive.reverseKvarh },
  );
  if (known.length === 0) return null;
  return {
    activeKwh: known.reduce((sum, { kwh }) => sum + kwh, 0),
    reactiveForwardKvarh: known.reduce((sum, { forward }) => sum + forward, 0),
    reactiveReverseKvarh: known.reduce((sum, { reverse }) => sum + reverse, 0),
  };
}

export const hoursOf = (intervals: readonly EnergyInterval[]): number =>
  intervals.reduce((ms, { from, to }) => ms + to - from, 0) / hours(1);
