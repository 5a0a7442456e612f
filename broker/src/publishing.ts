import type { JournalRecord } from "@smart-park/core";
import { decidePublish, type RefusalReason } from "./access.ts";
import { limits, type EdgeConfig, type EdgeDeps } from "./config.ts";
import { RateLimiter } from "./rate-limit.ts";
import { UnknownMeters, type AuditThrottle, type RefusalCounter } from "./refusals.ts";
import type { Answer, Session } from "./session.ts";

/** A PUBLISH, or a will; `retain` is cleared where nothing may stay behind. */
export interface PublishRequest {
  readonly topic: string;
  readonly payload: Uint8Array | string;
  readonly qos: number;
  retain: boolean;
}

/** Decides over every message before it is acknowledged, and brings telemetry to the journal. */
export class Publishing {
  readonly #deps: EdgeDeps;
  readonly #refusals: RefusalCounter;
  readonly #audit: AuditThrottle;
  readonly #deviceRates: RateLimiter;
  readonly #enterpriseRates: RateLimiter;
  readonly #unknownMeters = new UnknownMeters();
  #waitingBytes = 0;

  constructor(config: EdgeConfig, deps: EdgeDeps, refusals: RefusalCounter, audit: AuditThrottle) {
    this.#deps = deps;
    this.#refusals = refusals;
    this.#audit = audit;
    this.#deviceRates = new RateLimiter({ perSecond: config.deviceRate, burst: config.deviceBurst });
    this.#enterpriseRates = new RateLimiter({ perSecond: config.enterpriseRate, burst: config.enterpriseRate });
  }

  take(session: Session, request: PublishRequest, answer: Answer): void {
    const { identity } = session;
    if (session.isRevoked) return answer(new Error("the device was revoked"));
    const verdict = decidePublish(
      identity,
      { topic: request.topic, retain: request.retain, payloadBytes: Buffer.byteLength(request.payload) },
      (meterId) => this.#deps.directory.meterOwner(meterId),
    );
    if (verdict.kind === "refused") return this.#refuse(session, request, verdict.reason, answer);
    const now = performance.now();
    const { unknownMeter } = verdict;
    if (unknownMeter !== null && !this.#unknownMeters.note(identity.deviceId, unknownMeter, now))
      return this.#refuse(session, request, "unknown_meters", answer);
    const waitMs = Math.max(
      this.#deviceRates.take(identity.deviceId, now),
      this.#enterpriseRates.take(identity.enterpriseId, now),
    );
    if (waitMs > limits.longestPauseMs) return this.#refuse(session, request, "rate", answer);
    session.pacer.after(waitMs, now, () => {
      if (verdict.kind === "telemetry") return this.#journal(session, request, answer);
      if (!verdict.mayRetain) request.retain = false;
      session.inTurn(answer)();
    });
  }

  /** QoS 1 and 2 are answered once durable; QoS 0 does not wait and is the first to go when the disk falls behind. */
  #journal(session: Session, request: PublishRequest, answer: Answer): void {
    if (request.qos === 0 && this.#waitingBytes > limits.shedAboveBytes) {
      this.#refusals.count(session.identity.enterpriseId, "shed");
      return answer();
    }
    const settle = request.qos === 0 ? answer : session.inTurn(answer);
    this.#append(toRecord(session, request, this.#deps.clock.now())).then(
      () => request.qos > 0 && settle(),
      (error: unknown) => {
        const { deviceId, enterpriseId } = session.identity;
        this.#refusals.count(enterpriseId, "journal");
        this.#deps.logger.debug({ device: deviceId, error: String(error) }, "a message was not journaled");
        if (request.qos > 0) settle(new Error("not durable"));
      },
    );
    if (request.qos === 0) settle();
  }

  async #append(record: JournalRecord): Promise<void> {
    this.#waitingBytes += record.payload.length;
    try {
      await this.#deps.journal.append(record);
    } finally {
      this.#waitingBytes -= record.payload.length;
    }
  }

  #refuse(session: Session, request: PublishRequest, reason: RefusalReason, answer: Answer): void {
    const { deviceId, enterpriseId } = session.identity;
    this.#refusals.count(enterpriseId, reason);
    this.#audit.add({
      actor: deviceId,
      address: session.address,
      action: "mqtt.publish",
      object: request.topic.slice(0, limits.topicBytes),
      enterpriseId,
      result: "denied",
      detail: reason,
    });
    answer(new Error(`publish refused: ${reason}`));
  }
}

const toRecord = (session: Session, { topic, payload }: PublishRequest, receivedAt: number): JournalRecord => ({
  source: "mqtt",
  receivedAt,
  sender: session.identity.deviceId,
  enterpriseId: session.identity.enterpriseId,
  topic,
  payload: typeof payload === "string" ? Buffer.from(payload) : payload,
});
