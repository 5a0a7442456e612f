import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What one process held at one moment, after its garbage was collected. */
export interface ProbeSample {
  readonly role: string;
  /** Since the process started. */
  readonly atMs: number;
  readonly heapMib: number;
  readonly residentMib: number;
  /** Delay of its event loop since the sample before. */
  readonly loopP99Ms: number;
  readonly loopMostMs: number;
  /** Sockets, files and the like that keep it alive, without timers. */
  readonly handles: number;
  readonly files: number;
}

/** Environment that makes every process of a platform write samples into a folder. */
export const probeEnvironment = (folder: string, everyMs: number): Record<string, string> => ({
  NODE_OPTIONS: `--import ${new URL("probe.mjs", import.meta.url).href}`,
  PARK_TEST_PROBE: folder,
  PARK_TEST_PROBE_MS: String(everyMs),
});

/** Samples of each process, oldest first, by its roles. */
export function readProbe(folder: string): Map<string, ProbeSample[]> {
  const lines = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), "utf8").trim().split("\n"));
  const samples = lines.map((line) => JSON.parse(line) as ProbeSample); // written by probe.mjs
  const roles = [...new Set(samples.map(({ role }) => role))];
  return new Map(roles.map((role) => [role, samples.filter((sample) => sample.role === role)]));
}

/** Least-squares slope of a figure over time, per ten minutes. */
export function slopePer10Min(samples: readonly ProbeSample[], figure: (sample: ProbeSample) => number): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [times, values] = [samples.map(({ atMs }) => atMs / 600_000), samples.map(figure)];
  const [meanTime, meanValue] = [mean(times), mean(values)];
  const spread = times.reduce((sum, time) => sum + (time - meanTime) ** 2, 0);
  const common = times.reduce((sum, time, i) => sum + (time - meanTime) * ((values[i] ?? 0) - meanValue), 0);
  return spread === 0 ? 0 : common / spread;
}
