import { aggregateParts, type EpochMs, type Point, type TimeRange } from "@smart-park/core";
import { readParts, type PartsSource } from "./read-parts.ts";

/** Use of one register, base unit; null = nothing known. */
export interface DayUse {
  readonly today: number | null;
  /** Yesterday up to the same time of day. */
  readonly yesterday: number | null;
  /** Share of today's time so far that is known. */
  readonly share: number;
}

interface Kept {
  readonly at: number;
  readonly point: Point;
  readonly use: Promise<DayUse>;
}

/** Two days of a register are many readings; scopes that share a meter share the work for this long. */
const keptMs = 10_000;

/** Today's use of registers, compared with yesterday's; worked out at most once per register and ten seconds. */
export class DayUses {
  readonly #source: PartsSource;
  readonly #kept = new Map<string, Kept>();

  constructor(source: PartsSource) {
    this.#source = source;
  }

  of(point: Point, now: EpochMs): Promise<DayUse> {
    const kept = this.#kept.get(point.id);
    if (kept !== undefined && kept.point === point && performance.now() - kept.at < keptMs) return kept.use;
    const use = this.#compute(point, now);
    this.#kept.set(point.id, { at: performance.now(), point, use });
    use.catch(() => this.#kept.delete(point.id));
    return use;
  }

  async #compute(point: Point, now: EpochMs): Promise<DayUse> {
    const { time } = this.#source;
    const start = time.startOfDay(now);
    const before = time.startOfDay(now, -1);
    const today = await this.#useIn(point, { from: start, to: now }, now);
    const yesterday = await this.#useIn(point, { from: before, to: Math.min(start, before + (now - start)) }, now);
    return { today: today.value, yesterday: yesterday.value, share: today.share };
  }

  async #useIn(point: Point, { from, to }: TimeRange, now: EpochMs) {
    if (to <= from) return { value: null, share: 0 };
    const parts = await readParts(this.#source, point, { from, to }, "15m");
    const { rows, coverage } = aggregateParts(parts, [from, to], "consumption", now);
    return { value: rows[0]?.value ?? null, share: coverage.measured + coverage.estimated };
  }
}
