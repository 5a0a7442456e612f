import type { ElectricityBody, ReadingsBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { monthTotals, type MonthTotals } from "../independent/series-totals.ts";
import { startInfluxd, type Influxd } from "../support/influxd.ts";
import { ownFile, readCsv } from "../support/measured-series.ts";
import { describeWith } from "../support/programs.ts";
import { startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

/** Measured series, put in as a meter would have sent them, against sums taken from the files by a program of its own. */

const quarterMs = 900_000;

/** By local month, `2018-01`. */
const truthOf = (
  kind: Parameters<typeof monthTotals>[0],
  file: string,
  zone: string,
  name: string,
): [string, MonthTotals][] =>
  [...monthTotals(kind, ownFile(file), zone)].flatMap(([key, totals]) =>
    key.startsWith(`${name} `) ? [[key.slice(-7), totals]] : [],
  );

interface Interval {
  readonly from: number;
  readonly amounts: Readonly<Record<string, number>>;
}

/** Registers that go up by what each interval used, read at its end. */
function toRegisters(intervals: readonly Interval[], start: number) {
  const totals = new Map<string, number>();
  const first = intervals[0];
  if (first === undefined) throw new Error("the file has rows");
  for (const quantity of Object.keys(first.amounts)) totals.set(quantity, start);
  const rows = [{ ts: first.from, values: Object.fromEntries(totals) }];
  for (const { from, amounts } of intervals) {
    for (const [quantity, amount] of Object.entries(amounts))
      totals.set(quantity, (totals.get(quantity) ?? 0) + amount);
    rows.push({ ts: from + quarterMs, values: Object.fromEntries(totals) });
  }
  return rows;
}

async function addSeries(park: TestPlatform, name: string, intervals: readonly Interval[]): Promise<void> {
  await park.admin.post("/enterprises", { id: name, name, demo: true });
  const quantities = Object.keys(intervals[0]?.amounts ?? {});
  const points = quantities.map((quantity) => ({ quantity, ratedPerHour: 5000 }));
  const meter = { id: `${name}-main`, name, enterpriseId: name, kind: "electricity", intervalS: 900, points };
  await park.admin.post("/meters", meter);
  const readings = toRegisters(intervals, 97_000);
  for (let start = 0; start < readings.length; start += 5000) {
    const batch = readings.slice(start, start + 5000);
    const { rejected } = await park.admin.post<{ rejected: unknown[] }>("/import/readings", {
      meterId: meter.id,
      readings: batch,
    });
    expect(rejected).toEqual([]);
  }
}

async function expectMonths(park: TestPlatform, name: string, truths: readonly [string, MonthTotals][]): Promise<void> {
  expect(truths.length).toBeGreaterThanOrEqual(6);
  for (const [month, truth] of truths) {
    const body = await park.admin.get<ElectricityBody>(`/enterprises/${name}/electricity?month=${month}`);
    expect([month, body.energy.unit]).toEqual([month, "kWh"]);
    expect(body.energy.value).toBeCloseTo(truth.kwh, 3);
    expect(body.load?.peak.kw).toBeCloseTo(truth.maxKw, 4);
    expect(Date.parse(body.load?.peak.from ?? "")).toBe(truth.maxFrom);
    expect(body.load?.loadFactor).toBeCloseTo(truth.loadFactor, 6);
    expect(body.coverage.measured).toBeCloseTo(1, 6);
    if (truth.kvarh > 0) expect(body.powerFactor.value).toBe(truth.powerFactor);
  }
}

function steelIsExact(start: () => Promise<TestPlatform>): void {
  const zone = "Asia/Seoul";
  let park: TestPlatform;
  beforeAll(async () => {
    park = await start();
    const rows = readCsv(ownFile("steel_energy_2018h1.csv.gz"));
    const intervals = rows.map((row) => ({
      from: Date.parse(row.get("ts_end") ?? "") - quarterMs,
      amounts: {
        activeEnergyImport: Number(row.get("usage_kwh")),
        reactiveEnergyImport: Number(row.get("lagging_kvarh")),
        reactiveEnergyExport: Number(row.get("leading_kvarh")),
      },
    }));
    await addSeries(park, "steel", intervals);
  });
  afterAll(() => park.stop());

  it("kWh, the largest quarter hour and its time, load factor and power factor of every month", async () => {
    await expectMonths(park, "steel", truthOf("steel", "steel_energy_2018h1.csv.gz", zone, "steel"));
  });
}

describe("a steel works' half year in the embedded store", () =>
  steelIsExact(() => startTestPlatform({ PARK_TIME_ZONE: "Asia/Seoul" })));

describeWith("influxd", "a steel works' half year in InfluxDB", (path) => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd(path);
  });
  afterAll(() => influxd.stop());
  steelIsExact(() =>
    startTestPlatform({ PARK_TIME_ZONE: "Asia/Seoul", INFLUX_URL: influxd.url, INFLUX_BUCKET: "park" }),
  );
});

describe("three consumers' years in a zone whose clock is changed", () => {
  const zone = "Europe/Berlin";
  const sites = ["metalworking", "furniture_store", "office_small"];
  let park: TestPlatform;
  beforeAll(async () => {
    park = await startTestPlatform({ PARK_TIME_ZONE: zone });
    const rows = readCsv(ownFile("park_loads_15min.csv.gz"));
    for (const site of sites) {
      const intervals = rows
        .filter((row) => row.get("site") === site)
        .map((row) => ({
          from: Date.parse(row.get("ts_start") ?? ""),
          amounts: { activeEnergyImport: Number(row.get("w_per_mwh_year")) / 4 },
        }));
      await addSeries(park, site, intervals);
    }
  }, 60_000);
  afterAll(() => park.stop());

  it.each(sites)("%s: every month's kWh, largest quarter hour and load factor", async (site) => {
    await expectMonths(park, site, truthOf("loads", "park_loads_15min.csv.gz", zone, site));
  });

  it("the days on which the clock is changed have 92 and 100 quarter hours", async () => {
    const count = async (day: string, next: string) => {
      const query = `from=${encodeURIComponent(day)}&to=${encodeURIComponent(next)}&step=15m&stat=consumption`;
      const body = await park.admin.get<ReadingsBody>(`/points/metalworking-main.activeEnergyImport/readings?${query}`);
      return body.rows.filter(({ value }) => value !== null).length;
    };
    expect(await count("2018-03-25T00:00:00+01:00", "2018-03-26T00:00:00+02:00")).toBe(92);
    expect(await count("2018-10-28T00:00:00+02:00", "2018-10-29T00:00:00+01:00")).toBe(100);
  });
});
