import type { DeviceId, DeviceIdentity, EnterpriseId, EpochMs, JournalRun } from "@smart-park/core";

const noBytes = Buffer.alloc(0);

/**
 * The messages of one chunk of bytes on their way to the journal. One object serves all connections: a chunk is taken
 * without a pause, and the journal copies before it returns. Made anew for each chunk, such objects outlive the first
 * garbage collections in their thousands, and the pauses show in every acknowledgement.
 */
export class GatheredRun implements JournalRun {
  readonly source = "mqtt";
  receivedAt: EpochMs = 0;
  sender = "" as DeviceId;
  enterpriseId = "" as EnterpriseId;
  count = 0;
  bytes: Uint8Array = noBytes;
  readonly topics: string[] = [];
  readonly bounds: number[] = [];
  payloadBytes = 0;
  #answers = 0;
  readonly #packetIds: number[] = [];

  start({ deviceId, enterpriseId }: DeviceIdentity, bytes: Uint8Array, receivedAt: EpochMs): void {
    this.sender = deviceId;
    this.enterpriseId = enterpriseId;
    this.bytes = bytes;
    this.receivedAt = receivedAt;
  }

  /** `packetId` 0 = QoS 0, not to be answered. */
  add(topic: string, packetId: number, from: number, to: number): void {
    this.topics[this.count] = topic;
    this.bounds[2 * this.count] = from;
    this.bounds[2 * this.count + 1] = to;
    this.count += 1;
    this.payloadBytes += to - from;
    if (packetId > 0) this.#packetIds[this.#answers++] = packetId;
  }

  /** The PUBACK packets of what was gathered; null when nothing is to be answered. */
  pubacks(): Buffer | null {
    if (this.#answers === 0) return null;
    const packets = Buffer.allocUnsafe(4 * this.#answers);
    for (let n = 0; n < this.#answers; n += 1) {
      const packetId = this.#packetIds[n] ?? 0;
      packets[4 * n] = 0x40;
      packets[4 * n + 1] = 2;
      packets[4 * n + 2] = packetId >> 8;
      packets[4 * n + 3] = packetId & 0xff;
    }
    return packets;
  }

  clear(): void {
    this.bytes = noBytes;
    this.count = 0;
    this.payloadBytes = 0;
    this.#answers = 0;
  }
}

/** A copy that lasts, for messages that have to wait. */
export const kept = ({ source, receivedAt, sender, enterpriseId, count, ...rest }: JournalRun): JournalRun => ({
  ...{ source, receivedAt, sender, enterpriseId, count },
  bytes: rest.bytes,
  topics: rest.topics.slice(0, count),
  bounds: rest.bounds.slice(0, 2 * count),
});
