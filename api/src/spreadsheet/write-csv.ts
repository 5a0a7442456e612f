import { stringify } from "csv-stringify/sync";
import { toSafeText } from "./formula-safe.ts";
import { headerOf, type TableAnswer, type TableCell } from "./table-answer.ts";

/** What begins a line that is no row. */
export const noteSign = "#";

/**
 * A table as CSV: RFC 4180, UTF-8 with a byte order mark so that spreadsheets read the Chinese; formulas are text. Notes
 * stand behind the rows, each in the first cell of a line of its own and led by `# `.
 */
export function writeCsv({ columns, rows, notes }: TableAnswer): Uint8Array {
  const lines = [
    columns.map((column) => toSafeText(headerOf(column))),
    ...rows.map((row) => columns.map(({ key }, i) => toCell(row[key], i === 0))),
    ...notes.map((note) => columns.map((_, i) => (i === 0 ? `${noteSign} ${note}` : ""))),
  ];
  return new TextEncoder().encode(`\uFEFF${stringify(lines, { record_delimiter: "windows" })}`);
}

function toCell(cell: TableCell, isFirst: boolean): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  // A first cell that looks like a note is a row all the same.
  return isFirst && /^'*#/.test(cell) ? `'${cell}` : toSafeText(cell);
}
