import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ApiClient } from "../support/api-client.ts";
import { loadDevices, registerDevices, type LoadDevice } from "../support/load-devices.ts";
import { SpawnedPlatform, type RunFile } from "../support/spawned-platform.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import type { FromPipelineLoad, PipelineOrder, PipelineSent } from "./pipeline-messages.ts";
import { cpuSeconds, residentMib } from "../support/process-usage.ts";

export interface PipelineLoad {
  readonly gateways: number;
  readonly metersPerGateway: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** Settings over the defaults, such as INFLUX_URL. */
  readonly settings?: Record<string, string>;
}

export interface PipelineMeasurement {
  readonly sent: PipelineSent;
  /** Values the books count as stored, and how many they should. */
  readonly stored: number;
  readonly expected: number;
  /** How long the oldest message that a query does not find yet was due, ms; 0 when it finds all. */
  readonly lagP50Ms: number;
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
  /** From the last PUBACK until the books were complete. */
  readonly drainedMs: number;
  readonly edgeCores: number;
  readonly appCores: number;
  readonly edgeMib: number;
  readonly appMib: number;
}

const valuesPerMessage = 3;
/** The API takes 300 questions a minute from one user. */
const [probeEveryMs, probesAtOnce, settleMs] = [250, 5, 3000];
const adminPassword = "correct-horse-battery";
/**
 * Of the meters' clocks, from one message to the next: hours of a park's life pass in a minute, so that quarter hours end,
 * and are rolled up, while the load runs.
 */
const intervalMs = 60_000;

const gatewaysOf = ({ gateways, metersPerGateway }: PipelineLoad): LoadDevice[] =>
  loadDevices(gateways).map((device) => ({
    ...device,
    moreMeterIds: Array.from({ length: metersPerGateway - 1 }, (_, k) => `${device.meterId}-${k}`),
  }));

/** The whole program as `npm start` runs it, on a data folder of its own, loaded from a process of its own. */
export async function measurePipeline(load: PipelineLoad): Promise<PipelineMeasurement> {
  const directory = mkdtempSync(join(tmpdir(), "bench-pipeline-"));
  const devices = gatewaysOf(load);
  registerDevices(join(directory, "data"), devices, ["activePower", "activeEnergyImport", "powerFactor"]);
  const platform = new SpawnedPlatform({
    PARK_DATA_DIR: join(directory, "data"),
    PARK_ADMIN_PASSWORD: adminPassword,
    PARK_DEVICE_RATE: "0",
    PARK_ENTERPRISE_RATE: "0",
    PARK_LOG_LEVEL: "error",
    ...load.settings,
  });
  try {
    const run = await platform.ready();
    const client = await new ApiClient(`http://127.0.0.1:${run.http}`).signIn("admin", adminPassword);
    return await measureRunning(run, client, devices, load);
  } finally {
    await platform.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureRunning(
  run: RunFile,
  client: ApiClient,
  devices: readonly LoadDevice[],
  { perSecond, seconds, metersPerGateway }: PipelineLoad,
): Promise<PipelineMeasurement> {
  const perMeter = (perSecond * seconds) / (devices.length * metersPerGateway);
  const firstAt = Math.floor(Date.now() / intervalMs - perMeter) * intervalMs;
  const order = { port: run.mqtt, devices, perSecond, seconds, firstAt, intervalMs };
  const lags = new LatencyHistogram();
  let [edgeCpu, appCpu, probe] = [0, 0, 0];
  let timer: NodeJS.Timeout | undefined;
  const onSending = (): void => {
    [edgeCpu, appCpu] = [cpuSeconds(run.pids.edge), cpuSeconds(run.pids.app)];
    const startedAt = Date.now();
    timer = setInterval(() => {
      const meters = Array.from({ length: probesAtOnce }, () => meterAt(devices, (probe += 7)));
      void lagsOf(client, order, meters, startedAt).then((found) => found.forEach((lag) => lags.add(lag)));
    }, probeEveryMs);
  };
  const sent = await generate(order, onSending);
  clearInterval(timer);
  const cores = {
    edgeCores: (cpuSeconds(run.pids.edge) - edgeCpu) / sent.seconds,
    appCores: (cpuSeconds(run.pids.app) - appCpu) / sent.seconds,
  };
  const memory = { edgeMib: residentMib(run.pids.edge), appMib: residentMib(run.pids.app) };
  const expected = sent.messages * valuesPerMessage;
  const { stored, drainedMs } = await untilStored(client, expected);
  const lag = { lagP50Ms: lags.quantile(0.5), lagP99Ms: lags.quantile(0.99), lagMaxMs: lags.quantile(1) };
  return { sent, stored, expected, drainedMs, ...lag, ...cores, ...memory };
}

interface ProbedMeter {
  readonly id: string;
  readonly gateway: number;
  /** Its place among the gateway's meters, which send in turn. */
  readonly place: number;
}

function meterAt(devices: readonly LoadDevice[], n: number): ProbedMeter {
  const gateway = n % devices.length;
  const device = devices[gateway];
  const ids = device === undefined ? [] : [device.meterId, ...(device.moreMeterIds ?? [])];
  const place = Math.floor(n / devices.length) % Math.max(1, ids.length);
  return { id: ids[place] ?? "", gateway, place };
}

/** None while it is too early to expect something. */
async function lagsOf(
  client: ApiClient,
  { devices, perSecond, firstAt }: PipelineOrder,
  meters: readonly ProbedMeter[],
  startedAt: number,
): Promise<number[]> {
  const now = Date.now();
  if (now - startedAt < settleMs) return [];
  const metersEach = 1 + (devices[0]?.moreMeterIds?.length ?? 0);
  const points = meters.map(({ id }) => `${id}.activePower`).join(",");
  const range = `from=${firstAt}&to=${now + intervalMs}&step=raw`;
  const { series } = await client.get<{ series: { rows: unknown[] }[] }>(`/readings?points=${points}&${range}`);
  return meters.map(({ gateway, place }, i) => {
    const found = series[i]?.rows.length ?? 0;
    const nextMessage = (found * metersEach + place) * devices.length + gateway;
    return Math.max(0, now - startedAt - (nextMessage / perSecond) * 1000);
  });
}

interface BooksAnswer {
  readonly enterprises: readonly { readonly stored: number; readonly received: number }[];
}

/** Until the books count so many values as stored, over all enterprises; gives up after two minutes. */
export async function untilStored(client: ApiClient, expected: number): Promise<{ stored: number; drainedMs: number }> {
  const startedAt = performance.now();
  for (;;) {
    const { enterprises } = await client.get<BooksAnswer>("/books");
    const stored = enterprises.reduce((sum, { stored: own }) => sum + own, 0);
    const drainedMs = performance.now() - startedAt;
    if (stored >= expected || drainedMs > 120_000) return { stored, drainedMs };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function generate(order: PipelineOrder, onSending: () => void): Promise<PipelineSent> {
  const child = fork(fileURLToPath(new URL("pipeline-load.ts", import.meta.url)), {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    execArgv: ["--import", "tsx"],
  });
  child.send(order);
  return new Promise<PipelineSent>((resolve, reject) => {
    child.on("message", (message: FromPipelineLoad) => {
      if (message.type === "sending") onSending();
      else if (message.type === "sent") resolve(message.result);
      else reject(new Error(message.reason));
    });
    child.on("exit", () => reject(new Error("the load generator ended early")));
  });
}
