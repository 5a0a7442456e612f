import writeXlsxFile, { type Cell, type Row } from "write-excel-file/node";
import {
  headerOf,
  typeOf,
  type ColumnType,
  type TableAnswer,
  type TableCell,
  type TableColumn,
} from "./table-answer.ts";

const dateFormats = { day: "yyyy-mm-dd", instant: "yyyy-mm-dd hh:mm:ss" } as const;
const noteWidth = 100;

/** A table as XLSX: numbers are numbers, days and times are dates of the park's clock, notes are a second sheet. */
export async function writeWorkbook({ title, columns, rows, notes }: TableAnswer): Promise<Uint8Array> {
  const data = [columns.map(toHeader), ...rows.map((row) => columns.map((column) => toCell(row[column.key], column)))];
  const sheets = [
    { sheet: "数据", data, stickyRowsCount: 1, columns: columns.map((column) => ({ width: widthOf(column) })) },
    { sheet: "说明", data: [title, ...notes].map((note): Row => [{ value: note }]), columns: [{ width: noteWidth }] },
  ];
  return writeXlsxFile(sheets).toBuffer();
}

const toHeader = (column: TableColumn): Cell => ({ value: headerOf(column), fontWeight: "bold" });

/** Chinese signs take the width of two. */
const widthOf = (column: TableColumn): number => Math.max(12, 2 * headerOf(column).length + 2);

function toCell(cell: TableCell, column: TableColumn): Cell {
  if (cell === null || cell === undefined || cell === "") return null;
  if (typeof cell === "number") return Number.isFinite(cell) ? { value: cell, type: Number } : null;
  const type = typeOf(column);
  const shown = toShownDate(cell, type);
  if (shown !== null && (type === "day" || type === "instant"))
    return { value: shown, type: Date, format: dateFormats[type] };
  // A cell of text is never a formula, whatever it begins with.
  return { value: cell, type: String };
}

/** Workbooks know no zones: the date is what the park's clock shows, the offset is cut off. */
function toShownDate(cell: string, type: ColumnType): Date | null {
  const [shown] = (type === "day" ? /^\d{4}-\d{2}-\d{2}$/ : /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/).exec(cell) ?? [];
  if (shown === undefined) return null;
  const date = new Date(type === "day" ? `${shown}T00:00:00Z` : `${shown}Z`);
  return Number.isNaN(date.getTime()) ? null : date;
}
