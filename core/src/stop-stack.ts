import type { Logger } from "./ports/ports.ts";

export interface Stoppable {
  stop(): Promise<void>;
}

/** Named parts, stopped last-in first-out; a part that fails to stop does not keep the others running. */
export class StopStack {
  readonly #parts: { name: string; part: Stoppable }[] = [];
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add<P extends Stoppable>(name: string, part: P): P {
    this.#parts.push({ name, part });
    return part;
  }

  async stop(): Promise<void> {
    for (let entry = this.#parts.pop(); entry; entry = this.#parts.pop()) {
      try {
        await entry.part.stop();
      } catch (error) {
        this.#logger.error({ part: entry.name, error }, "a part failed to stop");
      }
    }
  }
}
