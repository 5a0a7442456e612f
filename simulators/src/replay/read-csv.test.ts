import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ParkTime } from "@smart-park/core";
import { describe, expect, it } from "vitest";
import type { TelemetryObject } from "../gateway.ts";
import { detectFormat, formatFromOptions } from "./csv-format.ts";
import { MonthlyTotals } from "./monthly-totals.ts";
import { openCsv, type CsvOptions, type CsvReading } from "./read-csv.ts";

const folder = mkdtempSync(join(tmpdir(), "csv-"));
let files = 0;
function open(text: string, options: Partial<CsvOptions> = {}): Promise<CsvReading> {
  const file = join(folder, `${++files}.csv`);
  writeFileSync(file, text);
  return openCsv(file, { format: null, filter: null, zone: "Asia/Shanghai", ...options });
}
async function all(reading: CsvReading): Promise<TelemetryObject[]> {
  const objects: TelemetryObject[] = [];
  for await (const object of reading.objects) objects.push(object);
  return objects;
}
const at = (text: string): number => Date.parse(text);

describe("interval energy", () => {
  it("becomes a register that starts at 0 at the first interval's start", async () => {
    const reading = await open(
      "ts_end,usage_kwh,lagging_kvarh,leading_kvarh\n2018-01-01T00:15:00+09:00,3.17,2.95,0\n2018-01-01T00:30:00+09:00,4,4.46,0\n",
    );
    expect(await all(reading)).toEqual([
      {
        ts: at("2018-01-01T00:00:00+09:00"),
        values: { activeEnergyImport: 0, reactiveEnergyImport: 0, reactiveEnergyExport: 0 },
      },
      {
        ts: at("2018-01-01T00:15:00+09:00"),
        values: { activeEnergyImport: 3.17, activePower: 12.68, reactiveEnergyImport: 2.95, reactiveEnergyExport: 0 },
      },
      {
        ts: at("2018-01-01T00:30:00+09:00"),
        values: { activeEnergyImport: 7.17, activePower: 16, reactiveEnergyImport: 7.41, reactiveEnergyExport: 0 },
      },
    ]);
  });

  it("stamped at the interval's start stands in the register at its end", async () => {
    const reading = await open(
      "site,ts_start,w_per_mwh_year\na,2018-01-01T00:00:00+01:00,40\nb,2018-01-01T00:00:00+01:00,9\na,2018-01-01T00:15:00+01:00,20\n",
      { filter: "a" },
    );
    expect(await all(reading)).toEqual([
      { ts: at("2017-12-31T23:00:00Z"), values: { activeEnergyImport: 0 } },
      { ts: at("2017-12-31T23:00:00Z"), values: { activePower: 40 } },
      { ts: at("2017-12-31T23:15:00Z"), values: { activeEnergyImport: 10 } },
      { ts: at("2017-12-31T23:15:00Z"), values: { activePower: 20 } },
      { ts: at("2017-12-31T23:30:00Z"), values: { activeEnergyImport: 15 } },
    ]);
  });
});

describe("what cannot be used", () => {
  it("is a register printed as 4e+05: refused and counted, not guessed", async () => {
    const text =
      "meter,ts_local,ts_utc,register_l,delta_l\nM01,x,2016-03-01T00:00:13Z,97502,0\nM01,x,2016-03-01T01:00:13Z,4e+05,0\nM01,x,2016-03-01T02:00:13Z,,0\nM02,x,2016-03-01T02:00:13Z,5,0\n";
    const reading = await open(text, { filter: "M01" });
    expect(await all(reading)).toEqual([{ ts: at("2016-03-01T00:00:13Z"), values: { waterVolume: 97502 } }]);
    expect(reading.counts).toEqual({ rows: 3, refusedTimes: 0, refusedValues: 1, firstRefusal: 'register_l "4e+05"' });
  });

  it("is a row without a readable time", async () => {
    const reading = await open(
      "ts,ac_power_w\n2016-07-01T00:00:00-07:00,-2.86\n2016-07-01T00:15:00-07:00,1.5e-2\nyesterday,3\n",
    );
    expect((await all(reading)).map((object) => object.values)).toEqual([{ pvPower: -2.86 }, { pvPower: 0.015 }]);
    expect(reading.counts.refusedTimes).toBe(1);
  });

  it("is a file whose columns nobody explained, or one with several series", async () => {
    await expect(open("a,b\n1,2\n")).rejects.toThrow("--columns");
    await expect(open("meter,ts_utc,register_l\nM01,2016-03-01T00:00:13Z,5\n")).rejects.toThrow("--filter");
    await expect(open("ts,ac_power_w\n")).rejects.toThrow("no rows");
    await expect(openCsv(join(folder, "missing.csv"), { format: null, filter: null, zone: "UTC" })).rejects.toThrow(
      "ENOENT",
    );
  });
});

describe("other files", () => {
  it("take stamps without offset on the clock of the given zone", async () => {
    const reading = await open(
      "ts,inlet_p227_m3h,inlet_p235_m3h,pump_1_m3h\n2019-01-01T00:00:00,88.14,90.89,44.02\n2019-01-01T00:05:00,82.9,83.3,44.04\n",
    );
    expect(await all(reading)).toEqual([
      { ts: at("2019-01-01T00:00:00+08:00"), values: { waterFlow: 135.01 } },
      { ts: at("2019-01-01T00:05:00+08:00"), values: { waterFlow: 122.16 } },
    ]);
  });

  it("are read by --columns, with the unit and the interval of the file", async () => {
    const format = formatFromOptions({
      columns: "p=activePower@W, e=activeEnergyImport",
      timeColumn: "when",
      stampAt: "end",
      isPerInterval: true,
    });
    const reading = await open("when,p,e\n2024-05-01 00:10:00,900,0.15\n2024-05-01 00:20:00,1200,0.2\n", { format });
    expect(reading.intervalS).toBe(600);
    expect(await all(reading)).toEqual([
      { ts: at("2024-05-01T00:00:00+08:00"), values: { activeEnergyImport: 0 } },
      { ts: at("2024-05-01T00:10:00+08:00"), values: { activePower: 900, activeEnergyImport: 0.15 } },
      { ts: at("2024-05-01T00:20:00+08:00"), values: { activePower: 1200, activeEnergyImport: 0.35 } },
    ]);
    expect(() =>
      formatFromOptions({ columns: "p=power", timeColumn: "t", stampAt: "end", isPerInterval: false }),
    ).toThrow("no quantity");
    expect(() =>
      formatFromOptions({ columns: "p=activePower@m³", timeColumn: "t", stampAt: "end", isPerInterval: false }),
    ).toThrow("m³");
  });

  it("are known by their columns, whatever else they hold", () => {
    expect(detectFormat(["ts_end", "date_raw", "usage_kwh", "lagging_kvarh", "leading_kvarh", "co2_t"])?.name).toMatch(
      "steel",
    );
    expect(detectFormat(["a", "b"])).toBeNull();
  });
});

describe("monthly totals", () => {
  it("of the whole steel file are the sums of its rows, an interval that ends at 00:00 in the month before", async () => {
    const file = fileURLToPath(new URL("../../data/steel_energy_2018h1.csv.gz", import.meta.url));
    const reading = await openCsv(file, { format: null, filter: null, zone: "UTC" });
    const totals = new MonthlyTotals(reading.format, new ParkTime("Asia/Seoul"));
    const byHand = new Map<string, number>();
    for await (const object of reading.objects) {
      totals.add(object);
      const power = object.values["activePower"];
      if (power === undefined) continue;
      const month = new Date(object.ts - 900_000 + 9 * 3_600_000).toISOString().slice(0, 7);
      byHand.set(month, (byHand.get(month) ?? 0) + power / 4);
    }
    const months = totals.totals().get("activeEnergyImport") ?? new Map<string, number>();
    expect([...months.keys()]).toEqual(["2018-01", "2018-02", "2018-03", "2018-04", "2018-05", "2018-06"]);
    for (const [month, kwh] of months) expect(kwh).toBeCloseTo(byHand.get(month) ?? 0, 3);
  });
});
