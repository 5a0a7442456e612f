import { cpus, loadavg, release, totalmem } from "node:os";
import type { AlertMeasurement, Delays } from "./alert-delay.ts";
import type { ElectricityMeasurement } from "./electricity-figures.ts";
import type { WriteRates } from "./influx-write.ts";
import type { Measurement } from "./measure.ts";
import type { PipelineMeasurement } from "./pipeline.ts";
import { budgets, figureNames, judge, type Budget, type Figures } from "./web/budgets.ts";
import type { YearMeasurement } from "./year-figures.ts";

/** What one broker did in one scenario, round by round. */
export interface Series {
  readonly broker: string;
  readonly acknowledges: string;
  readonly rounds: readonly Measurement[];
}

export interface Scenario {
  readonly title: string;
  /** Whether the rate is the result (saturation), or given (paced). */
  readonly isSaturated: boolean;
  readonly series: readonly Series[];
}

export interface Machine {
  readonly date: string;
  readonly command: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  /** Load average over one minute before the first and after the last round. */
  readonly load: readonly [number, number];
}

export const describeMachine = (command: string, loadBefore: number): Machine => ({
  date: new Date().toISOString().slice(0, 10),
  command,
  processor: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  memoryGib: totalmem() / 2 ** 30,
  system: `${process.platform} ${release()}`,
  node: process.version,
  load: [loadBefore, loadavg()[0] ?? 0],
});

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

type Figure = keyof Measurement;

const medianOf = ({ rounds }: Series, figure: Figure): number => median(rounds.map((round) => round[figure]));

/** Median of the ratios to the first broker of the scenario, each taken within one round. */
const ratioOf = (series: Series, yardstick: Series, figure: Figure): number =>
  median(series.rounds.map((round, n) => round[figure] / (yardstick.rounds[n]?.[figure] ?? Number.NaN)));

const whole = (value: number): string => Math.round(value).toLocaleString("en-US");
const [one, two] = [1, 2].map((digits) => (value: number) => value.toFixed(digits)) as [
  (value: number) => string,
  (value: number) => string,
];

/** A Markdown table, columns padded so that it reads well in a terminal too. */
export function toTable(scenario: Scenario): string {
  const [yardstick] = scenario.series;
  const heads = [
    ...["Broker", "PUBACK means", "messages/s", "rate ×", "p50 ms", "p99 ms", "p99 ×", "broker cores"],
    ...["messages per core-second", "RSS MiB", "generator cores", "rounds, messages/s"],
  ];
  const rows = scenario.series.map((series) => [
    series.broker,
    series.acknowledges,
    whole(medianOf(series, "perSecond")),
    yardstick === undefined ? "" : two(ratioOf(series, yardstick, "perSecond")),
    one(medianOf(series, "p50Ms")),
    one(medianOf(series, "p99Ms")),
    yardstick === undefined ? "" : two(ratioOf(series, yardstick, "p99Ms")),
    two(medianOf(series, "brokerCores")),
    whole(median(series.rounds.map((round) => round.perSecond / round.brokerCores))),
    whole(medianOf(series, "residentMib")),
    two(medianOf(series, "cores")),
    series.rounds.map((round) => whole(round.perSecond)).join(" "),
  ]);
  return toMarkdown(heads, rows);
}

function toMarkdown(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i < 2 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(heads), rule, ...rows.map(line)].join("\n");
}

/** The whole way, one row per store. */
export function toPipelineTable(measured: readonly (readonly [store: string, PipelineMeasurement])[]): string {
  const heads = [
    ...["Store", "values stored", "of", "messages/s", "lag p50 ms", "lag p99 ms", "lag max ms", "drained after ms"],
    ...["PUBACK p99 ms", "edge cores", "app cores", "generator cores", "edge MiB", "app MiB"],
  ];
  const rows = measured.map(([store, figures]) => [
    ...[store, whole(figures.stored), whole(figures.expected), whole(figures.sent.messages / figures.sent.seconds)],
    ...[figures.lagP50Ms, figures.lagP99Ms, figures.lagMaxMs, figures.drainedMs, figures.sent.p99Ms].map(whole),
    ...[figures.edgeCores, figures.appCores, figures.sent.cores].map(two),
    ...[figures.edgeMib, figures.appMib].map(whole),
  ]);
  return toMarkdown(heads, rows);
}

/** What alerts cost, and how long after their reading people know of them. */
export function toAlertTable(measured: readonly (readonly [string, AlertMeasurement])[]): string {
  const heads = [
    ...["Load", "alerts", "messages/s", "wrong / lost / doubled", "told p50 / p95 / p99 / max ms"],
    ...["painted p50 / p95 / p99 / max ms", "not painted", "PUBACK p99 ms", "edge cores", "app cores", "app MiB"],
  ];
  const delays = (found: Delays | null): string =>
    found === null ? "" : [found.p50Ms, found.p95Ms, found.p99Ms, found.maxMs].map(whole).join(" / ");
  const rows = measured.map(([name, { sent, told, painted, ...figures }]) => [
    ...[name, whole(figures.alerts), whole(sent.messages / sent.seconds)],
    [figures.wrongAlerts, figures.lost, figures.doubled].map(whole).join(" / "),
    ...[delays(told), delays(painted), painted === null ? "" : whole(figures.notPainted), whole(sent.pubackP99Ms)],
    ...[two(figures.edgeCores), two(figures.appCores), whole(figures.appMib)],
  ]);
  return toMarkdown(heads, rows);
}

/** Ways to write to InfluxDB, as ratios to the first one within one round. */
export function toWriteTable(rates: readonly WriteRates[]): string {
  const [yardstick] = rates;
  const rows = rates.map(({ name, valuesPerSecond }) => [
    ...[name, "acknowledged by the server", whole(median(valuesPerSecond))],
    two(median(valuesPerSecond.map((rate, n) => rate / (yardstick?.valuesPerSecond[n] ?? Number.NaN)))),
    valuesPerSecond.map(whole).join(" "),
  ]);
  return toMarkdown(["Way", "Done means", "values/s", "rate ×", "rounds, values/s"], rows);
}

/** How long questions about a year take; each figure the median of its rounds. */
export function toYearTable(measured: readonly (readonly [string, YearMeasurement])[]): string {
  const rows = measured.map(([store, { readings, filledInS, rolledInS, enterprisesMs, parkDaysMs, monthMs }]) => [
    ...[store, whole(readings), one(filledInS), one(rolledInS)],
    ...[enterprisesMs, parkDaysMs, monthMs].map((rounds) => one(median(rounds))),
    [enterprisesMs, parkDaysMs, monthMs].map((rounds) => whole(Math.max(...rounds))).join(" / "),
  ]);
  const headings = ["enterprises by month ms", "park by day ms", "one register, a month at 15 min ms", "slowest ms"];
  return toMarkdown(["Store", "readings", "stored in s", "rolled up in s", ...headings], rows);
}

/** How long questions about one enterprise's electricity take; each figure the median of its rounds. */
export function toElectricityTable(measured: readonly (readonly [string, ElectricityMeasurement])[]): string {
  const rows = measured.map(([store, { readings, adviceMs, quarterMonthMs, minuteMonthMs, slidingMs }]) => {
    const all = [adviceMs, quarterMonthMs, minuteMonthMs, slidingMs];
    const slowest = all.map((rounds) => whole(Math.max(...rounds))).join(" / ");
    return [store, whole(readings), ...all.map((rounds) => one(median(rounds))), slowest];
  });
  const month = ["month, read at 15 min ms", "month, read every minute ms"];
  const headings = ["advice of 12 months ms", ...month, "one register, sliding demand of a month ms", "slowest ms"];
  return toMarkdown(["Store", "readings", ...headings], rows);
}

/** What the pages were measured at, each the median of its runs, against their budgets. */
export function toWebTable(runs: readonly Figures[]): string {
  const rows = figureNames.flatMap((name) => {
    const budget: Budget = budgets[name];
    const values = runs.flatMap((run) => run[name] ?? []);
    if (values.length === 0) return [];
    const told = (value: number): string => inUnit(value, budget.unit);
    const verdict = judge(median(values), budget.most);
    const most = budget.most === null ? "" : `≤ ${told(budget.most)}`;
    return [[budget.name, budget.under, most, told(median(values)), verdict, values.map(told).join(" ")]];
  });
  return toMarkdown(["Figure", "Under", "budget", "measured", "verdict", "runs"], rows);
}

function inUnit(value: number, unit: Budget["unit"]): string {
  if (unit === "ms" || unit === "tasks") return unit === "ms" ? `${whole(value)} ms` : whole(value);
  return unit === "" ? value.toFixed(3) : `${one(value)} ${unit}`;
}

/** The measured part of docs/benchmarks.md. */
export const toSection = (
  machine: Machine,
  scenarios: readonly { readonly title: string; readonly table: string }[],
): string =>
  [
    `Measured ${machine.date} with \`${machine.command}\` on ${machine.cores} × ${machine.processor}, ` +
      `${machine.memoryGib.toFixed(0)} GiB, ${machine.system}, Node ${machine.node}; ` +
      `load average before ${machine.load[0].toFixed(1)}, after ${machine.load[1].toFixed(1)}.`,
    ...scenarios.flatMap(({ title, table }) => [`### ${title}`, table]),
  ].join("\n\n");
