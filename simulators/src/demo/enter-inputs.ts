import {
  activityInputBody,
  listOf,
  meterBody,
  settlementMeterBody,
  siteBody,
  supplierBillBody,
} from "@smart-park/core/wire";
import type { Logger } from "@smart-park/core";
import { z } from "zod";
import { ApiError, type ParkClient } from "../park-client.ts";
import { untilAnswered } from "../pause.ts";
import { inputKey, type PlannedInput } from "./planned-input.ts";

const anything = z.unknown();
const identified = listOf(z.object({ id: z.string() }));
/** Values that are entered in one request. */
const batchSize = 50;

interface EnterOptions {
  readonly client: ParkClient;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Keys of what was entered in this data folder before. */
  readonly entered: Set<string>;
}

/**
 * Enters what was never entered and is not there. One that is refused is told with its reason and tried again with the
 * next start; the others go on. Rejects on abort only.
 */
export async function enterInputs(options: EnterOptions, planned: readonly PlannedInput[]): Promise<void> {
  const { client, logger, signal, entered } = options;
  const open = planned.filter(({ key }) => !entered.has(key));
  if (open.length === 0) return;
  const ask = (): Promise<ReadonlySet<string>> => keysOf(client, open);
  const known = await untilAnswered(ask, { signal, logger, what: "what is entered already" });
  const isThere = ({ key, unless }: PlannedInput): boolean =>
    known.has(key) || (unless !== undefined && known.has(unless));
  for (const { key } of open.filter(isThere)) entered.add(key);
  // One after the other: nobody waits for them, and pages stay quick.
  for (const batch of batches(open.filter((input) => !isThere(input)))) await enterBatch(options, batch);
}

/** Values go together, all else by itself. */
function batches(inputs: readonly PlannedInput[]): PlannedInput[][] {
  const all: PlannedInput[][] = [];
  for (const input of inputs) {
    const last = all.at(-1);
    const isNext = last?.[0]?.value !== undefined && input.value !== undefined && last.length < batchSize;
    if (isNext) last.push(input);
    else all.push([input]);
  }
  return all;
}

/** Values are taken all or none: when they are refused, each is entered by itself. */
async function enterBatch(options: EnterOptions, batch: readonly PlannedInput[]): Promise<void> {
  const { client, logger, signal, entered } = options;
  const [first] = batch;
  if (first === undefined) return;
  const body = first.value === undefined ? first.body : { inputs: batch.map(({ value }) => value) };
  try {
    const what = `entering ${first.key}`;
    await untilAnswered(() => client.send(first.method, first.path, body, anything), { signal, logger, what });
    for (const { key } of batch) entered.add(key);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (batch.length > 1) for (const input of batch) await enterBatch(options, [input]);
    else logger.warn({ input: first.key, reason: error.message }, "the platform refused an input of the demo");
  }
}

/** What the platform has, as far as it matters for these. */
async function keysOf(client: ParkClient, planned: readonly PlannedInput[]): Promise<ReadonlySet<string>> {
  const known: string[] = [];
  const ids = async (path: string, toKey: (id: string) => string): Promise<void> => {
    known.push(...(await client.get(path, identified)).items.map(({ id }) => toKey(id)));
  };
  await ids("/regulated", inputKey.regulated);
  await ids("/watch-targets", inputKey.limit);
  await ids("/quotas", inputKey.quota);
  await ids("/virtual-meters", inputKey.virtualMeter);
  known.push(...(await client.get("/activity-inputs", listOf(activityInputBody))).items.map(inputKey.activity));
  known.push(...(await client.get("/supplier-bills", listOf(supplierBillBody))).items.map(inputKey.bill));
  known.push(...(await knownGround(client, planned)));
  const { items: settlements } = await client.get("/settlement-meters", listOf(settlementMeterBody));
  known.push(
    ...settlements.map(({ id, place, kind }) =>
      id.startsWith("demo-") ? inputKey.settlement(id) : inputKey.settledByOthers(place, kind),
    ),
  );
  const { items: meters } = await client.get("/meters", listOf(meterBody));
  for (const { id, purpose, points } of meters) {
    if (purpose !== null) known.push(inputKey.purpose(id));
    const exchanged = points.filter(({ registerChanges = [] }) => registerChanges.length > 0);
    known.push(...exchanged.map((point) => inputKey.exchange(point.id)));
  }
  for (const { key, path } of planned) {
    if (!key.startsWith(inputKey.contract(""))) continue;
    const { items } = await client.get(path.slice(0, path.lastIndexOf("/")), listOf(anything));
    if (items.length > 0) known.push(key);
  }
  return new Set(known);
}

async function knownGround(client: ParkClient, planned: readonly PlannedInput[]): Promise<string[]> {
  const { plan, places } = await client.get("/site-plan", siteBody);
  const known = places.map(({ meterId }) => inputKey.place(meterId));
  if (plan === null) return known;
  const ours = planned.find(({ key }) => key === inputKey.sitePlan())?.body;
  const isOurs = ours === undefined || JSON.stringify(plan) === JSON.stringify(siteBody.shape.plan.parse(ours));
  return [...known, inputKey.sitePlan(), ...(isOurs ? [] : [inputKey.sitePlanOfOthers()])];
}
