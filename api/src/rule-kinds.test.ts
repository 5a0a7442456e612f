import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

/** Rules of each kind over stored history: the same figures must come from trying a rule out and from recalculation. */

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Monday 5 January 2026, 00:00 in the park. */
const start = Date.parse("2026-01-05T00:00:00+08:00");

let park: ApiUnderTest;
let admin: Client;
beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
});
afterAll(() => park.stop());

type Row = readonly [at: number, values: Record<string, number>];

async function addMeter(id: string, intervalS: number, points: object[], rows: readonly Row[]): Promise<void> {
  const meter = { id, name: id, enterpriseId: "A", kind: "electricity", intervalS, points };
  expect((await admin.post("/meters", meter)).status).toBe(201);
  for (let i = 0; i < rows.length; i += 5000) {
    const readings = rows.slice(i, i + 5000).map(([ts, values]) => ({ ts, values }));
    expect((await admin.post("/import/readings", { meterId: id, readings })).status).toBe(200);
  }
}

const unitOf: Readonly<Record<string, string>> = {
  demand: "kW",
  history: "kW",
  counter: "kWh",
  dataQuality: "%",
  condition: "kW",
  treatment: "s",
  limit: "kW",
};
let tries = 0;
/** Since when and until when the alerts stood, minutes after the start, by trying the rule out; recalculation must agree. */
async function alertsOf(rule: { kind: string }, days: number, level = "alarm"): Promise<(number | null)[][]> {
  const range = { from: start, to: start + days * dayMs };
  const tried = await admin.post("/alert-rules/backtest", { rule, ...range });
  expect(tried.status, tried.text).toBe(200);
  const minuteOf = (iso: string | null) => (iso === null ? null : (Date.parse(iso) - start) / minuteMs);
  interface Shown {
    level: string;
    raisedAt: string;
    clearedAt: string | null;
    value: number;
    limit: number;
  }
  const alerts = tried.body.alerts as Shown[];
  const made = await admin.post("/alert-rules", { ...rule, id: `kept-${(tries += 1)}` });
  expect(made.status, made.text).toBe(201);
  const { raised } = (await admin.post("/alerts/recalculate", { ...range, ruleIds: [made.body.id] })).body;
  const ended = alerts.filter(({ clearedAt }) => clearedAt !== null);
  expect(raised).toBe(ended.length);
  const { items } = (await admin.get("/alerts?limit=500")).body as {
    items: (Shown & { ruleId: string; unit: string })[];
  };
  const units = new Set(items.filter(({ ruleId }) => ruleId === made.body.id).map(({ unit }) => unit));
  if (ended.length > 0) expect([...units]).toEqual([unitOf[rule.kind]]);
  const brief = ({ level: own, raisedAt, clearedAt, value, limit }: Shown) => [own, raisedAt, clearedAt, value, limit];
  const kept = items.filter(({ ruleId }) => ruleId === made.body.id).map(brief);
  expect(kept.toSorted()).toEqual(ended.map(brief).toSorted());
  await admin.delete(`/alert-rules/${made.body.id}`);
  return alerts
    .filter((one) => one.level === level)
    .map(({ raisedAt, clearedAt }) => [minuteOf(raisedAt), minuteOf(clearedAt)]);
}

const minutely = (count: number, valuesAt: (minute: number) => Record<string, number>): Row[] =>
  Array.from({ length: count }, (_, m) => [start + m * minuteMs, valuesAt(m)]);

describe("a rule over stored history", () => {
  it("of kind demand finds the quarter hours above the contract's declared demand", async () => {
    const electricity = {
      region: "hunan",
      holidays: null,
      energyPrice: "hunan.110kV",
      basic: {
        contract: { method: "declaredDemand", declaredKw: 400, capacityKva: 1000 },
        rules: "china",
        price: "demandPrice.hunan.110kV",
      },
      powerFactor: null,
    };
    const contract = { electricity, demandMode: "interval", billingDay: 1, waterPrice: null, note: "" };
    const put = await admin.put("/enterprises/A/tariff-contracts/2026-01-01", contract);
    expect(put.status, put.text).toBeLessThan(300);
    const rows = minutely(240, (m) => ({ activePower: m >= 60 && m < 90 ? 450 : 300 }));
    await addMeter("demand", 60, [{ quantity: "activePower" }], rows);
    const rule = { kind: "demand", points: ["demand.activePower"] };
    expect(await alertsOf(rule, 1)).toEqual([[75, 105]]);
    // The forecast says so as soon as three minutes of the quarter are known.
    expect(await alertsOf(rule, 1, "warning")).toEqual([[63, 93]]);
    expect(await alertsOf({ ...rule, ...{ declaredKw: 500 } }, 1)).toEqual([]);
  });

  it("of kind history finds the night that is not like the nights before", async () => {
    const rows = Array.from({ length: 12 * 24 * 4 }, (_, q): Row => {
      const at = start + q * 15 * minuteMs;
      const [day, hour] = [Math.floor(q / 96), Math.floor((q % 96) / 4)];
      const usual = hour < 6 ? 20 : 100;
      return [at, { activePower: (day === 10 && hour === 3 ? 60 : usual) + (q % 2) }];
    });
    await addMeter("history", 900, [{ quantity: "activePower" }], rows);
    const rule = { kind: "history", points: ["history.activePower"], abovePercent: 50, belowPercent: 50 };
    expect(await alertsOf(rule, 12)).toEqual([[10 * 1440 + 240, 10 * 1440 + 300]]);
  });

  it("of kind counter finds what the register's account calls odd", async () => {
    let kwh = 70_000;
    const rows = minutely(240, (m) => {
      kwh = m === 100 ? 0 : kwh + 5;
      return { activeEnergyImport: m === 30 ? 0 : kwh };
    });
    await addMeter("counter", 60, [{ quantity: "activeEnergyImport", ratedPerHour: 600 }], rows);
    const rule = { kind: "counter", points: ["counter.activeEnergyImport"], soundS: 600 };
    expect(await alertsOf(rule, 1)).toEqual([
      [30, 40],
      [100, 110],
    ]);
    const { items } = (
      await admin.get(`/points/counter.activeEnergyImport/anomalies?from=${start}&to=${start + dayMs}`)
    ).body as { items: { kind: string }[] };
    expect(items.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["glitch", "reset"]));
  });

  it("of kind dataQuality finds the hour with too many missing or implausible values", async () => {
    const rows = minutely(360, (m) => ({ activePower: m >= 120 && m < 140 && m % 2 === 0 ? 9999 : 50 }));
    const sent = rows.filter((_, m) => m < 140 || m >= 160);
    await addMeter("quality", 60, [{ quantity: "activePower", max: 1000 }], sent);
    const rule = { kind: "dataQuality", points: ["quality.activePower"], abovePercent: 25 };
    // 10 of 60 by minute 140, 15 by 145 (25 %, not above), 20 by 150; 30 until the first suspect ones leave the hour.
    expect(await alertsOf(rule, 0.25)).toEqual([[150, 205]]);
  });

  it("of kind condition judges points of several meters together", async () => {
    await addMeter(
      "line",
      60,
      [{ quantity: "activePower" }],
      minutely(240, (m) => ({ activePower: m >= 60 && m < 180 ? 80 : 1 })),
    );
    await addMeter(
      "fan",
      60,
      [{ quantity: "activePower" }],
      minutely(240, (m) => ({ activePower: m >= 65 && m < 100 ? 20 : 0 })),
    );
    const comparisons = [
      { point: "line.activePower", above: 50, holdS: 600 },
      { point: "fan.activePower", below: 5 },
    ];
    // From minute 100 on without the fan; at minute 180 the line stops.
    expect(await alertsOf({ kind: "condition", match: "all", comparisons } as { kind: string }, 1)).toEqual([
      [100, 180],
    ]);
  });

  it("of kind treatment tells a late start from an early stop by the time it allows", async () => {
    const rule = {
      kind: "treatment",
      productionPoints: [{ point: "line.activePower", runningAbove: 50 }],
      treatmentPoints: [{ point: "fan.activePower", runningAbove: 5 }],
      startLateS: 180,
      stopEarlyS: 1200,
    };
    expect(await alertsOf(rule, 1)).toEqual([
      [63, 65],
      [120, 180],
    ]);
  });

  it("holds only in its schedule", async () => {
    const schedule = { from: "01:30", to: "02:00" };
    const rule = { kind: "limit", points: ["line.activePower"], above: 50, schedule };
    expect(await alertsOf(rule, 1)).toEqual([[90, 120]]);
    expect(await alertsOf({ ...rule, ...{ schedule: { dayTypes: ["weekend"] } } }, 1)).toEqual([]);
  });

  it("counts the readings that it judged", async () => {
    const rule = { kind: "counter", points: ["counter.activeEnergyImport"] };
    const { body } = await admin.post("/alert-rules/backtest", { rule, from: start, to: start + dayMs });
    expect(body).toMatchObject({ readings: 240, alarms: 2, days: [{ day: "2026-01-05", alarms: 2, warnings: 0 }] });
  });
});
