import { decimal, sum, toNumber } from "../decimal.ts";
import type { Bill } from "./bill.ts";
import { tariffPeriods, type TariffPeriod } from "./tariff-period.ts";

export interface PeriodShare {
  /** null = no time-of-use table was in force. */
  readonly period: TariffPeriod | null;
  readonly kwh: number;
  /** Of the month's energy, 0 to 1; null when nothing was used. */
  readonly share: number | null;
}

/** The billed energy by period, dearest first; empty while no energy is known. */
export function periodShares({ lines, kwh: total }: Pick<Bill, "lines" | "kwh">): PeriodShare[] {
  const periods: (TariffPeriod | null)[] = [...tariffPeriods, null];
  return periods.flatMap((period) => {
    const quantities = lines
      .filter((line) => line.kind === "energy" && line.period === period)
      .flatMap(({ quantity }) => (quantity === null ? [] : [decimal(quantity)]));
    if (quantities.length === 0) return [];
    const kwh = toNumber(sum(quantities));
    return [{ period, kwh, share: total ? kwh / total : null }];
  });
}
