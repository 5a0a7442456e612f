import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ParkError, type Clock } from "@smart-park/core";
import { startDemo } from "@smart-park/simulators";
import { resetAdministrator } from "./administrator.ts";
import type { FromChild, ToChild } from "./child-message.ts";
import { parseConfig, type Config } from "./config.ts";
import { dataFolderOf, lockDataFolder, prepareDataFolder } from "./data-folder.ts";
import { createLogger } from "./logger.ts";
import { startPlatform } from "./platform.ts";
import { startSupervisor } from "./supervisor.ts";

const clock: Clock = { now: () => Date.now() };
const stopDeadlineMs = 10_000;

/** Starts what the environment asks for and ends the process with 0 after a clean stop, 1 with one sentence otherwise. */
export async function main(argv: readonly string[] = []): Promise<void> {
  try {
    const config = parseConfig(process.env);
    if (argv.includes("--reset-password")) return await resetPassword(config);
    if (config.isSupervised) await superviseUntilStopped(config);
    else if (config.roles.has("demo") && config.roles.size === 1) await runDemoUntilStopped(config);
    else await runRolesUntilStopped(config);
  } catch (error) {
    fail(error);
  }
}

async function superviseUntilStopped(config: Config): Promise<void> {
  const folder = dataFolderOf(config.dataDirectory);
  prepareDataFolder(folder);
  const unlock = lockDataFolder(folder);
  const signal = nextStopSignal();
  const logger = createLogger(config.logLevel, "supervisor");
  try {
    const print = (text: string): void => void process.stdout.write(`${text}\n`);
    void signal.then(() => print("Stopping …"));
    const deps = { logger, entryUrl: import.meta.url, print, stopSignal: signal };
    const supervisor = await startSupervisor(config, folder, deps);
    await signal;
    await supervisor.stop();
  } finally {
    unlock();
  }
  process.exit(0);
}

async function runRolesUntilStopped(config: Config): Promise<void> {
  prepareDataFolder(dataFolderOf(config.dataDirectory));
  const signal = nextStopSignal();
  const logger = createLogger(config.logLevel, [...config.roles].join("+"));
  const platform = await startPlatform(config, { clock, logger, webRoot: findWebRoot() });
  if (process.send) {
    await Promise.race([platform.linked(), signal]);
    const { ports, firstAdministrator, demoToken } = platform;
    tellSupervisor({ type: "ready", ports, firstAdministrator, demoToken });
  } else {
    logger.info({ ports: platform.ports }, "ready");
    void platform.linked();
    const password = platform.firstAdministrator?.oneTimePassword;
    if (password) process.stdout.write(`User ${config.admin.user}, one-time password ${password}\n`);
  }
  await signal;
  endAfter(stopDeadlineMs);
  await platform.stop();
  process.exit(0);
}

async function runDemoUntilStopped(config: Config): Promise<void> {
  const folder = dataFolderOf(config.dataDirectory);
  const logger = createLogger(config.logLevel, "demo");
  const signal = nextStopSignal();
  let stopDemo: () => Promise<void> = () => Promise.resolve();
  process.on("message", (message: ToChild) => {
    if (message.type !== "demo") return;
    const previous = stopDemo;
    const { apiUrl, mqttUrl, token } = message;
    const options = { apiUrl, mqttUrl, token, secretsFile: folder.demoSecretsFile, stateFile: folder.demoStateFile };
    const started = previous().then(() => startDemo({ ...options, timeZone: config.timeZone, clock, logger }));
    stopDemo = () =>
      started.then(
        (demo) => demo.stop(),
        () => undefined,
      );
    started.catch(fail);
  });
  tellSupervisor({
    type: "ready",
    ports: { http: null, mqtt: null, ws: null, mqtts: null, hj212: null },
    firstAdministrator: null,
    demoToken: null,
  });
  await signal;
  endAfter(stopDeadlineMs / 4);
  await stopDemo();
  process.exit(0);
}

async function resetPassword(config: Config): Promise<void> {
  const folder = dataFolderOf(config.dataDirectory);
  prepareDataFolder(folder);
  const password = await resetAdministrator(folder, config.admin.user, clock, createLogger(config.logLevel, "reset"));
  process.stdout.write(`User ${config.admin.user}, one-time password ${password}\n`);
}

/** The first SIGINT, SIGTERM, word from the supervisor, or its end. A terminal sends SIGINT twice under npm: the rest is ignored. */
function nextStopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => resolve();
    // A supervised child leaves Ctrl+C to the supervisor, which stops the processes in order.
    process.on("SIGINT", process.send ? () => undefined : stop);
    process.on("SIGTERM", stop);
    process.on("disconnect", stop);
    // The supervisor may have gone while this process was still loading.
    if (process.send && !process.connected) resolve();
    process.on("message", (message: ToChild) => message.type === "stop" && resolve());
  });
}

/** A part that hangs must not keep the process alive. */
function endAfter(deadlineMs: number): void {
  setTimeout(() => process.exit(1), deadlineMs).unref();
}

function tellSupervisor(message: FromChild): void {
  process.send?.(message);
}

function fail(error: unknown): void {
  const isExpected = error instanceof ParkError || !(error instanceof Error) || process.send === undefined;
  const text = error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
  if (process.send) process.send({ type: "failed", message: text } satisfies FromChild, () => process.exit(1));
  else {
    process.stderr.write(`${text}\n`);
    process.exit(1);
  }
}

/** The built web app beside the sources, or beside the bundle. */
function findWebRoot(): string | null {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, "../../web/dist"), join(here, "web")];
  return candidates.find((path) => existsSync(join(path, "index.html"))) ?? null;
}

const isEntry = process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isEntry) await main(process.argv.slice(2));
