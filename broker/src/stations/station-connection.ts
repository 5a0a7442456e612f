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
import { claimOf } from "./claim.ts";
import { PartTimes } from "./part-times.ts";
import { stationLimits } from "./station-limits.ts";
import type { StationHost } from "./station-server.ts";
import { bytesWithoutPassword, withoutPassword } from "./without-password.ts";

type Frame = Extract<Split, { kind: "frame" }>;
type Fault = Extract<Split, { kind: "fault" }>;
/** How long (ms) a frame waits for the rates of its station and enterprise, from `now` on. */
interface Turn {
  readonly waitMs: number;
  readonly now: number;
}

/** What stations send to be kept: data and states (2xxx), what they tell of their instruments (3xxx). */
const upload = /^[23]\d{3}$/;

/**
 * One TCP connection that speaks HJ 212. Each frame shows by its MN and PW who sends it; a stranger's that shows it wrongly
 * ends the connection. Data are answered once they are durable; what cannot be made durable is not answered, and the
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
  /** Since when it has been without a right frame of a known station, and without a byte. */
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
    if (session === "wrong" || session === "held") return this.#dropFrame(session);
    this.#latest = session;
    this.#heardAt = performance.now();
    const turn = this.#turnOf(session);
    if (turn === null) return;
    const { cn } = message;
    if (upload.test(cn)) return this.#keep(session, { bytes, message }, turn);
    const isNotice = cn === commands.askForTime || cn === commands.heartbeat;
    if (isNotice && wantsAnswer(message)) this.#answerInTurn(session, turn, message, commands.noticeAnswer);
  }

  /** Null when it would wait too long: then the connection ends. */
  #turnOf(session: Session): Turn | null {
    const { publishing } = this.#host;
    const now = performance.now();
    const waitMs = publishing.waitMs(session, now);
    if (waitMs <= limits.longestPauseMs) return { waitMs, now };
    publishing.refuse(session, stationTopic.frame, "rate", () => this.close());
    return null;
  }

  /** A front end goes on although one of its stations is shut out; who has shown no station at all is turned away. */
  #dropFrame(why: "wrong" | "held"): void {
    if (this.#latest === null) return this.#turnAway();
    if (why === "wrong") this.#noteFault();
    else this.#turnOf(this.#latest);
  }

  #keep(session: Session, { bytes, message }: Omit<Frame, "kind">, turn: Turn): void {
    const { recent } = this.#host;
    const { deviceId, enterpriseId } = session.identity;
    const station = `${enterpriseId}/${deviceId}`;
    const dataTime = this.#parts.take(message, turn.now);
    if (recent.has(station, bytes, turn.now)) {
      this.#host.faults.count("repeated");
      if (wantsAnswer(message)) this.#answerInTurn(session, turn, message, commands.dataAnswer);
      return;
    }
    const topic = dataTime === null ? stationTopic.frame : stationTopic.partAt(dataTime);
    this.#journal(session, { topic, payload: withoutPassword(bytes), ...turn }, (isDurable) => {
      if (!isDurable) return;
      recent.add(station, bytes, performance.now());
      if (wantsAnswer(message)) this.#answer(message, commands.dataAnswer);
    });
  }

  #takeFault({ bytes, reason, detail }: Fault): void {
    this.#host.faults.count(reason);
    const topic = stationTopic.fault(reason);
    const session = this.#senderOf(bytes);
    const now = performance.now();
    if (session === null) this.#host.keepStray(topic, bytes, now);
    else {
      const waitMs = this.#host.publishing.waitMs(session, now);
      this.#journal(session, { topic, payload: bytesWithoutPassword(bytes), waitMs, now }, () => undefined);
    }
    this.#host.logger.debug({ address: this.address, detail }, "an HJ 212 frame was dropped");
    this.#noteFault();
  }

  /**
   * Whose a damaged frame is: of the station that it names; where its MN is damaged too, of the last one, as long as all of
   * the connection are one enterprise's. Null = nobody may be told of it but the park.
   */
  #senderOf(bytes: Uint8Array): Session | null {
    const { mn } = claimOf(bytes);
    if (mn !== "") return this.sessions.get(mn) ?? null;
    const enterprises = new Set([...this.sessions.values()].map(({ identity }) => identity.enterpriseId));
    return enterprises.size === 1 ? this.#latest : null;
  }

  #noteFault(): void {
    const now = performance.now();
    if (now - this.#faults.since > minutes(1)) this.#faults = { since: now, count: 0 };
    this.#faults.count += 1;
    if (this.#faults.count > (this.isStranger ? stationLimits.strangerFaults : stationLimits.faultsPerMinute))
      this.close();
  }

  #journal(
    session: Session,
    { topic, payload, ...turn }: { topic: string; payload: Uint8Array } & Turn,
    settled: (isDurable: boolean) => void,
  ): void {
    const { publishing } = this.#host;
    const { deviceId: sender, enterpriseId } = session.identity;
    const record = { source: "hj212", receivedAt: publishing.receivedNow(), sender, enterpriseId } as const;
    this.#begin();
    publishing.journal(session, toRun({ ...record, topic, payload }), { ...turn, isAnswered: true }, (error) =>
      this.#settle(() => settled(error == null)),
    );
  }

  /** An answer that waits for nothing but its turn. */
  #answerInTurn(session: Session, { waitMs, now }: Turn, message: Hj212Message, cn: "9013" | "9014"): void {
    this.#begin();
    const answer = (): void => this.#settle(() => this.#answer(message, cn));
    session.pacer.after(waitMs, now, () => session.inTurn(answer)());
  }

  #begin(): void {
    this.#waiting += 1;
    if (this.#waiting >= stationLimits.waitingFrames || this.#host.publishing.isBehind) this.#socket.pause();
  }

  #settle(step: () => void): void {
    this.#waiting -= 1;
    this.#guarded(() => {
      step();
      this.#endWhenAnswered();
      if (this.#waiting * 2 <= stationLimits.waitingFrames && this.#socket.isPaused()) this.#socket.resume();
    });
  }

  #endWhenAnswered(): void {
    if (this.#hasEnded && !this.#isOver && this.#waiting === 0) this.#socket.end();
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
