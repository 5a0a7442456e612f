type Listener = () => void;

const toldAtOnce = 6;

export interface AskedFactsDeps<T> {
  /** Answers for ids, at most `atOnce` of them; one that is missing in the answer has none. */
  readonly ask: (ids: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, T>>;
  readonly atOnce: number;
  /** Facts of rows in sight are asked for again after this long, others after `restMs`. */
  readonly maxAgeMs: number;
  readonly restMs: number;
  readonly retryMs: number;
  /** A clock that only runs forward, ms. */
  readonly now: () => number;
}

interface Known<T> {
  readonly value: T | null;
  readonly askedAt: number;
}

/**
 * Facts about rows of a long list that do not come live: asked for while the rows are in sight, in one question for all of
 * them, and again when they are old. Cells subscribe by id, so that an answer draws nothing but the cells it is about.
 */
export class AskedFacts<T> {
  readonly #deps: AskedFactsDeps<T>;
  readonly #known = new Map<string, Known<T>>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #anyListeners = new Set<Listener>();
  #inSight: readonly string[] = [];
  #rest: readonly string[] = [];
  /** Those of the rest that are still to be asked for; null = not looked at yet, as it means looking at thousands. */
  #restDue: string[] | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #running: AbortController | null = null;
  #isPaused = false;
  #version = 0;

  constructor(deps: AskedFactsDeps<T>) {
    this.#deps = deps;
  }

  /** Rows in sight; what was asked for others is not waited for. */
  show(ids: readonly string[]): void {
    this.#inSight = ids;
    this.#wake();
  }

  /** Rows out of sight whose facts are needed too, to order by them. */
  alsoKnow(ids: readonly string[]): void {
    this.#rest = ids;
    this.#restDue = null;
    this.#wake();
  }

  /** Asks nothing while nobody looks. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#wake();
  }

  /** Undefined = not asked yet, null = there is none. */
  read = (id: string): T | null | undefined => this.#known.get(id)?.value;

  subscribe = (id: string, listener: Listener): (() => void) => {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(id) === listeners) this.#listeners.delete(id);
    };
  };

  /** Called after every answer. */
  subscribeAny = (listener: Listener): (() => void) => {
    this.#anyListeners.add(listener);
    return () => this.#anyListeners.delete(listener);
  };

  /** Grows with every answer. */
  version = (): number => this.#version;

  /** Asks for whatever of these is unknown or old; rejects when a question fails. */
  async load(ids: readonly string[], signal: AbortSignal): Promise<void> {
    for (;;) {
      const due = this.#due(ids, this.#deps.maxAgeMs).slice(0, this.#deps.atOnce);
      if (due.length === 0) return;
      await this.#askFor(due, signal);
    }
  }

  stop(): void {
    this.#inSight = [];
    this.#rest = [];
    this.#running?.abort();
    this.#clearTimer();
  }

  #due(ids: readonly string[], maxAgeMs: number): string[] {
    const oldest = this.#deps.now() - maxAgeMs;
    return ids.filter((id) => (this.#known.get(id)?.askedAt ?? -Infinity) <= oldest);
  }

  #nextOfRest(count: number): string[] {
    const { restMs } = this.#deps;
    this.#restDue ??= this.#due(this.#rest, restMs);
    const next: string[] = [];
    while (next.length < count && this.#restDue.length > 0)
      next.push(...this.#due(this.#restDue.splice(0, count - next.length), restMs));
    return next;
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wake(): void {
    this.#clearTimer();
    if (this.#running === null && !this.#isPaused) void this.#run();
  }

  async #run(): Promise<void> {
    const { atOnce, maxAgeMs, retryMs } = this.#deps;
    const control = new AbortController();
    this.#running = control;
    let waitMs = maxAgeMs;
    try {
      while (!this.#isPaused) {
        const seen = this.#due(this.#inSight, maxAgeMs).slice(0, atOnce);
        const due = [...new Set([...seen, ...this.#nextOfRest(atOnce - seen.length)])];
        if (due.length === 0) break;
        await this.#askFor(due, control.signal);
      }
      waitMs = this.#untilNextMs();
    } catch {
      waitMs = retryMs; // cells keep what they have and say how old it is
    } finally {
      this.#running = null;
      this.#restDue = null;
    }
    if (control.signal.aborted || this.#inSight.length === 0) return;
    this.#clearTimer();
    this.#timer = setTimeout(() => this.#wake(), waitMs);
  }

  #untilNextMs(): number {
    const { maxAgeMs, now } = this.#deps;
    const oldest = this.#inSight.reduce((at, id) => Math.min(at, this.#known.get(id)?.askedAt ?? at), now());
    return Math.max(1000, oldest + maxAgeMs - now());
  }

  async #askFor(ids: readonly string[], signal: AbortSignal): Promise<void> {
    const askedAt = this.#deps.now();
    const answer = await this.#deps.ask(ids, signal);
    if (signal.aborted) return;
    for (const id of ids) this.#known.set(id, { value: answer.get(id) ?? null, askedAt });
    this.#version += 1;
    this.#tell(ids.filter((id) => this.#listeners.has(id)));
    for (const listener of [...this.#anyListeners]) listener();
  }

  /** A few at a time: a key that is pressed meanwhile does not wait for all of them to be drawn. */
  #tell(ids: readonly string[]): void {
    for (const id of ids.slice(0, toldAtOnce)) for (const listener of [...(this.#listeners.get(id) ?? [])]) listener();
    if (ids.length > toldAtOnce) setTimeout(() => this.#tell(ids.slice(toldAtOnce)));
  }
}
