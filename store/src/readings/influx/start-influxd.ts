import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real InfluxDB 1.x for tests, with its own folder and ports. */
export class Influxd {
  readonly url: string;
  readonly #path: string;
  readonly #folder: string;
  #process: ChildProcess | null = null;

  private constructor(path: string, folder: string, port: number) {
    this.#path = path;
    this.#folder = folder;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(path: string, { isAuthEnabled = false } = {}): Promise<Influxd> {
    const folder = await mkdtemp(join(tmpdir(), "park-influxd-"));
    const [port, rpcPort] = [await freePort(), await freePort()];
    const config = [
      "reporting-disabled = true",
      `bind-address = "127.0.0.1:${rpcPort}"`,
      `[meta]\n dir = "${folder}/meta"`,
      `[data]\n dir = "${folder}/data"\n wal-dir = "${folder}/wal"\n query-log-enabled = false`,
      `[http]\n bind-address = "127.0.0.1:${port}"\n log-enabled = false\n auth-enabled = ${isAuthEnabled}`,
      `[monitor]\n store-enabled = false`,
      `[logging]\n level = "error"`,
    ];
    await writeFile(join(folder, "influxdb.conf"), config.join("\n"));
    const influxd = new Influxd(path, folder, port);
    await influxd.resume();
    return influxd;
  }

  /** Starts it again on the same data. */
  async resume(): Promise<void> {
    const child = spawn(this.#path, ["-config", join(this.#folder, "influxdb.conf")], { stdio: "ignore" });
    this.#process = child;
    while (child.exitCode === null && !(await isUp(this.url))) await new Promise(setImmediate);
    if (child.exitCode !== null) throw new Error(`influxd ended with code ${child.exitCode}`);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const isUp = (url: string): Promise<boolean> =>
  fetch(`${url}/ping`).then(
    (response) => response.ok,
    () => false,
  );

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server
  server.close();
  await once(server, "close");
  return port;
}
