import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemPrincipal } from "@smart-park/core";
import { openRegistry } from "@smart-park/store";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startHttpReceiver, type Receiver } from "../../notify/src/testing/receivers.ts";
import { raiseAlerts, subscribeWebhook } from "../../notify/src/testing/alerted-registry.ts";
import type { NotifierOrder, NotifierStep } from "../support/notifier-child.ts";

const entry = fileURLToPath(new URL("../support/notifier-child.ts", import.meta.url));
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

/** Runs the worker until it dies at the step, or, without one, until nothing waits any more. */
async function run(dieAt: NotifierStep | null): Promise<void> {
  const order: NotifierOrder = { ...files(), dieAt };
  const args = ["--import", "tsx", entry, JSON.stringify(order)];
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

it.each([
  ...(["plan", "planned", "send", "sent", "record", "recorded"] as const).map((step) => [step, 1] as const),
  ...(["group", "grouped", "sent", "recorded"] as const).map((step) => [step, 30] as const),
])("killed at %s with %i alerts waiting, each is told once by its key, and none is lost", async (dieAt, alerts) => {
  const before = open();
  await subscribeWebhook(before, `http://receiver.example:${receiver.port}/`);
  await raiseAlerts(before, alerts);
  await before.stop();
  await run(dieAt);
  if (dieAt !== "recorded") await run(null);
  const keys = new Set(receiver.received.map(({ key }) => key));
  expect(keys.size).toBe(1);
  // Twice only when the answer was lost, and then the same.
  expect(receiver.received).toHaveLength(dieAt === "sent" || dieAt === "record" ? 2 : 1);
  expect(new Set(receiver.received.map(({ text }) => (JSON.parse(text) as { count: number }).count))).toEqual(
    new Set([alerts]),
  );
  const after = open();
  const { items } = after.registry.deliveries(systemPrincipal, { limit: 100 });
  await after.stop();
  expect(items.map(({ state }) => state)).toEqual(Array(alerts).fill("sent"));
});
