/**
 * Figures of the measured series straight from the publishers' files, with nothing but Node's standard library and
 * nothing of the product, so that the two can be compared.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const quarterMs = 900_000;

export interface MonthTotals {
  readonly intervals: number;
  readonly kwh: number;
  readonly kvarh: number;
  /** The largest mean power of 15 minutes, and when it began. */
  readonly maxKw: number;
  readonly maxFrom: number;
  readonly loadFactor: number;
  readonly powerFactor: number;
}

type Cells = Readonly<Record<string, string>>;

/** Energy of each interval, by series. */
const readers = {
  steel: (row: Cells) => ({
    name: "steel",
    from: Date.parse(row.ts_end ?? "") - quarterMs,
    kwh: Number(row.usage_kwh),
    kvarh: Number(row.lagging_kvarh) + Number(row.leading_kvarh),
  }),
  loads: (row: Cells) => ({
    name: row.site ?? "",
    from: Date.parse(row.ts_start ?? ""),
    kwh: Number(row.w_per_mwh_year) / 4,
    kvarh: 0,
  }),
};

/** By name and local month, `steel 2018-01`. */
export function monthTotals(kind: keyof typeof readers, file: string, zone: string): Map<string, MonthTotals> {
  const [header = "", ...lines] = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n");
  const columns = header.split(",");
  const monthOf = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit" });
  const sums = new Map<string, { intervals: number; kwh: number; kvarh: number; maxKw: number; maxFrom: number }>();
  for (const line of lines) {
    const row = Object.fromEntries(line.split(",").map((cell, i) => [columns[i] ?? "", cell]));
    const { name, from, kwh, kvarh } = readers[kind](row);
    const key = `${name} ${monthOf.format(from)}`;
    const sum = sums.get(key) ?? { intervals: 0, kwh: 0, kvarh: 0, maxKw: -Infinity, maxFrom: 0 };
    sums.set(key, sum);
    sum.intervals += 1;
    sum.kwh += kwh;
    sum.kvarh += kvarh;
    if (kwh * 4 > sum.maxKw) [sum.maxKw, sum.maxFrom] = [kwh * 4, from];
  }
  return new Map(
    [...sums].map(([key, sum]) => [
      key,
      {
        ...sum,
        loadFactor: sum.kwh / (sum.intervals / 4) / sum.maxKw,
        powerFactor: Math.round((sum.kwh / Math.hypot(sum.kwh, sum.kvarh)) * 100) / 100,
      },
    ]),
  );
}
