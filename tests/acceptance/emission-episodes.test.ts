import type { AlertBody, BacktestBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { emissionRows, episodes, type EmissionRow, type Episode } from "../independent/emission-episodes.ts";
import { besideFile, ownFile } from "../support/measured-series.ts";
import { connectDevice, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

/** Of the rows that are sent live: all of them within the seven days that telemetry may be late. */
const stepMs = 30_000;
const hourMs = 3_600_000;
const limits = { nox: 100, co: 10 } as const;
const quantities = ["nox", "co"] as const;

/** Two years where the whole series lies beside the repository, otherwise the year that is part of it. */
const rows = emissionRows(
  besideFile("gas_turbine_emissions_2011_2012.csv.gz") ?? ownFile("gas_turbine_emissions_2011.csv.gz"),
);
const yearOf = ({ at }: EmissionRow): number => new Date(at).getUTCFullYear();
const years = [...new Set(rows.map(yearOf))];
/** A year at a time may be tried. */
const cases = years.flatMap((year) => quantities.map((gas) => [gas, year] as const));
const rowsOf = (year: number): EmissionRow[] => rows.filter((row) => yearOf(row) === year);
const rangeOf = (of: readonly EmissionRow[]) => ({ from: of[0]?.at, to: (of.at(-1)?.at ?? 0) + 2 * hourMs });

const ms = (iso: string | null): number | null => (iso === null ? null : Date.parse(iso));
const toEpisodes = (alerts: readonly { raisedAt: string; clearedAt: string | null }[]): Episode[] =>
  alerts.map(({ raisedAt, clearedAt }) => [Date.parse(raisedAt), ms(clearedAt)] as const).sort((a, b) => a[0] - b[0]);

describe("a gas turbine's chimney, NOx limit 100 and CO limit 10 mg/m³", () => {
  let park: TestPlatform;
  const liveStart = Math.floor(Date.now() / stepMs) * stepMs - (rows.length + 60) * stepMs;

  beforeAll(async () => {
    park = await startTestPlatform();
    await park.admin.post("/enterprises", { id: "heat", name: "供热站" });
    const points = quantities.map((quantity) => ({ quantity }));
    for (const [id, intervalS] of [
      ["year", 3600],
      ["live", stepMs / 1000],
    ] as const)
      await park.admin.post("/meters", { id, name: id, enterpriseId: "heat", kind: "emission", intervalS, points });
    const readings = rows.map(({ at, nox, co }) => ({ ts: at, values: { nox, co } }));
    for (let from = 0; from < readings.length; from += 10_000)
      await park.admin.post("/import/readings", { meterId: "year", readings: readings.slice(from, from + 10_000) });
  });
  afterAll(() => park.stop());

  const backtest = (rule: object, range: object) =>
    park.admin.post<BacktestBody>("/alert-rules/backtest", { rule, ...range });

  it.each(cases)("a limit tried on the %s of %i raises one alert per episode, and keeps none", async (gas, year) => {
    const own = rowsOf(year);
    const rule = { kind: "limit", points: [`year.${gas}`], above: limits[gas] };
    const expected = episodes(own, (row) => row[gas] > limits[gas]);
    const body = await backtest(rule, rangeOf(own));
    expect(body.readings).toBe(own.length);
    expect(body.alarms).toBe(expected.length);
    expect(body.days.reduce((sum, day) => sum + day.alarms, 0)).toBe(expected.length);
    expect(toEpisodes(body.alerts)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(20);
    const { items } = await park.admin.get<{ items: AlertBody[] }>("/alerts");
    expect(items).toEqual([]);
  });

  it.each(cases)("hours of %s over the limit in %i are the file's, rounded as the standard does", async (gas, year) => {
    const own = rowsOf(year);
    const rule = { kind: "hourlyMean", points: [`year.${gas}`], above: limits[gas] };
    const expected = episodes(
      own,
      (row) => Math.round(row[gas]) > limits[gas],
      ({ at }) => at + hourMs,
    );
    const { alerts, warnings } = await backtest(rule, rangeOf(own));
    expect(warnings).toBe(0); // one reading an hour leaves nothing to look ahead to
    expect(toEpisodes(alerts)).toEqual(expected);
  });

  it("sent live, a row every half minute, every episode gives one alert, also when a part comes twice and over a restart", async () => {
    for (const gas of quantities)
      await park.admin.post("/alert-rules", { id: gas, kind: "limit", points: [`live.${gas}`], above: limits[gas] });
    const device = { id: "box", enterpriseId: "heat", meterIds: ["live"] };
    const credentials = await park.admin.post<{ username: string; password: string }>("/devices", device);
    const messages = rows.map(({ nox, co }, i) => ({ ts: liveStart + i * stepMs, values: { nox, co } }));
    const send = async (from: number, to: number): Promise<void> => {
      const client = await connectDevice(park.mqttUrl, credentials);
      for (let i = from; i < to; i += 500)
        await client.publishAsync(
          "park/heat/live/telemetry",
          JSON.stringify(messages.slice(i, Math.min(to, i + 500))),
          {
            qos: 1,
          },
        );
      await client.endAsync();
    };
    await send(0, 4000);
    park = await park.restart();
    await send(3000, messages.length);
    for (const gas of quantities) {
      const expected = episodes(
        rows,
        (row) => row[gas] > limits[gas],
        (_row, i) => liveStart + i * stepMs,
      );
      await vi.waitFor(async () => {
        const query = `/alerts?point=live.${gas}&limit=500`;
        const { items } = await park.admin.get<{ items: AlertBody[] }>(query);
        expect(toEpisodes(items)).toEqual(expected);
      }, 60_000);
    }
  });
});
