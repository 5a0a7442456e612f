import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Influxd {
  readonly url: string;
  /** As a power cut for the process; `resume` starts it again on the same data. */
  kill(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** A real InfluxDB 1.x of its own: free ports, data in a temporary folder that goes when it stops. */
export async function startInfluxd(program: string): Promise<Influxd> {
  const directory = mkdtempSync(join(tmpdir(), "park-influxd-"));
  const [http, rpc] = [await freePort(), await freePort()];
  const configFile = join(directory, "influxdb.conf");
  writeFileSync(
    configFile,
    [
      "reporting-disabled = true",
      `bind-address = "127.0.0.1:${rpc}"`,
      `[meta]\ndir = "${directory}/meta"`,
      `[data]\ndir = "${directory}/data"\nwal-dir = "${directory}/wal"`,
      `[http]\nbind-address = "127.0.0.1:${http}"\nlog-enabled = false`,
      "[monitor]\nstore-enabled = false",
      '[logging]\nlevel = "error"',
    ].join("\n"),
  );
  const url = `http://127.0.0.1:${http}`;
  const run = async () => {
    const process = spawn(program, ["-config", configFile], { stdio: "ignore" });
    const exited = once(process, "exit");
    await waitUntilUp(`${url}/ping`, exited);
    return { process, exited };
  };
  let running = await run();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    running.process.kill(signal);
    await running.exited;
  };
  return {
    url,
    kill: () => end("SIGKILL"),
    resume: async () => {
      running = await run();
    },
    stop: async () => {
      await end("SIGTERM");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  server.close();
  await once(server, "close");
  return port;
}

async function waitUntilUp(url: string, exited: Promise<unknown>): Promise<void> {
  let hasExited = false;
  void exited.then(() => (hasExited = true));
  for (let attempt = 0; attempt < 200; attempt++) {
    if (hasExited) throw new Error("influxd ended before it answered");
    const answer = await fetch(url).catch(() => null);
    if (answer?.status === 204) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("influxd did not answer within 10 s");
}
