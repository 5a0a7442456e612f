import type { PointId, Reading } from "@smart-park/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../../tests/support/api-under-test.ts";

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
let park: ApiUnderTest;
let admin: Client;
/** Yesterday's first hour on the park's clock (UTC). */
let start: number;

beforeAll(async () => {
  park = await startApiUnderTest({ timeZone: "UTC" });
  admin = await park.signIn("admin");
  start = Math.floor(park.clock.now() / day) * day - day;
  await addTwoEnterprises(admin);
  park.addUser("bert", "enterpriseViewer", ["B"]);
  const outlet = { enterpriseId: "A", kind: "emission" };
  const stack = ["nox", "oxygen", "noxCorrected"].map((quantity) => ({ quantity, max: 5000 }));
  await admin.post("/meters", { id: "stack", name: "DA001", ...outlet, intervalS: 60, points: stack });
  const sewer = ["cod", "ph", "wastewaterFlow"].map((quantity) => ({ quantity }));
  await admin.post("/meters", { id: "sewer", name: "DW001", ...outlet, intervalS: 600, points: sewer });
  await admin.post("/meters", { id: "bare", name: "DA002", ...outlet, intervalS: 60, points: [{ quantity: "nox" }] });
});
afterAll(() => park.stop());

async function fill(pointId: string, stepMs: number, valueAt: (at: number) => number | null, days = 1): Promise<void> {
  const rows: Reading[] = [];
  for (let at = start; at < start + days * day; at += stepMs) {
    const value = valueAt(at - start);
    const quality = value !== null && value > 5000 ? "suspect" : "good";
    if (value !== null) rows.push({ pointId: pointId as PointId, observedAt: at, receivedAt: at, value, quality });
  }
  await park.store.append(rows);
}
const target = (id: string, kind: string, point: string, limit: number, more = {}) =>
  admin.put(`/watch-targets/${id}`, {
    id,
    kind,
    point,
    limit,
    title: `限值 ${id}`,
    source: "排污许可证",
    effectiveFrom: 0,
    ...more,
  });
const hours = (point: string, more = "") =>
  admin.get(`/points/${point}/hourly-means?from=${start}&to=${start + 6 * hour}${more}`);

describe("hourly means of a stack", () => {
  beforeAll(async () => {
    // By hours: plain; over the limit only at the reference oxygen; 44 minutes; suspect values; stopped; as the limit.
    const nox = [80, 80, 80, 9000, 80, 100.004];
    const oxygen = [3.5, 12, 3.5, 3.5, 20.5, 3.5];
    const inHour = (at: number, table: readonly number[]) => table[Math.floor(at / hour)] ?? null;
    await fill("stack.nox", minute, (at) => (at >= 2 * hour + 44 * minute && at < 3 * hour ? null : inHour(at, nox)));
    await fill("stack.oxygen", minute, (at) => inHour(at, oxygen));
    await fill("bare.nox", minute, (at) => inHour(at, nox));
    await target("nox-old", "hourlyMean", "stack.nox", 100, { referenceOxygen: 3.5, decimals: 1, status: "verified" });
    await target("bare", "hourlyMean", "bare.nox", 100, { referenceOxygen: 3.5 });
  });

  it("stand at the reference oxygen, and what cannot be judged says why", async () => {
    const { body } = await hours("stack.nox");
    const told = body.rows.map((row: Record<string, unknown>) => [row.state, row.reason, row.rounded, row.exceedTimes]);
    const overTimes = (Math.round(((80 * 17.5) / 9) * 10) / 10 - 100) / 100;
    expect(told).toEqual([
      ["compliant", null, 80, null],
      ["exceeded", null, 155.6, expect.closeTo(overTimes, 9)],
      ["notJudged", "insufficient", null, null],
      ["notJudged", "insufficient", null, null],
      ["notJudged", "stopped", null, null],
      ["warning", null, 100, null],
    ]);
    expect(body.rows[2]).toMatchObject({ measured: 80, value: null, validMinutes: 44, limitId: "nox-old" });
    expect(body.counts).toEqual({
      compliant: 1,
      warning: 1,
      exceeded: 1,
      notJudged: { insufficient: 2, stopped: 1 },
    });
    expect(body).toMatchObject({ unit: "mg/m³", oxygenPoint: "stack.oxygen" });
    expect(body.versions).toEqual([expect.objectContaining({ id: "nox-old", label: "official", max: 100 })]);
  });

  it("a stricter limit holds from its day on, the hours before keep theirs", async () => {
    await target("nox-new", "hourlyMean", "stack.nox", 50, { referenceOxygen: 3.5, effectiveFrom: start + 4 * hour });
    const { body } = await hours("stack.nox");
    expect(body.rows.map((row: { limitId: string }) => row.limitId)).toEqual([
      ...Array.from({ length: 4 }, () => "nox-old"),
      ...["nox-new", "nox-new"],
    ]);
    expect(body.rows[5]).toMatchObject({ state: "exceeded", rounded: 100, exceedTimes: 1 });
    expect(body.versions.map(({ id, label }: { id: string; label: string }) => [id, label])).toEqual([
      ["nox-old", "official"],
      ["nox-new", "reference"],
    ]);
    await admin.delete("/watch-targets/nox-new");
  });

  it("a reference asked for takes the place of the limit's", async () => {
    const { body } = await hours("stack.nox", "&reference=12");
    expect(body.rows[1]).toMatchObject({ reference: 12, value: expect.closeTo(80, 9), state: "compliant" });
  });

  it("without an oxygen meter nothing is judged at a reference", async () => {
    const { body } = await hours("bare.nox");
    expect(body.rows[0]).toMatchObject({ state: "notJudged", reason: "noOxygen", measured: 80, value: null });
  });

  it("without a limit the mean is shown and not judged; a running hour waits for its end", async () => {
    const { body } = await hours("stack.oxygen");
    expect(body.rows[0]).toMatchObject({ state: "notJudged", reason: "noLimit", value: 3.5, limitId: null });
    const now = park.clock.now();
    const running = await admin.get(`/points/stack.nox/hourly-means?from=${now - minute}&to=${now}`);
    expect(running.body.rows.at(-1)).toMatchObject({ reason: "running" });
  });

  it("the running hour's card stands at the reference oxygen too", async () => {
    const now = park.clock.now();
    const from = Math.floor(now / hour) * hour;
    const rows = [0, 1, 2].flatMap((i): Reading[] =>
      [
        ["stack.nox", 80],
        ["stack.oxygen", 12],
      ].map(([id, value]) => ({
        pointId: id as PointId,
        observedAt: from + i * minute,
        receivedAt: now,
        value: Number(value),
        quality: "good",
      })),
    );
    await park.store.append(rows);
    park.clock.advance(from + 3 * minute - now);
    const { body } = await admin.get("/overview");
    const card = body.watch.find(({ id }: { id: string }) => id === "nox-old");
    expect(card.value).toBeCloseTo((80 * 17.5) / 9, 6);
  });
});

describe("daily means of a water outlet", () => {
  beforeAll(async () => {
    // Half of the day 10 m³/h at 100 mg/L, half 30 m³/h at 40 mg/L.
    const isMorning = (at: number) => at < 12 * hour;
    await fill("sewer.cod", 600_000, (at) => (isMorning(at) ? 100 : 40));
    await fill("sewer.wastewaterFlow", 600_000, (at) => (isMorning(at) ? 10 : 30));
    await fill("sewer.ph", 600_000, (at) => (isMorning(at) ? 7 : 9.4));
    await target("cod", "dailyMean", "sewer.cod", 54);
    await target("ph", "dailyMean", "sewer.ph", 9, { lowerLimit: 6 });
  });
  const daily = (point: string) => admin.get(`/points/${point}/daily-means?from=${start}&to=${start + day}`);

  it("are weighted by the flow", async () => {
    const { body } = await daily("sewer.cod");
    expect(body.flowPoint).toBe("sewer.wastewaterFlow");
    expect(body.rows).toEqual([
      expect.objectContaining({
        mean: 55,
        method: "flowWeighted",
        loadKg: 26.4,
        knownHours: 24,
        hours: 24,
        state: "exceeded",
        rounded: 55,
        limitId: "cod",
      }),
    ]);
    expect(body.rows[0].exceedTimes).toBeCloseTo(1 / 54, 9);
  });

  it("of pH are a median against both ends of the range", async () => {
    const { body } = await daily("sewer.ph");
    expect(body.rows[0]).toMatchObject({ mean: 8.2, method: "median", loadKg: null, state: "compliant" });
    expect(body.versions[0]).toMatchObject({ max: 9, min: 6 });
  });

  it("are not judged when fewer than 20 hours are valid", async () => {
    const { body } = await admin.get(`/points/stack.nox/daily-means?from=${start}&to=${start + day}`);
    expect(body.rows[0]).toMatchObject({ state: "notJudged", reason: "noLimit" });
    await target("nox-day", "dailyMean", "stack.nox", 100);
    const again = await admin.get(`/points/stack.nox/daily-means?from=${start}&to=${start + day}`);
    expect(again.body.rows[0]).toMatchObject({ state: "notJudged", reason: "insufficient", knownHours: 4 });
  });

  it("make no card: nothing of them runs", async () => {
    const { body } = await admin.get("/overview");
    expect(body.watch.map(({ id }: { id: string }) => id)).not.toContain("cod");
  });

  it.each(["hourly-means", "daily-means"])("%s of another enterprise are not there", async (what) => {
    const bert = await park.signIn("bert");
    expect((await bert.get(`/points/sewer.cod/${what}?from=0&to=1`)).status).toBe(404);
    expect((await admin.get(`/points/A-main.activeEnergyImport/${what}?from=0&to=1`)).status).toBe(422);
    expect((await admin.get(`/points/sewer.cod/${what}?from=5&to=1`)).status).toBe(422);
    expect((await admin.get(`/points/sewer.cod/${what}?from=0&to=${2 * 366 * day}`)).status).toBe(422);
  });
});
