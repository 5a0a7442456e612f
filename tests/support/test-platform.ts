import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createLogger,
  dataFolderOf,
  parseConfig,
  prepareDataFolder,
  startPlatform,
  type Platform,
} from "@smart-park/platform";
import type { LiveDelta, LiveSnapshot } from "@smart-park/core/wire";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { io, type Socket } from "socket.io-client";
import { expect, vi } from "vitest";
import { ApiClient } from "./api-client.ts";
import { expectBalancedBooks } from "./balanced-books.ts";
import { SecretScan } from "./secret-scan.ts";

export const adminPassword = "correct-horse-battery";

export interface TestPlatform {
  readonly directory: string;
  readonly url: string;
  readonly mqttUrl: string;
  readonly ports: Platform["ports"];
  /** Signed in as the park administrator. */
  readonly admin: ApiClient;
  signIn(username: string, password: string): Promise<ApiClient>;
  /** Stops and starts again on the same data folder (ports change). */
  restart(): Promise<TestPlatform>;
  /** Stops, and checks what must hold after any test: the books balance, no secret was told. The data folder goes too. */
  stop(): Promise<void>;
}

/** All roles in this process, on free ports, with the real broker and stores in a folder of its own. */
export async function startTestPlatform(env: Record<string, string> = {}): Promise<TestPlatform> {
  const scan = new SecretScan();
  scan.learn(adminPassword);
  return startIn(mkdtempSync(join(tmpdir(), "park-test-")), env, scan);
}

async function startIn(directory: string, env: Record<string, string>, scan: SecretScan): Promise<TestPlatform> {
  const config = parseConfig({
    PARK_DATA_DIR: directory,
    PARK_HTTP_PORT: "0",
    PARK_MQTT_PORT: "0",
    PARK_MQTT_WS_PORT: "0",
    PARK_HJ212_PORT: "0",
    PARK_DEMO: "0",
    PARK_ADMIN_PASSWORD: adminPassword,
    PARK_JOURNAL_RESERVE_MIB: "0",
    ROLES: "edge,ingest,api",
    ...env,
  });
  prepareDataFolder(dataFolderOf(directory));
  const logger = scan.watched(createLogger("error", "test"));
  const deps = { clock: { now: () => Date.now() }, logger, webRoot: null };
  const platform = await startPlatform(config, deps);
  await platform.linked();
  const url = `http://127.0.0.1:${platform.ports.http}`;
  const signIn = (username: string, password: string) => new ApiClient(url, scan).signIn(username, password);
  const admin = await signIn("admin", adminPassword);
  return {
    directory,
    url,
    mqttUrl: `mqtt://127.0.0.1:${platform.ports.mqtt}`,
    ports: platform.ports,
    admin,
    signIn,
    restart: async () => {
      await platform.stop();
      return startIn(directory, env, scan);
    },
    stop: async () => {
      try {
        await expectBalancedBooks(admin);
      } finally {
        await platform.stop();
      }
      expect(scan.findings(directory)).toEqual([]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** An enterprise with one electricity meter and the device that speaks for it. */
export async function addMeter(admin: ApiClient, names: { enterprise: string; meter: string; device: string }) {
  const enterprise = await admin.request("POST", "/enterprises", {
    id: names.enterprise,
    name: `${names.enterprise} 厂`,
  });
  if (enterprise.status !== 201 && enterprise.status !== 409) throw new Error(`enterprise: ${enterprise.status}`);
  await admin.post("/meters", {
    id: names.meter,
    name: `${names.meter} 进线`,
    enterpriseId: names.enterprise,
    kind: "electricity",
    intervalS: 60,
    points: [
      { quantity: "activePower", unit: "kW", kind: "gauge", min: 0, max: 10_000 },
      { quantity: "activeEnergyImport", unit: "kWh", kind: "counter" },
    ],
  });
  return admin.post<{ username: string; password: string }>("/devices", {
    id: names.device,
    enterpriseId: names.enterprise,
    meterIds: [names.meter],
  });
}

/** A connected MQTT client that does not reconnect; rejects when the broker refuses it. */
export const connectDevice = (
  mqttUrl: string,
  device: { username: string; password?: string },
  options: IClientOptions = {},
): Promise<MqttClient> =>
  connectAsync(
    mqttUrl,
    { ...device, clientId: device.username, reconnectPeriod: 0, connectTimeout: 5000, ...options },
    false,
  );

/** A page's live socket: the newest value of each point, as snapshots and deltas build it up, and every event received. */
export class LiveView {
  readonly socket: Socket;
  readonly values = new Map<string, number | null>();
  readonly events: { name: string; body: unknown }[] = [];
  #points: string[] = [];

  constructor(url: string, client: ApiClient) {
    this.socket = io(`${url}/live`, {
      transports: ["websocket"],
      extraHeaders: client.headers,
      reconnection: false,
      forceNew: true,
    });
    this.socket.onAny((name: string, body: unknown) => void this.events.push({ name, body }));
    this.socket.on("snapshot", (snapshot: LiveSnapshot) => {
      this.#points = snapshot.rows.map((row) => row.point);
      for (const row of snapshot.rows) this.values.set(row.point, row.value);
    });
    this.socket.on("delta", (delta: LiveDelta) => {
      delta.i.forEach((index, k) => this.values.set(this.#points[index] ?? "", delta.v[k] ?? null));
    });
  }

  /** Bodies of all events of one name, oldest first. */
  all<T>(name: string): T[] {
    return this.events.filter((event) => event.name === name).map((event) => event.body as T); // tests assert what they read
  }

  /** Connected and told everything that is known so far. */
  async joined(): Promise<this> {
    await vi.waitFor(() => expect(this.all("snapshot").length).toBeGreaterThan(0), 10_000);
    return this;
  }
}
