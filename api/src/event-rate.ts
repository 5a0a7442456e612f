const maxEventsPerS = 20;

/** How often one client may say something. */
export class EventRate {
  #second = 0;
  #count = 0;

  /** `now` on the monotonic clock, ms. */
  take(now: number): boolean {
    const second = Math.floor(now / 1000);
    this.#count = second === this.#second ? this.#count + 1 : 1;
    this.#second = second;
    return this.#count <= maxEventsPerS;
  }
}
