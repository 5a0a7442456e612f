import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Cookie } from "playwright-core";
import { ApiClient } from "../../support/api-client.ts";
import { startBrowser, type TestBrowser } from "../../support/browser.ts";
import { findProgram } from "../../support/find-program.ts";
import type { LoadDevice } from "../../support/load-devices.ts";
import { SpawnedPlatform } from "../../support/spawned-platform.ts";
import { describeMachine, median, toSection, toWebTable } from "../report.ts";
import { budgets, figureNames, judge, type Figures } from "./budgets.ts";
import { measureLivePage, type LiveLoad } from "./live-page.ts";
import { LoadProcess } from "./load-process.ts";
import { measurePageLoads, type Site } from "./page-loads.ts";
import { gatewaysOfPark, prepareWebPark, valuesPerMeter } from "./web-park.ts";

const { values: options } = parseArgs({
  options: {
    meters: { type: "string", default: "5000" },
    rate: { type: "string", default: "1000" },
    burst: { type: "string", default: "5000" },
    runs: { type: "string", default: "3" },
    help: { type: "boolean", default: false },
  },
});

const usage = `npm run bench:web [-- options]
  --meters n   meters of the park (default 5000)
  --rate n     changed values a second (default 1000)
  --burst n    changed values a second of the burst (default 5000)
  --runs n     runs whose medians are judged (default 3)`;

const adminPassword = "correct-horse-battery";
const readyMs = 180_000;

function positive(name: "meters" | "rate" | "burst" | "runs"): number {
  const value = Number(options[name]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is to be a whole number above 0.\n${usage}`);
  return value;
}

const hourMs = 3_600_000;

/** Two days of the main meters, a value each quarter hour: what the overview's curve is drawn of. */
async function importPast(client: ApiClient, gateways: readonly LoadDevice[]): Promise<void> {
  const now = Math.floor(Date.now() / (hourMs / 4)) * (hourMs / 4);
  const instants = Array.from({ length: 192 }, (_, n) => now - (192 - n) * (hourMs / 4));
  for (const [n, { meterId }] of gateways.entries()) {
    const powerAt = (ts: number): number => 600 + 10 * n + 200 * Math.sin((ts / (24 * hourMs)) * 2 * Math.PI);
    const readings = instants.map((ts) => ({ ts, values: { activePower: Math.round(powerAt(ts)) } }));
    await client.post("/import/readings", { meterId, readings });
  }
}

async function signIn(browser: TestBrowser, url: string): Promise<readonly Cookie[]> {
  const { context } = await browser.open();
  const answer = await context.request.post(`${url}/api/v1/session`, {
    data: { username: "admin", password: adminPassword },
  });
  if (!answer.ok()) throw new Error(`Sign-in answered ${answer.status()}.`);
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

async function measureRuns(site: Site, load: LiveLoad, runs: number): Promise<Figures[]> {
  const measured: Figures[] = [];
  for (let run = 1; run <= runs; run++) {
    process.stderr.write(`run ${run} of ${runs}: first loads\n`);
    const loads = await measurePageLoads(site);
    process.stderr.write(`run ${run} of ${runs}: the live page\n`);
    measured.push({ ...loads, ...(await measureLivePage(site, load)) });
  }
  return measured;
}

/** The whole program as `npm start` runs it; it, the load, the browser and this program are processes of their own. */
async function measure(program: string, meterCount: number, runs: number): Promise<Figures[]> {
  const directory = mkdtempSync(join(tmpdir(), "bench-web-"));
  const data = join(directory, "data");
  const gateways = gatewaysOfPark(meterCount);
  const [valuesPerSecond, burstPerSecond] = [positive("rate"), positive("burst")];
  process.stderr.write(`a park of ${meterCount} meters is made\n`);
  prepareWebPark(data, gateways, Math.max(15, Math.ceil((meterCount * valuesPerMeter) / valuesPerSecond)));
  const platform = new SpawnedPlatform({
    PARK_DATA_DIR: data,
    PARK_ADMIN_PASSWORD: adminPassword,
    PARK_DEVICE_RATE: "0",
    PARK_ENTERPRISE_RATE: "0",
    PARK_LOG_LEVEL: "error",
  });
  let [browser, load]: [TestBrowser | null, LoadProcess | null] = [null, null];
  try {
    const run = await platform.ready(readyMs);
    const url = `http://127.0.0.1:${run.http}`;
    await importPast(await new ApiClient(url).signIn("admin", adminPassword), gateways);
    load = await LoadProcess.start(run.mqtt, gateways);
    load.setRate(valuesPerSecond);
    browser = await startBrowser(program);
    const site = { browser, url, cookies: await signIn(browser, url) };
    const live = { meterCount, valuesPerSecond, burstPerSecond, setRate: load.setRate };
    const measured = await measureRuns(site, live, runs);
    process.stderr.write(`${(100 * load.sentShare()).toFixed(1)} % of the load was acknowledged\n`);
    return measured;
  } finally {
    await browser?.close();
    load?.stop();
    await platform.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Whether every budget is kept. */
async function run(): Promise<boolean> {
  if (options.help) return process.stdout.write(`${usage}\n`);
  const program = findProgram("chromium");
  if (program === null) throw new Error("Chromium is not installed; PARK_CHROMIUM names one off the path.");
  const [meterCount, runs, loadBefore] = [positive("meters"), positive("runs"), loadavg()[0] ?? 0];
  const measured = await measure(program, meterCount, runs);
  const title = `Pages in a browser, ${meterCount} meters, ${options.rate} values/s, burst ${options.burst}`;
  const machine = describeMachine("npm run bench:web", loadBefore);
  process.stdout.write(`${toSection(machine, [{ title, table: toWebTable(measured) }])}\n`);
  return figureNames.every((name) => {
    const values = measured.flatMap((figures) => figures[name] ?? []);
    return values.length === 0 || judge(median(values), budgets[name].most) !== "missed";
  });
}

try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
process.exit();
