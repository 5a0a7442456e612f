import { setImmediate as otherWork } from "node:timers/promises";
import { ParkError } from "@smart-park/core";
import type { RefusedCell } from "@smart-park/core/wire";
import type { z } from "zod";
import { toText } from "./cell-values.ts";
import type { SheetCell } from "./sheet-reader.ts";
import type { TableColumn } from "./table-answer.ts";

/** Cells of one row by column key; undefined where the sheet has no such column. */
export type CellOf = (key: string) => SheetCell | undefined;

export interface RowProblem {
  /** Column key; null = the row as a whole. */
  readonly key: string | null;
  readonly message: string;
}

/** What a sheet must look like, and what a row of it becomes. */
export interface SheetForm<S extends z.ZodType> {
  /** Found by label or key, whatever unit stands behind them. */
  readonly columns: readonly TableColumn[];
  readonly required: readonly string[];
  readonly schema: S;
  /** What the schema judges, and what it cannot know. */
  toRaw(cell: CellOf): { readonly raw: unknown; readonly problems: readonly RowProblem[] };
  /** Column of a field that the schema refused. */
  columnOf(path: readonly PropertyKey[]): string;
  /** One row of a sheet may have it. */
  keyOf(input: z.output<S>): string;
  /** What only shows when the good rows are seen together, by row number. */
  judgeTogether?(
    rows: readonly { readonly row: number; readonly input: z.output<S> }[],
  ): ReadonlyMap<number, readonly RowProblem[]>;
}

export interface Judged<T> {
  readonly rows: number;
  readonly accepted: readonly { readonly row: number; readonly input: T }[];
  readonly refused: readonly RefusedCell[];
  readonly ignoredColumns: readonly string[];
}

/** Rows that are judged before other work has its turn: some ten milliseconds. */
const batchSize = 200;

/** Judges every row for itself: a bad one never keeps out a good one. Without a needed column: unprocessable. */
export async function judgeSheet<S extends z.ZodType>(
  cells: readonly (readonly SheetCell[])[],
  form: SheetForm<S>,
): Promise<Judged<z.output<S>>> {
  const [header = [], ...body] = cells;
  const { places, ignoredColumns } = findColumns(header, form);
  const accepted: { row: number; input: z.output<S> }[] = [];
  const refused: RefusedCell[] = [];
  const seen = new Map<string, number>();
  const nameOf = (key: string): string =>
    toText(header[places.get(key) ?? -1]) || (form.columns.find((column) => column.key === key)?.label ?? key);
  let rows = 0;
  for (const [i, line] of body.entries()) {
    if (i > 0 && i % batchSize === 0) await otherWork();
    if (line.every((cell) => toText(cell) === "")) continue;
    rows += 1;
    const row = i + 2;
    const cellOf: CellOf = (key) => line[places.get(key) ?? -1];
    const verdict = judgeRow(form, cellOf);
    const before = verdict.ok ? seen.get(form.keyOf(verdict.input)) : undefined;
    if (verdict.ok && before === undefined) {
      seen.set(form.keyOf(verdict.input), row);
      accepted.push({ row, input: verdict.input });
      continue;
    }
    const problems = verdict.ok ? [{ key: null, message: `the same as row ${before}` }] : verdict.problems;
    refused.push(...problems.map((problem) => toRefused(problem, { row, cellOf, nameOf })));
  }
  const together = form.judgeTogether?.(accepted) ?? new Map<number, readonly RowProblem[]>();
  for (const [row, problems] of together) {
    const cellOf: CellOf = (key) => body[row - 2]?.[places.get(key) ?? -1];
    refused.push(...problems.map((problem) => toRefused(problem, { row, cellOf, nameOf })));
  }
  return {
    rows,
    accepted: accepted.filter(({ row }) => !together.has(row)),
    refused: refused.sort((a, b) => a.row - b.row),
    ignoredColumns,
  };
}

type Verdict<T> = { readonly ok: true; readonly input: T } | { readonly ok: false; readonly problems: RowProblem[] };

function judgeRow<S extends z.ZodType>(form: SheetForm<S>, cellOf: CellOf): Verdict<z.output<S>> {
  const { raw, problems } = form.toRaw(cellOf);
  const parsed = form.schema.safeParse(raw);
  if (parsed.success && problems.length === 0) return { ok: true, input: parsed.data };
  const named = new Set(problems.map(({ key }) => key));
  const issues = (parsed.error?.issues ?? []).map(({ path, message }) => ({ key: form.columnOf(path), message }));
  return { ok: false, problems: [...problems, ...issues.filter(({ key }) => !named.has(key))] };
}

const maxShown = 80;

/** The column is named as the sheet names it. */
function toRefused(
  { key, message }: RowProblem,
  { row, cellOf, nameOf }: { row: number; cellOf: CellOf; nameOf: (key: string) => string },
): RefusedCell {
  if (key === null) return { row, column: null, value: "", message };
  return { row, column: nameOf(key).slice(0, maxShown), value: toText(cellOf(key)).slice(0, maxShown), message };
}

/** `用量 (kWh)` and `用量（kWh）` are `用量`. */
const toName = (header: string): string =>
  header
    .replace(/\s*[(（][^()（）]*[)）]$/, "")
    .trim()
    .toLowerCase();

function findColumns(header: readonly SheetCell[], form: Pick<SheetForm<z.ZodType>, "columns" | "required">) {
  const keys = new Map(form.columns.flatMap(({ key, label }) => [[toName(label), key] as const, [toName(key), key]]));
  keys.set("企业", "enterprise");
  const places = new Map<string, number>();
  const ignoredColumns: string[] = [];
  header.forEach((cell, i) => {
    const key = keys.get(toName(toText(cell)));
    if (key !== undefined && !places.has(key)) places.set(key, i);
    else if (toText(cell) !== "") ignoredColumns.push(toText(cell).slice(0, maxShown));
  });
  const missing = form.columns.filter(({ key }) => form.required.includes(key) && !places.has(key));
  if (missing.length > 0)
    throw new ParkError(
      "unprocessable",
      `the first row has no ${missing.map((c) => `${c.label} (${c.key})`).join(", ")}`,
    );
  return { places, ignoredColumns: ignoredColumns.slice(0, 100) };
}
