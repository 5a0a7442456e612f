import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { FromChild, ToChild } from "./child-message.ts";

/** A role's process as the supervisor holds it. */
export interface RoleProcess {
  readonly pid: number;
  /** Resolves with its ready message; rejects with its one-sentence reason when it fails or ends before. */
  readonly ready: Promise<Extract<FromChild, { type: "ready" }>>;
  readonly exited: Promise<void>;
  /** What it gave as the reason for its end, also after it was ready; null when nothing. */
  readonly failure: string | null;
  send(message: ToChild): void;
  /** Asks it to stop and kills it when it has not ended in time. */
  stop(graceMs: number): Promise<void>;
}

/**
 * The edge process keeps next to nothing from one message to the next: a quarter of the default room for new objects
 * costs it no speed and saves 40 MiB (docs/benchmarks.md).
 */
export const edgeNodeOptions: readonly string[] = ["--max-semi-space-size=4"];

/** Settings that only the app's process may know. */
const secrets = ["PARK_ADMIN_PASSWORD", "INFLUX_TOKEN"];

/**
 * Starts this program again for some roles, with `settings` over its own environment. From TypeScript sources the child
 * loads tsx first; a bundle runs as it is.
 */
export function startRoleProcess(entryUrl: string, roles: string, settings: Record<string, string> = {}): RoleProcess {
  const loader = entryUrl.endsWith(".ts") ? ["--import", import.meta.resolve("tsx")] : ["--enable-source-maps"];
  const execArgv = [...loader, ...(roles === "edge" ? edgeNodeOptions : [])];
  const child = fork(fileURLToPath(entryUrl), [], {
    execArgv,
    env: environmentFor(roles, settings),
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const exited = once(child, "exit").then(() => undefined);
  const ready = waitUntilReady(child, roles);
  let failure: string | null = null;
  child.on("message", (message: FromChild) => {
    if (message.type === "failed") failure = message.message;
  });
  ready.catch(() => undefined); // the caller may look at it later; an early failure must not end the supervisor
  return {
    pid: child.pid ?? 0,
    ready,
    exited,
    get failure() {
      return failure;
    },
    send: (message) => void (child.connected && child.send(message)),
    stop: (graceMs) => stopChild(child, exited, graceMs),
  };
}

function environmentFor(roles: string, settings: Record<string, string>): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, ...settings, ROLES: roles };
  if (!roles.includes("api")) for (const name of secrets) delete environment[name];
  return environment;
}

function waitUntilReady(child: ChildProcess, roles: string): RoleProcess["ready"] {
  return new Promise((resolve, reject) => {
    child.on("message", (message: FromChild) => {
      if (message.type === "ready") resolve(message);
      else reject(new Error(message.message));
    });
    child.on("error", reject);
    child.on("exit", (code, signal) =>
      reject(new Error(`The ${roles} process ended (${signal ?? `exit ${code}`}) before it was ready.`)),
    );
  });
}

async function stopChild(child: ChildProcess, exited: Promise<void>, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (child.connected) child.send({ type: "stop" } satisfies ToChild);
  const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await exited;
  clearTimeout(timer);
}
