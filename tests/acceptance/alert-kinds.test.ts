import type { AlertBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { connectDevice, LiveView, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

/** Kinds of rules on a running platform: readings come over the broker, alerts arrive in the list and on the live socket. */

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
/** A full hour, and all of the story below is over. */
const start = Math.floor(Date.now() / hourMs) * hourMs - 3 * hourMs;
const topicOf = (meterId: string): string => `park/plant/${meterId}/telemetry`;
const at = (minute: number): number => start + minute * minuteMs;

type Values = Record<string, number>;
interface Sample {
  readonly ts: number;
  readonly values: Values;
}
type Message = readonly [meterId: string, samples: readonly Sample[]];
const every = (minutes: number, count: number, valuesAt: (minute: number) => Values): Sample[] =>
  Array.from({ length: count }, (_, i) => ({ ts: at(i * minutes), values: valuesAt(i * minutes) }));

/** Linked points are told of minute by minute, the line first. */
const lineAndFan = every(1, 31, (m) => ({ line: 80, fan: m < 20 ? 20 : 0 })).flatMap(({ ts, values }): Message[] =>
  Object.entries(values).map(([meterId, activePower]) => [meterId, [{ ts, values: { activePower } }]]),
);
/** As a meter sends what it kept: a few readings at a time, with ticks of the platform in between. */
const inPieces = (meterId: string, samples: readonly Sample[]): Message[] =>
  Array.from({ length: Math.ceil(samples.length / 4) }, (_, i) => [meterId, samples.slice(i * 4, i * 4 + 4)]);
const story: Message[] = [
  ...inPieces(
    "demand",
    every(1, 33, (m) => ({ activePower: m < 15 ? 300 : 450 })),
  ),
  ...inPieces(
    "history",
    every(15, 5, () => ({ activePower: 60 })),
  ),
  ["register", every(1, 10, (m) => ({ activeEnergyImport: m === 5 ? 0 : 70_000 + 5 * m }))],
  ...lineAndFan,
];

const powerMeter = (id: string, intervalS = 60) => ({
  ...{ id, intervalS, kind: "electricity", points: [{ quantity: "activePower", stampAt: "start", max: 1000 }] },
});
const meters = [
  powerMeter("demand"),
  powerMeter("history", 900),
  { ...powerMeter("register"), points: [{ quantity: "activeEnergyImport", ratedPerHour: 600 }] },
  powerMeter("line"),
  powerMeter("fan"),
  powerMeter("quality"),
];

const rules = [
  { kind: "demand", points: ["demand.activePower"], declaredKw: 400 },
  { kind: "history", points: ["history.activePower"], abovePercent: 50 },
  { kind: "counter", points: ["register.activeEnergyImport"] },
  {
    kind: "condition",
    match: "all",
    comparisons: [
      { point: "line.activePower", above: 50, holdS: 600 },
      { point: "fan.activePower", below: 5 },
    ],
  },
  {
    kind: "treatment",
    productionPoints: [{ point: "line.activePower", runningAbove: 50 }],
    treatmentPoints: [{ point: "fan.activePower", runningAbove: 5 }],
    stopEarlyS: 300,
  },
  { id: "covering", kind: "limit", covers: { meterKinds: ["environment"], quantities: ["temperature"] }, above: 30 },
  { kind: "dataQuality", points: ["quality.activePower"], abovePercent: 25 },
].map((rule) => ({ id: rule.kind, name: rule.kind, ...rule }));
const ruleIds = new Set(rules.map(({ id }) => id));

let park: TestPlatform;
let live: LiveView;
beforeAll(async () => {
  park = await startTestPlatform({ PARK_DEVICE_RATE: "0" });
  await park.admin.post("/enterprises", { id: "plant", name: "厂" });
  for (const meter of meters) await park.admin.post("/meters", { ...meter, name: meter.id, enterpriseId: "plant" });
  live = await new LiveView(park.url, park.admin).joined();
});
afterAll(async () => {
  live.socket.disconnect();
  await park.stop();
});

async function connectGateway(id: string, meterIds: readonly string[]) {
  const device = await park.admin.post<{ username: string; password: string }>("/devices", {
    ...{ id, enterpriseId: "plant", meterIds },
  });
  return connectDevice(park.mqttUrl, device);
}

const importReadings = (meterId: string, readings: readonly Sample[]) =>
  park.admin.post("/import/readings", { meterId, readings });

/** Five weeks of quarter hours. */
const usual: Sample[] = Array.from({ length: 35 * 96 }, (_, q) => ({
  ts: start - 35 * dayMs + q * 15 * minuteMs,
  values: { activePower: 20 },
}));

interface Shown {
  readonly rule: string;
  readonly point: string;
  readonly level: string;
  readonly minute: number;
  readonly value: number | null;
  readonly limit: number | null;
}
const shown = ({ ruleId, point, level, raisedAt, value, limit }: AlertBody): Shown => ({
  ...{ rule: ruleId, point, level, minute: (Date.parse(raisedAt) - start) / minuteMs, value, limit },
});
const byRule = (a: Shown, b: Shown): number => a.rule.localeCompare(b.rule) || a.minute - b.minute;
const own = (alerts: readonly AlertBody[]): Shown[] =>
  alerts
    .filter(({ ruleId }) => ruleIds.has(ruleId))
    .map(shown)
    .sort(byRule);
const listed = async (): Promise<Shown[]> =>
  own((await park.admin.get<{ items: AlertBody[] }>("/alerts?limit=500")).items);
const heard = (): Shown[] => own(live.all<AlertBody>("alert"));

const expected: Shown[] = (
  [
    ["condition", "line.activePower", "alarm", 20, 80, 50],
    ["counter", "register.activeEnergyImport", "alarm", 5, 0, 70_020],
    ["covering", "hall.temperature", "alarm", 0, 35, 30],
    ["demand", "demand.activePower", "warning", 18, 450, 400],
    ["demand", "demand.activePower", "alarm", 30, 450, 400],
    ["history", "history.activePower", "alarm", 60, 60, 30],
    ["treatment", "line.activePower", "alarm", 25, 300, 300],
  ] as const
).map(([rule, point, level, minute, value, limit]) => ({ rule, point, level, minute, value, limit }));

it("alerts of each kind arrive once, in the list and on the live socket, though every message comes twice", async () => {
  await importReadings("history", usual);
  for (const rule of rules) await park.admin.post("/alert-rules", rule);
  const gateway = await connectGateway(
    "gateway",
    meters.map(({ id }) => id),
  );
  for (const [meterId, samples] of [...story, ...story])
    await gateway.publishAsync(topicOf(meterId), JSON.stringify(samples), { qos: 1 });
  await gateway.endAsync();

  // A meter that comes after the rule which covers it. Its alert comes after all others, so none of them is on its way still.
  const hall = { id: "hall", name: "车间", enterpriseId: "plant", kind: "environment", intervalS: 60 };
  await park.admin.post("/meters", { ...hall, points: [{ quantity: "temperature" }] });
  const sensor = await connectGateway("sensor", ["hall"]);
  const first = { ts: start, values: { temperature: 35 } };
  await sensor.publishAsync(topicOf("hall"), JSON.stringify(first), { qos: 1 });
  await sensor.endAsync();
  await vi.waitFor(() => expect(heard().map(({ rule }) => rule)).toContain("covering"), 10_000);

  expect(heard()).toEqual(expected);
  expect(await listed()).toEqual(expected);
}, 30_000);

it("the quality of an hour that was imported is judged by recalculation, and again without another alert", async () => {
  // Live, ten minutes in which the platform was up are the least that a share is told of.
  const rows = every(1, 180, (m) => ({ activePower: m >= 60 && m < 80 ? 9999 : 50 }));
  await importReadings("quality", rows);
  const range = { from: start, to: start + 3 * hourMs, ruleIds: ["dataQuality"] };
  await park.admin.post("/alerts/recalculate", range);
  const alert = (await listed()).filter(({ rule }) => rule === "dataQuality");
  expect(alert).toMatchObject([
    { point: "quality.activePower", minute: 80, value: expect.closeTo(100 / 3), limit: 25 },
  ]);
  await park.admin.post("/alerts/recalculate", range);
  expect((await listed()).filter(({ rule }) => rule === "dataQuality")).toEqual(alert);
});
