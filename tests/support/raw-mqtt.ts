import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connectFrame, publishFrame, type ConnectOptions, type PublishOptions } from "./mqtt-frames.ts";

/** An MQTT client of bytes: it sends what it is told, right or wrong, and notes what comes back. */
export class RawMqtt {
  readonly socket: Socket;
  /** Packet ids of the PUBACKs received, in their order. */
  readonly acknowledged: number[] = [];
  /** First bytes of all packets received but PUBACK. */
  readonly packetTypes: number[] = [];
  /** Topics of the messages received. */
  readonly heard: string[] = [];
  /** Return codes of SUBACKs. */
  readonly granted: number[] = [];
  readonly closed: Promise<void>;
  returnCode: number | null = null;
  #rest: Buffer = Buffer.alloc(0);
  #waiting: { isDone: () => boolean; resolve: () => void; reject: (error: Error) => void }[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    void this.closed.then(() => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error("the connection was closed"));
    });
  }

  /** A socket that has sent nothing yet. */
  static async open(port: number): Promise<RawMqtt> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const raw = new RawMqtt(socket);
    await once(socket, "connect");
    return raw;
  }

  /** Connected and let in; rejects when the broker closes instead. */
  static async connect(port: number, options: ConnectOptions): Promise<RawMqtt> {
    const raw = await RawMqtt.open(port);
    raw.socket.write(connectFrame(options));
    await raw.until(() => raw.returnCode !== null);
    if (raw.returnCode !== 0) throw new Error(`refused with ${raw.returnCode}`);
    return raw;
  }

  publish(options: PublishOptions): void {
    this.socket.write(publishFrame(options));
  }

  /** Resolves when the condition holds after some packet; rejects when the connection closes before. */
  until(isDone: () => boolean): Promise<void> {
    if (isDone()) return Promise.resolve();
    if (this.socket.destroyed) return Promise.reject(new Error("the connection was closed"));
    return new Promise((resolve, reject) => this.#waiting.push({ isDone, resolve, reject }));
  }

  #take(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let end = wholePacket(this.#rest); end > 0; end = wholePacket(this.#rest)) {
      this.#note(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(end);
    }
    const done = this.#waiting.filter(({ isDone }) => isDone());
    this.#waiting = this.#waiting.filter((waiting) => !done.includes(waiting));
    for (const { resolve } of done) resolve();
  }

  #note(packet: Buffer): void {
    const type = packet[0] ?? 0;
    if (type === 0x40) return void this.acknowledged.push(packet.readUInt16BE(2));
    if (type === 0x20) this.returnCode = packet[3] ?? null;
    if (type === 0x90) this.granted.push(...packet.subarray(4));
    if ((type & 0xf0) === 0x30) this.heard.push(topicOf(packet));
    this.packetTypes.push(type);
  }
}

/** The topic of a PUBLISH. */
function topicOf(packet: Buffer): string {
  let from = 2;
  while ((packet[from - 1] ?? 0) & 0x80) from += 1;
  return packet.toString("utf8", from + 2, from + 2 + packet.readUInt16BE(from));
}

/** Length of the first packet; 0 while it is not whole. */
function wholePacket(bytes: Buffer): number {
  let length = 0;
  for (let i = 1; i < Math.min(bytes.length, 5); i += 1) {
    length += ((bytes[i] ?? 0) & 0x7f) << (7 * (i - 1));
    if ((bytes[i] ?? 0) < 0x80) return bytes.length >= i + 1 + length ? i + 1 + length : 0;
  }
  return 0;
}
