import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { AlertBody, BacktestBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ownFile } from "../support/measured-series.ts";
import { connectDevice, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const limits = { nox: 100, co: 10 } as const;
const quantities = ["nox", "co"] as const;
type Gas = (typeof quantities)[number];
type Row = { readonly at: number } & Readonly<Record<Gas, number>>;
type Episode = readonly [raisedAt: number, clearedAt: number | null];

/** The file as it is: hourly CO and NOx of a gas turbine over a year, with nothing but Node. */
const rows: readonly Row[] = gunzipSync(readFileSync(ownFile("gas_turbine_emissions_2011.csv.gz")))
  .toString("utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split(","))
  .map(([, at = "", , co, nox]) => ({ at: Date.parse(at), co: Number(co), nox: Number(nox) }));

/** Unbroken stretches of rows over the limit: from the first over it to the first that is not. */
function episodesOf(gas: Gas, atOf: (row: Row, index: number) => number, over = (v: number) => v > limits[gas]) {
  const found: [number, number | null][] = [];
  let open: [number, number | null] | null = null;
  rows.forEach((row, index) => {
    const isOver = over(row[gas]);
    if (isOver && open === null) found.push((open = [atOf(row, index), null]));
    if (!isOver && open !== null) [open[1], open] = [atOf(row, index), null];
  });
  return found satisfies Episode[];
}

const ms = (iso: string | null): number | null => (iso === null ? null : Date.parse(iso));
const toEpisodes = (alerts: readonly { raisedAt: string; clearedAt: string | null }[]): Episode[] =>
  alerts.map(({ raisedAt, clearedAt }) => [Date.parse(raisedAt), ms(clearedAt)] as const).sort((a, b) => a[0] - b[0]);

describe("a year of a gas turbine's chimney, NOx limit 100 and CO limit 10 mg/m³", () => {
  let park: TestPlatform;
  const liveStart = Math.floor(Date.now() / minuteMs) * minuteMs - (rows.length + 60) * minuteMs;

  beforeAll(async () => {
    park = await startTestPlatform();
    await park.admin.post("/enterprises", { id: "heat", name: "供热站" });
    const points = quantities.map((quantity) => ({ quantity }));
    for (const [id, intervalS] of [
      ["year", 3600],
      ["live", 60],
    ] as const)
      await park.admin.post("/meters", { id, name: id, enterpriseId: "heat", kind: "emission", intervalS, points });
    const readings = rows.map(({ at, nox, co }) => ({ ts: at, values: { nox, co } }));
    await park.admin.post("/import/readings", { meterId: "year", readings });
  });
  afterAll(() => park.stop());

  const backtest = (rule: object, range: object) =>
    park.admin.post<BacktestBody>("/alert-rules/backtest", { rule, ...range });
  const year = { from: rows[0]?.at, to: (rows.at(-1)?.at ?? 0) + 2 * hourMs };

  it.each(quantities)(
    "a limit tried on the %s of the year raises one alert per episode, and keeps none",
    async (gas) => {
      const rule = { kind: "limit", points: [`year.${gas}`], above: limits[gas] };
      const expected = episodesOf(gas, ({ at }) => at);
      const body = await backtest(rule, year);
      expect(body.readings).toBe(rows.length);
      expect(body.alarms).toBe(expected.length);
      expect(body.days.reduce((sum, day) => sum + day.alarms, 0)).toBe(expected.length);
      expect(toEpisodes(body.alerts)).toEqual(expected);
      expect(expected.length).toBeGreaterThan(20);
      const { items } = await park.admin.get<{ items: AlertBody[] }>("/alerts");
      expect(items).toEqual([]);
    },
  );

  it.each(quantities)("hours of %s over the limit are those of the file, rounded as the standard does", async (gas) => {
    const rule = { kind: "hourlyMean", points: [`year.${gas}`], above: limits[gas] };
    const isOver = (value: number) => Math.round(value) > limits[gas];
    const expected = episodesOf(gas, ({ at }) => at + hourMs, isOver);
    const { alerts, warnings } = await backtest(rule, year);
    expect(warnings).toBe(0); // one reading an hour leaves nothing to look ahead to
    expect(toEpisodes(alerts)).toEqual(expected);
    const hoursOver = expected.reduce((sum, [from, to]) => sum + ((to ?? year.to) - from) / hourMs, 0);
    expect(hoursOver).toBe(rows.filter((row) => isOver(row[gas])).length);
  });

  it("sent live, a row a minute, every episode gives one alert, also when a part comes twice and over a restart", async () => {
    for (const gas of quantities)
      await park.admin.post("/alert-rules", { id: gas, kind: "limit", points: [`live.${gas}`], above: limits[gas] });
    const device = { id: "box", enterpriseId: "heat", meterIds: ["live"] };
    const credentials = await park.admin.post<{ username: string; password: string }>("/devices", device);
    const messages = rows.map(({ nox, co }, i) => ({ ts: liveStart + i * minuteMs, values: { nox, co } }));
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
      const expected = episodesOf(gas, (_row, i) => liveStart + i * minuteMs);
      await vi.waitFor(async () => {
        const query = `/alerts?point=live.${gas}&limit=500`;
        const { items } = await park.admin.get<{ items: AlertBody[] }>(query);
        expect(toEpisodes(items)).toEqual(expected);
      }, 20_000);
    }
  });
});
