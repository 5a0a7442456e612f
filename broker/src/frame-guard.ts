import { Duplex } from "node:stream";
import { limits } from "./config.ts";
import type { TelemetryPath } from "./telemetry-path.ts";

const connectByte = 0x10;

/** Follows the frames of an MQTT stream by their fixed headers [MQTT 3.1.1 §2.2], holding no bytes. */
class FrameFollower {
  #phase: "type" | "length" | "body" = "type";
  #type = 0;
  #length = 0;
  #shift = 0;
  #left = 0;

  /** Goes to the end of the frame or of the chunk, whichever comes first; throws on a frame that may not pass. */
  advance(chunk: Uint8Array, from: number, mayPass: (type: number, bytes: number) => boolean): number {
    let at = from;
    while (at < chunk.length) {
      if (this.#phase === "body") {
        const step = Math.min(this.#left, chunk.length - at);
        this.#left -= step;
        at += step;
      } else {
        this.#header(chunk[at] ?? 0, mayPass);
        at += 1;
      }
      if (this.#phase === "body" && this.#left === 0) {
        this.#phase = "type";
        return at;
      }
    }
    return at;
  }

  get isBetweenFrames(): boolean {
    return this.#phase === "type";
  }

  #header(byte: number, mayPass: (type: number, bytes: number) => boolean): void {
    if (this.#phase === "type") {
      this.#type = byte;
      this.#length = 0;
      this.#shift = 0;
      this.#phase = "length";
      // Known from its first byte on: a stranger must not make us wait for more.
      if (!mayPass(byte, 0)) throw new Error("packet not allowed here");
      return;
    }
    this.#length += (byte & 0x7f) * 2 ** this.#shift;
    this.#shift += 7;
    if ((byte & 0x80) !== 0) {
      if (this.#shift > 21) throw new Error("malformed remaining length");
      return;
    }
    if (!mayPass(this.#type, this.#length + 1 + this.#shift / 7)) throw new Error("packet too large");
    this.#left = this.#length;
    this.#phase = "body";
  }
}

/**
 * Stands between a socket and the broker library, which buffers packets of any declared size. Lets one CONNECT of
 * bounded size through, then nothing until `accept`, then packets of bounded size; telemetry leaves here by its own
 * path. Closes a peer that does not read what it is sent, or has been silent for too long.
 */
export class FrameGuard extends Duplex {
  readonly remoteAddress: string;
  readonly #source: Duplex;
  readonly #frames = new FrameFollower();
  #isAccepted = false;
  #hasConnect = false;
  #held: Buffer[] = [];
  #telemetry: TelemetryPath | null = null;
  /** Reasons not to read from the socket: the library is not ready for more, too much telemetry waits, answers are unread. */
  #isFull = false;
  #isOnHold = false;
  #isUndrained = false;
  #silentAfterMs = Number.POSITIVE_INFINITY;
  #lastPacketAt = 0;
  readonly #stallTimers = new Set<NodeJS.Timeout>();

  constructor(source: Duplex, remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
    this.#source = source;
    source.on("data", (chunk: Buffer) => this.#take(chunk));
    source.on("end", () => this.#endAfterHeld());
    source.on("error", (error) => this.destroy(error));
    // After a proper end the reader still has to read what came before it.
    source.on("close", () => source.readableEnded || this.destroy());
  }

  /** The broker has let the client in: what it sent meanwhile may pass. */
  accept(telemetry: TelemetryPath | null = null, keepaliveS = 0): void {
    this.#isAccepted = true;
    this.#telemetry = telemetry;
    this.#lastPacketAt = performance.now();
    // [MQTT-3.1.2-24]
    if (keepaliveS > 0) this.#silentAfterMs = keepaliveS * 1500;
    const held = this.#held;
    this.#held = [];
    for (const chunk of held) this.#take(chunk);
    if (this.destroyed) return;
    if (this.#source.readableEnded) this.#endAfterHeld();
    else this.#resume();
  }

  /** Closes a client whose last whole packet is older than its keep-alive allows; one that is not read cannot be silent. */
  closeIfSilent(now: number): void {
    if (!this.#isOnHold && now - this.#lastPacketAt > this.#silentAfterMs)
      this.destroy(new Error("keep-alive time-out"));
  }

  passOn(packets: Buffer): void {
    if (this.destroyed || this.push(packets)) return;
    this.#isFull = true;
    this.#source.pause();
  }

  /** Answers of the telemetry path; a client that does not take them is not read. */
  acknowledge(packets: Buffer): void {
    // With nothing of the library's before them they need not pass through this stream, which costs as much as the socket.
    const isDirect = this.writableLength === 0 && !this.writableEnded;
    const isTaken = isDirect ? this.#source.write(packets) : this.write(packets);
    if (isTaken || this.#isUndrained) return;
    this.#isUndrained = true;
    this.#source.pause();
    const goOn = (): void => {
      this.#isUndrained = false;
      this.#resume();
    };
    if (isDirect) this.#whenTaken(false, goOn);
    else this.once("drain", goOn);
  }

  hold(): void {
    this.#isOnHold = true;
    this.#source.pause();
  }

  release(): void {
    this.#isOnHold = false;
    this.#lastPacketAt = performance.now();
    this.#resume();
  }

  /** Bytes written to this client that its socket has not taken. */
  get unreadBytes(): number {
    return this.writableLength + this.#source.writableLength;
  }

  /** What is held back, or waits for the disk, comes before the end. */
  #endAfterHeld(): void {
    if (this.#held.length > 0) return;
    if (this.#telemetry === null) this.push(null);
    else this.#telemetry.whenIdle(() => this.destroyed || this.push(null));
  }

  #resume(): void {
    const mayRead = !this.#isFull && !this.#isOnHold && !this.#isUndrained;
    if (mayRead && this.#held.length === 0 && !this.destroyed) this.#source.resume();
  }

  #take(chunk: Buffer): void {
    if (this.destroyed) return;
    try {
      const now = performance.now();
      if (this.#telemetry?.take(chunk, now) ?? this.#guard(chunk)) this.#lastPacketAt = now;
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** True when a packet ended in the chunk. */
  #guard(chunk: Buffer): boolean {
    const end = this.#passable(chunk);
    if (end < chunk.length) {
      this.#held.push(chunk.subarray(end));
      this.#source.pause();
    }
    if (end > 0) this.passOn(chunk.subarray(0, end));
    return this.#frames.isBetweenFrames;
  }

  #passable(chunk: Buffer): number {
    if (!this.#isAccepted && this.#hasConnect) return 0;
    let at = 0;
    while (at < chunk.length) {
      at = this.#frames.advance(chunk, at, this.#mayPass);
      if (!this.#isAccepted && this.#frames.isBetweenFrames) {
        this.#hasConnect = true;
        return at;
      }
    }
    return at;
  }

  readonly #mayPass = (type: number, bytes: number): boolean =>
    this.#isAccepted ? bytes <= limits.packetBytes : type === connectByte && bytes <= limits.connectBytes;

  override _read(): void {
    this.#isFull = false;
    this.#resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#whenTaken(this.#source.write(chunk), done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    let isTaken = true;
    this.#source.cork();
    for (const { chunk } of chunks) isTaken = this.#source.write(chunk);
    this.#source.uncork();
    this.#whenTaken(isTaken, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#source.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    for (const timer of this.#stallTimers) clearTimeout(timer);
    this.#held = [];
    this.#source.destroy();
    done(error);
  }

  #whenTaken(isTaken: boolean, done: () => void): void {
    if (isTaken) return done();
    const timer = setTimeout(() => this.destroy(new Error("the client does not read")), limits.unreadMs);
    this.#stallTimers.add(timer);
    this.#source.once("drain", () => {
      clearTimeout(timer);
      this.#stallTimers.delete(timer);
      done();
    });
  }
}
