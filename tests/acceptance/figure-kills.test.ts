// nightly: 3 min
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hours, minutes, type DeliveryLedger, type PointId, type Reading } from "@smart-park/core";
import { openRegistry } from "@smart-park/store";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startApiUnderTest } from "../support/api-under-test.ts";
import { childProgram } from "../support/child-program.ts";
import type { FigureOrder } from "../support/figure-watch-child.ts";
import { sized } from "../support/size.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const timeZone = "UTC";
const day = hours(24);
const today = Math.ceil(Date.now() / day) * day;
const now = today + hours(6);
let folder: string;
/** What a process that nobody kills tells of the same park. */
let undisturbed: string[];

/** Each transition that was written for the notifier, oldest first. */
const noticesOf = (ledger: DeliveryLedger): string[] =>
  ledger
    .waitingNotices(100)
    .map(({ notice }) => `${notice.transition} ${notice.alertId}`)
    .sort();

const every = (stepMs: number, from: number, point: string, valueAt: (at: number) => number): Reading[] =>
  Array.from({ length: Math.floor((now - from) / stepMs) }, (_, i) => {
    const at = from + i * stepMs;
    const pointId = point as PointId;
    return { pointId, observedAt: at, receivedAt: at, value: valueAt(at), quality: "good" };
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "figure-kills-"));
  const park = await startApiUnderTest({ timeZone });
  park.clock.advance(now - park.clock.now());
  const admin = await park.signIn("admin");
  const add = async (path: string, body: object): Promise<void> => {
    const { status, text } = await admin.post(path, body);
    expect([status, text]).toEqual([201, text]);
  };
  await add("/enterprises", { id: "A", name: "A 厂" });
  const meter = { name: "表", enterpriseId: "A", intervalS: 3600 };
  const electricity = { ...meter, kind: "electricity", points: [{ quantity: "activeEnergyImport" }] };
  await add("/meters", { ...electricity, id: "E0" });
  await add("/meters", { ...electricity, id: "E1", parentId: "E0" });
  await add("/meters", { ...meter, id: "W", kind: "water", points: [{ quantity: "waterVolume" }] });
  await add("/meters", { ...meter, id: "L", kind: "water", intervalS: 900, points: [{ quantity: "waterFlow" }] });
  const register = (perHour: number) => (at: number) => ((at - today + 10 * day) / hours(1)) * perHour;
  const flow = (at: number): number =>
    9 * (1 + 0.04 * Math.sin((at / day) * 12.9898)) * (at % day < hours(5) ? 1 : 4) +
    (at >= today - 5 * day + hours(18) ? 4 : 0);
  const from = today - 10 * day;
  await park.store.append(every(hours(1), from, "E0.activeEnergyImport", register(100)));
  await park.store.append(every(hours(1), from, "E1.activeEnergyImport", register(70)));
  await park.store.append(every(hours(1), from, "W.waterVolume", register(1)));
  await park.store.append(every(minutes(15), today - 60 * day, "L.waterFlow", flow));
  const local = (at: number): string => new Date(at).toISOString().slice(0, 10);
  const quota = { medium: "water", unit: "m³", source: "s", status: "unverified", enterpriseId: "A" };
  const time = { from: local(from), to: local(from + 20 * day) };
  expect((await admin.put("/quotas/tight", { ...quota, ...time, value: 450 })).status).toBe(200);
  await add("/alert-rules", { id: "a-pace", kind: "quotaPace" });
  await add("/alert-rules", { id: "b-leak", kind: "nightFlow" });
  await add("/alert-rules", {
    ...{ id: "c-loss", kind: "balanceResidual", medium: "electricity", aboveShare: 0.1, aboveAmount: 100 },
  });
  await park.roll();
  cpSync(park.directory, join(folder, "given"), { recursive: true });
  await park.judgeFigures();
  await park.judgeFigures({ again: true });
  undisturbed = noticesOf(park.deliveries);
  await park.stop();
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(order: Pick<FigureOrder, "directory" | "dieAt">): Promise<void> {
  const given: FigureOrder = { ...order, timeZone, now };
  const args = [...childProgram("figure-watch"), JSON.stringify(given)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  expect(await once(child, "exit")).toEqual(order.dieAt === null ? [0, null] : [null, "SIGKILL"]);
}

const uncommitted = ["evaluate", "evaluated", "state", "alert", "outbox"] as const;
type Deaths = readonly (readonly [ruleId: string, step: NonNullable<FigureOrder["dieAt"]>["step"]])[];
/** A rule that was committed is done, so each life may die at the same rule again or at a later one. */
const allOf = (last: "committed" | "told"): Deaths =>
  ["a-pace", "b-leak", "c-loss"].flatMap((rule) => [...uncommitted, last].map((step) => [rule, step] as const));
const few: Deaths = [
  ["a-pace", "outbox"], // between its two alerts
  ["b-leak", "evaluated"],
  ["c-loss", "committed"],
];

it.each(sized([few], [few, allOf("committed"), allOf("told")]).map((deaths) => [deaths.length, deaths] as const))(
  "killed %i times at steps of its judgements and started again, the platform raises each alert once",
  async (_count, deaths) => {
    const directory = mkdtempSync(join(folder, "lives-"));
    cpSync(join(folder, "given"), directory, { recursive: true });
    for (const [ruleId, step] of deaths) await run({ directory, dieAt: { ruleId, step } });
    await run({ directory, dieAt: null });
    const files = { file: join(directory, "registry.db"), secretKeyFile: join(directory, "secret.key") };
    const database = openRegistry({ ...files, clock: { now: () => now }, logger: silent });
    try {
      const notices = noticesOf(database.deliveries);
      for (const rule of ["a-pace", "b-leak", "c-loss"]) expect(notices.join()).toContain(`raised ${rule}~`);
      expect(notices).toEqual(undisturbed);
    } finally {
      await database.stop();
    }
  },
  600_000,
);
