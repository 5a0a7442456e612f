import type { SheetCell } from "./sheet-reader.ts";

/** A cell as people see it. */
export function toText(cell: SheetCell | undefined): string {
  if (cell === null || cell === undefined) return "";
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return String(cell).trim();
}

const plainNumber = /^[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][+-]?\d{1,3})?$/;

/** A number, also written with separators of thousands; null when it is none. */
export function toNumber(cell: SheetCell | undefined): number | null {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : null;
  const text = toText(cell);
  return plainNumber.test(text) ? Number(text.replaceAll(",", "")) : null;
}

/** `2026-05` however it was typed: 2026-5, 2026/05, 2026年5月, 202605, a date of that month; other text as it is. */
export function toMonth(cell: SheetCell | undefined): string {
  const text = toText(cell);
  if (cell instanceof Date) return text.slice(0, 7);
  const [, year, month] = /^(\d{4})(?:[-/.年]|(?=\d{2}$))(\d{1,2})(?:月|[-/.]\d{1,2})?$/.exec(text) ?? [];
  return year === undefined || month === undefined ? text : `${year}-${month.padStart(2, "0")}`;
}

/** A month as `toMonth`, or a year: 2025, 2025年. */
export function toPeriod(cell: SheetCell | undefined): string {
  const [, year] = /^(\d{4})年?$/.exec(toText(cell)) ?? [];
  return year ?? toMonth(cell);
}
