import type { Command, DeviceId, EnterpriseId, Logger, MeterId } from "@smart-park/core";

/** What one transaction changed that others keep a picture of. */
export class Touched {
  readonly enterprises = new Set<EnterpriseId>();
  readonly meters = new Set<MeterId>();
  readonly devices = new Set<DeviceId>();
  rules = false;
  /** Not of the park: nobody keeps a picture of them. */
  readonly commands = new Map<string, Command>();

  get park(): boolean {
    return this.enterprises.size + this.meters.size + this.devices.size > 0;
  }
}

/** Listeners that are told once, in a microtask, however many changes came before it; one that throws stops no other. */
export class Notices {
  readonly #listeners = new Set<() => void>();
  readonly #logger: Logger;
  #isDue = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  listen(listener: () => void): () => void {
    const own = (): void => listener(); // the same function may listen twice and end once
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  announce(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => this.#tell());
  }

  #tell(): void {
    this.#isDue = false;
    for (const listener of [...this.#listeners]) {
      try {
        listener();
      } catch (error) {
        this.#logger.error({ error }, "a listener to registry changes failed");
      }
    }
  }
}
