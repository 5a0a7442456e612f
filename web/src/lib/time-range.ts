import type { EpochMs, ParkTime } from "@smart-park/core";
import { parseInstant } from "@smart-park/core";

/** A range as it stands in the address: `now-24h`, `now/d` (start of the park's day; M month, y year), or ISO 8601 with offset. */
export interface RangeText {
  readonly from: string;
  readonly to: string;
}

export const rangePresets = {
  h1: { from: "now-1h", to: "now" },
  h6: { from: "now-6h", to: "now" },
  h24: { from: "now-24h", to: "now" },
  today: { from: "now/d", to: "now" },
  yesterday: { from: "now-1d/d", to: "now/d" },
  d7: { from: "now-7d", to: "now" },
  d30: { from: "now-30d", to: "now" },
  d365: { from: "now-365d", to: "now" },
  month: { from: "now/M", to: "now" },
  lastMonth: { from: "now-1M/M", to: "now/M" },
  year: { from: "now/y", to: "now" },
} as const satisfies Record<string, RangeText>;

export type RangePreset = keyof typeof rangePresets;
const presetNames = Object.keys(rangePresets) as RangePreset[]; // keys of a const object

/** For readings: what happened in the last hours and days. */
export const readingPresets: readonly RangePreset[] = ["h1", "h6", "h24", "today", "yesterday", "d7", "d30", "d365"];
/** For figures: what is accounted for by calendar. */
export const figurePresets: readonly RangePreset[] = [
  "h24",
  "today",
  "yesterday",
  "d7",
  "d30",
  "month",
  "lastMonth",
  "year",
];

export const presetOf = (range: RangeText): RangePreset | null =>
  presetNames.find((name) => rangePresets[name].from === range.from && rangePresets[name].to === range.to) ?? null;

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const relative = /^now(?:-(\d{1,5})([mhdMy]))?(?:\/([dMy]))?$/;

/** The instant a text of an address means; null when it means none. */
export function parseMoment(text: string, now: EpochMs, time: ParkTime): EpochMs | null {
  const match = relative.exec(text);
  if (!match) return parseInstant(text);
  const [, count = "0", unit = "m", floor] = match;
  const n = Number(count);
  if (floor === unit && floor !== undefined) return startOf(floor, now, -n, time);
  // Months and years have no length of their own, so they are stepped back from their start only.
  if (unit === "M" || unit === "y") return null;
  const at = now - n * unitMs[unit as keyof typeof unitMs]; // the pattern leaves m, h, d
  return floor === undefined ? at : startOf(floor, at, 0, time);
}

function startOf(unit: string, at: EpochMs, plus: number, time: ParkTime): EpochMs {
  if (unit === "d") return time.startOfDay(at, plus);
  if (unit === "M") return time.startOfMonth(at, plus);
  return time.instantOf(time.partsOf(at).year + plus, 1, 1);
}

export interface ParsedRange {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export function parseRange(range: RangeText, now: EpochMs, time: ParkTime): ParsedRange | null {
  const [from, to] = [parseMoment(range.from, now, time), parseMoment(range.to, now, time)];
  return from !== null && to !== null && from < to ? { from, to } : null;
}

const quarterMs = 15 * 60_000;

export interface FigureRange {
  readonly range: ParsedRange;
  /** When the first figure of a range that has only just begun is there; null = there are some. */
  readonly firstAt: EpochMs | null;
}

/**
 * A range as figures are asked for, which are there by quarter hours. One that begins now (today, just after midnight) is
 * its first quarter hour, still running: never what lies before it.
 */
export function parseFigureRange(range: RangeText, now: EpochMs, time: ParkTime): FigureRange | null {
  const until = Math.floor(now / quarterMs) * quarterMs;
  const parsed = parseRange(range, until, time);
  if (parsed !== null) return { range: parsed, firstAt: null };
  const [from, to] = [parseMoment(range.from, until, time), parseMoment(range.to, until, time)];
  if (from === null || from !== to || from !== until) return null;
  return { range: { from, to: from + quarterMs }, firstAt: from + quarterMs };
}

/** The range moved by its own length; in absolute times, for the past does not move with now. */
export function shiftRange({ from, to }: ParsedRange, direction: -1 | 1, time: ParkTime): RangeText {
  const by = (to - from) * direction;
  return { from: time.toIso(from + by), to: time.toIso(to + by) };
}

/** `2026-11-20 14:30` in park time: the same in every language, and what `parseOwnTime` reads. */
export const toOwnTime = (at: EpochMs, time: ParkTime): string =>
  new Date(at + time.offsetAt(at)).toISOString().slice(0, 16).replace("T", " ");

const ownTime = /^(?:(\d{4})-(\d{1,2})-(\d{1,2}))?[ T]*(?:(\d{1,2}):(\d{2}))?$/;

/** What a person types: `2026-11-20`, `2026-11-20 14:30`, `14:30` (today), `now-6h`; null when it is none of these. */
export function parseOwnTime(text: string, now: EpochMs, time: ParkTime): EpochMs | null {
  const typed = text.trim();
  const match = typed === "" ? null : ownTime.exec(typed);
  if (!match) return parseMoment(typed, now, time);
  const [year, month, day, hour = 0, minute = 0] = match.slice(1).map((part) => (part ? Number(part) : undefined));
  if (hour > 24 || minute > 59) return null;
  const today = time.partsOf(now);
  if (year === undefined) return time.instantOf(today.year, today.month, today.day, hour, minute);
  const at = time.instantOf(year, month ?? 1, day ?? 1, hour, minute);
  // 30 February is no day; instantOf would carry it over into March.
  const start = time.partsOf(time.instantOf(year, month ?? 1, day ?? 1));
  return start.month === month && start.day === day ? at : null;
}
