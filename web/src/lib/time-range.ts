import type { EpochMs, ParkTime } from "@smart-park/core";
import { parseInstant } from "@smart-park/core";

/** A range as it stands in the address: `now-24h`, `now/d` (start of the park's day), or ISO 8601 with offset. */
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
} as const satisfies Record<string, RangeText>;

export type RangePreset = keyof typeof rangePresets;
export const presetNames = Object.keys(rangePresets) as RangePreset[]; // keys of a const object

export const presetOf = (range: RangeText): RangePreset | null =>
  presetNames.find((name) => rangePresets[name].from === range.from && rangePresets[name].to === range.to) ?? null;

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const relative = /^now(?:-(\d{1,5})([mhd]))?(\/d)?$/;

/** The instant a text of an address means; null when it means none. */
export function parseMoment(text: string, now: EpochMs, time: ParkTime): EpochMs | null {
  const match = relative.exec(text);
  if (!match) return parseInstant(text);
  const unit = match[2] as keyof typeof unitMs | undefined; // the pattern allows only these
  if (match[3] && unit === "d") return time.startOfDay(now, -Number(match[1]));
  const at = unit === undefined ? now : now - Number(match[1]) * unitMs[unit];
  return match[3] ? time.startOfDay(at) : at;
}

export interface ParsedRange {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export function parseRange(range: RangeText, now: EpochMs, time: ParkTime): ParsedRange | null {
  const [from, to] = [parseMoment(range.from, now, time), parseMoment(range.to, now, time)];
  return from !== null && to !== null && from < to ? { from, to } : null;
}

/** The range moved by its own length; in absolute times, for the past does not move with now. */
export function shiftRange({ from, to }: ParsedRange, direction: -1 | 1, time: ParkTime): RangeText {
  const by = (to - from) * direction;
  return { from: time.toIso(from + by), to: time.toIso(to + by) };
}

/** Text of a datetime-local input in park time, and back. */
export const toLocalInput = (at: EpochMs, time: ParkTime): string =>
  new Date(at + time.offsetAt(at)).toISOString().slice(0, 16);

export function fromLocalInput(text: string, time: ParkTime): EpochMs | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute] = match.slice(1).map(Number) as [number, number, number, number, number]; // five groups
  return time.instantOf(year, month, day, hour, minute);
}
