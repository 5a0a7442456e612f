import { ParkError } from "@smart-park/core";

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

/** Asks the server what it is. Rejects with store_unavailable when it does not answer or is no InfluxDB. */
export async function detectGeneration(url: string): Promise<Generation> {
  const version = (await versionFromPing(url)) ?? (await versionFromHealth(url));
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

async function versionFromPing(url: string): Promise<string | null> {
  const response = await get(`${url}/ping`);
  return response.headers.get("x-influxdb-version");
}

async function versionFromHealth(url: string): Promise<string | null> {
  const response = await get(`${url}/health`);
  const body: unknown = await response.json().catch(() => null);
  return typeof body === "object" && body !== null && "version" in body ? String(body.version) : null;
}

async function get(address: string): Promise<Response> {
  try {
    return await fetch(address, { signal: AbortSignal.timeout(pingTimeoutMs), redirect: "error" });
  } catch (cause) {
    throw new ParkError("store_unavailable", `InfluxDB does not answer at ${address}`, { cause });
  }
}
