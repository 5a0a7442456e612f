import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  days,
  hours,
  judgeFlood,
  minutes,
  ParkTime,
  quantities,
  systemPrincipal,
  type PointId,
  type Reading,
  type Severity,
} from "@smart-park/core";
import type { AlertRuleBody, BacktestBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setUpDefaultRules } from "../../platform/src/default-rules.ts";
import { DeviceSecrets } from "../../simulators/src/demo/device-secrets.ts";
import { registerPark } from "../../simulators/src/demo/register-park.ts";
import { buildModels } from "../../simulators/src/meter-model.ts";
import { ParkClient } from "../../simulators/src/park-client.ts";
import { readDemoPark } from "../../simulators/src/park-file.ts";
import { SeriesLibrary } from "../../simulators/src/series.ts";
import { startApiUnderTest, type ApiUnderTest, type Client } from "../support/api-under-test.ts";
import { report } from "../support/report.ts";

/**
 * What the rules of a park that nobody configured, with those of the demo, would have told of the demo's past: 35 days of
 * quarter hours as the demo imports them, and the stories at the meters' own intervals as the gateways send them.
 */
const timeZone = "Asia/Shanghai";
const time = new ParkTime(timeZone);
const pastDays = 35;
const maxMessagesPerDay = 20;
const park = readDemoPark();
let api: ApiUnderTest;
let admin: Client;
let folder: string;
/** When the stories of demand and outlet begin; the leak began four nights before. */
let storiesAt: number;
let until: number;
let told: readonly Told[];

interface Told {
  readonly rule: string;
  readonly point: string;
  readonly severity: Severity;
  readonly raisedAt: number;
  readonly clearedAt: number | null;
}

beforeAll(async () => {
  api = await startApiUnderTest({ timeZone });
  const tomorrow = time.startOfDay(api.clock.now(), 1);
  storiesAt = tomorrow + hours(10) + minutes(5);
  until = storiesAt + minutes(100);
  api.clock.advance(until - api.clock.now());
  admin = await api.signIn("admin");
  setUpDefaultRules(api.registry, api.clock);
  folder = await mkdtemp(join(tmpdir(), "default-rules-"));
  const { token } = (await admin.post("/tokens", { name: "demo", scopes: ["registry:write", "import:write"] })).body;
  const client = new ParkClient(api.url, { token }, new AbortController().signal);
  await registerPark(client, park, await DeviceSecrets.open(join(folder, "secrets.json")));
  await writePast();
  told = await tryAllRules();
}, 900_000);
afterAll(async () => {
  await api.stop();
  await rm(folder, { recursive: true, force: true });
});

async function writePast(): Promise<void> {
  const { year, month, day } = time.partsOf(storiesAt);
  const stories = {
    leakFrom: time.instantOf(year, month, day - 3, 1, 30),
    demandRuns: [storiesAt],
    outletRuns: [storiesAt],
    exchangeAt: null,
  };
  const models = buildModels(park, { timeZone, stories, library: new SeriesLibrary() });
  const own = new Set<string>([park.stories.demand.meterId, park.stories.outlet.meterId]);
  const liveFrom = storiesAt - hours(2);
  const rules = api.registry.rules(systemPrincipal).map(({ rule }) => rule);
  const judged = new Set<string>(rules.flatMap(({ kind, points }) => (kind === "silence" ? [] : points)));
  for (const { id, intervalS, points: all } of park.meters) {
    const model = models.get(id);
    if (model === undefined) continue;
    // What no rule looks at, and no figure of one, need not be written.
    const points = all.filter(
      ({ quantity }) =>
        judged.has(`${id}.${quantity}`) || quantities[quantity].kind === "counter" || quantity === "waterFlow",
    );
    const readings: Reading[] = [];
    const add = (from: number, to: number, stepMs: number): void => {
      for (let at = from; at < to; at += stepMs) {
        const values = model.valuesOver(at, stepMs);
        for (const { quantity } of points)
          readings.push({
            pointId: `${id}.${quantity}` as PointId,
            observedAt: at,
            receivedAt: at,
            value: values[quantity] ?? 0,
            quality: "good",
          });
      }
    };
    const quarter = minutes(15);
    const end = own.has(id) ? liveFrom : until;
    add(Math.ceil((until - days(pastDays)) / quarter) * quarter, end, quarter);
    if (own.has(id)) add(liveFrom, until, intervalS * 1000);
    await api.store.append(readings);
  }
}

/** Silence counts only while the platform was up, and in this past nothing is silent. */
async function tryAllRules(): Promise<Told[]> {
  const rules = (await admin.get("/alert-rules?limit=500")).body.items as AlertRuleBody[];
  const all: Told[] = [];
  for (const { version: _version, template: _template, default: _default, coveredPoints: _covered, ...rule } of rules) {
    if (rule.kind === "silence") continue;
    const range = { from: until - days(pastDays), to: until };
    // A covering rule is tried without the points that a rule of its kind names: there that one holds.
    const points =
      rule.covers === null
        ? rule.points
        : (api.registry.rules(systemPrincipal).find(({ rule: { id } }) => id === rule.id)?.rule.points ?? []);
    const tried = { ...rule, points, covers: null };
    if (rule.covers !== null && points.length === 0) continue;
    for (const some of rule.points.length === 0 && points.length === 0 ? [[]] : inPortions(points)) {
      const answer = await admin.post("/alert-rules/backtest", { rule: { ...tried, points: some }, ...range });
      expect([rule.id, answer.status, answer.status === 200 ? "" : answer.text]).toEqual([rule.id, 200, ""]);
      const { alerts, alarms, warnings } = answer.body as BacktestBody;
      expect(alerts).toHaveLength(alarms + warnings);
      for (const { point, severity, raisedAt, clearedAt } of alerts) {
        const ended = clearedAt === null ? null : Date.parse(clearedAt);
        all.push({ rule: rule.id, point, severity, raisedAt: Date.parse(raisedAt), clearedAt: ended });
      }
    }
  }
  return all;
}

/** A back-test takes as many points as could give five million readings. */
const inPortions = (points: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(points.length / 8) }, (_, i) => points.slice(8 * i, 8 * i + 8));

/** Messages to somebody who wants to hear of everything, ends too, by the guard against floods that the notifier has. */
function messageTimes(alerts: readonly Told[]): number[] {
  const notices = alerts
    .flatMap(({ severity, raisedAt, clearedAt }) => [
      { at: raisedAt, severity },
      ...(clearedAt === null ? [] : [{ at: clearedAt, severity }]),
    ])
    .sort((a, b) => a.at - b.at);
  const sentAt: number[] = [];
  let [next, now, groupedAt] = [0, notices[0]?.at ?? 0, null as number | null];
  let waiting: typeof notices = [];
  const all: number[] = [];
  while (next < notices.length || waiting.length > 0) {
    if (waiting.length === 0) now = Math.max(now, notices[next]?.at ?? now);
    while ((notices[next]?.at ?? Infinity) <= now) waiting.push(...notices.slice(next, ++next));
    const verdict = judgeFlood(
      { waiting: waiting.length, hasP1: waiting.some(({ severity }) => severity === "P1"), sentAt, groupedAt },
      now,
    );
    if (verdict.kind === "hold") now += verdict.forMs;
    else {
      all.push(now);
      sentAt.push(now);
      if (verdict.kind === "group") [waiting, groupedAt] = [[], now];
      else waiting = waiting.slice(1);
    }
  }
  return all;
}

describe("the rules of a park that nobody configured, over the demo's past", () => {
  it(`tell at most ${maxMessagesPerDay} messages a day to somebody who wants to hear of everything`, () => {
    const byDay = new Map<string, number>();
    for (const at of messageTimes(told)) byDay.set(time.dayOf(at), (byDay.get(time.dayOf(at)) ?? 0) + 1);
    const byRule = new Map<string, number>();
    for (const { rule } of told) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
    const counts = [...byDay.values()];
    const mean = counts.reduce((a, b) => a + b, 0) / pastDays;
    report("default rules over the demo's past", {
      alerts: told.length,
      messagesPerDay: Number(mean.toFixed(2)),
      mostInADay: Math.max(0, ...counts),
      ...Object.fromEntries(byRule),
    });
    expect(told.length).toBeGreaterThan(0);
    expect([...byDay].filter(([, count]) => count > maxMessagesPerDay)).toEqual([]);
  });

  const toldOf = (meterId: string): Told[] => told.filter(({ point }) => point.startsWith(`${meterId}.`));

  it("tell the leak, with the third night that it shows in", () => {
    const leak = toldOf(park.stories.leak.meterId).filter(({ rule }) => rule === "default-night-flow");
    expect(leak).toHaveLength(1);
    expect(leak[0]).toMatchObject({ clearedAt: null });
    expect(storiesAt - (leak[0]?.raisedAt ?? 0)).toBeLessThan(days(2));
  });

  it.each([
    ["the outlet's hour", park.stories.outlet.meterId, "demo-nox-boiler"],
    ["the demand peak", park.stories.demand.meterId, "demo-demand"],
  ])("tell %s while it happens", (_name, meterId, rule) => {
    const found = toldOf(meterId).filter((alert) => alert.rule === rule && alert.raisedAt >= storiesAt - minutes(20));
    expect(found.length).toBeGreaterThan(0);
  });
});
