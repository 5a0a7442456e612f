import { toRun, type EpochMs, type JournalRun, type JournalSource } from "@smart-park/core";
import { decidePublish, type PublishVerdict, type RefusalReason } from "./access.ts";
import { limits, type EdgeConfig, type EdgeDeps } from "./config.ts";
import { GatheredRun, kept } from "./gathered-run.ts";
import { RateLimiter } from "./rate-limit.ts";
import { UnknownMeters, type AuditThrottle, type RefusalCounter } from "./refusals.ts";
import type { Answer, Session } from "./session.ts";

/** A PUBLISH, or a will; `retain` is cleared where nothing may stay behind. */
export interface PublishRequest {
  /** Changed for what no subscriber may hear. */
  topic: string;
  readonly payload: Uint8Array | string;
  readonly qos: number;
  retain: boolean;
}

/** Outside of `park/`, where all subscriptions are. */
const unheardTopic = "waiting";
const sourceOf = { telemetry: "mqtt", waiting: "waiting", reply: "command" } as const;
const ownTelemetry: PublishVerdict = { kind: "telemetry", unknownMeter: null };

/** Decides over every message before it is acknowledged, and brings telemetry to the journal. */
export class Publishing {
  readonly #deps: EdgeDeps;
  readonly #refusals: RefusalCounter;
  readonly #audit: AuditThrottle;
  readonly #deviceRates: RateLimiter;
  readonly #enterpriseRates: RateLimiter;
  readonly #unknownMeters = new UnknownMeters();
  /** Where the telemetry path gathers; empty between two chunks. */
  readonly gathered = new GatheredRun();
  #waitingBytes = 0;
  readonly #accepted = { mqtt: 0, hj212: 0 };

  constructor(config: EdgeConfig, deps: EdgeDeps, refusals: RefusalCounter, audit: AuditThrottle) {
    this.#deps = deps;
    this.#refusals = refusals;
    this.#audit = audit;
    this.#deviceRates = new RateLimiter({ perSecond: config.deviceRate, burst: config.deviceBurst });
    this.#enterpriseRates = new RateLimiter({ perSecond: config.enterpriseRate, burst: config.enterpriseRate });
  }

  /** One message on its way through the broker library, of any kind. */
  take(session: Session, request: PublishRequest, answer: Answer): void {
    const { identity } = session;
    if (session.isRevoked) return answer(new Error("the device was revoked"));
    const verdict = this.#verdict(session, request);
    if (verdict.kind === "refused") return this.refuse(session, request.topic, verdict.reason, answer);
    const now = performance.now();
    const unknownMeter = "unknownMeter" in verdict ? verdict.unknownMeter : null;
    if (unknownMeter !== null && !this.#unknownMeters.note(identity.deviceId, unknownMeter, now))
      return this.refuse(session, request.topic, "unknown_meters", answer);
    const waitMs = this.waitMs(session, now);
    if (waitMs > limits.longestPauseMs) return this.refuse(session, request.topic, "rate", answer);
    if (verdict.kind !== "message") {
      const { topic } = request;
      // Once it is taken the library hands it to subscribers; below this topic nobody may listen.
      if (verdict.kind === "waiting") request.topic = unheardTopic;
      const source = sourceOf[verdict.kind];
      return this.#journalOne(session, { ...request, topic }, { waitMs, now, source }, answer);
    }
    session.pacer.after(waitMs, now, () => {
      if (!verdict.mayRetain) request.retain = false;
      session.inTurn(answer)();
    });
  }

  /** How long (ms) the session's next message has to wait for its rate and its enterprise's; the message is counted. */
  waitMs({ identity }: Session, now: number): number {
    return Math.max(
      this.#deviceRates.take(identity.deviceId, now),
      this.#enterpriseRates.take(identity.enterpriseId, now),
    );
  }

  /** So much of the session's enterprise waits for its rate that more should not be read. */
  isEnterpriseBehind({ identity }: Session, now: number): boolean {
    return this.#enterpriseRates.debtMs(identity.enterpriseId, now) > limits.readAheadMs;
  }

  /** QoS 0 is the first to go when the disk falls behind; each message asked for is counted. */
  isShedding({ identity }: Session): boolean {
    if (this.#waitingBytes <= limits.shedAboveBytes) return false;
    this.#refusals.count(identity.enterpriseId, "shed");
    return true;
  }

  /** So much waits for the disk that whoever brings more should not be read. */
  get isBehind(): boolean {
    return this.#waitingBytes > limits.shedAboveBytes;
  }

  /** Messages made durable since the start, by the way they came. */
  get accepted(): { readonly mqtt: number; readonly hj212: number } {
    return this.#accepted;
  }

  receivedNow(): EpochMs {
    return this.#deps.clock.now();
  }

  /**
   * Journals messages the rules allow, after their wait, in one piece; the run may be used again after the call. Calls
   * back when they are durable, with an error when they are not; those that will be answered in the order of the
   * session's answers, others as it comes.
   */
  journal(
    session: Session,
    run: JournalRun,
    { waitMs, now, isAnswered }: { waitMs: number; now: number; isAnswered: boolean },
    settled: Answer,
  ): void {
    if (waitMs === 0 && session.pacer.isIdle)
      return this.#append(session, run, isAnswered ? session.inTurn(settled) : settled);
    const waiting = kept(run);
    session.pacer.after(waitMs, now, () => {
      // Times in the journal do not run backwards because one device had to wait.
      const stamped = { ...waiting, receivedAt: this.receivedNow() };
      this.#append(session, stamped, isAnswered ? session.inTurn(settled) : settled);
    });
  }

  #append(session: Session, run: JournalRun, settle: Answer): void {
    const { count } = run;
    const bytes = payloadBytes(run);
    this.#waitingBytes += bytes;
    this.#deps.journal.appendRun(run).then(
      () => {
        this.#waitingBytes -= bytes;
        this.#accepted[session.protocol] += count;
        settle();
      },
      (error: unknown) => {
        this.#waitingBytes -= bytes;
        this.#refusals.count(session.identity.enterpriseId, "journal", count);
        this.#deps.logger.debug({ session: session.clientId, error: String(error) }, "messages were not journaled");
        settle(new Error("not durable"));
      },
    );
  }

  /** QoS 1 and 2 are answered once durable; QoS 0 does not wait. */
  #journalOne(
    session: Session,
    request: PublishRequest,
    { source, ...turn }: { waitMs: number; now: number; source: JournalSource },
    answer: Answer,
  ): void {
    const { topic, payload, qos } = request;
    const isAnswered = qos > 0;
    if (!isAnswered && this.isShedding(session)) return answer();
    const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
    const { deviceId, enterpriseId } = session.identity;
    const run = toRun({
      ...{ source, receivedAt: this.receivedNow() },
      ...{ sender: deviceId, enterpriseId },
      ...{ topic, payload: bytes },
    });
    this.journal(session, run, { ...turn, isAnswered }, (error) => isAnswered && answer(error));
    if (!isAnswered) session.pacer.after(turn.waitMs, turn.now, () => answer());
  }

  #verdict({ identity, ownTopics }: Session, { topic, retain, payload }: PublishRequest): PublishVerdict {
    if (!retain && ownTopics.has(topic)) return ownTelemetry;
    const publication = { topic, retain, payloadBytes: Buffer.byteLength(payload) };
    return decidePublish(identity, publication, (meterId) => this.#deps.directory.meterOwner(meterId));
  }

  /** Counts and audits a message that will not be taken. */
  refuse(session: Session, topic: string, reason: RefusalReason, answer: Answer): void {
    const { deviceId, enterpriseId } = session.identity;
    this.#refusals.count(enterpriseId, reason);
    if (reason === "rate") {
      this.#deviceRates.giveBack(deviceId);
      this.#enterpriseRates.giveBack(enterpriseId);
    }
    this.#audit.add({
      actor: deviceId,
      address: session.address,
      action: `${session.protocol}.publish`,
      object: topic.slice(0, limits.topicBytes),
      enterpriseId,
      result: "denied",
      detail: reason,
    });
    answer(new Error(`publish refused: ${reason}`));
  }
}

function payloadBytes({ count, bounds }: JournalRun): number {
  let bytes = 0;
  for (let n = 0; n < count; n += 1) bytes += (bounds[2 * n + 1] ?? 0) - (bounds[2 * n] ?? 0);
  return bytes;
}
