import { ParkError } from "@smart-park/core";

/** What 1.x, 2.x and 3.x say when a line is at fault. */
const blamesLine = (reason: string): boolean =>
  /partial write|unable to parse|parse error|field type conflict|retention policy|outside retention|unprocessable|too large/i.test(
    reason,
  );

/** So many single lines refused, none taken and none blamed: the fault is not theirs. */
const enoughUnblamed = 50;

/** The lines of one write that the server refuses for good, and whether it is the lines that it refuses. */
export class Refusals {
  readonly #lines: number;
  readonly #reasons = new Map<number, string>();
  #isAnyStored = false;
  #isAnyBlamed = false;

  constructor(lines: number) {
    this.#lines = lines;
  }

  get places(): ReadonlySet<number> {
    return new Set(this.#reasons.keys());
  }

  noteStored(): void {
    this.#isAnyStored = true;
  }

  /** Whether an answer to the lines at `places` says that all of them are refused; else smaller parts must be tried. */
  takeAll(reason: string, places: readonly number[]): boolean {
    if (places.length > 1 && droppedOf(reason) < places.length) return false;
    for (const place of places) this.#reasons.set(place, reason);
    this.#isAnyBlamed ||= blamesLine(reason);
    if (this.#reasons.size >= enoughUnblamed) this.#expectSense(reason);
    return true;
  }

  /** Rejects with store_unavailable when the server takes nothing and does not blame the lines. */
  check(): void {
    const [reason] = this.#reasons.values();
    if (reason !== undefined && this.#reasons.size === this.#lines) this.#expectSense(reason);
  }

  /** A server that takes no line at all and blames none has another problem, such as its configuration. */
  #expectSense(reason: string): void {
    if (!this.#isAnyStored && !this.#isAnyBlamed)
      throw new ParkError("store_unavailable", `InfluxDB refuses all readings: ${reason}`);
  }
}

/** How many points 1.x says it dropped: never more than it did, sometimes fewer. */
export const droppedOf = (reason: string): number => Number(/partial write:.*\bdropped=(\d+)/.exec(reason)?.[1] ?? 0);

export const isTooOld = (reason: string): boolean => /beyond retention policy|outside retention/i.test(reason);
