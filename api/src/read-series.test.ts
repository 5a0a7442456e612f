import { ParkTime, type Point, type PointId, type ReadingStore, type TimeRange } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApiUnderTest, type ApiUnderTest, type Client } from "../../tests/support/api-under-test.ts";
import { readSeries } from "./read-series.ts";

let park: ApiUnderTest;
let admin: Client;

const point = (quantity: string, more = {}) => ({ quantity, ...more });
const hour = 3_600_000;
// The night in which Berlin's clocks go forward: 29 March 2026, 02:00 → 03:00.
const midnight = Date.parse("2026-03-29T00:00:00+01:00");

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "Europe/Berlin" });
  admin = await park.signIn("admin");
  await admin.post("/enterprises", { id: "A", name: "A" });
  const points = [
    point("activePower", { unit: "MW" }),
    point("activeEnergyImport", { unit: "MWh", multiplier: 10, valueSide: "secondary" }),
  ];
  await admin.post("/meters", { id: "m", name: "m", enterpriseId: "A", kind: "electricity", intervalS: 900, points });
  // 23 hours of that day: 2 MW at every quarter, the register 0.05 MWh (× 10) further each time.
  const readings = Array.from({ length: 23 * 4 + 1 }, (_, i) => ({
    ts: midnight + i * 900_000,
    values: { activePower: 2 + (i % 4), activeEnergyImport: 100 + i * 0.05 },
  }));
  await admin.post("/import/readings", { meterId: "m", readings });
});
afterAll(() => park.stop());

const iso = (text: string): string => encodeURIComponent(text);
const read = async (quantity: string, query: string) =>
  (await admin.get(`/points/m.${quantity}/readings?${query}`)).body;
const day = `from=${iso("2026-03-29T00:00:00+01:00")}&to=${iso("2026-03-30T00:00:00+02:00")}`;

describe("readings", () => {
  it("are means of a gauge in the point's own unit, in hours of the park's clock", async () => {
    const answer = await read("activePower", `${day}&step=1h`);
    expect(answer).toMatchObject({ point: "m.activePower", unit: "MW", step: "1h", stat: "mean" });
    expect(answer.rows).toHaveLength(23);
    expect(answer.rows[1]).toEqual({ at: "2026-03-29T01:00:00+01:00", value: 3.5, quality: "good" });
    expect(answer.rows[2].at).toBe("2026-03-29T03:00:00+02:00");
    expect(answer.coverage).toEqual({ measured: 1, estimated: 0, missing: 0 });
  });

  it("further apart than a quarter hour cover the time that they stand for", async () => {
    const points = [point("waterFlow")];
    await admin.post("/meters", { id: "h", name: "h", enterpriseId: "A", kind: "water", intervalS: 3600, points });
    const readings = Array.from({ length: 23 }, (_, i) => ({ ts: midnight + i * hour, values: { waterFlow: i } }));
    await admin.post("/import/readings", { meterId: "h", readings });
    const { body } = await admin.get(`/points/h.waterFlow/readings?${day}&step=1d`);
    expect(body.rows).toEqual([{ at: "2026-03-29T00:00:00+01:00", value: 11, quality: "good" }]);
    expect(body.coverage).toEqual({ measured: 1, estimated: 0, missing: 0 });
  });

  it("are consumption of a register in the base unit, multiplied, and a day of 23 hours is one row", async () => {
    const answer = await read("activeEnergyImport", `${day}&step=1d`);
    expect(answer).toMatchObject({ unit: "kWh", stat: "consumption" });
    expect(answer.rows).toEqual([
      { at: "2026-03-29T00:00:00+01:00", value: expect.closeTo(23 * 4 * 500, 6), quality: "good" },
    ]);
  });

  it("that were corrected still tell what they were", async () => {
    const at = Date.parse("2026-03-01T00:00:00+01:00");
    const points = [point("waterVolume", { unit: "L" })];
    await admin.post("/meters", { id: "w", name: "w", enterpriseId: "A", kind: "water", points });
    for (const value of [100, 170, 107])
      await admin.post("/import/readings", { meterId: "w", readings: [{ ts: at, values: { waterVolume: value } }] });
    const around = `from=${at - hour}&to=${at + hour}`;
    const { body } = await admin.get(`/points/w.waterVolume/replaced-readings?${around}`);
    expect(body).toMatchObject({ point: "w.waterVolume", unit: "L" });
    expect(body.items).toMatchObject([
      { at: "2026-03-01T00:00:00+01:00", value: 100, quality: "good", by: { value: 170, quality: "good" } },
      { at: "2026-03-01T00:00:00+01:00", value: 170, quality: "good", by: { value: 107, quality: "good" } },
    ]);
    const { body: none } = await admin.get(`/points/w.waterVolume/replaced-readings?from=${at + 1}&to=${at + hour}`);
    expect(none.items).toEqual([]);
    expect((await admin.get(`/points/x.waterVolume/replaced-readings?${around}`)).status).toBe(404);
    expect((await admin.get(`/points/w.waterVolume/replaced-readings?from=${at}&to=${at}`)).status).toBe(422);
  });

  it("are as sent when asked for raw", async () => {
    const answer = await read("activeEnergyImport", `from=${midnight}&to=${midnight + 1_800_000}&step=raw`);
    expect(answer).toMatchObject({ unit: "MWh", step: "raw", stat: "last" });
    expect(answer.rows.map(({ value }: { value: number }) => value)).toEqual([100, 100.05]);
  });

  it.each([
    ["min", 2],
    ["max", 5],
    ["last", 5],
  ])("give the %s of a bucket", async (stat, value) => {
    const answer = await read("activePower", `${day}&step=1h&stat=${stat}`);
    expect(answer.rows[0]).toMatchObject({ value });
  });

  it("count only what lies inside the range, in buckets named by their start", async () => {
    const range = `from=${midnight + hour / 2}&to=${midnight + 1.25 * hour}`;
    const power = await read("activePower", `${range}&step=1h`);
    expect(power.rows).toEqual([
      { at: "2026-03-29T00:00:00+01:00", value: 4.5, quality: "good" },
      { at: "2026-03-29T01:00:00+01:00", value: 2, quality: "good" },
    ]);
    const energy = await read("activeEnergyImport", `${range}&step=1h`);
    expect(energy.rows.map(({ value }: { value: number }) => Math.round(value))).toEqual([1000, 500]);
  });

  it("show an empty bucket as unknown, not as zero", async () => {
    const range = `from=${midnight - 2 * hour}&to=${midnight}`;
    const answer = await read("activePower", `${range}&step=1h`);
    expect(answer.rows.map(({ value }: { value: unknown }) => value)).toEqual([null, null]);
    expect(answer.coverage.missing).toBe(1);
  });

  it("are as sent on automatic while few, and in the finest step of at most 2,000 rows when many", async () => {
    expect(await read("activePower", day)).toMatchObject({ step: "raw", stat: "last" });
    expect(await read("activeEnergyImport", day)).toMatchObject({ step: "15m", stat: "consumption" });
    const year = `from=${midnight - 365 * 24 * hour}&to=${midnight}`;
    const answer = await read("activePower", year);
    expect(answer.step).toBe("1d");
    const month = await read("activePower", `from=${midnight - 30 * 24 * hour}&to=${midnight}&stat=max`);
    expect(month.step).toBe("1h");
  });

  it("of a range that reaches far into the future are empty rows there, without a search for them", async () => {
    const past = await read(
      "activePower",
      `from=${iso("2026-03-29T00:00:00+01:00")}&to=${iso("2026-04-01T00:00:00+02:00")}&step=1mo`,
    );
    const later = await read(
      "activePower",
      `from=${iso("2026-03-29T00:00:00+01:00")}&to=${Date.UTC(2199, 0, 1)}&step=1mo`,
    );
    expect(later.rows.length).toBeGreaterThan(2000);
    expect(later.rows[0]).toEqual(past.rows[0]);
    expect(later.rows.at(-1)).toMatchObject({ value: null });
    expect((await admin.get(`/points/m.activePower/readings?from=0&to=8640000000000000&step=raw`)).status).toBe(400);
  });

  it("are refused above 100,000 rows instead of coarsened", async () => {
    const range = `from=${midnight - 400 * 24 * hour}&to=${midnight}`;
    const answer = await admin.get(`/points/m.activePower/readings?${range}&step=1m`);
    expect(answer).toMatchObject({ status: 422, body: { code: "unprocessable" } });
  });

  it("are refused raw above 100,000 of them, and given up to that, however long the range", async () => {
    const readings = Array.from({ length: 100_001 }, (_, i) => ({
      pointId: "m.activePower" as PointId,
      observedAt: Date.UTC(2001, 0, 1) + i * 1000,
      receivedAt: 0,
      value: i,
      quality: "good" as const,
    }));
    await park.store.append(readings);
    const end = Date.UTC(2002, 0, 1);
    const refused = await admin.get(`/points/m.activePower/readings?from=0&to=${end}&step=raw`);
    expect(refused).toMatchObject({ status: 422, body: { code: "unprocessable" } });
    const { rows } = await read("activePower", `from=${Date.UTC(2001, 0, 1) + 1}&to=${end}&step=raw`);
    expect(rows).toHaveLength(100_000);
    expect([rows[0].value, rows[99_999].value]).toEqual([1, 100_000]);
  });

  it.each([
    ["a range that ends before it begins", `from=${midnight}&to=${midnight}`, 422],
    ["a consumption of a gauge", `${day}&stat=consumption`, 422],
    ["a time without zone", "from=2026-03-29T00:00:00&to=2026-03-30T00:00:00", 400],
    ["a step that is none", `${day}&step=7m`, 400],
  ])("refuse %s", async (_name, query, status) => {
    expect((await admin.get(`/points/m.activePower/readings?${query}`)).status).toBe(status);
  });

  it("come for several points at once", async () => {
    const answer = await admin.get(`/readings?points=m.activePower,m.activeEnergyImport&${day}&step=1d`);
    expect(answer.body.series).toMatchObject([
      { point: "m.activePower", stat: "mean" },
      { point: "m.activeEnergyImport", stat: "consumption" },
    ]);
    const many = Array.from({ length: 51 }, () => "m.activePower").join(",");
    expect((await admin.get(`/readings?points=${many}&${day}`)).status).toBe(400);
  });
});

describe("years of a fast meter", () => {
  const second = 1000;
  const from = Date.UTC(2020, 0, 1);
  const to = Date.UTC(2021, 0, 1);
  const meter = { id: "m", meterId: "m", enterpriseId: "A", intervalS: 20, unit: "kWh", stampAt: "start" };
  const register = {
    ...meter,
    quantity: "activeEnergyImport",
    kind: "counter",
    valueSide: "primary",
    multiplier: 1,
    multiplierFrom: null,
    modulus: null,
    ratedPerHour: null,
    min: null,
    max: null,
  } as unknown as Point; // ids without their brand
  let largest = 0;
  /** A register that rises by 1 every 20 s, for ever. */
  const store = {
    read: (_id: unknown, range: TimeRange, { neighbours = false } = {}) => {
      const first = Math.ceil(range.from / (20 * second)) - (neighbours ? 1 : 0);
      const last = Math.ceil(range.to / (20 * second)) - (neighbours ? 0 : 1);
      const at = Float64Array.from({ length: last - first + 1 }, (_, i) => (first + i) * 20 * second);
      largest = Math.max(largest, at.length);
      return Promise.resolve({ at, value: at.map((t) => t / (20 * second)), quality: new Uint8Array(at.length) });
    },
  } as unknown as ReadingStore; // nothing else of it is asked
  const rollups = { read: () => Promise.resolve(new Map()) };
  const context = { store, rollups, time: new ParkTime("UTC"), clock: { now: () => to - 30 * 24 * hour } };

  it("are read in pieces, and give the same rows and coverage as in one", async () => {
    const query = { from: from + hour, to, step: "1mo", stat: "consumption" } as const;
    const { rows, coverage } = await readSeries(context, register, query);
    expect(largest).toBeLessThan(510_000);
    const monthMs = (month: number): number =>
      Date.UTC(2020, month + 1, 1) - Math.max(Date.UTC(2020, month, 1), query.from);
    expect(rows.map(({ value }) => value)).toEqual(
      Array.from({ length: 12 }, (_, month) => expect.closeTo(monthMs(month) / (20 * second), 3)),
    );
    expect(coverage).toEqual({ measured: expect.closeTo(1, 9), estimated: 0, missing: expect.closeTo(0, 9) });
  });
});
