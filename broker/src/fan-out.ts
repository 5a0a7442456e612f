import { isUnderFilter } from "./topic-syntax.ts";

interface Packet {
  readonly topic: string;
}
type Notify = (packet: Packet, done: () => void) => void;

const noop = (): void => undefined;
const isPattern = (filter: string): boolean => /[+#]/.test(filter);

/**
 * Who hears what, in the shape Aedes asks of its emitter. Unlike the one that comes with it, publishing never waits for
 * a subscriber and queues nothing: one that does not read cannot hold up those who send, and none can pile up a backlog.
 */
export class FanOut {
  readonly #exact = new Map<string, Set<Notify>>();
  readonly #patterns = new Map<string, { segments: readonly string[]; listeners: Set<Notify> }>();
  #revision = 0;

  /** Another number after each change of the subscriptions. */
  get revision(): number {
    return this.#revision;
  }

  isHeard(topic: string): boolean {
    if (this.#exact.has(topic)) return true;
    const segments = topic.split("/");
    return [...this.#patterns.values()].some((pattern) => isUnderFilter(segments, pattern.segments));
  }

  on(filter: string, notify: Notify, done: () => void = noop): this {
    this.#revision += 1;
    this.#listeners(filter).add(notify);
    setImmediate(done);
    return this;
  }

  removeListener(filter: string, notify: Notify, done: () => void = noop): this {
    this.#revision += 1;
    const listeners = this.#listeners(filter);
    listeners.delete(notify);
    if (listeners.size === 0) {
      this.#exact.delete(filter);
      this.#patterns.delete(filter);
    }
    setImmediate(done);
    return this;
  }

  emit(packet: Packet, done: (error?: Error) => void = noop): this {
    for (const notify of this.#exact.get(packet.topic) ?? []) notify(packet, noop);
    if (this.#patterns.size > 0) {
      const topic = packet.topic.split("/");
      for (const { segments, listeners } of this.#patterns.values())
        if (isUnderFilter(topic, segments)) for (const notify of listeners) notify(packet, noop);
    }
    setImmediate(done);
    return this;
  }

  close(done: () => void = noop): this {
    this.#exact.clear();
    this.#patterns.clear();
    setImmediate(done);
    return this;
  }

  #listeners(filter: string): Set<Notify> {
    if (!isPattern(filter)) {
      const known = this.#exact.get(filter) ?? new Set();
      this.#exact.set(filter, known);
      return known;
    }
    const known = this.#patterns.get(filter) ?? { segments: filter.split("/"), listeners: new Set() };
    this.#patterns.set(filter, known);
    return known.listeners;
  }
}
