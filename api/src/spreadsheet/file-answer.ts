import { ParkError } from "@smart-park/core";
import { headerOf, typeOf, type TableAnswer } from "./table-answer.ts";
import { writeCsv } from "./write-csv.ts";
import { writeWorkbook } from "./write-workbook.ts";

export const answerFormats = ["json", "csv", "xlsx"] as const;
export type AnswerFormat = (typeof answerFormats)[number];

/** Media types of the files, in answers and in bodies. */
export const fileTypes = {
  csv: "text/csv",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
} as const;

/** A file to hand out. */
export interface FileAnswer {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Building a workbook takes the thread; more rows than this leave as a long CSV, where a route has one. */
export const maxFileRows = 50_000;

/** The file of a table; more than 50,000 rows: unprocessable. */
export async function toFile(table: TableAnswer, format: Exclude<AnswerFormat, "json">): Promise<FileAnswer> {
  if (table.rows.length > maxFileRows)
    throw new ParkError("unprocessable", `${table.rows.length} rows: at most ${maxFileRows} fit into a file`);
  const bytes = format === "csv" ? writeCsv(table) : await writeWorkbook({ ...table, notes: withUnits(table) });
  const name = `${table.title.replaceAll(/[\\/:*?"<>|\s\p{Cc}]+/gu, "_")}.${format}`;
  return { name, type: format === "csv" ? `${fileTypes.csv}; charset=utf-8` : fileTypes.xlsx, bytes };
}

/** In a workbook the notes say once more what the units are: headers get lost when rows are copied. */
function withUnits({ columns, notes }: TableAnswer): string[] {
  const numbers = columns.filter((column) => typeOf(column) === "number" && column.unit);
  return numbers.length === 0 ? [...notes] : [`单位：${numbers.map(headerOf).join("、")}`, ...notes];
}

/** RFC 6266: the plain name for old programs, the real one in UTF-8. */
export const dispositionOf = (name: string): string =>
  `attachment; filename="download.${name.split(".").at(-1) ?? ""}"; filename*=UTF-8''${encodeURIComponent(name)}`;
