import type { Duplex } from "node:stream";
import { minutes, toRun } from "@smart-park/core";
import {
  encodeFrame,
  FrameSplitter,
  hj212Commands as commands,
  toAnswer,
  wantsAnswer,
  type Hj212Message,
  type Split,
} from "@smart-park/core/hj212";
import { stationTopic } from "@smart-park/core/wire";
import { limits } from "../config.ts";
import type { Session } from "../session.ts";
import { PartTimes } from "./part-times.ts";
import { stationLimits } from "./station-limits.ts";
import type { StationHost } from "./station-server.ts";
import { bytesWithoutPassword, withoutPassword } from "./without-password.ts";

type Frame = Extract<Split, { kind: "frame" }>;
type Fault = Extract<Split, { kind: "fault" }>;

/** What stations send to be kept: data and states (2xxx), what they tell of their instruments (3xxx). */
const upload = /^[23]\d{3}$/;

/**
 * One TCP connection that speaks HJ 212. Each frame shows by its MN and PW who sends it; a frame that shows it wrongly ends
 * the connection. Data are answered once they are durable; what cannot be made durable is not answered, and the
 * station repeats it.
 */
export class StationConnection {
  readonly address: string;
  /** By MN. */
  readonly sessions = new Map<string, Session>();
  readonly #socket: Duplex;
  readonly #host: StationHost;
  readonly #splitter = new FrameSplitter();
  readonly #parts = new PartTimes();
  #latest: Session | null = null;
  /** Since when it has been without a word of a station, and without a byte. */
  #heardAt: number;
  #readAt: number;
  #faults = { since: 0, count: 0 };
  #waiting = 0;
  #isOver = false;
  /** The other side has said all; it is still answered. */
  #hasEnded = false;

  constructor(socket: Duplex, address: string, host: StationHost) {
    this.#socket = socket;
    this.address = address;
    this.#host = host;
    this.#heardAt = this.#readAt = performance.now();
    socket.on("data", (chunk: Buffer) => this.#guarded(() => this.#take(this.#splitter.push(chunk))));
    socket.on("end", () =>
      this.#guarded(() => {
        this.#takeAll(this.#splitter.abandon());
        this.#hasEnded = true;
        this.#endWhenAnswered();
      }),
    );
  }

  get isStranger(): boolean {
    return this.sessions.size === 0;
  }

  /** `now` is monotonic milliseconds. */
  closeIfSilent(now: number): void {
    const silentMs = now - this.#heardAt;
    if (silentMs > (this.isStranger ? stationLimits.strangerMs : stationLimits.silentMs)) return this.close();
    // While it is not read because of us, its rest is waiting in the socket.
    const isUnfinished = this.#splitter.isWaiting && !this.#socket.isPaused();
    if (isUnfinished && now - this.#readAt > stationLimits.unfinishedMs)
      this.#guarded(() => this.#takeAll(this.#splitter.abandon()));
  }

  close(): void {
    this.#isOver = true;
    for (const session of this.sessions.values()) session.pacer.stop();
    this.#socket.destroy();
  }

  /** Nothing that comes from outside may end the process: a defect ends this connection. */
  #guarded(step: () => void): void {
    if (this.#isOver) return;
    try {
      step();
    } catch (error) {
      this.#host.logger.error(
        { error: String(error) },
        "an HJ 212 frame could not be handled; its connection is closed",
      );
      this.close();
    }
  }

  #take(found: readonly Split[]): void {
    this.#readAt = performance.now();
    // Who sends a byte now and then says nothing.
    if (found.length > 0) this.#heardAt = this.#readAt;
    this.#takeAll(found);
    if (this.#isOver || !this.#splitter.isLost) return;
    this.#host.faults.count("bad_frame");
    this.close();
  }

  #takeAll(found: readonly Split[]): void {
    for (const split of found) {
      if (this.#isOver) return;
      if (split.kind === "frame") this.#takeFrame(split);
      else this.#takeFault(split);
    }
  }

  #takeFrame({ bytes, message }: Frame): void {
    const session = this.#host.identify(this, message);
    if (session === null) return this.#turnAway();
    this.#latest = session;
    const { cn } = message;
    if (upload.test(cn)) return this.#keep(session, bytes, message);
    const isNotice = cn === commands.askForTime || cn === commands.heartbeat;
    if (isNotice && wantsAnswer(message)) this.#answer(message, commands.noticeAnswer);
  }

  #keep(session: Session, bytes: Uint8Array, message: Hj212Message): void {
    const { publishing, recent } = this.#host;
    const { deviceId, enterpriseId } = session.identity;
    const now = performance.now();
    const station = `${enterpriseId}/${deviceId}`;
    const dataTime = this.#parts.take(message, now);
    if (recent.has(station, bytes, now)) {
      this.#host.faults.count("repeated");
      return this.#answerIfWanted(message);
    }
    const waitMs = publishing.waitMs(session, now);
    const topic = dataTime === null ? stationTopic.frame : stationTopic.partAt(dataTime);
    if (waitMs > limits.longestPauseMs) return publishing.refuse(session, topic, "rate", () => this.close());
    this.#journal(session, { topic, payload: withoutPassword(bytes), waitMs, now }, (isDurable) => {
      if (!isDurable) return;
      recent.add(station, bytes, performance.now());
      this.#answerIfWanted(message);
    });
  }

  #takeFault({ bytes, reason, detail }: Fault): void {
    this.#host.faults.count(reason);
    const session = this.#latest;
    const now = performance.now();
    if (session === null) this.#host.keepStray(stationTopic.fault(reason), bytes, now);
    else {
      const payload = bytesWithoutPassword(bytes);
      const waitMs = this.#host.publishing.waitMs(session, now);
      this.#journal(session, { topic: stationTopic.fault(reason), payload, waitMs, now }, () => undefined);
    }
    this.#host.logger.debug({ address: this.address, detail }, "an HJ 212 frame was dropped");
    if (now - this.#faults.since > minutes(1)) this.#faults = { since: now, count: 0 };
    this.#faults.count += 1;
    const most = session === null ? stationLimits.strangerFaults : stationLimits.faultsPerMinute;
    if (this.#faults.count > most) this.close();
  }

  #journal(
    session: Session,
    { topic, payload, waitMs, now }: { topic: string; payload: Uint8Array; waitMs: number; now: number },
    settled: (isDurable: boolean) => void,
  ): void {
    const { publishing } = this.#host;
    const { deviceId: sender, enterpriseId } = session.identity;
    const record = { source: "hj212", receivedAt: publishing.receivedNow(), sender, enterpriseId } as const;
    this.#waiting += 1;
    if (this.#waiting >= stationLimits.waitingFrames || publishing.isBehind) this.#socket.pause();
    publishing.journal(session, toRun({ ...record, topic, payload }), { waitMs, now, isAnswered: true }, (error) => {
      this.#waiting -= 1;
      if (this.#isOver) return;
      settled(error == null);
      this.#endWhenAnswered();
      if (this.#waiting * 2 <= stationLimits.waitingFrames && this.#socket.isPaused()) this.#socket.resume();
    });
  }

  #endWhenAnswered(): void {
    if (this.#hasEnded && !this.#isOver && this.#waiting === 0) this.#socket.end();
  }

  #answerIfWanted(message: Hj212Message): void {
    if (wantsAnswer(message)) this.#answer(message, commands.dataAnswer);
  }

  #answer(message: Hj212Message, cn: "9013" | "9014"): void {
    if (this.#socket.destroyed || !this.#socket.writable) return;
    if (this.#socket.writableLength > stationLimits.unreadBytes) return this.close();
    this.#socket.write(encodeFrame(toAnswer(message, cn)));
  }

  /** Not told why; what else it says is not read. */
  #turnAway(): void {
    this.#isOver = true;
    this.#socket.pause();
    const timer = setTimeout(() => this.close(), stationLimits.refusalMs);
    this.#socket.once("close", () => clearTimeout(timer));
  }
}
