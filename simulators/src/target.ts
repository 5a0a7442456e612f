import { z } from "zod";
import { deviceCreated, listOf, me, meterBody, type MeterBody, type meterRequest } from "@smart-park/core/wire";
import { ApiError, type ParkClient } from "./park-client.ts";

/** What a replay or scenario sends to. */
export interface Target {
  readonly enterpriseId: string;
  readonly meterId: string;
}

/** A meter as the API takes it. */
export type MeterSpec = z.input<typeof meterRequest>;

/** The park's zone, as the platform says it; null for a token that may not ask. */
export async function parkZone(client: ParkClient): Promise<string | null> {
  try {
    return (await client.get("/me", me)).timeZone;
  } catch (error) {
    if (error instanceof ApiError && error.status > 0) return null;
    throw error;
  }
}

const anything = z.unknown();

/** The meter as the platform knows it; made, with its enterprise, when missing. Throws when it lacks a needed quantity. */
export async function ensureMeter(client: ParkClient, spec: MeterSpec, enterpriseName: string): Promise<MeterBody> {
  const known = await findMeter(client, spec.id);
  if (known === null) {
    await createOnce(client, "/enterprises", { id: spec.enterpriseId, name: enterpriseName, demo: true });
    return client.post("/meters", spec, meterBody);
  }
  const has = new Set(known.points.map((point) => point.quantity));
  const lacking = spec.points.filter((point) => !has.has(point.quantity)).map((point) => point.quantity);
  if (lacking.length > 0) throw new RangeError(`meter ${spec.id} exists but has no ${lacking.join(", ")}`);
  if (known.enterpriseId !== spec.enterpriseId) {
    throw new RangeError(`meter ${spec.id} belongs to enterprise ${known.enterpriseId}, not ${spec.enterpriseId}`);
  }
  return known;
}

async function findMeter(client: ParkClient, id: string): Promise<MeterBody | null> {
  const { items } = await client.get("/meters", listOf(meterBody));
  return items.find((meter) => meter.id === id) ?? null;
}

/** A secret for the device: made with the device, or a new one when it is there already (the old one ends). */
export async function ensureDevice(client: ParkClient, id: string, target: Target): Promise<string> {
  const body = { id, enterpriseId: target.enterpriseId, meterIds: [target.meterId] };
  try {
    return (await client.post("/devices", body, deviceCreated)).password;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    return (await client.post(`/devices/${id}/rotate`, undefined, deviceCreated)).password;
  }
}

async function createOnce(client: ParkClient, path: string, body: object): Promise<void> {
  try {
    await client.post(path, body, anything);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
  }
}
