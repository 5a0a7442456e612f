import { limits } from "./config.ts";
import { frameEnd } from "./frame-length.ts";
import type { OwnTopic } from "./own-topics.ts";
import type { Publishing } from "./publishing.ts";
import type { Session } from "./session.ts";

/** What the path needs of the connection it stands in. */
export interface TelemetryConnection {
  /** Whole packets that are not ours to take go to the broker library. */
  passOn(packets: Buffer): void;
  /** Bytes for the client. */
  acknowledge(packets: Buffer): void;
  /** Stops, and goes on, reading from the client. */
  hold(): void;
  release(): void;
  destroy(error: Error): unknown;
  readonly destroyed: boolean;
}

export interface Delivery {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
}

/** Deliveries to MQTT subscribers, for the few topics somebody listens to. */
export interface Audience {
  isHeard(topic: OwnTopic): boolean;
  deliver(delivery: Delivery): void;
}

const [publishQos0, publishQos1, publishQos1Again] = [0x30, 0x32, 0x3a];
const publishType = 0x30;
const puback = 0x40;
const disconnectType = 0xe0;
const noBytes = Buffer.alloc(0);
/** Chunks of an unfinished packet kept apart; beyond this they are joined, so that single bytes cannot pile up. */
const maxPieces = 64;

/**
 * The short way of telemetry (docs/decisions/0003): takes QoS 0 and 1 PUBLISH packets to the client's own meters straight from
 * the bytes of its socket to the journal, and answers them. Everything else goes on to the broker library, unchanged
 * and in its order. While a PUBLISH is on that longer way, those after it follow it, so that acknowledgements keep the order
 * of the messages [MQTT-4.6.0-2].
 */
export class TelemetryPath {
  readonly #session: Session;
  readonly #publishing: Publishing;
  readonly #audience: Audience;
  readonly #connection: TelemetryConnection;
  /** Start of a packet whose end has not come, or all that was read after the client's turn was over. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  /** Length of that packet; -1 while even that has not come whole. */
  #wantedBytes = 0;
  #packets = 0;
  #receivedAt = 0;
  #heard: Delivery[] = [];
  #waitingBytes = 0;
  #waitingBatches = 0;
  #isHolding = false;
  /** Its enterprise is above its rate: what is read is set aside until all taken before has been answered. */
  #isSettingAside = false;
  /** After DISCONNECT, or what has no place here, everything is the library's business. */
  #isOver = false;
  #onIdle: (() => void) | null = null;

  constructor(session: Session, publishing: Publishing, audience: Audience, connection: TelemetryConnection) {
    this.#session = session;
    this.#publishing = publishing;
    this.#audience = audience;
    this.#connection = connection;
  }

  /** Bytes as they come from the client, cut anywhere. True when a packet ended in them; throws on one that is too large. */
  take(chunk: Buffer, now: number): boolean {
    const packetsBefore = this.#packets;
    this.#receivedAt = this.#publishing.receivedNow();
    if (this.#isSettingAside) this.#keepMore(chunk);
    else this.#takeBytes(chunk, now);
    return this.#packets > packetsBefore;
  }

  #takeBytes(chunk: Buffer, now: number): void {
    try {
      const bytes = this.#pieceBytes === 0 ? chunk : this.#joined(chunk, now);
      const end = this.#takeWhole(bytes, now);
      if (end < bytes.length) this.#keep(bytes.subarray(end));
      this.#send(0, now);
    } finally {
      this.#publishing.gathered.clear();
    }
  }

  #takeSetAside(): void {
    this.#isSettingAside = false;
    try {
      this.#receivedAt = this.#publishing.receivedNow();
      this.#takeBytes(this.#unkept(noBytes), performance.now());
    } catch (error) {
      this.#close(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Calls back once nothing taken here waits for its answer any more. */
  whenIdle(callback: () => void): void {
    if (this.#waitingBatches === 0) callback();
    else this.#onIdle = callback;
  }

  /** What follows the unfinished packet in this chunk, after that was taken; nothing while it is still unfinished. */
  #joined(chunk: Buffer, now: number): Buffer {
    if (this.#wantedBytes < 0) return this.#unkept(chunk);
    const missing = this.#wantedBytes - this.#pieceBytes;
    if (chunk.length < missing) {
      this.#keepMore(chunk);
      return noBytes;
    }
    this.#takeWhole(this.#unkept(chunk.subarray(0, missing)), now);
    return chunk.subarray(missing);
  }

  #keepMore(chunk: Buffer): void {
    this.#pieces.push(chunk);
    this.#pieceBytes += chunk.length;
    if (this.#pieces.length > maxPieces) this.#pieces = [Buffer.concat(this.#pieces)];
  }

  #unkept(rest: Buffer): Buffer {
    const bytes = Buffer.concat([...this.#pieces, rest]);
    this.#pieces = [];
    this.#pieceBytes = 0;
    return bytes;
  }

  #keep(start: Buffer): void {
    this.#pieces = [start];
    this.#pieceBytes = start.length;
    this.#wantedBytes = frameEnd(start, 0);
  }

  /** Every whole packet from the start; gives where the first unfinished one begins. */
  #takeWhole(bytes: Buffer, now: number): number {
    let at = 0;
    let passFrom = 0;
    while (at < bytes.length && !this.#isOver && !this.#isSettingAside && !this.#connection.destroyed) {
      const end = frameEnd(bytes, at);
      if (end - at > limits.packetBytes) throw new Error("packet too large");
      if (end < 0 || end > bytes.length) break;
      if (this.#takePublish(bytes, at, end, now)) {
        if (passFrom < at) this.#passOn(bytes.subarray(passFrom, at), now);
        passFrom = end;
      } else {
        if (bytes[at] === puback) this.#session.receipts.take(((bytes[end - 2] ?? 0) << 8) | (bytes[end - 1] ?? 0));
        this.#noteLongWay(bytes[at] ?? 0);
      }
      at = end;
      this.#packets += 1;
    }
    if (this.#isOver) at = bytes.length;
    if (passFrom < at) this.#passOn(bytes.subarray(passFrom, at), now);
    return at;
  }

  /** Sends first, so that what the library calls in turn finds nothing gathered. */
  #passOn(packets: Buffer, now: number): void {
    this.#send(0, now);
    this.#connection.passOn(packets);
  }

  #noteLongWay(firstByte: number): void {
    const type = firstByte & 0xf0;
    if (type === publishType) this.#session.publishesOnLongWay += 1;
    this.#isOver = type === disconnectType || type < publishType;
  }

  /** False when the packet is none of ours. */
  #takePublish(bytes: Buffer, at: number, end: number, now: number): boolean {
    const first = bytes[at] ?? 0;
    if (first !== publishQos1 && first !== publishQos0 && first !== publishQos1Again) return false;
    const session = this.#session;
    if (session.publishesOnLongWay > 0 || session.isRevoked) return false;
    let from = at + 2;
    while ((bytes[from - 1] ?? 0) & 0x80) from += 1;
    const topicFrom = from + 2;
    const topicEnd = topicFrom + (((bytes[from] ?? 0) << 8) | (bytes[from + 1] ?? 0));
    const payloadFrom = first === publishQos0 ? topicEnd : topicEnd + 2;
    if (payloadFrom > end) return false;
    const packetId = first === publishQos0 ? 0 : ((bytes[topicEnd] ?? 0) << 8) | (bytes[topicEnd + 1] ?? 0);
    if (packetId === 0 && first !== publishQos0) return false;
    const topic = session.ownTopics.find(bytes, topicFrom, topicEnd);
    if (topic === null) return false;
    this.#add(topic, packetId, bytes, payloadFrom, end, now);
    return true;
  }

  /** `packetId` 0 = QoS 0. */
  #add(topic: OwnTopic, packetId: number, bytes: Buffer, from: number, to: number, now: number): void {
    if (packetId === 0 && this.#publishing.isShedding(this.#session)) return;
    const waitMs = this.#publishing.waitMs(this.#session, now);
    if (waitMs > limits.longestPauseMs)
      return this.#publishing.refuse(this.#session, topic.name, "rate", (error) => this.#close(error));
    const { gathered } = this.#publishing;
    if (waitMs > 0 || gathered.bytes !== bytes) {
      this.#send(0, now);
      gathered.start(this.#session.identity, bytes, this.#receivedAt);
    }
    gathered.add(topic.name, packetId, from, to);
    if (this.#audience.isHeard(topic))
      this.#heard.push({ topic: topic.name, payload: bytes.subarray(from, to), qos: packetId > 0 ? 1 : 0 });
    if (waitMs === 0) return;
    this.#isSettingAside = waitMs > limits.readAheadMs && this.#publishing.isEnterpriseBehind(this.#session, now);
    this.#send(waitMs, now);
  }

  /** Hands what is gathered to the journal. */
  #send(waitMs: number, now: number): void {
    const { gathered } = this.#publishing;
    if (gathered.count === 0) return;
    const { payloadBytes } = gathered;
    const packets = gathered.pubacks();
    const heard = this.#heard;
    if (heard.length > 0) this.#heard = [];
    this.#waitingBatches += 1;
    this.#waitingBytes += payloadBytes;
    this.#holdIfMuchWaits();
    const isAnswered = packets !== null;
    this.#publishing.journal(this.#session, gathered, { waitMs, now, isAnswered }, (error) => {
      this.#waitingBatches -= 1;
      this.#waitingBytes -= payloadBytes;
      if (error == null) this.#answer(packets, heard);
      else if (isAnswered) this.#close(error);
      this.#releaseIfLittleWaits();
    });
    gathered.clear();
  }

  #answer(packets: Buffer | null, heard: readonly Delivery[]): void {
    if (packets !== null && !this.#connection.destroyed) this.#connection.acknowledge(packets);
    for (const delivery of heard) this.#audience.deliver(delivery);
  }

  #close(error: Error | null | undefined): void {
    if (!this.#connection.destroyed) this.#connection.destroy(error ?? new Error("refused"));
  }

  #holdIfMuchWaits(): void {
    const isMuch = this.#waitingBytes > limits.waitingBytesPerClient || this.#publishing.isBehind;
    const isTurnOver = this.#isSettingAside || this.#waitingBatches > limits.waitingBatchesPerClient;
    if (this.#isHolding || !(isMuch || isTurnOver)) return;
    this.#isHolding = true;
    this.#connection.hold();
  }

  #releaseIfLittleWaits(): void {
    if (this.#isSettingAside && this.#waitingBatches === 0) this.#takeSetAside();
    if (this.#isHolding && !this.#isSettingAside && this.#waitingBatches * 2 <= limits.waitingBatchesPerClient) {
      const isLittle = this.#waitingBytes * 2 <= limits.waitingBytesPerClient && !this.#publishing.isBehind;
      if (isLittle || this.#waitingBatches === 0) {
        this.#isHolding = false;
        this.#connection.release();
      }
    }
    if (this.#waitingBatches > 0 || this.#onIdle === null) return;
    this.#onIdle();
    this.#onIdle = null;
  }
}
