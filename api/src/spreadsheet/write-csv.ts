import { stringify } from "csv-stringify/sync";
import { noteSign, toCsvCell } from "./csv-row.ts";
import { toSafeText } from "@smart-park/core";
import { headerOf, type TableAnswer, type TableColumn, type TableRow } from "./table-answer.ts";

/**
 * A table as CSV: RFC 4180, UTF-8 with a byte order mark so that spreadsheets read the Chinese; formulas are text. Notes
 * stand behind the rows, each in the first cell of a line of its own and led by `# `.
 */
export const writeCsv = ({ columns, rows, notes }: TableAnswer): Uint8Array =>
  new TextEncoder().encode(csvHead(columns) + csvRows(columns, rows) + csvNotes(columns, notes));

type Columns = readonly TableColumn[];

/** Byte order mark and header. */
export const csvHead = (columns: Columns): string =>
  `\uFEFF${toLines([columns.map((column) => toSafeText(headerOf(column)))])}`;

export const csvRows = (columns: Columns, rows: readonly TableRow[]): string =>
  toLines(rows.map((row) => columns.map(({ key }, i) => toCsvCell(row[key], i === 0))));

export const csvNotes = (columns: Columns, notes: readonly string[]): string =>
  toLines(notes.map((note) => columns.map((_, i) => (i === 0 ? `${noteSign} ${note}` : ""))));

const toLines = (lines: readonly (readonly string[])[]): string =>
  stringify([...lines], { record_delimiter: "windows" });
