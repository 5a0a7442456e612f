import { DurationHistogram, type DurationCounts } from "@smart-park/core";

export interface RequestCounts {
  /** Answered requests by the first digit of their status (`2xx`). */
  readonly byFamily: Readonly<Record<string, number>>;
  /** From the request's head to the answer's last byte. */
  readonly times: DurationCounts;
}

/** Counts answers of this process. */
export class RequestCounter {
  readonly #byFamily = new Map(["2xx", "3xx", "4xx", "5xx"].map((family) => [family, 0]));
  readonly #times = new DurationHistogram();

  add(status: number, durationMs: number): void {
    const family = `${Math.floor(status / 100)}xx`;
    this.#byFamily.set(family, (this.#byFamily.get(family) ?? 0) + 1);
    this.#times.add(durationMs);
  }

  counts(): RequestCounts {
    return { byFamily: Object.fromEntries(this.#byFamily), times: this.#times.counts() };
  }
}
