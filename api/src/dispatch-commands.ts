import type { Command, CommandChannel } from "@smart-park/core";
import { toTopic, type CommandMessage } from "@smart-park/core/wire";
import type { ApiContext } from "./context.ts";
import { RepeatedWork } from "./repeated-work.ts";

type DispatchDeps = Pick<ApiContext, "registry" | "edge" | "clock" | "logger" | "time">;

const lookEveryMs = 500;
/** Channels that edge is asked about at once. */
const atOnce = 1000;

/**
 * Hands accepted commands to their devices once these listen, each at most once: it is marked sent before it goes to edge,
 * and only edge's word that it had nobody takes the mark back. Killed in between, it stays sent and is never given again.
 */
export class CommandDispatch {
  readonly #deps: DispatchDeps;
  readonly #work: RepeatedWork;
  readonly #endListening: () => void;

  constructor(deps: DispatchDeps) {
    this.#deps = deps;
    const failed = (error: unknown): void =>
      deps.logger.warn({ error }, "commands could not be handed to edge; those not sent yet are tried again");
    this.#work = new RepeatedWork(lookEveryMs, () => this.#round(), failed);
    this.#endListening = deps.registry.onCommand(({ state }) => {
      if (state === "accepted") this.#work.now();
    });
  }

  async stop(): Promise<void> {
    this.#endListening();
    await this.#work.stop();
  }

  async #round(): Promise<void> {
    const { registry, edge, clock } = this.#deps;
    registry.expireCommands(clock.now());
    if (edge.state() === null) return;
    const channels = registry.waitingChannels();
    for (let from = 0; from < channels.length && !this.#work.isStopped; from += atOnce)
      await this.#dispatch(channels.slice(from, from + atOnce));
  }

  async #dispatch(channels: readonly CommandChannel[]): Promise<void> {
    const asked = channels.map((channel) => ({ deviceId: channel.deviceId, topic: topicOf(channel) }));
    const answers = await this.#deps.edge.listening(asked);
    for (const channel of channels.filter((_, i) => answers[i])) await this.#give(channel);
  }

  /** All that waits for one channel, in its order; stops when the device has gone. */
  async #give(channel: CommandChannel): Promise<void> {
    const { registry, clock } = this.#deps;
    for (const command of registry.waitingCommands(channel)) {
      if (this.#work.isStopped || !registry.markSent(command.id, clock.now())) continue;
      if (await this.#order(command)) continue;
      registry.takeBack(command.id, clock.now());
      return;
    }
  }

  #order(command: Command): Promise<boolean> {
    const { id, name, params, deviceId, expiresAt } = command;
    const message: CommandMessage = { id, command: name, params, expiresAt: this.#deps.time.toIso(expiresAt) };
    const payload = JSON.stringify(message);
    return this.#deps.edge.order({ commandId: id, deviceId, topic: topicOf(command), payload, expiresAt });
  }
}

const topicOf = ({ enterpriseId, meterId }: CommandChannel): string => toTopic(enterpriseId, meterId, "command");
