import { setMaxListeners } from "node:events";
import { minutes, type Clock, type Logger } from "@smart-park/core";
import { Gateway, type TelemetryObject } from "../gateway.ts";
import type { MeterModel } from "../meter-model.ts";
import type { ParkDevice, ParkFile, ParkMeter } from "../park-file.ts";
import { pause } from "../pause.ts";
import { randomAt, seedOf } from "../seeded-noise.ts";
import type { DeviceSecrets } from "./device-secrets.ts";

const tickMs = 1_000;
/** One message carries at most this many moments; what a gateway could not send is sent in such pieces. */
const maxObjects = 200;
/** A gateway that was away for longer leaves a hole, as a real one with a full memory does. */
const memoryMs = minutes(6 * 60);

interface LiveOptions {
  readonly park: ParkFile;
  /** The models as they stand now; they change when a story begins. */
  readonly models: () => ReadonlyMap<string, MeterModel>;
  readonly secrets: DeviceSecrets;
  readonly mqttUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Up to when the meters were published before. */
  readonly since: number;
}

/** One connection per gateway, each meter published at its own interval, for ever. */
export class LiveGateways {
  readonly #options: LiveOptions;
  readonly #meters: ReadonlyMap<string, ParkMeter>;
  readonly #abort = new AbortController();
  readonly #gateways: { device: ParkDevice; gateway: Gateway }[];
  readonly #loops: Promise<void>[];

  constructor(options: LiveOptions) {
    this.#options = options;
    // Every gateway's loop listens for the end.
    setMaxListeners(0, this.#abort.signal);
    this.#meters = new Map(options.park.meters.map((meter) => [meter.id, meter]));
    this.#gateways = options.park.devices.map((device) => ({ device, gateway: this.#connect(device) }));
    this.#loops = this.#gateways.map(({ device, gateway }) => this.#run(device, gateway));
  }

  /** Resolves when every gateway has a connection. */
  async connected(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#gateways.map(({ gateway }) => gateway.connected(signal)));
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await Promise.all(this.#gateways.map(({ gateway }) => gateway.close()));
    await Promise.all(this.#loops);
  }

  #connect(device: ParkDevice): Gateway {
    const { mqttUrl, secrets, logger } = this.#options;
    return new Gateway({
      mqttUrl,
      deviceId: device.id,
      secret: secrets.get(device.id) ?? "",
      dialect: device.dialect,
      onTrouble: (reason) => logger.debug({ deviceId: device.id, reason }, "a gateway lost its connection"),
    });
  }

  /** Every second: all moments of each meter since the last acknowledged one, then the same again. */
  async #run(device: ParkDevice, gateway: Gateway): Promise<void> {
    const { signal } = this.#abort;
    const sentTo = new Map(device.meterIds.map((id) => [id, this.#options.since]));
    while (!signal.aborted) {
      try {
        if (gateway.isConnected) {
          await Promise.all(device.meterIds.map((id) => this.#publishDue(device, gateway, id, sentTo)));
        }
        await pause(tickMs, signal);
      } catch (error) {
        if (!signal.aborted) this.#options.logger.warn({ deviceId: device.id, error }, "a gateway could not publish");
        await pause(tickMs, signal).catch(() => undefined);
      }
    }
  }

  async #publishDue(device: ParkDevice, gateway: Gateway, meterId: string, sentTo: Map<string, number>): Promise<void> {
    const meter = this.#meters.get(meterId);
    const model = this.#options.models().get(meterId);
    if (!meter || !model) return;
    const now = this.#options.clock.now();
    const due = momentsDue(meter, sentTo.get(meterId) ?? now, now);
    for (let start = 0; start < due.length; start += maxObjects) {
      const objects: TelemetryObject[] = due
        .slice(start, start + maxObjects)
        .map((ts) => ({ ts, values: model.valuesAt(ts) }));
      await gateway.publish(device.enterpriseId, meterId, objects);
      sentTo.set(meterId, objects.at(-1)?.ts ?? now);
    }
  }
}

/** Moments of a meter after `since` up to `now`, each interval once, in a phase of its own so that meters do not speak all at once. */
export function momentsDue(
  meter: { readonly id: string; readonly intervalS: number },
  since: number,
  now: number,
): number[] {
  const intervalMs = meter.intervalS * 1000;
  const phase = Math.floor(randomAt(seedOf(meter.id), 1) * meter.intervalS) * 1000;
  const oldest = Math.max(since, now - memoryMs);
  const due: number[] = [];
  for (let at = Math.floor((now - phase) / intervalMs) * intervalMs + phase; at > oldest; at -= intervalMs)
    due.push(at);
  return due.reverse();
}
