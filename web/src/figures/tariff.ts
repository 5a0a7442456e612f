import { hours, tariffPeriods, type TariffPeriod } from "@smart-park/core";
import type { LoadCurveBody } from "@smart-park/core/wire";
import type { ChartBand } from "../charts/time-chart.tsx";
import type { Pattern } from "../charts/patterns.ts";

type Row = LoadCurveBody["rows"][number];

export const periodColours: Readonly<Record<TariffPeriod, `--${string}`>> = {
  sharp: "--tou-sharp",
  peak: "--tou-peak",
  flat: "--tou-flat",
  valley: "--tou-valley",
  deepValley: "--tou-deep-valley",
};

export const periodPatterns: Readonly<Partial<Record<TariffPeriod, Pattern>>> = {
  sharp: "cross",
  peak: "diagonal",
  valley: "dots",
  deepValley: "dense",
};

export const stepMs = { "15m": hours(0.25), "1h": hours(1), "1d": hours(24) } as const;

/** Neighbouring rows of one tariff period as one stretch; rows without a period leave a hole. */
export function periodBands(
  rows: readonly Pick<Row, "at" | "period">[],
  lengthMs: number,
  letterOf: (period: TariffPeriod) => string,
): ChartBand[] {
  const bands: ChartBand[] = [];
  for (const { at, period } of rows) {
    if (period === null) continue;
    const from = Date.parse(at);
    const band = { from, to: from + lengthMs, colour: periodColours[period], letter: letterOf(period) };
    const before = bands.at(-1);
    if (before?.to === from && before.colour === band.colour) bands[bands.length - 1] = { ...before, to: band.to };
    else bands.push(band);
  }
  return bands;
}

export interface PeriodSum {
  /** null = in no period, or not the same all through. */
  readonly period: TariffPeriod | null;
  readonly kwh: number | null;
  readonly yuan: number | null;
}

/** Energy and money by period, dearest first; a sum with an unknown price is not known. */
export function sumByPeriod(rows: readonly Pick<Row, "period" | "kwh" | "yuan">[]): PeriodSum[] {
  return [...tariffPeriods, null].flatMap((period) => {
    const own = rows.filter((row) => row.period === period && row.kwh !== null);
    if (own.length === 0) return [];
    const kwh = own.reduce((sum, row) => sum + (row.kwh ?? 0), 0);
    const yuan = own.some((row) => row.yuan === null) ? null : own.reduce((sum, row) => sum + (row.yuan ?? 0), 0);
    return [{ period, kwh, yuan }];
  });
}

/** The clock hours of each period on the last whole day of the rows, else on what there is of the last: `08:00–11:00`. */
export function periodHours(
  rows: readonly Pick<Row, "at" | "period">[],
  lengthMs: number,
): ReadonlyMap<TariffPeriod, readonly string[]> {
  const perDay = hours(24) / lengthMs;
  const isMidnight = ({ at }: Pick<Row, "at">): boolean => at.slice(11, 16) === "00:00";
  const whole = rows.findLastIndex((row, n) => isMidnight(row) && n + perDay <= rows.length);
  const ofDay = whole < 0 ? rows.slice(-perDay) : rows.slice(whole, whole + perDay);
  const found = new Map<TariffPeriod, string[]>();
  let from = 0;
  ofDay.forEach(({ at, period }, n) => {
    const next = ofDay[n + 1];
    if (next?.period === period) return;
    const end = new Date(Date.parse(`${at.slice(0, 19)}Z`) + lengthMs).toISOString().slice(11, 16);
    if (period !== null) {
      const span = `${(ofDay[from]?.at ?? at).slice(11, 16)}–${end === "00:00" ? "24:00" : end}`;
      found.set(period, [...(found.get(period) ?? []), span]);
    }
    from = n + 1;
  });
  return found;
}
