import { systemPrincipal, type PointId, type Reading } from "@smart-park/core";
import type { AlertBody, BalanceBody, LeaksBody, QuotaProgressBody } from "@smart-park/core/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startApiUnderTest, type ApiUnderTest, type Client } from "../../../tests/support/api-under-test.ts";

const [quarter, hour, day] = [900_000, 3_600_000, 86_400_000];
let park: ApiUnderTest;
let admin: Client;
/** Midnight of the park (UTC); the clock stands at six in the morning. */
let today: number;

beforeEach(async () => {
  park = await startApiUnderTest({ timeZone: "UTC" });
  today = Math.ceil(park.clock.now() / day) * day;
  await goTo(today + 6 * hour);
  await admin.post("/enterprises", { id: "A", name: "A 厂" });
}, 120_000);
afterEach(() => park.stop());

/** Sessions end on the way. */
async function goTo(at: number): Promise<void> {
  park.clock.advance(at - park.clock.now());
  admin = await park.signIn("admin");
}
const iso = (at: number): string => new Date(at).toISOString();
const alerts = async (): Promise<AlertBody[]> => (await admin.get("/alerts")).body.items;
const notices = () => park.deliveries.waitingNotices(100).map(({ notice }) => [notice.transition, notice.alertId]);

async function addRule(rule: object): Promise<void> {
  const answer = await admin.post("/alert-rules", rule);
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
}

const reading = (point: string, observedAt: number, value: number): Reading => ({
  pointId: point as PointId,
  observedAt,
  receivedAt: observedAt,
  value,
  quality: "good",
});

describe("a rule on the residual of a balance", () => {
  const parentPerHour = 100;
  /** Register of a meter by the hour: `perHour` says how fast it runs on the day that begins at `at`. */
  let registers: Map<string, number>;

  beforeEach(async () => {
    registers = new Map();
    for (const [id, parentId] of [
      ["E0", null],
      ["E1", "E0"],
    ] as const) {
      const points = [{ quantity: "activeEnergyImport" }];
      const meter = { id, name: `${id} 表`, enterpriseId: "A", kind: "electricity", intervalS: 3600, parentId, points };
      expect((await admin.post("/meters", meter)).status).toBe(201);
    }
  });

  async function fill(meter: string, from: number, perHour: number): Promise<void> {
    const point = `${meter}.activeEnergyImport`;
    let register = registers.get(meter) ?? 0;
    const rows = Array.from({ length: 25 }, (_, i) => reading(point, from + i * hour, register + i * perHour));
    register += 24 * perHour;
    registers.set(meter, register);
    await park.store.append(rows);
  }
  async function addDay(from: number, belowPerHour: number | null): Promise<void> {
    await fill("E0", from, parentPerHour);
    if (belowPerHour !== null) await fill("E1", from, belowPerHour);
  }
  const rule = { id: "loss", kind: "balanceResidual", medium: "electricity", aboveShare: 0.1, aboveAmount: 100 };
  const idOf = (end: number): string => `loss~meter:E0~${end.toString(36)}`;

  it("raises one alert on the figure that the balance shows, and ends it with the first day that is in order", async () => {
    await addDay(today - day, 70);
    await addRule(rule);
    await park.judgeFigures();
    await park.judgeFigures({ again: true });
    const balance = await admin.get(`/figures/balance?kind=electricity&from=${iso(today - day)}&to=${iso(today)}`);
    const { nodes } = balance.body as BalanceBody;
    const node = nodes.find(({ id }) => id === "E0");
    expect(node?.residual).toBeCloseTo(24 * 30);
    expect(await alerts()).toMatchObject([
      {
        id: idOf(today),
        point: "meter:E0",
        subject: { kind: "meter", id: "E0", name: "E0 表" },
        enterpriseId: "A",
        state: "active",
        value: node?.residual,
        limit: 240,
        unit: "kWh",
        late: false,
      },
    ]);
    expect((await admin.get(`/alerts/${encodeURIComponent(idOf(today))}`)).status).toBe(200);
    await addDay(today, 95);
    await goTo(today + day + 6 * hour);
    await park.judgeFigures();
    expect((await alerts())[0]).toMatchObject({ state: "cleared", clearedAt: expect.stringContaining("T00:00:00") });
    expect(notices()).toEqual([
      ["raised", idOf(today)],
      ["cleared", idOf(today)],
    ]);
  });

  it("says nothing of days before it was made, also when it looks at its days again", async () => {
    for (const days of [3, 2, 1]) await addDay(today - days * day, 70);
    await addRule(rule);
    for (const again of [false, true, true]) await park.judgeFigures({ again });
    expect(notices()).toEqual([["raised", idOf(today)]]);
    expect((await alerts()).map(({ id, late }) => [id, late])).toEqual([[idOf(today), false]]);
  });

  it("makes up the days that it missed, in order, each with its own time", async () => {
    await addDay(today - day, 95);
    await addRule(rule);
    await park.judgeFigures();
    for (const [n, below] of [95, 70, 60, 95].entries()) await addDay(today + n * day, below);
    await goTo(today + 4 * day + hour);
    await park.judgeFigures();
    expect(notices()).toEqual([
      ["raised", idOf(today + 2 * day)],
      ["cleared", idOf(today + 2 * day)],
    ]);
    const clock = await alerts();
    expect(clock).toMatchObject([{ raisedAt: expect.stringContaining(iso(today + 2 * day).slice(0, 19)) }]);
  });

  it("judges a day again that late readings complete: one alert, flagged late; and never withdraws one", async () => {
    await addDay(today - day, null);
    await addRule(rule);
    await park.judgeFigures();
    await addDay(today, 95);
    await goTo(today + day + hour);
    await park.judgeFigures();
    expect(await alerts()).toEqual([]);
    registers.set("E1", 0);
    await fill("E1", today - day, 50);
    await park.judgeFigures({ again: true });
    await park.judgeFigures({ again: true });
    expect(await alerts()).toMatchObject([{ id: idOf(today), state: "cleared", late: true }]);
    expect(notices()).toHaveLength(2);
    registers.set("E1", 0);
    await fill("E1", today - day, 99);
    await park.judgeFigures({ again: true });
    expect(await alerts()).toHaveLength(1);
  });

  it("raises the newest day late when its readings come late, and ends with the next day", async () => {
    await addDay(today - day, null);
    await addRule(rule);
    await park.judgeFigures();
    await fill("E1", today - day, 50);
    await park.judgeFigures({ again: true });
    expect(await alerts()).toMatchObject([{ id: idOf(today), state: "active", late: true }]);
    await addDay(today, 95);
    await goTo(today + day + hour);
    await park.judgeFigures();
    expect(await alerts()).toMatchObject([{ state: "cleared" }]);
  });

  it("says the same of the past when it is tried on it", async () => {
    for (const [n, below] of [95, 70, 60, 95, 95].entries()) await addDay(today - (5 - n) * day, below);
    const answer = await admin.post("/alert-rules/backtest", { rule, from: iso(today - 5 * day), to: iso(today) });
    const end = today - 3 * day;
    expect(answer.body).toMatchObject({
      readings: 5,
      alarms: 1,
      warnings: 0,
      days: [{ day: iso(end).slice(0, 10), alarms: 1, warnings: 0 }],
      alerts: [{ point: "meter:E0", value: expect.closeTo(720), limit: expect.closeTo(240) }],
    });
    expect(await alerts()).toEqual([]);
  });

  it("ends its alerts when it is switched off, and begins anew afterwards", async () => {
    await addDay(today - day, 70);
    await addRule(rule);
    await park.judgeFigures();
    await admin.patch("/alert-rules/loss", { enabled: false });
    expect((await alerts())[0]).toMatchObject({ state: "cleared" });
    await park.judgeFigures();
    expect(await alerts()).toHaveLength(1);
  });

  it("is not seen by an enterprise, its alerts on the enterprise's meters are", async () => {
    park.addUser("anna", "enterpriseViewer", ["A"]);
    await addDay(today - day, 70);
    await addRule(rule);
    await park.judgeFigures();
    const anna = await park.signIn("anna");
    expect((await anna.get("/alert-rules")).body.items).toEqual([]);
    expect((await anna.get("/alerts")).body.items).toMatchObject([{ point: "meter:E0" }]);
  });

  it("is kept quiet by a maintenance window on its meter", async () => {
    await addDay(today - day, 70);
    await addRule(rule);
    const window = {
      scope: { meterIds: ["E0"] },
      from: iso(today - hour),
      to: iso(today + hour),
      kind: "stopped",
      reason: "检修",
    };
    expect((await admin.post("/maintenance-windows", window)).status).toBe(201);
    await park.judgeFigures();
    expect(await alerts()).toMatchObject([{ suppressed: { kind: "stopped", reason: "检修" } }]);
    expect(notices()).toEqual([]);
  });
});

describe("a rule on the pace of quotas", () => {
  it("warns and raises by the projection that the quotas show", async () => {
    const points = [{ quantity: "waterVolume" }];
    await admin.post("/meters", { id: "W", name: "W", enterpriseId: "A", kind: "water", intervalS: 3600, points });
    const from = today - 10 * day;
    const rows = Array.from({ length: 241 }, (_, i) => reading("W.waterVolume", from + i * hour, i));
    await park.store.append(rows);
    const local = (at: number): string => iso(at).slice(0, 10);
    const quota = {
      medium: "water",
      from: local(from),
      to: local(from + 20 * day),
      unit: "m³",
      source: "s",
      status: "unverified",
    };
    for (const [id, value] of [
      ["tight", 450],
      ["near", 500],
      ["wide", 1000],
    ] as const)
      expect((await admin.put(`/quotas/${id}`, { ...quota, enterpriseId: "A", value })).status).toBe(200);
    await addRule({ id: "pace", kind: "quotaPace", severity: "P2" });
    await park.judgeFigures();
    const { items } = (await admin.get(`/figures/quotas?at=${iso(today)}`)).body as QuotaProgressBody;
    const projected = items.find(({ id }) => id === "tight")?.projectedByPace;
    expect(projected).toBeCloseTo(480);
    const found = (await alerts()).map(({ point, level, severity, value, limit, unit }) => ({
      point,
      level,
      severity,
      value,
      limit,
      unit,
    }));
    const common = { value: projected, unit: "m³" };
    expect(found).toHaveLength(3);
    expect(found).toEqual(
      expect.arrayContaining([
        { ...common, point: "quota:tight", level: "alarm", severity: "P2", limit: 450 },
        { ...common, point: "quota:tight", level: "warning", severity: "P3", limit: 405 },
        { ...common, point: "quota:near", level: "warning", severity: "P3", limit: 450 },
      ]),
    );
    expect((await admin.delete("/quotas/tight")).status).toBe(204);
    await goTo(today + day + hour);
    await park.judgeFigures();
    const after = await alerts();
    expect(after.filter(({ point }) => point === "quota:tight").map(({ state }) => state)).toEqual([
      "cleared",
      "cleared",
    ]);
  });

  it("refuses points, and a warning that comes after the alarm", async () => {
    const bad = [
      { kind: "quotaPace", points: ["W.waterVolume"] },
      { kind: "quotaPace", warnShare: 1.1 },
      { kind: "limit", above: 1 },
    ];
    for (const one of bad) expect((await admin.post("/alert-rules", one)).status).toBe(400);
  });
});

describe("a rule on night flow", () => {
  it("raises for the meter that the leaks name, on the point that told", async () => {
    const points = [{ quantity: "waterFlow" }];
    await admin.post("/meters", { id: "W", name: "W", enterpriseId: "A", kind: "water", intervalS: 900, points });
    const rows: Reading[] = [];
    for (let at = today - 60 * day; at < today + 6 * hour; at += quarter) {
      const usual = 9 * (1 + 0.04 * Math.sin((at / day) * 12.9898)) * (at % day < 5 * hour ? 1 : 4);
      rows.push(reading("W.waterFlow", at, usual + (at >= today - 5 * day + 18 * hour ? 4 : 0)));
    }
    await park.store.append(rows);
    await addRule({ id: "leak", kind: "nightFlow", severity: "P3" });
    await park.judgeFigures();
    const leaks = (await admin.get("/figures/leaks")).body as LeaksBody;
    expect(leaks.items.map(({ point }) => point)).toEqual(["W.waterFlow"]);
    const [leak] = leaks.items;
    expect(await alerts()).toMatchObject([
      {
        id: `leak~W.waterFlow~${(today + 4 * hour).toString(36)}`,
        point: "W.waterFlow",
        subject: null,
        value: leak?.minFlow,
        unit: "m³/h",
      },
    ]);
    const range = { from: iso(today - 4 * day), to: iso(today + 5 * hour) };
    const tried = await admin.post("/alert-rules/backtest", { rule: { kind: "nightFlow" }, ...range });
    expect(tried.body).toMatchObject({ alarms: 1, alerts: [{ point: "W.waterFlow" }] });
    expect(park.registry.figureRules()[0]?.states.get("W.waterFlow" as PointId)?.alert.phase).toBe("firing");
    expect(park.registry.rule(systemPrincipal, "leak")?.rule.points).toEqual([]);
  });
});
