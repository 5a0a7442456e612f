import { stringify } from "csv-stringify/sync";
import { noteSign, toCsvCell } from "./csv-row.ts";
import { toSafeText } from "@smart-park/core";
import { headerOf, type TableAnswer } from "./table-answer.ts";

/**
 * A table as CSV: RFC 4180, UTF-8 with a byte order mark so that spreadsheets read the Chinese; formulas are text. Notes
 * stand behind the rows, each in the first cell of a line of its own and led by `# `.
 */
export function writeCsv({ columns, rows, notes }: TableAnswer): Uint8Array {
  const lines = [
    columns.map((column) => toSafeText(headerOf(column))),
    ...rows.map((row) => columns.map(({ key }, i) => toCsvCell(row[key], i === 0))),
    ...notes.map((note) => columns.map((_, i) => (i === 0 ? `${noteSign} ${note}` : ""))),
  ];
  return new TextEncoder().encode(`\uFEFF${stringify(lines, { record_delimiter: "windows" })}`);
}
