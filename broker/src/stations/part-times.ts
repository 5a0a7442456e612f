import { hj212Limits, readItems, type Hj212Message } from "@smart-park/core/hj212";

const mostOpen = 100;

/**
 * The DataTime of messages in parts: by the standard each part tells it, but some loggers cut the text anywhere and only
 * the first part does. A part that comes within 60 s of the last one that told it has it too. `now` is monotonic
 * milliseconds.
 */
export class PartTimes {
  readonly #told = new Map<string, { dataTime: string; at: number }>();

  /** The time that a part without one belongs to; null when it tells it itself, is no part, or nobody told it. */
  take(message: Hj212Message, now: number): string | null {
    const { part, mn, st, cn, data } = message;
    if (part === null) return null;
    const key = [mn, st, cn, part.of].join(" ");
    const own = readItems(data)
      .flat()
      .find(({ factor, field }) => factor === null && field === "DataTime");
    if (own !== undefined) {
      if (this.#told.size >= mostOpen) this.#told.clear();
      this.#told.set(key, { dataTime: own.value, at: now });
      return null;
    }
    const told = this.#told.get(key);
    return told !== undefined && now - told.at <= hj212Limits.partsWithinMs ? told.dataTime : null;
  }
}
