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
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { io, type Socket } from "socket.io-client";
import { ApiClient } from "./api-client.ts";

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
  /** Stops; the data folder goes too. */
  stop(): Promise<void>;
}

/** All roles in this process, on free ports, with the real broker and stores in a folder of its own. */
export async function startTestPlatform(env: Record<string, string> = {}): Promise<TestPlatform> {
  return startIn(mkdtempSync(join(tmpdir(), "park-test-")), env);
}

async function startIn(directory: string, env: Record<string, string>): Promise<TestPlatform> {
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
  const deps = { clock: { now: () => Date.now() }, logger: createLogger("error", "test"), webRoot: null };
  const platform = await startPlatform(config, deps);
  await platform.linked();
  const url = `http://127.0.0.1:${platform.ports.http}`;
  const signIn = (username: string, password: string) => new ApiClient(url).signIn(username, password);
  return {
    directory,
    url,
    mqttUrl: `mqtt://127.0.0.1:${platform.ports.mqtt}`,
    ports: platform.ports,
    admin: await signIn("admin", adminPassword),
    signIn,
    restart: async () => {
      await platform.stop();
      return startIn(directory, env);
    },
    stop: async () => {
      await platform.stop();
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

/** A browser's live socket; events are kept so that none is missed between connecting and asking. */
export function openLive(url: string, client: ApiClient): LiveSocket {
  const socket = io(`${url}/live`, {
    transports: ["websocket"],
    extraHeaders: client.headers,
    reconnection: false,
    forceNew: true,
  });
  const events: { name: string; body: unknown }[] = [];
  socket.onAny((name: string, body: unknown) => void events.push({ name, body }));
  return { socket, events };
}

export interface LiveSocket {
  readonly socket: Socket;
  readonly events: { name: string; body: unknown }[];
}
