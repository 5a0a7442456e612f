import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import type { ReadingsBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startInfluxd, type Influxd } from "../support/influxd.ts";
import { describeWith } from "../support/programs.ts";
import { adminPassword, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

const file = fileURLToPath(new URL("../../simulators/data/steel_energy_2018h1.csv.gz", import.meta.url));
const cli = fileURLToPath(new URL("../../simulators/src/cli.ts", import.meta.url));

/** kWh by month straight from the file: an interval that ends at 00:00 of the first belongs to the month before. */
function monthlyTotals(): Map<string, number> {
  const totals = new Map<string, number>();
  const [header = "", ...lines] = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n");
  const [endColumn, kwhColumn] = ["ts_end", "usage_kwh"].map((name) => header.split(",").indexOf(name));
  for (const line of lines) {
    const cells = line.split(",");
    const [end = "", kwh = ""] = [cells[endColumn ?? -1], cells[kwhColumn ?? -1]];
    const middle = new Date(Date.parse(end) - 7.5 * 60_000 + 9 * 3_600_000);
    const month = middle.toISOString().slice(0, 7);
    totals.set(month, (totals.get(month) ?? 0) + Number(kwh));
  }
  return totals;
}

function replaysSteel(start: () => Promise<TestPlatform>): void {
  let park: TestPlatform;
  beforeAll(async () => {
    park = await start();
    const args = ["replay", "--file", file, "--url", park.url, "--mqtt", park.mqttUrl, "--meter", "steel-main"];
    const credentials = ["--user", "admin", "--password", adminPassword];
    await promisify(execFile)(process.execPath, ["--import", "tsx", cli, ...args, ...credentials]);
  });
  afterAll(() => park.stop());

  it("gives the file's kWh of every month", async () => {
    const query = "from=2018-01-01T00:00:00%2B09:00&to=2018-07-01T00:00:00%2B09:00&step=1mo&stat=consumption";
    const body = await park.admin.get<ReadingsBody>(`/points/steel-main.activeEnergyImport/readings?${query}`);
    expect(body.unit).toBe("kWh");
    const expected = [...monthlyTotals()];
    expect(expected).toHaveLength(6);
    expect(body.rows.map((row) => row.at.slice(0, 7))).toEqual(expected.map(([month]) => month));
    body.rows.forEach((row, i) => {
      const truth = expected[i]?.[1] ?? NaN;
      expect(Math.abs((row.value ?? NaN) - truth) / truth).toBeLessThan(0.001);
      expect(row.quality).toBe("good");
    });
    expect(body.coverage.measured).toBeCloseTo(1, 6);
  });
}

describe("half a year of a steel works, replayed into the embedded store", () =>
  replaysSteel(() => startTestPlatform({ PARK_TIME_ZONE: "Asia/Seoul" })));

describeWith("influxd", "half a year of a steel works, replayed into InfluxDB", (influxdPath) => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd(influxdPath);
  });
  afterAll(() => influxd.stop());
  replaysSteel(() =>
    startTestPlatform({ PARK_TIME_ZONE: "Asia/Seoul", INFLUX_URL: influxd.url, INFLUX_BUCKET: "steel" }),
  );
});
