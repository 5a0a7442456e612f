import type { EpochMs } from "@smart-park/core";

/**
 * Local time that goes on evenly whatever is done to the PC's clock. It may stand still while the PC sleeps; the next
 * packet makes up for that.
 */
export const steadyNow = (): EpochMs => performance.timeOrigin + performance.now();

/** The server's time, from the stamps of its packets: a wrong PC clock cannot fake freshness. */
export class ServerClock {
  readonly #localNow: () => EpochMs;
  /** Server minus local time. The packet that was fastest on its way tells it best, so the largest seen counts. */
  #offsetMs: number | null = null;
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | null = null;
  #second: EpochMs;

  constructor(localNow: () => EpochMs) {
    this.#localNow = localNow;
    this.#second = localNow();
  }

  now = (): EpochMs => this.#localNow() + (this.#offsetMs ?? 0);

  /** A packet stamped `t` has just arrived. */
  observe(t: EpochMs): void {
    const offset = t - this.#localNow();
    if (this.#offsetMs === null || offset > this.#offsetMs) this.#offsetMs = offset;
  }

  /** Forgets the offset, for instance after the PC slept or its clock was set. */
  forget(): void {
    this.#offsetMs = null;
  }

  /** Now, changing once a second (same number in between). */
  second = (): EpochMs => this.#second;

  subscribeSecond = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#timer === null) {
      this.#timer = setInterval(() => this.#tick(), 1000);
      this.#second = this.now();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0 || this.#timer === null) return;
      clearInterval(this.#timer);
      this.#timer = null;
    };
  };

  #tick(): void {
    this.#second = this.now();
    for (const listener of [...this.#listeners]) listener();
  }
}
