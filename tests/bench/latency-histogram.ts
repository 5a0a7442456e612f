const stepsPerDoubling = 32;
const leastMs = 0.01;
const stepCount = stepsPerDoubling * 24;

/** Counts durations in steps of about 2 %, from 10 µs to over two minutes, so that millions cost no memory. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(stepCount);
  #total = 0;

  add(ms: number, count = 1): void {
    const step = ms <= leastMs ? 0 : Math.ceil(Math.log2(ms / leastMs) * stepsPerDoubling);
    const index = Math.min(step, stepCount - 1);
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
    this.#total += count;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }

  get total(): number {
    return this.#total;
  }

  /** The duration (ms) that the given share of all did not exceed; 0 when there is none. */
  quantile(share: number): number {
    let left = Math.ceil(this.#total * share);
    for (const [step, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0 && this.#total > 0) return leastMs * 2 ** (step / stepsPerDoubling);
    }
    return 0;
  }
}
