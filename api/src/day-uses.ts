import { aggregateParts, concatParts, type EpochMs, type Point, type PointId, type TimeRange } from "@smart-park/core";
import { readPartsOfAll, type PartsSource } from "./read-parts.ts";

/** Use of one register, base unit; null = nothing known. */
export interface DayUse {
  readonly today: number | null;
  /** Yesterday up to the same time of day. */
  readonly yesterday: number | null;
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
  readonly #kept = new Map<PointId, Kept>();

  constructor(source: PartsSource) {
    this.#source = source;
  }

  /** Of each given register; those that are to be worked out are read together. */
  async of(points: readonly Point[], now: EpochMs): Promise<ReadonlyMap<PointId, DayUse>> {
    const at = performance.now();
    const stale = points.filter((point) => {
      const kept = this.#kept.get(point.id);
      return kept === undefined || kept.point !== point || at - kept.at >= keptMs;
    });
    if (stale.length > 0) {
      const computed = this.#compute(stale, now);
      for (const point of stale) {
        const kept = { at, point, use: computed.then((uses) => uses.get(point.id) ?? nothing) };
        this.#kept.set(point.id, kept);
        kept.use.catch(() => this.#kept.get(point.id) === kept && this.#kept.delete(point.id));
      }
    }
    const uses = points.map(async ({ id }) => [id, (await this.#kept.get(id)?.use) ?? nothing] as const);
    return new Map(await Promise.all(uses));
  }

  async #compute(points: readonly Point[], now: EpochMs): Promise<Map<PointId, DayUse>> {
    const { time } = this.#source;
    const start = time.startOfDay(now);
    const before = time.startOfDay(now, -1);
    const today = await this.#usesIn(points, { from: start, to: now }, now);
    const yesterday = await this.#usesIn(points, { from: before, to: Math.min(start, before + (now - start)) }, now);
    return new Map(
      points.map(({ id }) => [id, { today: today.get(id) ?? null, yesterday: yesterday.get(id) ?? null }]),
    );
  }

  async #usesIn(points: readonly Point[], { from, to }: TimeRange, now: EpochMs) {
    if (to <= from) return new Map<PointId, number | null>();
    const parts = await readPartsOfAll(this.#source, points, { from, to }, "15m");
    return new Map(
      points.map(({ id }) => {
        const { rows } = aggregateParts(parts.get(id) ?? concatParts([]), [from, to], "consumption", now);
        return [id, rows[0]?.value ?? null];
      }),
    );
  }
}

const nothing: DayUse = { today: null, yesterday: null };
