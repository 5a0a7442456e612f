import type { AnomaliesBody, ReadingsBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApiUnderTest, type ApiUnderTest, type Client } from "../support/api-under-test.ts";
import { besideFile, ownFile, readCsv } from "../support/measured-series.ts";

/** Measured registers, imported over HTTP into a real store: everything odd is marked, and none of it becomes use. */

const hour = 3_600_000;
type Row = readonly [at: number, register: number];

let park: ApiUnderTest;
let admin: Client;

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "Europe/Madrid" });
  admin = await park.signIn("admin");
  await admin.post("/enterprises", { id: "E", name: "企业 E" });
});
afterAll(() => park.stop());

async function importRegister(meter: object & { id: string }, quantity: string, rows: readonly Row[]) {
  expect((await admin.post("/meters", { enterpriseId: "E", name: meter.id, ...meter })).status).toBe(201);
  let duplicate = 0;
  for (let start = 0; start < rows.length; start += 2000) {
    const readings = rows.slice(start, start + 2000).map(([ts, value]) => ({ ts, values: { [quantity]: value } }));
    const { status, body } = await admin.post("/import/readings", { meterId: meter.id, readings });
    expect([status, body.rejected]).toEqual([200, []]);
    duplicate += body.duplicate;
  }
  return { duplicate, ...(await figuresOf(`${meter.id}.${quantity}`, rows)) };
}

/** Anomalies, and use by day, of a point over the time of its rows and a day around them. */
async function figuresOf(point: string, rows: readonly Row[]): Promise<{ anomalies: AnomaliesBody; days: number[] }> {
  const range = `from=${(rows[0]?.[0] ?? 0) - 24 * hour}&to=${(rows.at(-1)?.[0] ?? 0) + 24 * hour}`;
  const [odd, use] = [
    await admin.get(`/points/${point}/anomalies?${range}`),
    await admin.get(`/points/${point}/readings?${range}&step=1d&stat=consumption`),
  ];
  expect([odd.status, use.status]).toEqual([200, 200]);
  const body = use.body as ReadingsBody;
  return { anomalies: odd.body as AnomaliesBody, days: body.rows.flatMap(({ value }) => value ?? []) };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const isAt = (kinds: readonly string[], at: number) => (one: AnomaliesBody["items"][number]) =>
  kinds.includes(one.kind) &&
  Date.parse(one.from) <= at + 1 &&
  (one.to === null || Date.parse(one.to) >= at - 2 * hour);

const waterFile = besideFile("water_meters_hourly_m01_m12.csv.gz");
const waterRows = waterFile === null ? [] : readCsv(waterFile);
const ids = Array.from({ length: 12 }, (_, i) => `M${String(i + 1).padStart(2, "0")}`);

describe.skipIf(waterFile === null)("twelve smart water meters, a year (the file beside the repository)", () => {
  const registerOf = (id: string): Row[] =>
    waterRows
      .filter((row) => row.get("meter") === id)
      .map((row): Row => [Date.parse(row.get("ts_utc") ?? ""), Number(row.get("register_l"))]);

  it.each(ids)(
    "%s: falls, repeats and gaps are marked; the use is last minus first",
    { timeout: 30_000 },
    async (id) => {
      const rows = registerOf(id);
      const meter = { id, kind: "water", intervalS: 3600, points: [{ quantity: "waterVolume", unit: "L" }] };
      const { anomalies, days, duplicate } = await importRegister(meter, "waterVolume", rows);
      const falls = rows.flatMap(([at, litres], i) => (i > 0 && litres < (rows[i - 1]?.[1] ?? 0) ? [at] : []));
      const gaps = rows.flatMap(([at], i) => (i > 0 && at - (rows[i - 1]?.[0] ?? 0) > 3 * hour ? [at] : []));
      const repeats = rows.filter(([at], i) => at === rows[i - 1]?.[0]);
      // The store keeps one value of an instant; what came twice is counted where it came in.
      expect(duplicate).toBe(repeats.length);
      expect(falls.filter((at) => !anomalies.items.some(isAt(["glitch"], at)))).toEqual([]);
      expect(gaps.filter((at) => !anomalies.items.some(isAt(["gap"], at)))).toEqual([]);
      expect(anomalies).toMatchObject({ isComplete: true, unit: "L", amountUnit: "m³" });
      // Every entry stands around a fall or a gap: nothing else is called odd. The last one is the end of the file.
      const near = (at: number) => [...falls, ...gaps].some((odd) => Math.abs(odd - at) <= 3 * hour);
      const others = anomalies.items.filter((one) => one.kind !== "gap" && !near(Date.parse(one.from)));
      expect(others).toEqual([]);
      expect(days.filter((used) => used < 0)).toEqual([]);
      expect(sum(days)).toBeCloseTo(((rows.at(-1)?.[1] ?? NaN) - (rows[0]?.[1] ?? NaN)) / 1000, 6);
    },
  );
});

describe("the steel works' registers, made of the energies of their intervals", () => {
  const rows = readCsv(ownFile("steel_energy_2018h1.csv.gz"));
  const quarter = hour / 4;

  /** A register that turns round at `modulus`, with the energies that it counted. */
  function registerOf(column: string, start: number, modulus: number) {
    let register = start;
    const kwh = rows.map((row) => Number(row.get(column)));
    const ends = rows.map((row) => Date.parse(row.get("ts_end") ?? ""));
    const read = ends.map((at, i): Row => [at, (register = (register + (kwh[i] ?? 0)) % modulus)]);
    return { kwh, rows: [[(ends[0] ?? 0) - quarter, start] as const, ...read] };
  }
  const point = { modulus: 100_000, ratedPerHour: 1000 };
  const meterOf = (id: string, quantity: string) => ({
    id,
    kind: "electricity",
    intervalS: 900,
    points: [{ quantity, ...point }],
  });

  it.each([
    ["usage_kwh", "activeEnergyImport"],
    ["lagging_kvarh", "reactiveEnergyImport"],
    ["leading_kvarh", "reactiveEnergyExport"],
  ])("%s: every roll-over is marked and loses nothing", { timeout: 30_000 }, async (column, quantity) => {
    const { kwh, rows: register } = registerOf(column, 97_000, point.modulus);
    const { anomalies, days } = await importRegister(meterOf(`steel-${column}`, quantity), quantity, register);
    const turns = Math.floor((97_000 + sum(kwh)) / point.modulus);
    const { rollover = 0, ...rest } = anomalies.counts;
    expect([rollover, rest]).toEqual([turns, { gap: 1 }]); // the gap: nothing came after the file
    for (const one of anomalies.items.filter(({ kind }) => kind === "rollover"))
      expect((one.after?.value ?? NaN) - (one.before?.value ?? NaN) + point.modulus).toBeCloseTo(one.amount ?? NaN, 6);
    expect(sum(days)).toBeCloseTo(sum(kwh), 4);
  });

  it("faults put into it are named with what was done, and none becomes use", { timeout: 30_000 }, async () => {
    const { kwh, rows: clean } = registerOf("usage_kwh", 200_000, 1_000_000);
    const faulty = clean.map(([at, value], i): Row => {
      if (i === 3000) return [at, 0];
      if (i === 5000) return [at, value * 3];
      // From here on another register counts from zero; between 9000 and 9040 nothing came.
      return [at, i >= 12_000 ? value - (clean[12_000]?.[1] ?? 0) : value];
    });
    const sent = faulty.filter((_, i) => i < 9000 || i >= 9040);
    const meter = meterOf("steel-faulty", "activeEnergyImport");
    const { anomalies, days } = await importRegister(meter, "activeEnergyImport", sent);
    const told = anomalies.items.map(({ kind, treatment, from, value }) => [kind, treatment, Date.parse(from), value]);
    expect(told).toEqual([
      ["glitch", "passedOver", faulty[3000]?.[0], 0],
      // Figures are told without the noise of sums, which the register made here is full of.
      ["glitch", "passedOver", faulty[5000]?.[0], Number(faulty[5000]?.[1].toPrecision(15))],
      ["gap", "sharedOut", faulty[8999]?.[0], null],
      ["reset", "countedFromZero", faulty[11_999]?.[0], null],
      ["gap", "leftOut", faulty.at(-1)?.[0], null],
    ]);
    expect(anomalies.items[2]?.amount).toBeCloseTo(sum(kwh.slice(8999, 9040)), 6);
    // Lost is only what the old register counted after its last reading.
    expect(sum(days)).toBeCloseTo(sum(kwh) - (kwh[11_999] ?? 0), 4);
  });
});
