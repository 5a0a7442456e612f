/**
 * Episodes over a limit straight from the publisher's file of a gas turbine's chimney, with nothing but Node's standard library
 * and nothing of the product, so that the two can be compared.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export type Gas = "nox" | "co";
/** Hourly values, mg/m³; `at` as the file assigns it. */
export type EmissionRow = { readonly at: number } & Readonly<Record<Gas, number>>;
/** From the first row over the limit to the first that is not; null when the file ends before. */
export type Episode = readonly [raisedAt: number, clearedAt: number | null];

export function emissionRows(file: string): EmissionRow[] {
  const [header = "", ...lines] = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n");
  const columns = header.split(",");
  const column = (name: string): number => columns.findIndex((known) => known.startsWith(name));
  const [at, co, nox] = [column("ts"), column("co"), column("nox")];
  return lines
    .map((line) => line.split(","))
    .map((cells) => ({ at: Date.parse(cells[at] ?? ""), co: Number(cells[co]), nox: Number(cells[nox]) }));
}

/** Unbroken stretches of rows that are over; `atOf` says at which instant a row counts. */
export function episodes(
  rows: readonly EmissionRow[],
  isOver: (row: EmissionRow) => boolean,
  atOf: (row: EmissionRow, index: number) => number = ({ at }) => at,
): Episode[] {
  const found: Episode[] = [];
  let from: number | null = null;
  for (const [index, row] of rows.entries()) {
    if (isOver(row) && from === null) from = atOf(row, index);
    if (!isOver(row) && from !== null) {
      found.push([from, atOf(row, index)]);
      from = null;
    }
  }
  return from === null ? found : [...found, [from, null]];
}
