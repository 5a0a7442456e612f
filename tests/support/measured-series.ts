import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { qualityCode, type Series } from "@smart-park/core";

const own = new URL("../../simulators/data/", import.meta.url);
/** Series whose licence keeps them out of the repository; present only on machines that have them beside the tree. */
const besides = ["../../../shared/data/", "../../../../shared/data/"].map((path) => new URL(path, import.meta.url));

/** Path of a file of the repository's data. */
export const ownFile = (name: string): string => fileURLToPath(new URL(name, own));

/** Path of a file beside the repository, null when this machine has none. */
export const besideFile = (name: string): string | null =>
  besides.map((folder) => fileURLToPath(new URL(name, folder))).find((path) => existsSync(path)) ?? null;

/** Cells of a gzip CSV by column name, read with nothing but Node. */
export function readCsv(path: string): ReadonlyMap<string, string>[] {
  const [header = "", ...lines] = gunzipSync(readFileSync(path)).toString("utf8").trim().split("\n");
  const columns = header.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return new Map(columns.map((column, i) => [column, cells[i] ?? ""]));
  });
}

export const goodSeries = (rows: readonly (readonly [at: number, value: number])[]): Series => ({
  at: Float64Array.from(rows, ([at]) => at),
  value: Float64Array.from(rows, ([, value]) => value),
  quality: Uint8Array.from(rows, () => qualityCode("good")),
});
