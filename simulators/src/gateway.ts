import mqtt, { type MqttClient } from "mqtt";
import { thingsboardGatewayTopic, toTopic } from "@smart-park/core/wire";
import type { Values } from "./meter-model.ts";

export interface TelemetryObject {
  readonly ts: number;
  readonly values: Values;
}

export interface GatewayOptions {
  readonly mqttUrl: string;
  readonly deviceId: string;
  readonly secret: string;
  readonly dialect: "park" | "thingsboard";
  /** Called with the reason when the connection is refused or lost. */
  readonly onTrouble?: (reason: string) => void;
}

const reconnectMs = 2_000;

/** One MQTT connection that speaks for an enterprise's meters, QoS 1; it reconnects for ever. */
export class Gateway {
  readonly #client: MqttClient;
  readonly #dialect: GatewayOptions["dialect"];

  constructor(options: GatewayOptions) {
    this.#dialect = options.dialect;
    const identity =
      options.dialect === "park"
        ? { username: options.deviceId, password: options.secret, clientId: options.deviceId }
        : { username: options.secret, clientId: `${options.deviceId}-tb` };
    this.#client = mqtt.connect(options.mqttUrl, {
      ...identity,
      protocolVersion: 4,
      clean: true,
      reconnectPeriod: reconnectMs,
      reconnectOnConnackError: true,
      queueQoSZero: false,
    });
    this.#client.on("error", (error) => options.onTrouble?.(error.message));
  }

  get isConnected(): boolean {
    return this.#client.connected;
  }

  /** Resolves at the next connection (at once when there is one); rejects on abort. */
  connected(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#client.connected) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = (): void => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const stop = (): void => {
        this.#client.off("connect", done);
        reject(new Error("stopped before the connection was made"));
      };
      this.#client.once("connect", done);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  /** Resolves with the PUBACK, also over reconnections; rejects when the gateway is closed before. */
  async publish(enterpriseId: string, meterId: string, objects: readonly TelemetryObject[]): Promise<void> {
    const body = objects.length === 1 ? objects[0] : objects;
    if (this.#dialect === "park")
      await this.publishRaw(toTopic(enterpriseId, meterId, "telemetry"), JSON.stringify(body));
    else await this.publishRaw(thingsboardGatewayTopic, JSON.stringify({ [meterId]: objects }));
  }

  /** Any payload on any topic. */
  async publishRaw(topic: string, payload: string | Buffer): Promise<void> {
    await this.#client.publishAsync(topic, payload, { qos: 1 });
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
