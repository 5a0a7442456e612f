import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findProgram } from "../support/find-program.ts";
import { bareAedes, edge, mosquitto, type BrokerUnderTest } from "./brokers.ts";
import { measureAlerts, type AlertMeasurement } from "./alert-delay.ts";
import { measure, type Load } from "./measure.ts";
import { measureElectricity, type ElectricityMeasurement } from "./electricity-figures.ts";
import { measureInfluxWrite } from "./influx-write.ts";
import { measureYear, type YearMeasurement } from "./year-figures.ts";
import { measurePipeline, type PipelineMeasurement } from "./pipeline.ts";
import {
  describeMachine,
  toAlertTable,
  toElectricityTable,
  toPipelineTable,
  toSection,
  toTable,
  toWriteTable,
  toYearTable,
  type Scenario,
  type Series,
} from "./report.ts";
import { startInfluxd } from "../support/influxd.ts";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    scenario: { type: "string", multiple: true },
    "no-write": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const usage = `npm run bench [-- options]
  --quick            one short round, nothing written
  --rounds n         rounds per scenario (default 3)
  --scenario name    only 50, 500, paced, pipeline, pipeline-influx, influx-write, figures or alerts; may be repeated
  --no-write         leave docs/benchmarks.md as it is`;

const page = fileURLToPath(new URL("../../docs/benchmarks.md", import.meta.url));
const [beginMark, endMark] = ["<!-- measured: edge -->", "<!-- end of measured: edge -->"];

const [warmUpMs, measureMs] = options.quick ? [500, 1500] : [1000, 3000];
const saturated = (connections: number): Load => ({ connections, window: 20, perSecond: null, warmUpMs, measureMs });
const scenarios: ReadonlyMap<string, { title: string; load: Load }> = new Map([
  ["50", { title: "Saturation, 50 connections", load: saturated(50) }],
  ["500", { title: "Saturation, 500 connections", load: saturated(500) }],
  [
    "paced",
    {
      title: "5,000 messages/s over 50 connections",
      load: { connections: 50, window: 1000, perSecond: 5000, warmUpMs, measureMs: measureMs * 1.5 },
    },
  ],
]);

/** The whole way, from 500 gateways of ten meters each to what a query finds; the two stores need not bear the same rate. */
const pipelines: ReadonlyMap<string, { title: string; perSecond: number; usesInflux: boolean }> = new Map([
  ["pipeline", { title: "The whole way, embedded store, 20,000 messages/s", perSecond: 20_000, usesInflux: false }],
  ["pipeline-influx", { title: "The whole way, InfluxDB, 5,000 messages/s", perSecond: 5000, usesInflux: true }],
]);

const [influxWrite, figures, alerts] = ["influx-write", "figures", "alerts"];

interface Result {
  readonly title: string;
  readonly table: string;
}

/** All brokers take turns in each round, so that what else the machine does meets them alike. */
async function runScenario(title: string, load: Load, brokers: readonly BrokerUnderTest[], rounds: number) {
  const series: Series[] = brokers.map(({ name, acknowledges }) => ({ broker: name, acknowledges, rounds: [] }));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [n, broker] of brokers.entries()) {
      process.stderr.write(`${title}, round ${round} of ${rounds}: ${broker.name}\n`);
      const measured = await measure(broker, load);
      series[n] = { ...series[n]!, rounds: [...series[n]!.rounds, measured] }; // as many series as brokers
    }
  }
  return { title, isSaturated: load.perSecond === null, series } satisfies Scenario;
}

/** Null when there is no InfluxDB here. */
async function runInfluxWrite(rounds: number): Promise<Result | null> {
  const program = findProgram("influxd");
  if (program === null) return null;
  const title = "Writing to InfluxDB, 10,000 values a batch";
  process.stderr.write(`${title}\n`);
  const rates = await measureInfluxWrite(program, { rounds, batches: options.quick ? 5 : 30 });
  return { title, table: toWriteTable(rates) };
}

type InfluxSettings = Parameters<typeof measureYear>[1];

/** The embedded store, and InfluxDB beside it when there is one here. */
async function onEachStore<T>(measureOn: (influx: InfluxSettings) => Promise<T>): Promise<[string, T][]> {
  const measured: [string, T][] = [["embedded", await measureOn(null)]];
  const program = findProgram("influxd");
  if (program === null) return measured;
  const influxd = await startInfluxd(program);
  const influx = { url: influxd.url, token: null, org: null, bucket: "park" };
  return [...measured, ["InfluxDB 1.x", await measureOn(influx).finally(() => influxd.stop())]];
}

async function runFigures(rounds: number): Promise<Result[]> {
  const days = options.quick ? 30 : 365;
  const year = { enterprises: 100, metersEach: 5, days, rounds: rounds * 5 };
  const title = `Figures of ${days} days, ${year.enterprises * year.metersEach} registers at 15 min`;
  process.stderr.write(`${title}\n`);
  const ofYear = await onEachStore<YearMeasurement>((influx) => measureYear(year, influx));
  const electricity = { meters: 10, days, rounds: rounds * 5 };
  const ofElectricity = await onEachStore<ElectricityMeasurement>((influx) => measureElectricity(electricity, influx));
  return [
    { title, table: toYearTable(ofYear) },
    { title: "Electricity of one enterprise with 10 meters", table: toElectricityTable(ofElectricity) },
  ];
}

/** The same load without rules, with rules that nothing breaks, and with alerts that are told and shown. */
async function runAlerts(): Promise<Result> {
  const [perSecond, seconds, browser] = [2000, options.quick ? 15 : 60, findProgram("chromium")];
  if (browser === null) process.stderr.write("Chromium is not installed; nothing is painted.\n");
  const title = "Alerts at 2,000 messages/s, 5,000 rules";
  const measured: [string, AlertMeasurement][] = [];
  for (const [name, mode] of [
    ["no rules", "none"],
    ["rules, nothing breaks them", "quiet"],
    ["rules, 20 alerts/s", "alerts"],
  ] as const) {
    process.stderr.write(`${title}: ${name}\n`);
    measured.push([name, await measureAlerts({ perSecond, seconds, mode, browser })]);
  }
  return { title, table: toAlertTable(measured) };
}

/** Null when it needs an InfluxDB and there is none. */
async function runPipeline(name: string): Promise<Result | null> {
  const pipeline = pipelines.get(name);
  if (pipeline === undefined) throw new Error(`There is no scenario ${name}.\n${usage}`);
  const { title, perSecond, usesInflux } = pipeline;
  const load = { gateways: 500, metersPerGateway: 10, perSecond, seconds: options.quick ? 10 : 90 };
  process.stderr.write(`${title}\n`);
  if (!usesInflux) return toResult(title, "embedded", await measurePipeline(load));
  const program = findProgram("influxd");
  if (program === null) return null;
  const influxd = await startInfluxd(program);
  try {
    return toResult(title, "InfluxDB 1.x", await measurePipeline({ ...load, settings: { INFLUX_URL: influxd.url } }));
  } finally {
    await influxd.stop();
  }
}

const toResult = (title: string, store: string, measured: PipelineMeasurement): Result => ({
  title,
  table: toPipelineTable([[store, measured]]),
});

function writePage(section: string): void {
  const before = readFileSync(page, "utf8");
  const [from, to] = [before.indexOf(beginMark), before.indexOf(endMark)];
  if (from < 0 || to < 0) throw new Error(`${page} has lost its marks ${beginMark} … ${endMark}`);
  writeFileSync(page, `${before.slice(0, from)}${beginMark}\n\n${section}\n\n${before.slice(to)}`);
}

const toEdgeResult = (scenario: Scenario): Result => ({ title: scenario.title, table: toTable(scenario) });

async function run(): Promise<void> {
  if (options.help) return void process.stdout.write(`${usage}\n`);
  if (process.platform !== "linux") throw new Error("The benchmark reads /proc and runs on Linux only.");
  const rounds = options.quick ? 1 : Number(options.rounds ?? 3);
  const wanted = options.scenario ?? [...scenarios.keys(), ...pipelines.keys(), influxWrite, figures, alerts];
  const program = findProgram("mosquitto");
  if (program === null) process.stderr.write("Mosquitto is not installed; ratios are to Aedes alone.\n");
  const brokers = [...(program === null ? [] : [mosquitto(program)]), bareAedes, edge];
  const loadBefore = loadavg()[0] ?? 0;
  const measured: Result[] = [];
  for (const name of wanted) {
    const scenario = scenarios.get(name);
    let results: (Result | null)[];
    if (scenario !== undefined)
      results = [toEdgeResult(await runScenario(scenario.title, scenario.load, brokers, rounds))];
    else if (name === figures) results = await runFigures(rounds);
    else if (name === alerts) results = [await runAlerts()];
    else results = [name === influxWrite ? await runInfluxWrite(rounds) : await runPipeline(name)];
    for (const result of results.filter((one) => one !== null)) {
      process.stdout.write(`\n${result.title}\n\n${result.table}\n\n`);
      measured.push(result);
    }
  }
  if (options.quick || options["no-write"] || options.scenario !== undefined) return;
  writePage(toSection(describeMachine("npm run bench", loadBefore), measured));
  process.stdout.write("docs/benchmarks.md is written.\n");
}

try {
  await run();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
