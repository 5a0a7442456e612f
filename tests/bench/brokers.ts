import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEdgeRole } from "../support/edge-role.ts";
import { loadDevices, registerDevices } from "../support/load-devices.ts";

export interface RunningBroker {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export interface BrokerUnderTest {
  readonly name: string;
  /** What its PUBACK promises. */
  readonly acknowledges: string;
  start(): Promise<RunningBroker>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Debian's Mosquitto with its persistence on and nobody subscribed. */
export const mosquitto = (program: string): BrokerUnderTest => ({
  name: "Mosquitto",
  acknowledges: "in memory",
  start: async () => {
    const folder = mkdtempSync(join(tmpdir(), "bench-mosquitto-"));
    const port = await freePort();
    const lines = [
      `listener ${port} 127.0.0.1`,
      "allow_anonymous true",
      "persistence true",
      `persistence_location ${folder}/`,
      "log_type none",
      // Started by root it would give up its rights, and with them this folder.
      "user root",
    ];
    writeFileSync(join(folder, "mosquitto.conf"), `${lines.join("\n")}\n`);
    const child = spawn(program, ["-c", join(folder, "mosquitto.conf")], { stdio: "ignore" });
    await untilListening(port, child);
    return toRunning(child, port, folder);
  },
});

export const bareAedes: BrokerUnderTest = {
  name: "Aedes alone",
  acknowledges: "in memory",
  start: async () => {
    const child = fork(join(root, "broker/src/testing/bare-aedes.ts"), { cwd: root, execArgv: ["--import", "tsx"] });
    return toRunning(child, await readyPort(child), null);
  },
};

/**
 * The product's edge process as the supervisor starts it: registry, authentication, topic rights and both rate limits on
 * (raised far above what the load reaches), journal on disk.
 */
export const edge: BrokerUnderTest = {
  name: "smart-park edge",
  acknowledges: "on disk",
  start: async () => {
    const folder = mkdtempSync(join(tmpdir(), "bench-edge-"));
    const dataDirectory = join(folder, "data");
    registerDevices(dataDirectory, loadDevices(500));
    const { pid, port, stop } = await startEdgeRole(dataDirectory);
    return {
      pid,
      port,
      stop: async () => {
        await stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

async function readyPort(child: ChildProcess): Promise<number> {
  const failed = once(child, "exit").then(() => Promise.reject(new Error("the broker ended before it was ready")));
  const [message] = (await Promise.race([once(child, "message"), failed])) as [
    { type: string; message?: string; ports?: { mqtt: number } },
  ];
  failed.catch(() => undefined);
  if (message.ports === undefined) throw new Error(message.message ?? "the broker did not start");
  return message.ports.mqtt;
}

const toRunning = (child: ChildProcess, port: number, folder: string | null): RunningBroker => {
  if (child.pid === undefined) throw new Error("the broker did not start");
  return {
    pid: child.pid,
    port,
    stop: async () => {
      const exited = child.exitCode === null && child.signalCode === null ? once(child, "exit") : null;
      child.kill("SIGTERM");
      await exited;
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    },
  };
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  server.close();
  await once(server, "close");
  return port;
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100 && child.exitCode === null; attempt += 1) {
    const socket = connect(port, "127.0.0.1");
    const isUp = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    socket.destroy();
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("Mosquitto did not start");
}
