import type { DeviceDirectory, DeviceIdentity } from "@smart-park/core";
import { decidePublish } from "./access.ts";

/** A telemetry topic that its device may publish to without further questions. */
export interface OwnTopic {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Whether anybody listens, as of `heardAt` (a revision of the subscriptions). */
  isHeard: boolean;
  heardAt: number;
}

const maxTopics = 1024;

/**
 * What the rules allowed before, so that they are not asked for each message: telemetry of meters the device owns. All
 * is forgotten when the registry gives the device a new identity. Topics that need more than the rules (an unknown
 * meter is counted, a refusal is audited) are never remembered.
 */
export class OwnTopics {
  readonly #meterOwner: DeviceDirectory["meterOwner"];
  readonly #topics = new Map<string, OwnTopic>();
  #identity: DeviceIdentity;
  #last: OwnTopic | null = null;

  constructor(identity: DeviceIdentity, meterOwner: DeviceDirectory["meterOwner"]) {
    this.#identity = identity;
    this.#meterOwner = meterOwner;
  }

  set identity(identity: DeviceIdentity) {
    if (identity === this.#identity) return;
    this.#identity = identity;
    this.#topics.clear();
    this.#last = null;
  }

  has(name: string): boolean {
    return this.#topics.has(name) || this.#learn(name) !== null;
  }

  /** The topic these bytes name; null when it is none of them. */
  find(bytes: Buffer, from: number, to: number): OwnTopic | null {
    const last = this.#last;
    if (last !== null && isSame(last.bytes, bytes, from, to)) return last;
    // Allowed topics are plain ASCII, so bytes of any other text match none of them.
    const name = bytes.toString("latin1", from, to);
    const topic = this.#topics.get(name) ?? this.#learn(name);
    if (topic !== null) this.#last = topic;
    return topic;
  }

  #learn(name: string): OwnTopic | null {
    const verdict = decidePublish(this.#identity, { topic: name, retain: false, payloadBytes: 0 }, this.#meterOwner);
    if (verdict.kind !== "telemetry" || verdict.unknownMeter !== null) return null;
    if (this.#topics.size >= maxTopics) this.#topics.clear();
    const topic = { name, bytes: Buffer.from(name), isHeard: false, heardAt: -1 };
    this.#topics.set(name, topic);
    return topic;
  }
}

/** A loop, for a call into the runtime costs more than these few bytes. */
function isSame(topic: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== topic.length) return false;
  for (let i = 0; i < topic.length; i += 1) if (topic[i] !== bytes[from + i]) return false;
  return true;
}
