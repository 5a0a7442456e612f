import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureProgramBuilt } from "../../scripts/setup.mjs";
import { edgeNodeOptions } from "@smart-park/platform";

/** The product's edge process, as the supervisor starts it. */
export interface EdgeRole {
  readonly pid: number;
  readonly port: number;
  /** Ends it and waits for that; gives the exit code, null after SIGKILL. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
ensureProgramBuilt();

/** Starts edge on a data folder with a registry; rates are far above any load unless `env` says otherwise. */
export async function startEdgeRole(dataDirectory: string, env: Record<string, string> = {}): Promise<EdgeRole> {
  const child = fork(join(root, "dist/main.js"), {
    cwd: root,
    execArgv: [...edgeNodeOptions],
    env: {
      PATH: process.env.PATH,
      ROLES: "edge",
      PARK_DATA_DIR: dataDirectory,
      PARK_MQTT_PORT: "0",
      PARK_MQTT_WS_PORT: "0",
      PARK_HJ212_PORT: "0",
      PARK_DEMO: "0",
      PARK_LOG_LEVEL: "error",
      PARK_DEVICE_RATE: "1000000",
      PARK_DEVICE_BURST: "1000000",
      PARK_ENTERPRISE_RATE: "10000000",
      PARK_JOURNAL_RESERVE_MIB: "64",
      ...env,
    },
  });
  const ended = once(child, "exit");
  const early = ended.then(() => Promise.reject(new Error("edge ended before it was ready")));
  early.catch(() => undefined);
  const [message] = (await Promise.race([once(child, "message"), early])) as [
    { message?: string; ports?: { mqtt: number } },
  ];
  if (message.ports === undefined || child.pid === undefined) throw new Error(message.message ?? "edge did not start");
  return {
    pid: child.pid,
    port: message.ports.mqtt,
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}
