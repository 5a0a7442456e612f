/** Work that is looked for every now and then, one round at a time; a round that fails is tried again with the next. */
export class RepeatedWork {
  readonly #work: () => Promise<void>;
  readonly #failed: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<unknown> | null = null;
  #isStopped = false;

  constructor(everyMs: number, work: () => Promise<void>, failed: (error: unknown) => void) {
    this.#work = work;
    this.#failed = failed;
    this.#timer = setInterval(() => this.#start(), everyMs);
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Asks for a round now; while one runs, the next one comes in its time. */
  now = (): void => this.#start();

  /** Ends after the round that runs. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  #start(): void {
    if (this.#running !== null || this.#isStopped) return;
    this.#running = this.#work()
      .catch(this.#failed)
      .finally(() => (this.#running = null));
  }
}
