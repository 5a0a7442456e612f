import { ParkError } from "@smart-park/core";
import { readJson } from "./limited-body.ts";

/** What differs between the generations of InfluxDB. */
export interface Generation {
  readonly version: string;
  /** v1: `/write` with `db`; v2: `/api/v2/write` with `org` and `bucket` (1.8 and later). */
  readonly write: "v1" | "v2";
  /** 1.x: databases are made by a statement, users sign in with name and password. */
  readonly isOne: boolean;
  /** How readings are deleted; 3.x cannot. */
  readonly remove: "influxql" | "api" | null;
}

const pingTimeoutMs = 5_000;
const maxHealthBytes = 64 * 1024;

/** Asks the server what it is, until `signal`. Rejects with store_unavailable when it does not answer or is no InfluxDB. */
export async function detectGeneration(url: string, signal?: AbortSignal): Promise<Generation> {
  const version = (await versionFromPing(url, signal)) ?? (await versionFromHealth(url, signal));
  const generation = version === null ? null : generationOf(version);
  if (generation === null) throw new ParkError("store_unavailable", `what answers at ${url} is not an InfluxDB`);
  return generation;
}

/** From a version such as `1.6.7~rc0` or `v2.7.12`; null when it is none. */
export function generationOf(version: string): Generation | null {
  const match = /(\d+)\.(\d+)/.exec(version);
  if (match === null) return null;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major === 1) return { version, write: minor < 8 ? "v1" : "v2", isOne: true, remove: "influxql" };
  return { version, write: "v2", isOne: false, remove: major === 2 ? "api" : null };
}

async function versionFromPing(url: string, signal?: AbortSignal): Promise<string | null> {
  const response = await get(`${url}/ping`, signal);
  await response.body?.cancel();
  return response.headers.get("x-influxdb-version");
}

async function versionFromHealth(url: string, signal?: AbortSignal): Promise<string | null> {
  const response = await get(`${url}/health`, signal);
  const body = await readJson(response, maxHealthBytes).catch(() => null);
  return typeof body === "object" && body !== null && "version" in body ? String(body.version) : null;
}

async function get(address: string, stop?: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(pingTimeoutMs);
  try {
    return await fetch(address, { signal: stop ? AbortSignal.any([stop, timeout]) : timeout, redirect: "error" });
  } catch (cause) {
    throw new ParkError("store_unavailable", `InfluxDB does not answer at ${address}`, { cause });
  }
}
