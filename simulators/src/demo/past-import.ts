import { importBody, recalculateBody, type ImportRequest } from "@smart-park/core/wire";
import type { Clock, Logger, Quantity } from "@smart-park/core";
import type { MeterModel } from "../meter-model.ts";
import type { ParkClient } from "../park-client.ts";
import type { ParkFile, ParkMeter } from "../park-file.ts";
import { inParallel, pause, untilAnswered } from "../pause.ts";
import type { PastChunk } from "./past-plan.ts";

/** At most so many requests at once; after a slow one the importer rests as long as that took, so pages stay quick. */
const width = 2;
const slowMs = 250;
const maxRestMs = 5_000;
const reportEveryMs = 15_000;
/** Kept of a main meter for more than 35 days; of an outlet it is all, of others the registers. */
const longQuantities: ReadonlySet<Quantity> = new Set<Quantity>([
  "activePower",
  "activeEnergyImport",
  "reactiveEnergyImport",
  "waterFlow",
  "waterVolume",
  "steamFlow",
  "steamMass",
  "pvPower",
  "pvEnergy",
  "activeEnergyExport",
]);

interface ImportOptions {
  readonly client: ParkClient;
  readonly park: ParkFile;
  readonly models: () => ReadonlyMap<string, MeterModel>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Called after each piece that is stored. */
  readonly onImported: (chunk: PastChunk) => Promise<void>;
}

/** Sends pieces of history in the given order, gently; rejects on abort and when the platform refuses for good. */
export async function importChunks(options: ImportOptions, chunks: readonly PastChunk[], what: string): Promise<void> {
  const { clock, logger } = options;
  let done = 0;
  let reportedAt = clock.now();
  await inParallel(chunks, width, async (chunk) => {
    await importChunk(options, chunk);
    done += 1;
    const isReportDue = clock.now() - reportedAt >= reportEveryMs || done === chunks.length;
    if (!isReportDue) return;
    reportedAt = clock.now();
    logger.info({ what, done, of: chunks.length }, "demo history is being imported");
  });
}

async function importChunk(options: ImportOptions, chunk: PastChunk): Promise<void> {
  const { client, clock, logger, signal } = options;
  const request = toRequest(options, chunk);
  if (request === null) return;
  const startedAt = clock.now();
  const ask = (): Promise<{ rejected: unknown[] }> => client.post("/import/readings", request, importBody);
  const { rejected } = await untilAnswered(ask, { signal, logger, what: "import of demo history" });
  if (rejected.length > 0) {
    logger.warn({ meterId: chunk.meterId, count: rejected.length, first: rejected[0] }, "the platform refused history");
  }
  await options.onImported(chunk);
  const tookMs = clock.now() - startedAt;
  if (tookMs > slowMs) await pause(Math.min(tookMs, maxRestMs), signal);
}

function toRequest({ park, models }: ImportOptions, chunk: PastChunk): ImportRequest | null {
  const model = models().get(chunk.meterId);
  if (!model) return null;
  const meter = park.meters.find(({ id }) => id === chunk.meterId);
  const isKept = ({ quantity, kind }: Pick<ParkMeter["points"][number], "quantity" | "kind">): boolean => {
    if (!chunk.isLong || meter?.kind === "emission") return true;
    return meter?.isMain === true ? longQuantities.has(quantity) : kind === "counter";
  };
  const wanted = meter?.points.filter(isKept) ?? [];
  const names = wanted.map(({ quantity }) => quantity);
  const readings: ImportRequest["readings"] = [];
  for (let ts = chunk.from; ts < chunk.to; ts += chunk.stepMs) {
    const values = model.valuesOver(ts, chunk.stepMs);
    readings.push({ ts, values: Object.fromEntries(names.map((name) => [name, values[name] ?? 0])) });
  }
  return names.length === 0 || readings.length === 0 ? null : { meterId: chunk.meterId, readings };
}

/** Lets the limit rules judge the imported past, one rule at a time; gives how many alerts that made. */
export async function recalculatePast(options: ImportOptions, range: { from: number; to: number }): Promise<number> {
  const { client, logger, signal } = options;
  let raised = 0;
  for (const rule of options.park.rules) {
    if (rule.kind !== "limit" || rule.id === undefined) continue;
    const body = { ...range, ruleIds: [rule.id] };
    const ask = (): Promise<{ raised: number }> => client.post("/alerts/recalculate", body, recalculateBody);
    raised += (await untilAnswered(ask, { signal, logger, what: "recalculation" })).raised;
  }
  return raised;
}
