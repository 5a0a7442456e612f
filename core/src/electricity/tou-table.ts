import { tariffPeriods, tariffDayTypes, type TariffPeriod, type TariffDayType } from "./tariff-period.ts";

/** One document's time-of-use table: which period holds when, on the park's clock. */
export interface TouTable {
  readonly rules: readonly TouRule[];
  /** Price of each period relative to flat, for the floating part of the price; null when the document sets none. */
  readonly ratios: Readonly<Partial<Record<TariffPeriod, number>>> | null;
}

/** The day of some months, and, where the document tells days apart, of some day types. */
export interface TouRule {
  /** 1 to 12. */
  readonly months: readonly number[];
  /** Left out: all days. */
  readonly dayTypes?: readonly TariffDayType[] | undefined;
  /** Hours of each period as `"06:00-12:00"`, half-open, up to 24:00; a period over midnight is written as two. */
  readonly periods: Readonly<Partial<Record<TariffPeriod, readonly string[]>>>;
}

/** Minutes of the day [from, to) that belong to one period. */
export interface TouSlot {
  readonly from: number;
  readonly to: number;
  readonly period: TariffPeriod;
}

/** What is wrong with a table; a table with any problem is not used. */
export type TouProblem =
  | { readonly code: "badTime"; readonly text: string }
  | { readonly code: "badMonth"; readonly month: number }
  | { readonly code: "noRule" | "twoRules"; readonly month: number; readonly dayType: TariffDayType }
  | { readonly code: "gap" | "overlap"; readonly rule: number; readonly from: string; readonly to: string };

const dayMinutes = 1440;
const slotPattern = /^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;

function parseSlot(text: string, period: TariffPeriod): TouSlot | null {
  const [, fromHour, fromMinute, toHour, toMinute] = slotPattern.exec(text) ?? [];
  if (fromHour === undefined) return null;
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = toHour === undefined ? dayMinutes : Number(toHour) * 60 + Number(toMinute);
  return to > from ? { from, to, period } : null;
}

const textsOf = (rule: TouRule): [TariffPeriod, string][] =>
  tariffPeriods.flatMap((period) => (rule.periods[period] ?? []).map((text): [TariffPeriod, string] => [period, text]));

/** Slots of a rule in the order of the day; texts that are no time are left to `touProblems`. */
const slotsOf = (rule: TouRule): TouSlot[] =>
  textsOf(rule)
    .flatMap(([period, text]) => parseSlot(text, period) ?? [])
    .toSorted((a, b) => a.from - b.from);

const holds = (rule: TouRule, month: number, dayType: TariffDayType): boolean =>
  rule.months.includes(month) && (rule.dayTypes ?? tariffDayTypes).includes(dayType);

/** The slots of a day, first to last; empty when no rule holds. Of a table without problems they fill the day exactly. */
export function touDay(table: TouTable, month: number, dayType: TariffDayType): readonly TouSlot[] {
  const rule = table.rules.find((candidate) => holds(candidate, month, dayType));
  return rule ? slotsOf(rule) : [];
}

/** Whether the periods of a month differ by the type of the day, so that holidays must be known. */
export const tellsDaysApart = (table: TouTable, month: number): boolean =>
  new Set(tariffDayTypes.map((dayType) => JSON.stringify(touDay(table, month, dayType)))).size > 1;

/** Everything that keeps a table from giving each instant of each day exactly one period; empty for a good one. */
export function touProblems(table: TouTable): TouProblem[] {
  const badMonths = table.rules.flatMap((rule) => rule.months).filter((m) => !Number.isInteger(m) || m < 1 || m > 12);
  return [
    ...badMonths.map((month) => ({ code: "badMonth", month }) as const),
    ...ruleCountProblems(table),
    ...table.rules.flatMap((rule, index) => [...timeProblems(rule), ...slotProblems(rule, index)]),
  ];
}

function ruleCountProblems(table: TouTable): TouProblem[] {
  const months = Array.from({ length: 12 }, (_, i) => i + 1);
  return months.flatMap((month) =>
    tariffDayTypes.flatMap((dayType): TouProblem[] => {
      const count = table.rules.filter((rule) => holds(rule, month, dayType)).length;
      return count === 1 ? [] : [{ code: count === 0 ? "noRule" : "twoRules", month, dayType }];
    }),
  );
}

const timeProblems = (rule: TouRule): TouProblem[] =>
  textsOf(rule)
    .filter(([period, text]) => parseSlot(text, period) === null)
    .map(([, text]) => ({ code: "badTime", text }));

function slotProblems(rule: TouRule, index: number): TouProblem[] {
  const problems: TouProblem[] = [];
  let covered = 0;
  for (const { from, to } of [...slotsOf(rule), { from: dayMinutes, to: dayMinutes }]) {
    const [a, b] = [toClock(Math.min(covered, from)), toClock(Math.max(covered, from))];
    if (from > covered) problems.push({ code: "gap", rule: index, from: a, to: b });
    if (from < covered) problems.push({ code: "overlap", rule: index, from: a, to: toClock(Math.min(covered, to)) });
    covered = Math.max(covered, to);
  }
  return problems;
}

const toClock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
