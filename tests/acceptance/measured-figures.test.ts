import { accountOf, aggregate, ParkTime, type Point, type RegisterAnomaly, type Series } from "@smart-park/core";
import { aPoint } from "@smart-park/core/testing";
import { describe, expect, it } from "vitest";
import { besideFile, goodSeries, ownFile, readCsv } from "../support/measured-series.ts";

/** The figures of core against sums taken from the publishers' files with nothing but Node. */

const quarterMs = 900_000;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const cell = (row: ReadonlyMap<string, string>, column: string): string => row.get(column) ?? "";

/** A register that starts at `start` and wraps at `modulus`, from the energy of its intervals. */
function toRegister(ends: readonly number[], kwh: readonly number[], start: number, modulus: number): Series {
  let register = start;
  const first: [number, number] = [(ends[0] ?? 0) - quarterMs, start];
  return goodSeries([
    first,
    ...ends.map((at, i): [number, number] => [at, (register = (register + (kwh[i] ?? 0)) % modulus)]),
  ]);
}

describe("the steel works' electricity meter, half a year", () => {
  const rows = readCsv(ownFile("steel_energy_2018h1.csv.gz"));
  const ends = rows.map((row) => Date.parse(cell(row, "ts_end")));
  const time = new ParkTime("Asia/Seoul");
  const [from, to] = [time.instantOf(2018, 1, 1), time.instantOf(2018, 7, 1)];
  const months = time.bucketEdges({ from, to }, "1mo");
  const days = time.bucketEdges({ from, to }, "1d");

  /** By the publisher's calendar: an interval belongs to the month in which it begins. */
  function totalsByMonth(column: string): number[] {
    const totals = new Map<string, number>();
    rows.forEach((row, i) => {
      const month = new Date((ends[i] ?? 0) - quarterMs + 9 * 3_600_000).toISOString().slice(0, 7);
      totals.set(month, (totals.get(month) ?? 0) + Number(cell(row, column)));
    });
    return [...totals.values()];
  }

  it.each(["usage_kwh", "lagging_kvarh", "leading_kvarh"])(
    "%s: months and days add up to the file's intervals",
    (column) => {
      const kwh = rows.map((row) => Number(cell(row, column)));
      const point = aPoint("activeEnergyImport", { modulus: 100_000, ratedPerHour: 1000, intervalS: 900 });
      const series = toRegister(ends, kwh, 97_000, point.modulus ?? 0);
      const byMonth = aggregate(series, point, months, "consumption", to);
      totalsByMonth(column).forEach((total, i) => expect(byMonth.rows[i]?.value).toBeCloseTo(total, 5));
      expect(byMonth.coverage).toEqual({ measured: 1, estimated: 0, missing: 0 });
      const byDay = aggregate(series, point, days, "consumption", to).rows.map((row) => row.value ?? NaN);
      expect(sum(byDay)).toBeCloseTo(sum(kwh), 5);
    },
  );

  it("turns round in the middle of it, which is marked and loses nothing", () => {
    const kwh = rows.map((row) => Number(cell(row, "usage_kwh")));
    const { uses, anomalies } = accountOf(toRegister(ends, kwh, 97_000, 100_000), {
      modulus: 100_000,
      ratedPerHour: 1000,
    });
    const turns = Math.floor((97_000 + sum(kwh)) / 100_000);
    expect(anomalies.map(({ kind }) => kind)).toEqual(Array.from({ length: turns }, () => "rollover"));
    expect(sum(uses.map((use) => use.amount))).toBeCloseTo(sum(kwh), 5);
  });
});

describe.each(["metalworking", "furniture_store", "office_small"])("the load of the %s, a year", (site) => {
  it("as power: the mean of the year times its hours is the sum of power × interval", () => {
    const rows = readCsv(ownFile("park_loads_15min.csv.gz")).filter((row) => cell(row, "site") === site);
    const power = rows.map((row) => Number(cell(row, "w_per_mwh_year")));
    const at = rows.map((row) => Date.parse(cell(row, "ts_start")));
    const kwh = sum(power) * 0.25 * 0.001;
    const point = aPoint("activePower", { unit: "W", stampAt: "start", intervalS: 900 });
    const [from, to] = [at[0] ?? 0, (at.at(-1) ?? 0) + quarterMs];
    const time = new ParkTime("Europe/Berlin");
    const hourly = aggregate(
      goodSeries(at.map((t, i) => [t, power[i] ?? 0])),
      point,
      time.bucketEdges({ from, to }, "1h"),
      "mean",
      to,
    );
    expect(sum(hourly.rows.map((row) => (row.value ?? NaN) / 1000))).toBeCloseTo(kwh, 6);
    expect(hourly.coverage.measured).toBeCloseTo(1, 9);
    // Scaled upstream to one MWh a year.
    expect(kwh).toBeGreaterThan(990);
    expect(kwh).toBeLessThan(1010);
  });
});

const waterFile = besideFile("water_meters_hourly_m01_m12.csv.gz");
const meters = waterFile === null ? [] : readCsv(waterFile);
const ids = Array.from({ length: 12 }, (_, i) => `M${String(i + 1).padStart(2, "0")}`);

/** Falls of the register and equal stamps, as the file's description lists them; counted with nothing but Node. */
function oddities(rows: readonly (readonly [at: number, litres: number])[]) {
  const falls = rows.flatMap(([at, litres], i) => (i > 0 && litres < (rows[i - 1]?.[1] ?? 0) ? [at] : []));
  const repeats = rows.flatMap(([at], i) => (i > 0 && at === rows[i - 1]?.[0] ? [at] : []));
  const gaps = rows.flatMap(([at], i) => (i > 0 && at - (rows[i - 1]?.[0] ?? 0) > 3 * 3_600_000 ? [at] : []));
  return { falls, repeats, gaps };
}

describe.skipIf(waterFile === null)("twelve smart water meters, a year (the file beside the repository)", () => {
  const point: Point = aPoint("waterVolume", { unit: "L", intervalS: 3600 });
  const touches =
    (kind: RegisterAnomaly["kind"], at: number) =>
    (anomaly: RegisterAnomaly): boolean =>
      anomaly.kind === kind && anomaly.from <= at + 1 && anomaly.to >= at - 7_200_000;

  it.each(ids)("%s: what it used is last minus first, and everything odd is marked", (id) => {
    const rows = meters
      .filter((row) => cell(row, "meter") === id)
      .map((row): [number, number] => [Date.parse(cell(row, "ts_utc")), Number(cell(row, "register_l"))]);
    const { falls, repeats, gaps } = oddities(rows);
    const { uses, anomalies } = accountOf(goodSeries(rows), point);
    const [first, last] = [rows[0]?.[1] ?? NaN, rows.at(-1)?.[1] ?? NaN];
    expect(sum(uses.map((use) => use.amount))).toBe(last - first);
    expect(uses.filter((use) => use.amount < 0)).toEqual([]);
    expect(falls.filter((at) => !anomalies.some(touches("glitch", at)))).toEqual([]);
    expect(repeats.filter((at) => !anomalies.some(touches("repeat", at)))).toEqual([]);
    expect(gaps.filter((at) => !anomalies.some(touches("gap", at)))).toEqual([]);
    // Nothing else is called odd than what stands around the falls.
    const others = anomalies.filter(({ kind }) => kind !== "gap" && kind !== "repeat");
    expect(others.filter(({ from }) => !falls.some((at) => Math.abs(at - from) <= 3 * 3_600_000))).toEqual([]);
  });

  it("in days of the park's clock, over both changes of it, the sum stays", () => {
    const time = new ParkTime("Europe/Madrid");
    const [from, to] = [time.instantOf(2016, 3, 1), time.instantOf(2017, 3, 2)];
    for (const id of ids) {
      const rows = meters
        .filter((row) => cell(row, "meter") === id)
        .map((row): [number, number] => [Date.parse(cell(row, "ts_utc")), Number(cell(row, "register_l"))]);
      const byDay = aggregate(goodSeries(rows), point, time.bucketEdges({ from, to }, "1d"), "consumption", to).rows;
      const used = ((rows.at(-1)?.[1] ?? NaN) - (rows[0]?.[1] ?? NaN)) / 1000;
      expect(sum(byDay.map((row) => row.value ?? 0))).toBeCloseTo(used, 6);
    }
  });

  it("no register of the file is printed in powers of ten; such text is refused by whoever reads it", () => {
    expect(meters.filter((row) => !/^\d+$/.test(cell(row, "register_l")))).toEqual([]);
  });
});
