import {
  qualityCode,
  type Catalog,
  type EnterpriseId,
  type LatestReading,
  type PointId,
  type Principal,
} from "@smart-park/core";
import type { LiveDelta, LiveSnapshot } from "@smart-park/core/wire";

export type LatestValues = ReadonlyMap<PointId, LatestReading>;

/** Names a scope: equal scopes share one sequence, one packet and one room. */
export const scopeKeyOf = (scope: Principal["scope"]): string =>
  scope === "all" ? "park" : `enterprises ${[...scope].sort().join(" ")}`;

/** What one scope sees of the park in one epoch: its points in a fixed order, and what is new since the last packet. */
export class LiveScope {
  readonly #epoch: string;
  readonly #points: readonly PointId[];
  readonly #indexes: ReadonlyMap<PointId, number>;
  readonly #dirty = new Set<number>();
  #seq = 0;

  constructor(catalog: Catalog, scope: Principal["scope"], epoch: string) {
    const isVisible = (enterpriseId: EnterpriseId): boolean => scope === "all" || scope.has(enterpriseId);
    this.#epoch = epoch;
    this.#points = [...catalog.points()].filter((point) => isVisible(point.enterpriseId)).map((point) => point.id);
    this.#indexes = new Map(this.#points.map((id, index) => [id, index]));
  }

  get size(): number {
    return this.#points.length;
  }

  mark(pointId: PointId): void {
    const index = this.#indexes.get(pointId);
    if (index !== undefined) this.#dirty.add(index);
  }

  snapshot(values: LatestValues, now: number): LiveSnapshot {
    const rows = this.#points.map((point, i) => {
      const latest = values.get(point);
      const { value = null, observedAt: at = null, quality = "good" } = latest ?? {};
      return { i, point, value, at, quality };
    });
    return { seq: this.#seq, epoch: this.#epoch, t: now, rows };
  }

  /** The newest values since the packet before, null when nothing is new; starts the next packet. */
  nextDelta(values: LatestValues, now: number): LiveDelta | null {
    if (this.#dirty.size === 0) return null;
    this.#seq += 1;
    const delta: LiveDelta = { seq: this.#seq, epoch: this.#epoch, t: now, i: [], v: [], q: [], at: [] };
    for (const index of this.#dirty) {
      const point = this.#points[index];
      const latest = point === undefined ? undefined : values.get(point);
      if (latest !== undefined) add(delta, index, latest);
    }
    this.#dirty.clear();
    return delta;
  }
}

function add(delta: LiveDelta, index: number, { value, quality, observedAt }: LatestReading): void {
  delta.i.push(index);
  delta.v.push(value);
  delta.q.push(qualityCode(quality));
  delta.at.push(observedAt);
}
