import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BooksBody } from "@smart-park/core/wire";
import { expect, onTestFinished } from "vitest";
import { ApiClient } from "./api-client.ts";
import { expectBalancedBooks } from "./balanced-books.ts";
import { registerDevices, type LoadDevice } from "./load-devices.ts";
import { SecretScan } from "./secret-scan.ts";
import { SpawnedPlatform, type RunFile } from "./spawned-platform.ts";

const adminPassword = "correct-horse-battery";

/** For one test, after which nothing of it is left: the real program with edge and app in processes of their own, on a park whose devices are registered already. */
export interface RunningPark {
  readonly url: string;
  readonly run: RunFile;
  readonly admin: ApiClient;
  signIn(username: string, password: string): Promise<ApiClient>;
  /** Waits until everything received is accounted for. */
  balanced(): Promise<BooksBody>;
  /** Sends a signal and waits for the end; gives the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Starts it again on the same data. */
  again(): Promise<RunningPark>;
  /** Checks what must hold after any test (the books balance, no secret was told) and stops. */
  finish(): Promise<void>;
}

export async function startRunningPark(
  devices: readonly LoadDevice[],
  env: Record<string, string> = {},
): Promise<RunningPark> {
  const folder = mkdtempSync(join(tmpdir(), "park-running-"));
  registerDevices(join(folder, "data"), devices);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  const scan = new SecretScan();
  for (const secret of [adminPassword, ...devices.map(({ password }) => password)]) scan.learn(secret);
  return startIn(folder, env, scan);
}

async function startIn(folder: string, env: Record<string, string>, scan: SecretScan): Promise<RunningPark> {
  const directory = join(folder, "data");
  const rates = { PARK_DEVICE_RATE: "0", PARK_ENTERPRISE_RATE: "0" };
  const platform = new SpawnedPlatform({
    ...{ PARK_DATA_DIR: directory, PARK_ADMIN_PASSWORD: adminPassword, PARK_LOG_LEVEL: "debug" },
    ...rates,
    ...env,
  });
  // Also when the test fails on its way.
  onTestFinished(async () => void (await platform.stop("SIGTERM")));
  const run = await platform.ready();
  const url = `http://127.0.0.1:${run.http}`;
  const signIn = (username: string, password: string) => new ApiClient(url, scan).signIn(username, password);
  const admin = await signIn("admin", adminPassword);
  const balanced = (): Promise<BooksBody> => expectBalancedBooks(admin, 120_000);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const code = await platform.stop(signal);
    scan.seeLog(platform.output);
    return code;
  };
  const finish = async (): Promise<void> => {
    await balanced();
    await end("SIGTERM");
    expect(scan.findings(directory)).toEqual([]);
  };
  return { url, run, admin, signIn, balanced, end, finish, again: () => startIn(folder, env, scan) };
}
