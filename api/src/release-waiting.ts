import type { MeterId, ReleasableMessage } from "@smart-park/core";
import { parseTopic, toTopic } from "@smart-park/core/wire";
import type { ApiContext } from "./context.ts";
import { RepeatedWork } from "./repeated-work.ts";

type ReleaseDeps = Pick<ApiContext, "registry" | "edge" | "clock" | "logger">;

const lookEveryMs = 500;
const atOnce = 100;
/** Every process has seen the new device by then (they look for each other's changes every second). */
const settledAfterMs = 1500;

/**
 * Brings messages of approved devices to the journal as they came, with the time they came at, so that they go the way of
 * all others. Each is taken out only when the journal has it: killed in between, it comes again and changes nothing.
 */
export class WaitingRelease {
  readonly #deps: ReleaseDeps;
  readonly #work: RepeatedWork;

  constructor(deps: ReleaseDeps) {
    this.#deps = deps;
    this.#work = new RepeatedWork(
      lookEveryMs,
      () => this.#round(),
      (error) =>
        deps.logger.warn({ error }, "messages that waited could not be brought to the journal; they are tried again"),
    );
  }

  stop = (): Promise<void> => this.#work.stop();

  async #round(): Promise<void> {
    while (!this.#work.isStopped && (await this.#releaseSome()) === atOnce);
  }

  /** Gives how many there were. */
  async #releaseSome(): Promise<number> {
    const { registry, edge, clock } = this.#deps;
    const messages = registry.releasable(clock.now() - settledAfterMs, atOnce);
    for (const message of messages) {
      const { enterpriseId, id: sender } = message.device;
      const topic = topicOf(message);
      if (topic === null) {
        registry.keepAsUnknownMeter([message.id], enterpriseId);
        continue;
      }
      const { payload, receivedAt } = message;
      await edge.append({ sender, enterpriseId, topic, payload, receivedAt });
      registry.released([message.id]);
    }
    return messages.length;
  }
}

/** What the device called its owner and meter was a claim; null when it names none of the meters it was given. */
function topicOf({ topic, device }: ReleasableMessage): string | null {
  const parsed = parseTopic(topic);
  if (parsed.kind !== "park") return topic;
  const [only, ...others] = device.meterIds;
  const meterId: MeterId | undefined = device.meterIds.includes(parsed.meterId)
    ? parsed.meterId
    : others.length === 0
      ? only
      : undefined;
  return meterId === undefined ? null : toTopic(device.enterpriseId, meterId, "telemetry");
}
