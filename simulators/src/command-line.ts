import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ParseArgsConfig } from "node:util";
import { z } from "zod";
import type { ApiAuth } from "./park-client.ts";

/** A mistake of the person at the keyboard: one sentence, exit code 1. */
export class UsageError extends Error {}

/** How to reach the platform and who asks; shared by all commands. */
export const platformOptions = {
  url: { type: "string" },
  mqtt: { type: "string" },
  "data-dir": { type: "string" },
  token: { type: "string" },
  "token-file": { type: "string" },
  user: { type: "string" },
  password: { type: "string" },
  "password-file": { type: "string" },
} as const satisfies ParseArgsConfig["options"];

export const platformHelp = `  --url URL             the platform, e.g. http://127.0.0.1:8080
  --mqtt URL            its broker, e.g. mqtt://127.0.0.1:1883
  --data-dir DIR        both from the run.json of a running platform's data folder
                        (default PARK_DATA_DIR, or ./data)
  --token T | --token-file F                    API token with registry:write, import:write and read
  --user NAME --password P | --password-file F  or a park administrator`;

export type PlatformValues = { readonly [K in keyof typeof platformOptions]?: string | undefined };

export interface PlatformAddress {
  readonly apiUrl: string;
  readonly mqttUrl: string | null;
  readonly auth: ApiAuth | null;
}

const runFile = z.object({ http: z.number().nullable(), mqtt: z.number().nullable() });

/** Addresses and credentials from the options, the rest from run.json; throws UsageError. */
export function platformAddress(values: PlatformValues, environment = process.env): PlatformAddress {
  // Set but empty is not set, as for the platform.
  const directory = values["data-dir"] ?? (environment["PARK_DATA_DIR"] || "data");
  const running = values.url !== undefined && values.mqtt !== undefined ? null : readRunFile(directory);
  const apiUrl = values.url ?? (running?.http == null ? undefined : `http://127.0.0.1:${running.http}`);
  if (apiUrl === undefined) {
    throw new UsageError("Say where the platform is with --url, or start it and name its data folder with --data-dir.");
  }
  const mqttUrl = values.mqtt ?? (running?.mqtt == null ? null : `mqtt://127.0.0.1:${running.mqtt}`);
  return { apiUrl, mqttUrl, auth: authOf(values) };
}

function readRunFile(directory: string): z.infer<typeof runFile> | null {
  try {
    return runFile.parse(JSON.parse(readFileSync(join(directory, "run.json"), "utf8")));
  } catch {
    return null;
  }
}

function authOf(values: PlatformValues): ApiAuth | null {
  const token = values.token ?? secretFrom(values["token-file"]);
  if (token !== undefined) return { token };
  const password = values.password ?? secretFrom(values["password-file"]);
  if (password === undefined) return null;
  return { username: values.user ?? "admin", password };
}

function secretFrom(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    throw new UsageError(`${file} cannot be read.`);
  }
}

/** `max` or a positive number. */
export function speedOf(text: string | undefined): number {
  if (text === undefined || text === "max") return Infinity;
  const speed = Number(text);
  if (!(speed > 0)) throw new UsageError(`--speed is a number above 0, or max; not "${text}".`);
  return speed;
}

/** A line that is written over itself on a terminal and left out elsewhere. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

export const endProgress = (): void => progress("");

/** Runs a command: exit code 0, or 1 and one sentence. A signal ends it in order. */
export async function runCommand(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const abort = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => abort.abort());
  try {
    await run(abort.signal);
  } catch (error) {
    endProgress();
    process.stderr.write(`${abort.signal.aborted ? "Stopped." : sentenceOf(error)}\n`);
    process.exitCode = 1;
  }
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && "path" in error) return `${String(error.path)} cannot be read (${String(error.code)}).`;
  return error.message;
}
