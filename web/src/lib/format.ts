import { ParkTime, type EpochMs } from "@smart-park/core";
import type { Language } from "./preferences.ts";

/** What stands where a value is not known. Never 0. */
export const missing = "—";

const nbsp = "\u00A0";
const numberFormats = new Map<number, Intl.NumberFormat>();

function numberFormat(decimals: number): Intl.NumberFormat {
  const known = numberFormats.get(decimals);
  if (known) return known;
  // en-US grouping in both languages: 1,234.5
  const made = new Intl.NumberFormat("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  numberFormats.set(decimals, made);
  return made;
}

/** Digits after the point that a unit's values are shown with; totals from 1,000 up need none. */
export function decimalsOf(unit: string, magnitude = 0): number {
  switch (unit) {
    case "1":
    case "Hz":
    case "MW":
    case "GWh":
    case "mg/L":
    case "元":
    case "tce":
    case "tCO2":
      return 2;
    case "元/kWh":
    case "元/kW":
      return 4;
    case "kWh":
    case "kvarh":
    case "m³":
    case "Nm³":
    case "GJ":
      return Math.abs(magnitude) >= 1000 ? 0 : 1;
    default:
      return 1;
  }
}

/** Digits a limit is written with; a value beside it is shown with as many. */
export const decimalsOfLimit = (limit: number): number => (String(limit).split(".")[1] ?? "").length;

/** How a unit is written; a pure number has none. */
export const unitLabel = (unit: string): string =>
  unit === "1" ? "" : unit.replace(/(?<!万)元/, "¥").replace("CO2", "CO₂");

const englishUnits: readonly (readonly [chinese: string, english: string])[] = [
  ["公顷", "ha"],
  ["万元", "¥10k"],
  ["人", "person"],
  ["台", "set"],
  ["件", "piece"],
  ["月", "month"],
];

/** A unit in which people enter values: in Chinese, and in English by a name of its own. */
export const unitLabelIn = (language: Language, unit: string): string =>
  language === "en"
    ? englishUnits.reduce((label, [chinese, english]) => label.replace(chinese, english), unitLabel(unit))
    : unitLabel(unit);

export interface FormatOptions {
  readonly decimals?: number;
  /** Shows + as well as −. */
  readonly signed?: boolean;
  /** false where the unit stands in the column head. */
  readonly unit?: boolean;
}

/** The only way a measured value becomes text: grouped, with a real minus and a unit that does not wrap off. */
export function fmt(value: number | null | undefined, unit: string, options: FormatOptions = {}): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  const text = formatNumber(value, options.decimals ?? decimalsOf(unit, value), options.signed);
  const label = unitLabel(unit);
  if (options.unit === false || label === "") return text;
  return unit === "元" ? `${label}${nbsp}${text}` : `${text}${nbsp}${label}`;
}

/** A number with a fixed count of decimals; −0 is shown as 0. */
export function formatNumber(value: number, decimals: number, signed = false): string {
  const digits = numberFormat(decimals).format(Math.abs(value));
  const isZero = !/[1-9]/.test(digits);
  if (isZero) return digits;
  return value < 0 ? `−${digits}` : signed ? `+${digits}` : digits;
}

const allDigits = new Intl.NumberFormat("en-US", { maximumFractionDigits: 20, useGrouping: true });

/** A number as it was entered, digit by digit, grouped in thousands: `1,208,277.6`. */
export const fmtEntered = (value: number): string => allDigits.format(value).replace("-", "−");

const larger = new Map<string, readonly [unit: string, factor: number]>([
  ["kWh", ["MWh", 1000]],
  ["MWh", ["GWh", 1000]],
  ["kW", ["MW", 1000]],
]);

/** The one unit of a column or axis, from its largest value: kWh below 10,000, then MWh, then GWh. */
export function scaleOf(unit: string, largest: number): { unit: string; factor: number } {
  const next = larger.get(unit);
  if (!next || Math.abs(largest) < 10_000) return { unit, factor: 1 };
  const rest = scaleOf(next[0], largest / next[1]);
  return { unit: rest.unit, factor: rest.factor * next[1] };
}

/** A value in the unit that suits it. */
export function fmtScaled(value: number | null | undefined, unit: string): { text: string; unit: string } {
  const scale = scaleOf(unit, value ?? 0);
  const scaled = value === null || value === undefined ? null : value / scale.factor;
  return { text: fmt(scaled, scale.unit, { unit: false }), unit: unitLabel(scale.unit) };
}

/** Relative change `▲ +3.2 %`; null when the baseline is 0 or unknown. */
export function fmtChange(value: number | null, baseline: number | null): string | null {
  if (value === null || baseline === null || baseline === 0) return null;
  const percent = ((value - baseline) / Math.abs(baseline)) * 100;
  const arrow = percent > 0 ? "▲" : percent < 0 ? "▼" : "=";
  return `${arrow} ${formatNumber(percent, 1, true)}${nbsp}%`;
}

/** A share 0…1 as percent; never rounded up to 100 %. */
export function fmtShare(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return missing;
  const percent = share < 1 ? Math.min(share * 100, 99.9) : share * 100;
  return `${formatNumber(percent, percent === 100 ? 0 : 1)}${nbsp}%`;
}

export interface AgeParts {
  readonly n: number;
  readonly unit: "s" | "min" | "h" | "d";
}

/** An age in the largest whole unit that says enough. */
export function ageParts(ms: number): AgeParts {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return { n: s, unit: "s" };
  if (s < 3600) return { n: Math.floor(s / 60), unit: "min" };
  if (s < 172_800) return { n: Math.floor(s / 3600), unit: "h" };
  return { n: Math.floor(s / 86_400), unit: "d" };
}

const pad = (n: number): string => String(n).padStart(2, "0");

/** Clock and calendar texts in the park's time zone, whatever the browser's is. */
export class ParkFormat {
  readonly time: ParkTime;

  constructor(zone: string) {
    this.time = new ParkTime(zone);
  }

  /** HH:mm:ss today, MM-DD HH:mm this year, else with the year. */
  moment(at: EpochMs, now: EpochMs): string {
    const is = this.time.partsOf(at);
    const today = this.time.partsOf(now);
    if (is.year !== today.year) return `${is.year}-${this.#monthDayMinute(at)}`;
    return is.month === today.month && is.day === today.day ? this.clock(at) : this.#monthDayMinute(at);
  }

  /** HH:mm:ss */
  clock(at: EpochMs): string {
    return new Date(at + this.time.offsetAt(at)).toISOString().slice(11, 19);
  }

  /** HH:mm */
  minute(at: EpochMs): string {
    return this.clock(at).slice(0, 5);
  }

  /** MM-DD */
  day(at: EpochMs): string {
    const { month, day } = this.time.partsOf(at);
    return `${pad(month)}-${pad(day)}`;
  }

  /** YYYY-MM */
  month(at: EpochMs): string {
    const { year, month } = this.time.partsOf(at);
    return `${year}-${pad(month)}`;
  }

  /** YYYY-MM-DD HH:mm:ss: tooltips, tables and exports. */
  full(at: EpochMs): string {
    const { year } = this.time.partsOf(at);
    return `${year}-${this.day(at)} ${this.clock(at)}`;
  }

  /** UTC+8 */
  offset(at: EpochMs): string {
    const minutes = this.time.offsetAt(at) / 60_000;
    const hours = Math.floor(Math.abs(minutes) / 60);
    const rest = Math.abs(minutes) % 60;
    return `UTC${minutes < 0 ? "−" : "+"}${hours}${rest === 0 ? "" : `:${pad(rest)}`}`;
  }

  #monthDayMinute(at: EpochMs): string {
    return `${this.day(at)} ${this.minute(at)}`;
  }
}
