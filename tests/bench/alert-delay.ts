import { fork } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ApiClient } from "../support/api-client.ts";
import { cpuSeconds, residentMib } from "../support/process-usage.ts";
import { SpawnedPlatform, type RunFile } from "../support/spawned-platform.ts";
import type { AlertLoadSent, AlertOrder, Break, FromAlertLoad } from "./alert-messages.ts";
import { openAlertPage, type AlertPage } from "./alert-page.ts";
import { preparePark } from "./alert-park.ts";
import { gatewaysOfPlan, maxRounds, meterCount } from "./alert-plan.ts";
import { startAlertReceiver, type AlertReceiver } from "./alert-receiver.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import { untilStored } from "./pipeline.ts";

export interface AlertLoad {
  readonly perSecond: number;
  readonly seconds: number;
  /** none: no rules; quiet: 5,000 rules that nothing breaks; alerts: 20 a second, told to receivers and shown on a page. */
  readonly mode: "none" | "quiet" | "alerts";
  /** Chromium; null = no page. */
  readonly browser: string | null;
}

export interface Delays {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface AlertMeasurement {
  readonly sent: AlertLoadSent;
  readonly edgeCores: number;
  readonly appCores: number;
  readonly appMib: number;
  /** Alerts that are kept; wrong = those not planned, missing and double ones. */
  readonly alerts: number;
  readonly wrongAlerts: number;
  /** Planned alerts that no message named, and messages that came again. */
  readonly lost: number;
  readonly doubled: number;
  /** From the reading's way into the socket until the message was at its receiver; null without receivers. */
  readonly told: Delays | null;
  /** … until the alert was painted; null without a page. */
  readonly painted: Delays | null;
  readonly notPainted: number;
}

const valuesPerMessage = 3;
const adminPassword = "correct-horse-battery";
const [patienceMs, readyMs] = [60_000, 180_000];

/** The whole program as `npm start` runs it, loaded from a process of its own. */
export async function measureAlerts(load: AlertLoad): Promise<AlertMeasurement> {
  const directory = mkdtempSync(join(tmpdir(), "bench-alerts-"));
  const data = join(directory, "data");
  const gateways = gatewaysOfPlan();
  const receiver = load.mode === "alerts" ? await startAlertReceiver() : null;
  inMemoryFirst(data, (folder) =>
    preparePark(folder, gateways, { hasRules: load.mode !== "none", receiverPort: receiver?.port ?? null }),
  );
  const platform = new SpawnedPlatform({
    PARK_DATA_DIR: data,
    PARK_ADMIN_PASSWORD: adminPassword,
    PARK_DEVICE_RATE: "0",
    PARK_ENTERPRISE_RATE: "0",
    PARK_NOTIFY_ALLOW: "127.0.0.1",
    PARK_LOG_LEVEL: "error",
  });
  let page: AlertPage | null = null;
  try {
    const run = await platform.ready(readyMs);
    const url = `http://127.0.0.1:${run.http}`;
    const credentials = { username: "admin", password: adminPassword };
    const client = await new ApiClient(url).signIn("admin", adminPassword);
    if (receiver !== null && load.browser !== null) page = await openAlertPage(load.browser, { url, ...credentials });
    const rounds = Math.min(maxRounds, Math.round((load.perSecond * load.seconds) / meterCount));
    const order = { port: run.mqtt, gateways, perSecond: load.perSecond, rounds, breaks: load.mode === "alerts" };
    return await measureRunning(order, { run, client, receiver, page });
  } finally {
    await page?.close();
    await platform.stop();
    receiver?.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Ten thousand transactions, each waiting for the disk, would take longer than the measurement. */
function inMemoryFirst(directory: string, fill: (directory: string) => void): void {
  if (!existsSync("/dev/shm")) return fill(directory);
  const folder = mkdtempSync("/dev/shm/bench-alerts-");
  try {
    fill(folder);
    cpSync(folder, directory, { recursive: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Running {
  readonly run: RunFile;
  readonly client: ApiClient;
  readonly receiver: AlertReceiver | null;
  readonly page: AlertPage | null;
}

async function measureRunning(order: AlertOrder, { run, client, receiver, page }: Running): Promise<AlertMeasurement> {
  let [edgeCpu, appCpu] = [0, 0];
  const sent = await generate(order, () => {
    [edgeCpu, appCpu] = [cpuSeconds(run.pids.edge), cpuSeconds(run.pids.app)];
  });
  // What is done after the last message belongs to it.
  await untilStored(client, sent.messages * valuesPerMessage);
  const cores = {
    edgeCores: (cpuSeconds(run.pids.edge) - edgeCpu) / sent.seconds,
    appCores: (cpuSeconds(run.pids.app) - appCpu) / sent.seconds,
    appMib: residentMib(run.pids.app),
  };
  const { breaks } = sent;
  const isTold = (): boolean => receiver === null || toldAlerts(receiver).size >= breaks.length;
  await until(isTold);
  const alerts = await allAlerts(client);
  const planned = new Map(breaks.map((one) => [keyOf(one), one.at]));
  const raised = new Set(alerts.map(({ point, raisedAt }) => keyOf({ point, at: Date.parse(raisedAt) })));
  const ids = new Map(alerts.map(({ id, raisedAt }) => [id, Date.parse(raisedAt)]));
  const painted = page === null ? null : await untilPainted(page, ids);
  return {
    sent,
    ...cores,
    alerts: alerts.length,
    wrongAlerts: alerts.length - raised.size + symmetricDifference(planned, raised),
    ...(receiver === null ? { lost: 0, doubled: 0, told: null } : judgeAttempts(receiver, ids, breaks)),
    painted: painted === null ? null : delaysOf(painted, ids),
    notPainted: painted === null ? 0 : [...ids.keys()].filter((id) => !painted.has(id)).length,
  };
}

const keyOf = ({ point, at }: Break): string => `${point} ${at}`;

const symmetricDifference = (planned: ReadonlyMap<string, number>, raised: ReadonlySet<string>): number =>
  [...planned.keys()].filter((key) => !raised.has(key)).length + [...raised].filter((key) => !planned.has(key)).length;

function toldAlerts({ attempts }: AlertReceiver): Map<string, number> {
  const first = new Map<string, number>();
  for (const { at, alertIds } of attempts) for (const id of alertIds) if (!first.has(id)) first.set(id, at);
  return first;
}

function judgeAttempts(receiver: AlertReceiver, ids: ReadonlyMap<string, number>, breaks: readonly Break[]) {
  const told = toldAlerts(receiver);
  const named = receiver.attempts.reduce((sum, { alertIds }) => sum + alertIds.length, 0);
  return { lost: breaks.length - told.size, doubled: named - told.size, told: delaysOf(told, ids) };
}

/** From the instant of each alert's reading to the given one. */
function delaysOf(instants: ReadonlyMap<string, number>, raisedAt: ReadonlyMap<string, number>): Delays {
  const delays = new LatencyHistogram();
  for (const [id, at] of instants) delays.add(at - (raisedAt.get(id) ?? at));
  const [p50Ms = 0, p95Ms = 0, p99Ms = 0, maxMs = 0] = [0.5, 0.95, 0.99, 1].map((share) => delays.quantile(share));
  return { p50Ms, p95Ms, p99Ms, maxMs };
}

interface ListedAlert {
  readonly id: string;
  readonly point: string;
  readonly raisedAt: string;
}

async function allAlerts(client: ApiClient): Promise<ListedAlert[]> {
  const all: ListedAlert[] = [];
  for (let cursor = ""; ;) {
    const { items, nextCursor } = await client.get<{ items: ListedAlert[]; nextCursor: string | null }>(
      `/alerts?limit=500${cursor}`,
    );
    all.push(...items);
    if (nextCursor === null) return all;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
}

async function untilPainted(page: AlertPage, ids: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
  let painted = await page.painted();
  for (const end = Date.now() + 10_000; painted.size < ids.size && Date.now() < end; painted = await page.painted())
    await new Promise((resolve) => setTimeout(resolve, 200));
  return painted;
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + patienceMs; !isSo() && Date.now() < end;)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

function generate(order: AlertOrder, onSending: () => void): Promise<AlertLoadSent> {
  const child = fork(fileURLToPath(new URL("alert-load.ts", import.meta.url)), {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    execArgv: ["--import", "tsx"],
  });
  child.send(order);
  return new Promise<AlertLoadSent>((resolve, reject) => {
    child.on("message", (message: FromAlertLoad) => {
      if (message.type === "sending") onSending();
      else if (message.type === "sent") resolve(message.result);
      else reject(new Error(message.reason));
    });
    child.on("exit", () => reject(new Error("the load generator ended early")));
  });
}
