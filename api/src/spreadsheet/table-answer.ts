/** number: right-aligned digits; day `2026-05-01` and instant (ISO 8601 with offset) become dates in a workbook. */
export type ColumnType = "text" | "number" | "day" | "instant";

export interface TableColumn {
  /** Name of the field in rows; also the English header that an import understands. */
  readonly key: string;
  /** What the header says, Chinese. */
  readonly label: string;
  /** Stands behind the label in brackets; null for text, days and pure numbers. */
  readonly unit?: string | null;
  /** Without one: text, or number where the column has a unit. */
  readonly type?: ColumnType;
}

export type TableCell = string | number | null | undefined;
export type TableRow = Readonly<Record<string, TableCell>>;

/** An answer as a sheet: what a row is, its rows, and what a reader must know to trust them (units, coverage, versions). */
export interface TableAnswer {
  /** Chinese; the name of the file too. */
  readonly title: string;
  readonly columns: readonly TableColumn[];
  /** Cells by column key; a missing cell is empty, as null is: not known, never 0. */
  readonly rows: readonly TableRow[];
  readonly notes: readonly string[];
}

export const typeOf = ({ type, unit }: TableColumn): ColumnType =>
  type ?? (unit === undefined || unit === null ? "text" : "number");

/** `用量 (kWh)` */
export const headerOf = ({ label, unit }: TableColumn): string =>
  unit === undefined || unit === null ? label : `${label} (${unit})`;
