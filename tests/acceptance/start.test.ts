import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { SecretScan } from "../support/secret-scan.ts";
import { isRunning, SpawnedPlatform } from "../support/spawned-platform.ts";

describe("starting and stopping the program", () => {
  let directory: string;
  let platform: SpawnedPlatform | null = null;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "park-start-"));
  });
  afterEach(async () => {
    await platform?.stop("SIGKILL");
    platform = null;
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  const start = (env: Record<string, string> = {}, args: string[] = []) =>
    (platform = new SpawnedPlatform({ PARK_DATA_DIR: directory, ...env }, args));

  it("prints where to look and a one-time password that must be changed, and ends with 0 on SIGTERM", async () => {
    const running = start();
    const run = await running.ready();
    await vi.waitFor(() => expect(running.output).toMatch(/Password\s+\S+/), 5000);
    const password = /Password\s+(\S+)/.exec(running.output)?.[1] ?? "";
    const scan = new SecretScan();
    const admin = await new ApiClient(`http://127.0.0.1:${run.http}`, scan).signIn("admin", password);
    expect(await admin.get("/me")).toMatchObject({ role: "parkAdmin", mustChangePassword: true });
    expect((await admin.request("GET", "/meters")).status).toBe(403);
    await admin.post("/me/password", { current: password, next: "a-much-better-password" });
    expect((await admin.request("GET", "/meters")).status).toBe(200);

    expect(await running.stop()).toBe(0);
    expect(existsSync(join(directory, "run.json"))).toBe(false);
    await vi.waitFor(() => expect([run.pids.edge, run.pids.app].some(isRunning)).toBe(false), 5000);
    // Neither password, nor the session's cookie, is kept anywhere as it is.
    expect(scan.findings(directory)).toEqual([]);
  });

  it("ends with 0 and leaves no process behind when it is stopped before it was ready", async () => {
    const running = start();
    await vi.waitFor(() => expect(existsSync(join(directory, "lock"))).toBe(true), 20_000);
    expect(await running.stop()).toBe(0);
    expect(running.output.trim()).toBe("Stopping …");
    expect(readdirSync(directory)).not.toContain("lock");
    expect(existsSync(join(directory, "run.json"))).toBe(false);
  });

  it("starts a role's process again when it dies, and ends all of them when the supervisor is gone", async () => {
    const running = start();
    const run = await running.ready();
    process.kill(run.pids.edge, "SIGKILL");
    await vi.waitFor(async () => expect((await running.ready()).pids.edge).not.toBe(run.pids.edge), {
      timeout: 20_000,
      interval: 200,
    });
    const again = await running.ready();
    process.kill(again.pid, "SIGKILL");
    await vi.waitFor(() => expect([again.pids.edge, again.pids.app].some(isRunning)).toBe(false), 15_000);
  });

  it("gives a new one-time password to somebody who has the data folder", async () => {
    await start().ready();
    await platform?.stop();
    const reset = start({}, ["--reset-password"]);
    await reset.exit();
    const password = /one-time password (\S+)/.exec(reset.output)?.[1] ?? "";
    const run = await start().ready();
    const admin = await new ApiClient(`http://127.0.0.1:${run.http}`).signIn("admin", password);
    expect(await admin.get("/me")).toMatchObject({ mustChangePassword: true });
  });

  it("shows a one-time password also when the very first start failed, for instance by a taken port", async () => {
    const server: Server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo; // a listening TCP server has one
    expect(await start({ PARK_MQTT_PORT: String(port) }).exit()).toBe(1);
    server.close();
    const second = start();
    const run = await second.ready();
    await vi.waitFor(() => expect(second.output).toMatch(/Password\s+\S+/), 5000);
    const password = /Password\s+(\S+)/.exec(second.output)?.[1] ?? "";
    const admin = await new ApiClient(`http://127.0.0.1:${run.http}`).signIn("admin", password);
    expect(await admin.get("/me")).toMatchObject({ mustChangePassword: true });
  });

  const oneSentence = (output: string) => output.trim().split("\n");

  it.each(["PARK_HTTP_PORT", "PARK_MQTT_PORT"])(
    "says in one sentence that the port of %s is taken, and ends with 1",
    async (name) => {
      const server: Server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo; // a listening TCP server has one
      const refused = start({ [name]: String(port) });
      expect(await refused.exit()).toBe(1);
      expect(oneSentence(refused.output)).toEqual([expect.stringMatching(new RegExp(`${port}.*in use`))]);
      server.close();
    },
  );

  it("says in one sentence that the data folder cannot be written, and ends with 1", async () => {
    const file = join(directory, "a-file");
    writeFileSync(file, "");
    const refused = new SpawnedPlatform({ PARK_DATA_DIR: join(file, "data") });
    expect(await refused.exit()).toBe(1);
    expect(oneSentence(refused.output)).toEqual([expect.stringContaining("cannot be written")]);
  });

  it("names every mistake of the configuration at once, and ends with 1", async () => {
    const refused = start({ PARK_HTTP_PORT: "99999", PARK_TIME_ZONE: "Mars/Olympus", PARK_DEMO: "maybe" });
    expect(await refused.exit()).toBe(1);
    const lines = oneSentence(refused.output);
    expect(lines).toHaveLength(1);
    for (const name of ["PARK_HTTP_PORT", "PARK_TIME_ZONE", "PARK_DEMO"]) expect(lines[0]).toContain(name);
  });

  it("refuses a data folder that a running program uses", async () => {
    await start().ready();
    const second = new SpawnedPlatform({ PARK_DATA_DIR: directory });
    expect(await second.exit()).toBe(1);
    expect(oneSentence(second.output)).toEqual([expect.stringContaining("in use by process")]);
  });
});
