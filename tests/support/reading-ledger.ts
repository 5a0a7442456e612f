import type { MqttClient } from "mqtt";
import { connectDevice } from "./test-platform.ts";

/** Values that a store must have in the end, and what must have come of them. */
export class ReadingLedger {
  /** `point@instant` → the value of the last acknowledged message that names it. */
  readonly expected = new Map<string, number>();
  /** Instants of readings that must have raised an alert. */
  readonly excursions: number[] = [];
  /** Acknowledged values, repeats and refused ones among them. */
  acknowledged = 0;
  refused = 0;
}

export interface Sender {
  readonly mqttUrl: string;
  readonly device: { readonly username: string; readonly password: string };
  readonly enterprise: string;
  readonly meter: string;
  readonly ledger: ReadingLedger;
  /** Readings that the store will never take are sent with this instant. */
  readonly refusedAt?: number;
}

interface Sample {
  readonly at: number;
  readonly power: number;
  readonly energy: number;
}

const samplesPerMessage = 20;
const messageEveryMs = 100;
const stepMs = messageEveryMs / samplesPerMessage;
/** Above `highPower` for one sample in so many. */
const excursionEvery = 400;
export const highPower = 900;

/**
 * A meter's gateway that speaks ten times a second: mostly new samples, now and then a correction of earlier ones, a whole
 * message again, a reading that the store refuses. What it was acknowledged stands in the ledger, in the order sent.
 */
export class SteadySender {
  readonly #sender: Sender;
  readonly #client: MqttClient;
  readonly #startedAt = Date.now();
  #samples = 0;
  #messages = 0;
  #isStopping = false;
  #last: Sample[] = [];
  readonly #finished: Promise<void>;

  private constructor(sender: Sender, client: MqttClient) {
    this.#sender = sender;
    this.#client = client;
    this.#finished = this.#run();
  }

  static async start(sender: Sender): Promise<SteadySender> {
    return new SteadySender(sender, await connectDevice(sender.mqttUrl, sender.device));
  }

  /** Rejects when a message was not acknowledged. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#finished;
    await this.#client.endAsync();
  }

  async #run(): Promise<void> {
    for (let due = performance.now(); !this.#isStopping; due += messageEveryMs) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      this.#messages += 1;
      if (this.#messages % 7 === 0) await this.#publish(this.#last);
      if (this.#messages % 5 === 0)
        await this.#publish(this.#last.slice(3, 6).map((s) => ({ ...s, power: s.power / 2 })));
      const { refusedAt } = this.#sender;
      if (refusedAt !== undefined && this.#messages % 25 === 0)
        await this.#publish([{ at: refusedAt + this.#messages, power: 1, energy: 1 }], true);
      this.#last = Array.from({ length: samplesPerMessage }, () => this.#nextSample());
      await this.#publish(this.#last);
    }
  }

  #nextSample(): Sample {
    const n = (this.#samples += 1);
    const at = this.#startedAt + n * stepMs;
    const isHigh = n % excursionEvery === 0;
    if (isHigh) this.#sender.ledger.excursions.push(at);
    return { at, power: isHigh ? highPower + 50 : 100 + (n % 700), energy: n };
  }

  async #publish(samples: readonly Sample[], isRefused = false): Promise<void> {
    if (samples.length === 0) return;
    const { enterprise, meter, ledger } = this.#sender;
    const objects = samples.map(({ at, power, energy }) => ({
      ts: at,
      values: { activePower: power, activeEnergyImport: energy },
    }));
    await this.#client.publishAsync(`park/${enterprise}/${meter}/telemetry`, JSON.stringify(objects), { qos: 1 });
    ledger.acknowledged += samples.length * 2;
    if (isRefused) {
      ledger.refused += samples.length * 2;
      return;
    }
    for (const { at, power, energy } of samples) {
      ledger.expected.set(`${meter}.activePower@${at}`, power);
      ledger.expected.set(`${meter}.activeEnergyImport@${at}`, energy);
    }
  }
}

export interface Difference {
  readonly lost: readonly string[];
  readonly phantom: readonly string[];
  readonly changed: readonly string[];
}

/** Compares a store's rows (`point@instant` → value) with the ledger. */
export function compare(expected: ReadonlyMap<string, number>, stored: ReadonlyMap<string, number>): Difference {
  return {
    lost: [...expected.keys()].filter((key) => !stored.has(key)),
    phantom: [...stored.keys()].filter((key) => !expected.has(key)),
    changed: [...expected].flatMap(([key, value]) => {
      const found = stored.get(key);
      return found === undefined || found === value ? [] : [`${key}: ${found} instead of ${value}`];
    }),
  };
}

export const noDifference: Difference = { lost: [], phantom: [], changed: [] };
