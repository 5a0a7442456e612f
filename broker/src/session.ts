import type { DeviceDirectory, DeviceIdentity } from "@smart-park/core";
import { OwnTopics } from "./own-topics.ts";
import { Pacer } from "./rate-limit.ts";
import { Receipts } from "./receipts.ts";

/** Without an error the message is taken and will be acknowledged; with one the connection ends unacknowledged. */
export type Answer = (error?: Error | null) => void;

/** One connected client: who it is now, and what keeps its answers in order. */
export class Session {
  #identity: DeviceIdentity;
  readonly clientId: string;
  readonly address: string;
  readonly protocol: "mqtt" | "hj212";
  /** Filters a service listens to; devices are bounded by their meters. */
  readonly filters = new Set<string>();
  readonly pacer = new Pacer();
  readonly ownTopics: OwnTopics;
  /** Of what it is sent with QoS 1 or 2. */
  readonly receipts = new Receipts();
  /** PUBLISH packets given to the broker library that it has not brought to the rules yet. */
  publishesOnLongWay = 0;
  /** Set when the registry no longer knows it: from then on nothing is taken, its will neither. */
  isRevoked = false;
  readonly #answers: { answer: (() => void) | null }[] = [];

  constructor(
    identity: DeviceIdentity,
    { clientId, address, protocol = "mqtt" }: { clientId: string; address: string; protocol?: "mqtt" | "hj212" },
    meterOwner: DeviceDirectory["meterOwner"],
  ) {
    this.#identity = identity;
    this.clientId = clientId;
    this.address = address;
    this.protocol = protocol;
    this.ownTopics = new OwnTopics(identity, meterOwner);
  }

  get identity(): DeviceIdentity {
    return this.#identity;
  }

  set identity(identity: DeviceIdentity) {
    this.#identity = identity;
    this.ownTopics.identity = identity;
  }

  /**
   * Takes the next place in the order of answers: what it gives is called when the message is settled, and answers once
   * all before it have been, because acknowledgements keep the order of the messages [MQTT-4.6.0-2].
   */
  inTurn(answer: Answer): Answer {
    const place: { answer: (() => void) | null } = { answer: null };
    this.#answers.push(place);
    return (error) => {
      place.answer = () => answer(error);
      this.#answerSettled();
    };
  }

  #answerSettled(): void {
    let count = 0;
    while (this.#answers[count]?.answer != null) count += 1;
    for (const { answer } of this.#answers.splice(0, count)) answer?.();
  }
}
