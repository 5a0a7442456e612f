import { ParkError } from "@smart-park/core";

/** Work one after the other, in the order asked, with a bound on what may wait. */
export class SerialQueue {
  readonly #maxWaitingCost: number;
  #waitingCost = 0;
  #tail: Promise<unknown> = Promise.resolve();
  #isStopping = false;

  constructor(maxWaitingCost: number) {
    this.#maxWaitingCost = maxWaitingCost;
  }

  run<T>(cost: number, work: () => Promise<T>): Promise<T> {
    if (this.#isStopping) return Promise.reject(new ParkError("store_unavailable", "the store is stopping"));
    // One larger than the bound is taken when nothing else waits; it could never be taken otherwise.
    if (this.#waitingCost > 0 && this.#waitingCost + cost > this.#maxWaitingCost)
      return Promise.reject(new ParkError("store_unavailable", "too many readings wait for InfluxDB"));
    this.#waitingCost += cost;
    const done = this.#tail.then(work).finally(() => (this.#waitingCost -= cost));
    this.#tail = done.catch(() => undefined);
    return done;
  }

  /** Resolves when all that waits is done. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#tail;
  }
}
