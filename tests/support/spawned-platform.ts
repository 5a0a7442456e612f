import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureProgramBuilt } from "../../scripts/setup.mjs";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
ensureProgramBuilt(); // whatever runs this test: a platform of older sources would prove nothing

export interface RunFile {
  readonly http: number;
  readonly mqtt: number;
  readonly hj212: number;
  readonly pid: number;
  readonly pids: { readonly edge: number; readonly app: number };
}

/** The real program in a process of its own, as `npm start` runs it once everything is installed. */
export class SpawnedPlatform {
  readonly child: ChildProcess;
  readonly directory: string;
  #output = "";

  constructor(env: Record<string, string>, args: readonly string[] = []) {
    this.directory = env.PARK_DATA_DIR ?? "";
    this.child = spawn(process.execPath, ["--enable-source-maps", main, ...args], {
      env: {
        PATH: process.env.PATH,
        PARK_HTTP_PORT: "0",
        PARK_MQTT_PORT: "0",
        PARK_MQTT_WS_PORT: "0",
        PARK_HJ212_PORT: "0",
        PARK_DEMO: "0",
        PARK_JOURNAL_RESERVE_MIB: "0",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8");
      stream?.on("data", (text: string) => (this.#output += text));
    }
  }

  /** Everything it has printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Contents of run.json once every role is ready. */
  async ready(timeoutMs = 60_000): Promise<RunFile> {
    const file = join(this.directory, "run.json");
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      if (this.child.exitCode !== null) throw new Error(`it ended with ${this.child.exitCode}: ${this.#output}`);
      const run = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as RunFile) : null; // written whole, by rename
      // One that was killed leaves its own behind.
      if (run?.pid === this.child.pid) return run as RunFile;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`not ready within ${timeoutMs} ms: ${this.#output}`);
  }

  /** Waits for its end; gives the exit code. */
  async exit(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
    return this.child.exitCode;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.child.kill(signal);
    return this.exit();
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
