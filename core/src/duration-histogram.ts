/** Upper bounds of the buckets, seconds. */
const boundsS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30] as const;

/** How many durations lay at or below each bound (each counted once, in its smallest bucket), and their sum. */
export interface DurationCounts {
  readonly boundsS: readonly number[];
  /** One more than there are bounds: the last one holds what lay above them all. */
  readonly counts: readonly number[];
  readonly sumS: number;
}

/** Counts durations in fixed buckets: plain numbers, so that noting one costs next to nothing on a busy path. */
export class DurationHistogram {
  readonly #counts: number[] = Array.from({ length: boundsS.length + 1 }, () => 0);
  #sumS = 0;

  add(durationMs: number): void {
    const seconds = durationMs / 1000;
    let bucket = 0;
    while (seconds > (boundsS[bucket] ?? Infinity)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sumS += seconds;
  }

  counts(): DurationCounts {
    return { boundsS, counts: [...this.#counts], sumS: this.#sumS };
  }
}
