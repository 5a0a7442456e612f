/**
 * Figures of the measured series straight from the publishers' files, with nothing but Node's standard library and
 * nothing of the product, so that both can be compared: `node series-totals.mjs steel|loads|pv <file.csv.gz> <zone>`.
 * Prints JSON: by name and local month kWh, kvarh, the largest 15-min power with its interval, load factor, power factor.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const quarterMs = 900_000;
const [, , kind, file, zone] = process.argv;

const [header, ...lines] = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n");
const columns = header.split(",");
const rows = lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [columns[i], cell])));

/** Energy of each interval, by series. */
const readers = {
  steel: (row) => ({
    name: "steel",
    from: Date.parse(row.ts_end) - quarterMs,
    kwh: Number(row.usage_kwh),
    kvarh: Number(row.lagging_kvarh) + Number(row.leading_kvarh),
  }),
  loads: (row) => ({ name: row.site, from: Date.parse(row.ts_start), kwh: Number(row.w_per_mwh_year) / 4, kvarh: 0 }),
  pv: (row) => ({ name: "pv", from: Date.parse(row.ts), kwh: Math.max(0, Number(row.ac_power_w)) / 4000, kvarh: 0 }),
};

const monthOf = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit" });
const months = new Map();
for (const { name, from, kwh, kvarh } of rows.map(readers[kind])) {
  const key = `${name} ${monthOf.format(from)}`;
  const month = months.get(key) ?? { intervals: 0, kwh: 0, kvarh: 0, maxKw: -Infinity, maxFrom: 0 };
  months.set(key, month);
  month.intervals += 1;
  month.kwh += kwh;
  month.kvarh += kvarh;
  if (kwh * 4 > month.maxKw) [month.maxKw, month.maxFrom] = [kwh * 4, from];
}

const answer = {};
for (const [key, { intervals, kwh, kvarh, maxKw, maxFrom }] of months)
  answer[key] = {
    intervals,
    kwh,
    kvarh,
    maxKw,
    maxFrom: new Date(maxFrom).toISOString(),
    loadFactor: kwh / (intervals / 4) / maxKw,
    powerFactor: Math.round((kwh / Math.hypot(kwh, kvarh)) * 100) / 100,
  };
process.stdout.write(JSON.stringify(answer));
