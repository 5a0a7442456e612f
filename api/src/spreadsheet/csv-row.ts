import { fromSafeText, toSafeText } from "@smart-park/core";
import type { TableCell } from "./table-answer.ts";

/** What begins a line that is no row. */
export const noteSign = "#";

/** A cell as our CSV holds it. A first cell that looks like a note is led by a quote, and is a row all the same. */
export function toCsvCell(cell: TableCell, isFirst: boolean): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  return isFirst && /^'*#/.test(cell) ? `'${cell}` : toSafeText(cell);
}

/** The cells that a line was written from; of a note, none. */
export function fromCsvRow(cells: readonly string[]): string[] {
  if (cells[0]?.startsWith(noteSign)) return [];
  return cells.map((cell, i) => (i === 0 && /^'+#/.test(cell) ? cell.slice(1) : fromSafeText(cell)));
}
