import { selectionText } from "../../lib/register-address.ts";
import type { ParkAnomaly, Range } from "./queries.ts";

/** The stretch of a register that is looked at closely; `sel` in the address. */
export interface Selection extends Range {
  readonly point: string;
}

export const toText = ({ point, from, to }: Pick<ParkAnomaly, "point" | "from" | "to">): string =>
  selectionText(point, Date.parse(from), to === null ? null : Date.parse(to));

/** What an address names; a silence that has not ended lasts until now. Null when it names nothing. */
export function parseSelection(text: string | null, now: number): Selection | null {
  const match = /^([\w-]+\.\w+)~(\d{1,15})~(\d{0,15})$/.exec(text ?? "");
  if (!match) return null;
  const [, point = "", from = "", to = ""] = match;
  const end = to === "" ? now : Number(to);
  return Number(from) <= end ? { point, from: Number(from), to: end } : null;
}

const hourMs = 3_600_000;
const intervalsAround = 40;

/** The selection with enough before and after it to see how the register ran, not beyond now. */
export function around({ from, to }: Range, intervalS: number, now: number): Range {
  const margin = Math.max(hourMs, to - from, intervalsAround * intervalS * 1000);
  return { from: from - margin, to: Math.max(Math.min(to + margin, now), to) };
}

export const overlaps = (item: { readonly from: string; readonly to: string | null }, { from, to }: Range): boolean =>
  Date.parse(item.from) <= to && (item.to === null || Date.parse(item.to) >= from);
