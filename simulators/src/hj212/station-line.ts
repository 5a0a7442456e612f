import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { encodeFrame, FrameSplitter, toDataTime } from "@smart-park/core/hj212";
import { pause } from "../pause.ts";
import type { OutletFrame } from "./outlet-frames.ts";

export interface StationAddress {
  readonly host: string;
  readonly port: number;
  readonly mn: string;
  readonly pw: string;
}

/** As the standard's table 1 for a wired line: repeated after 5 s, three times. */
const [answerMs, tries] = [5000, 4] as const;

/** A station's connection: sends frames that want an answer, one after the other, and repeats what is not answered. */
export class StationLine {
  readonly #address: StationAddress;
  readonly #socket: Socket;
  readonly #answered = new Set<string>();
  #sent = 0;

  private constructor(address: StationAddress, socket: Socket) {
    this.#address = address;
    this.#socket = socket;
    const splitter = new FrameSplitter();
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      for (const split of splitter.push(chunk))
        if (split.kind === "frame" && split.message.cn === "9014") this.#answered.add(split.message.qn ?? "");
      socket.emit("answer");
    });
  }

  static async open(address: StationAddress, signal: AbortSignal): Promise<StationLine> {
    const socket = connect({ host: address.host, port: address.port, noDelay: true });
    await once(socket, "connect", { signal });
    return new StationLine(address, socket);
  }

  /** Resolves when the platform has it on disk; rejects when it cuts the line or does not answer. */
  async send({ cn, data }: OutletFrame, now: number, signal: AbortSignal): Promise<void> {
    const { mn, pw } = this.#address;
    this.#sent += 1;
    const qn = `${toDataTime(now)}${String(this.#sent % 1000).padStart(3, "0")}`;
    const frame = encodeFrame(`QN=${qn};ST=31;CN=${cn};PW=${pw};MN=${mn};Flag=5;CP=&&${data}&&`);
    for (let n = 0; n < tries; n += 1) {
      if (this.#socket.destroyed || this.#socket.readableEnded)
        throw new Error("The platform closed the connection: is the station registered, and its PW right?");
      this.#socket.write(frame);
      if (await this.#isAnswered(qn, signal)) return;
    }
    throw new Error(`The platform did not answer ${tries} times.`);
  }

  async #isAnswered(qn: string, signal: AbortSignal): Promise<boolean> {
    const late = new AbortController();
    const over = AbortSignal.any([signal, late.signal]);
    const isLate = pause(answerMs, over).catch(() => undefined);
    try {
      while (!this.#answered.delete(qn)) {
        const next = Promise.race([
          once(this.#socket, "answer", { signal: over }),
          once(this.#socket, "close", { signal: over }),
        ]);
        const isHeard = await Promise.race([next.then(() => true), isLate.then(() => false)]);
        if (!isHeard || this.#socket.destroyed) return false;
      }
      return true;
    } finally {
      late.abort();
      signal.throwIfAborted();
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}
