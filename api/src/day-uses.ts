import {
  aggregate,
  type EpochMs,
  type ParkTime,
  type Point,
  type ReadingStore,
  type Series,
  type TimeRange,
} from "@smart-park/core";

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
  readonly #store: ReadingStore;
  readonly #time: ParkTime;
  readonly #kept = new Map<string, Kept>();

  constructor(store: ReadingStore, time: ParkTime) {
    this.#store = store;
    this.#time = time;
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
    const start = this.#time.startOfDay(now);
    const before = this.#time.startOfDay(now, -1);
    const series = await this.#store.read(point.id, { from: before, to: now }, { neighbours: true });
    const today = consumptionIn(series, point, { from: start, to: now }, now);
    const yesterday = consumptionIn(series, point, { from: before, to: Math.min(start, before + (now - start)) }, now);
    return { today: today.value, yesterday: yesterday.value, share: today.share };
  }
}

function consumptionIn(series: Series, point: Point, { from, to }: TimeRange, now: EpochMs) {
  if (to <= from) return { value: null, share: 0 };
  const { rows, coverage } = aggregate(series, point, [from, to], "consumption", now);
  return { value: rows[0]?.value ?? null, share: coverage.measured + coverage.estimated };
}
