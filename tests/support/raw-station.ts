import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { encodeFrame, FrameSplitter, toDataTime, type Hj212Message } from "@smart-park/core/hj212";
import { vi } from "vitest";

/** What a frame says; the rest is filled in. */
export interface FrameParts {
  readonly cn?: string;
  readonly mn: string;
  readonly pw: string;
  readonly data: string;
  readonly qn?: string;
  readonly flag?: number;
  /** Between Flag and CP: `PNUM=2;PNO=1;`. */
  readonly more?: string;
}

let sent = 0;
/** As HJ 212-2017 writes it, a new QN each time. */
export const stationFrame = ({ cn = "2011", mn, pw, data, flag = 5, more = "", ...rest }: FrameParts): Buffer => {
  const qn = rest.qn ?? `${toDataTime(Date.now())}${String((sent += 1) % 1000).padStart(3, "0")}`;
  return Buffer.from(encodeFrame(`QN=${qn};ST=31;CN=${cn};PW=${pw};MN=${mn};Flag=${flag};${more}CP=&&${data}&&`));
};

/** A TCP connection that speaks HJ 212, for tests: sends what it is given and keeps what it is answered. */
export class RawStation {
  readonly socket: Socket;
  readonly answers: Hj212Message[] = [];
  readonly closed: Promise<unknown>;
  readonly #splitter = new FrameSplitter();

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      for (const split of this.#splitter.push(chunk)) if (split.kind === "frame") this.answers.push(split.message);
    });
  }

  static async connect(port: number | null): Promise<RawStation> {
    const socket = connect({ port: port ?? 0, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    return new RawStation(socket);
  }

  /** Sends and waits for one more answer. */
  async ask(bytes: Uint8Array): Promise<Hj212Message> {
    const before = this.answers.length;
    this.socket.write(bytes);
    return vi.waitFor(() => {
      const answer = this.answers[before];
      if (answer === undefined) throw new Error("not answered");
      return answer;
    }, 5000);
  }
}
