/** What 1.x, 2.x and 3.x say when a line is at fault. */
export const blamesLine = (reason: string): boolean =>
  /partial write|unable to parse|parse error|field type conflict|retention policy|outside retention|unprocessable|too large/i.test(
    reason,
  );

/** So many lines refused without a word about them, one after the other: it must be seen whether it is they. */
const suspicious = 50;

/**
 * The lines of one write that the server refuses. Where it says why, a line is at fault for good; where it does not, the
 * fault may be the server's, which may have begun in the middle of the write.
 */
export class Refusals {
  readonly #blamed = new Set<number>();
  readonly #unblamed = new Map<number, string>();
  #unblamedInARow = 0;
  #witness: number | null = null;

  /** Refused for good. */
  get blamed(): ReadonlySet<number> {
    return this.#blamed;
  }

  /** Refused without a word about the line, with what was said instead. */
  get unblamed(): ReadonlyMap<number, string> {
    return this.#unblamed;
  }

  /** A line about which the server spoke sensibly: it took it, or said why not. Null while there is none. */
  get witness(): number | null {
    return this.#witness;
  }

  /** Whether so many lines were refused without a word that going on is senseless before the server has been tried. */
  get isSuspicious(): boolean {
    return this.#unblamedInARow >= suspicious;
  }

  noteStored(places: readonly number[]): void {
    this.noteSense(places[0] ?? null);
  }

  noteSense(witness: number | null): void {
    this.#unblamedInARow = 0;
    this.#witness = witness;
  }

  /** Whether an answer to the lines at `places` says that all of them are refused; else smaller parts must be tried. */
  takeAll(reason: string, places: readonly number[]): boolean {
    if (places.length > 1 && droppedOf(reason) < places.length) return false;
    if (blamesLine(reason)) {
      for (const place of places) this.#blamed.add(place);
      this.noteSense(places[0] ?? null);
    } else {
      for (const place of places) this.#unblamed.set(place, reason);
      this.#unblamedInARow += places.length;
    }
    return true;
  }
}

/** How many points 1.x says it dropped: never more than it did, sometimes fewer. */
export const droppedOf = (reason: string): number => Number(/partial write:.*\bdropped=(\d+)/.exec(reason)?.[1] ?? 0);

export const isTooOld = (reason: string): boolean => /beyond retention policy|outside retention/i.test(reason);
