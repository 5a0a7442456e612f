import { emptySeries, type Series } from "@smart-park/core";
import { lowerBound, mergeSeries, newSeries } from "./columns.ts";

/** Growing columns of one point, ascending; rows mostly come in order, so adding is mostly a push. */
class HotPoint {
  readonly #at: number[] = [];
  readonly #value: number[] = [];
  readonly #quality: number[] = [];

  get length(): number {
    return this.#at.length;
  }

  /** True when the instant is new. */
  put(at: number, value: number, quality: number): boolean {
    const index = at > (this.#at[this.#at.length - 1] ?? -Infinity) ? this.#at.length : lowerBound(this.#at, at);
    const isNew = this.#at[index] !== at;
    this.#at.splice(index, isNew ? 0 : 1, at);
    this.#value.splice(index, isNew ? 0 : 1, value);
    this.#quality.splice(index, isNew ? 0 : 1, quality);
    return isNew;
  }

  find(at: number): HotValue | null {
    const index = lowerBound(this.#at, at);
    if (this.#at[index] !== at) return null;
    return { value: this.#value[index] ?? 0, quality: this.#quality[index] ?? 0 };
  }

  rows(from: number, to: number, neighbours: boolean): Series {
    const extra = neighbours ? 1 : 0;
    const start = Math.max(0, lowerBound(this.#at, from) - extra);
    const end = Math.max(start, lowerBound(this.#at, to) + extra);
    const rows = newSeries(Math.min(end, this.#at.length) - start);
    for (let i = 0; i < rows.at.length; i++) {
      rows.at[i] = this.#at[start + i] ?? 0;
      rows.value[i] = this.#value[start + i] ?? 0;
      rows.quality[i] = this.#quality[start + i] ?? 0;
    }
    return rows;
  }

  remove(from: number, to: number): number {
    const start = lowerBound(this.#at, from);
    const count = Math.max(0, lowerBound(this.#at, to) - start);
    for (const column of [this.#at, this.#value, this.#quality]) column.splice(start, count);
    return count;
  }
}

interface HotValue {
  readonly value: number;
  readonly quality: number;
}

class HotLayer<Key> {
  readonly points = new Map<Key, HotPoint>();
  rows = 0;

  put(key: Key, at: number, value: number, quality: number): void {
    let point = this.points.get(key);
    if (point === undefined) this.points.set(key, (point = new HotPoint()));
    if (point.put(at, value, quality)) this.rows++;
  }

  remove(key: Key, from: number, to: number): void {
    this.rows -= this.points.get(key)?.remove(from, to) ?? 0;
  }
}

/**
 * The readings that are durable in the hot tables but not yet sealed into chunks, in memory: an active layer that takes
 * new rows and, while sealing runs, the frozen one before it. The active layer wins. The writer thread keeps one by
 * point number, the opener's thread an equal one by point id, so that reads need not scan a time-ordered table.
 */
export class HotRows<Key> {
  #active = new HotLayer<Key>();
  #frozen: HotLayer<Key> | null = null;

  get activeRows(): number {
    return this.#active.rows;
  }

  get isFrozen(): boolean {
    return this.#frozen !== null;
  }

  put(key: Key, at: number, value: number, quality: number): void {
    this.#active.put(key, at, value, quality);
  }

  find(key: Key, at: number): HotValue | null {
    return this.#active.points.get(key)?.find(at) ?? this.#frozen?.points.get(key)?.find(at) ?? null;
  }

  /** The active layer becomes the frozen one; there must be no frozen one yet. */
  freeze(): void {
    this.#frozen = this.#active;
    this.#active = new HotLayer<Key>();
  }

  dropFrozen(): void {
    this.#frozen = null;
  }

  frozenPoints(): Key[] {
    return [...(this.#frozen?.points.keys() ?? [])];
  }

  frozenRows(key: Key): Series {
    return this.#frozen?.points.get(key)?.rows(-Infinity, Infinity, false) ?? emptySeries;
  }

  /** Rows in [from, to); with `neighbours` also the one before and the one at or after `to`, if they are hot. */
  rows(key: Key, from: number, to: number, neighbours: boolean): Series {
    const layer = (rows: HotLayer<Key> | null): Series =>
      rows?.points.get(key)?.rows(from, to, neighbours) ?? emptySeries;
    return mergeSeries(layer(this.#frozen), layer(this.#active));
  }

  remove(key: Key, from: number, to: number): void {
    this.#active.remove(key, from, to);
    this.#frozen?.remove(key, from, to);
  }
}

/** Rows of many points in columns; `point` counts into a list of points that the sender gives beside it. */
export interface PointRows extends Series {
  readonly point: Uint32Array;
}

export const newPointRows = (length: number): PointRows => ({ point: new Uint32Array(length), ...newSeries(length) });
