/** A wake-up that is not lost when nobody waits yet. One waiter at a time. */
export class WakeUp {
  #isDue = false;
  #wake: (() => void) | null = null;

  notify(): void {
    this.#isDue = true;
    this.#wake?.();
  }

  /** Resolves at the next (or a missed) notify, at the latest after `maxMs`. */
  async wait(maxMs: number): Promise<void> {
    if (!this.#isDue)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, maxMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#wake = null;
    this.#isDue = false;
  }
}
