import { z } from "zod";
import { generationsOf } from "@smart-park/core";
import { deviceCreated, listOf, type MeterRequest } from "@smart-park/core/wire";
import { ApiError, type ParkClient } from "../park-client.ts";
import type { ParkFile, ParkMeter } from "../park-file.ts";
import { inParallel } from "../pause.ts";
import type { DeviceSecrets } from "./device-secrets.ts";

const anything = z.unknown();
const identified = listOf(z.object({ id: z.string() }));
const width = 4;

/**
 * Makes everything of the park that the platform does not have yet; what is there stays as it is, so a second run adds
 * nothing. Afterwards `secrets` holds one for each device: a lost one is rotated.
 */
export async function registerPark(client: ParkClient, park: ParkFile, secrets: DeviceSecrets): Promise<void> {
  await createMissing(client, "/enterprises", park.enterprises);
  for (const meters of generationsOf(park.meters)) await createMissing(client, "/meters", meters.map(toMeterRequest));
  await registerDevices(client, park, secrets);
  await createMissing(client, "/alert-rules", withIds(park.rules));
  const watched = await idsOf(client, "/watch-targets");
  const missing = park.watchTargets.filter((target) => !watched.has(target.id));
  await inParallel(missing, width, async (target) => {
    await client.put(`/watch-targets/${target.id}`, target, anything);
  });
}

async function createMissing(client: ParkClient, path: string, items: readonly { id: string }[]): Promise<void> {
  const known = await idsOf(client, path);
  await inParallel(
    items.filter(({ id }) => !known.has(id)),
    width,
    async (item) => {
      await createOnce(client, path, item);
    },
  );
}

async function idsOf(client: ParkClient, path: string): Promise<ReadonlySet<string>> {
  const { items } = await client.get(path, identified);
  return new Set(items.map(({ id }) => id));
}

/** Somebody else may have made it meanwhile, which is just as good. */
async function createOnce(client: ParkClient, path: string, item: object): Promise<void> {
  try {
    await client.post(path, item, anything);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
  }
}

async function registerDevices(client: ParkClient, park: ParkFile, secrets: DeviceSecrets): Promise<void> {
  const known = await idsOf(client, "/devices");
  await inParallel(park.devices, width, async ({ id, enterpriseId, meterIds }) => {
    const isKnown = known.has(id);
    if (isKnown && secrets.get(id) !== undefined) return;
    const { password } = isKnown
      ? await client.post(`/devices/${id}/rotate`, undefined, deviceCreated)
      : await client.post("/devices", { id, enterpriseId, meterIds }, deviceCreated);
    secrets.set(id, password);
  });
  await secrets.save();
}

/** What the registry keeps of a park file's meter. */
export function toMeterRequest({ model: _model, isMain: _isMain, ...meter }: ParkMeter): MeterRequest {
  return meter;
}

const withIds = (rules: ParkFile["rules"]): { id: string }[] =>
  rules.flatMap((rule) => (rule.id === undefined ? [] : [{ ...rule, id: rule.id }]));
