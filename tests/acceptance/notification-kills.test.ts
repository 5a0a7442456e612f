// nightly: 35 min
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemPrincipal } from "@smart-park/core";
import { openRegistry } from "@smart-park/store";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startHttpReceiver, type Receiver } from "../../notify/src/testing/receivers.ts";
import { raiseAlerts, subscribeWebhook } from "../../notify/src/testing/alerted-registry.ts";
import { childProgram } from "../support/child-program.ts";
import { sized } from "../support/size.ts";
import type { NotifierOrder, NotifierStep } from "../support/notifier-child.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => Date.now() };
let folder: string;
let receiver: Receiver;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "notification-kills-"));
  receiver = await startHttpReceiver();
});
afterEach(async () => {
  await receiver.stop();
  rmSync(folder, { recursive: true, force: true });
});

const files = () => ({ file: join(folder, "registry.db"), secretKeyFile: join(folder, "secret.key") });
const open = () => openRegistry({ ...files(), clock, logger: silent });

interface Given {
  readonly clockOffsetMs?: number;
  readonly totalMs?: number;
}

/** Runs the worker until it dies at the step, or, without one, until nothing waits any more. */
async function run(dieAt: NotifierStep | null, { clockOffsetMs = 0, totalMs = 10_000 }: Given = {}): Promise<void> {
  const order: NotifierOrder = { ...files(), dieAt, clockOffsetMs, totalMs };
  const args = [...childProgram("notifier"), JSON.stringify(order)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = once(child, "exit");
  if (dieAt === null) {
    await new Promise<void>((resolve) =>
      child.on("message", (told: { waiting: number }) => told.waiting === 0 && resolve()),
    );
    child.disconnect();
  }
  const [, signal] = (await ended) as [number | null, string | null];
  expect(signal).toBe(dieAt === null ? null : "SIGKILL");
}

async function withDatabase<T>(work: (database: ReturnType<typeof open>) => Promise<T> | T): Promise<T> {
  const database = open();
  try {
    return await work(database);
  } finally {
    await database.stop();
  }
}

const subscribe = () =>
  withDatabase((database) => subscribeWebhook(database, `http://receiver.example:${receiver.port}/`));

interface Told {
  readonly key: string;
  readonly alerts: readonly { readonly id: string; readonly key: string }[];
}
const told = (): Told[] => receiver.received.map(({ text }) => JSON.parse(text) as Told);

/** Every alert was told and is marked so, a repeat always by the same keys; gives the number of times each was told. */
async function expectAllTold(raised: readonly string[]): Promise<number[]> {
  const keys = new Map<string, Set<string>>();
  const messages = new Map<string, Set<string>>();
  const times = new Map<string, number>();
  for (const { key, alerts } of told())
    for (const alert of alerts) {
      keys.set(alert.id, (keys.get(alert.id) ?? new Set()).add(alert.key));
      messages.set(alert.id, (messages.get(alert.id) ?? new Set()).add(key));
      times.set(alert.id, (times.get(alert.id) ?? 0) + 1);
    }
  expect([...keys.keys()].sort()).toEqual([...raised].sort());
  for (const id of raised) expect([id, keys.get(id)?.size, messages.get(id)?.size]).toEqual([id, 1, 1]);
  const states = await withDatabase(({ registry }) => {
    const all: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = registry.deliveries(systemPrincipal, { limit: 500, ...(cursor !== undefined && { cursor }) });
      all.push(...page.items.map(({ state }) => state));
      if (page.nextCursor === null) return all;
      cursor = page.nextCursor;
    }
  });
  expect(new Set(states)).toEqual(new Set(["sent"]));
  expect(states).toHaveLength(raised.length);
  return [...times.values()];
}

const kills = sized(1, 100);
/** Enough for each fault and each jump once. */
const faults = sized(5, 100);
const perKill = 10_000;

it.each([
  ...(["plan", "planned", "fix", "fixed", "send", "sent", "record", "recorded"] as const).map(
    (step) => [step, 1] as const,
  ),
  ...(["fix", "fixed", "sent", "recorded"] as const).map((step) => [step, 30] as const),
])(
  `killed ${kills} time(s) at %s with %i new alerts each time, every alert is told once by its key, and none is lost`,
  { timeout: 120_000 + kills * perKill },
  async (dieAt, alerts) => {
    await subscribe();
    const raised: string[] = [];
    for (let kill = 0; kill < kills; kill++) {
      raised.push(...(await withDatabase((database) => raiseAlerts(database, alerts, { from: 1 + kill * 100 }))));
      await run(dieAt);
    }
    await run(null);
    await expectAllTold(raised);
    // Only a lost answer makes a message come again, once for each.
    const isAnswerLost = dieAt === "sent" || dieAt === "record";
    const repeats = receiver.received.length - new Set(told().map(({ key }) => key)).size;
    expect(repeats).toBe(isAnswerLost ? kills : 0);
  },
);

it(
  "a receiver that fails, hangs, cuts the connection or is busy, while the worker is killed, hears of all in the end",
  { timeout: 120_000 + faults * perKill },
  async () => {
    await subscribe();
    const moods = ["fail", "reset", "busy", "hang"] as const;
    const steps = ["planned", "send", "sent", "record", "recorded"] as const;
    const raised: string[] = [];
    for (let kill = 0; kill < faults; kill++) {
      receiver.moods.splice(0, receiver.moods.length, moods[kill % moods.length] ?? "fail", "take");
      raised.push(...(await withDatabase((database) => raiseAlerts(database, 3, { from: 1 + kill * 100 }))));
      await run(steps[kill % steps.length] ?? "send", { totalMs: 500 });
    }
    await run(null);
    await expectAllTold(raised);
  },
);

const [hour, day] = [3_600_000, 86_400_000];
it(
  "a clock that jumps by an hour or a day between two lives of the worker holds nothing up and repeats nothing",
  { timeout: 120_000 + faults * perKill },
  async () => {
    await subscribe();
    const jumps = [day, -day, hour, -hour, 0];
    const steps = ["planned", "recorded", "send", "plan"] as const;
    const raised: string[] = [];
    for (let kill = 0; kill < faults; kill++) {
      raised.push(...(await withDatabase((database) => raiseAlerts(database, 2, { from: 1 + kill * 100 }))));
      await run(steps[kill % steps.length] ?? "send", { clockOffsetMs: jumps[kill % jumps.length] ?? 0 });
    }
    await run(null, { clockOffsetMs: -day });
    expect(Math.max(...(await expectAllTold(raised)))).toBe(1);
  },
);
