import { qualityCode, qualityOf, type EpochMs, type Quality } from "@smart-park/core";
import type { LiveDelta, LiveSnapshot } from "@smart-park/core/wire";

/** Newest known value of a point; the same object until it changes. */
export interface LiveReading {
  readonly value: number;
  readonly at: EpochMs;
  readonly quality: Quality;
}

type Listener = () => void;

export interface LiveStoreDeps {
  /** Runs a callback before the next paint; `requestAnimationFrame` in the browser. */
  readonly schedule: (flush: () => void) => void;
}

/**
 * The one place of live values: typed arrays by the dense index of the scope's snapshot, flushed to subscribed cells
 * once per animation frame. A packet out of sequence is refused; only a new snapshot makes the store current again.
 */
export class LiveStore {
  readonly #deps: LiveStoreDeps;
  #epoch: string | null = null;
  #sequence = -1;
  #value = new Float64Array(0);
  #at = new Float64Array(0);
  #quality = new Uint8Array(0);
  #points: readonly string[] = [];
  #indexOf: ReadonlyMap<string, number> = new Map();
  #readings: (LiveReading | undefined)[] = [];
  #indicesOf = new WeakMap<readonly string[], readonly number[]>();
  readonly #dirty = new Set<number>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #flushListeners = new Set<Listener>();
  #isScheduled = false;
  #version = 0;
  #latest: EpochMs | null = null;

  constructor(deps: LiveStoreDeps) {
    this.#deps = deps;
  }

  /** Replaces everything: indices, values, sequence. */
  applySnapshot(snapshot: LiveSnapshot): void {
    const size = snapshot.rows.reduce((most, row) => Math.max(most, row.i + 1), 0);
    const points = Array.from({ length: size }, () => "");
    this.#value = new Float64Array(size).fill(Number.NaN);
    this.#at = new Float64Array(size);
    this.#quality = new Uint8Array(size);
    this.#readings = [];
    const newest = snapshot.rows.reduce((most, { at }) => Math.max(most, at ?? 0), 0);
    this.#reach(newest, snapshot.t);
    for (const row of snapshot.rows) {
      points[row.i] = row.point;
      this.#write(row.i, row.value ?? Number.NaN, row.at ?? 0, qualityCode(row.quality));
    }
    const gone = this.#points;
    this.#points = points;
    this.#indexOf = new Map(snapshot.rows.map((row) => [row.point, row.i]));
    this.#indicesOf = new WeakMap();
    this.#epoch = snapshot.epoch;
    this.#sequence = snapshot.seq;
    for (const point of gone) if (!this.#indexOf.has(point)) this.#notify(point);
    this.#schedule();
  }

  /** false = a packet is missing or of another epoch: nothing was applied, a new snapshot is needed. */
  applyDelta(delta: LiveDelta): boolean {
    if (delta.epoch !== this.#epoch || delta.seq > this.#sequence + 1) return false;
    if (delta.seq <= this.#sequence) return true; // already in the snapshot
    this.#sequence = delta.seq;
    for (let n = 0; n < delta.i.length; n++) {
      const index = delta.i[n] ?? -1;
      if (index < 0 || index >= this.#value.length) continue;
      this.#write(index, delta.v[n] ?? Number.NaN, delta.at[n] ?? 0, delta.q[n] ?? 0);
      this.#reach(delta.at[n] ?? 0, delta.t);
    }
    this.#schedule();
    return true;
  }

  read = (point: string): LiveReading | null => {
    const index = this.#indexOf.get(point);
    return index === undefined ? null : this.#readingAt(index);
  };

  /** The newest of several points by sample time. The list is looked up once: it is to be the same object at each call. */
  newest = (points: readonly string[]): LiveReading | null => {
    let newest = -1;
    for (const index of this.#lookUp(points)) {
      const isKnown = !Number.isNaN(this.#value[index]);
      if (isKnown && (newest < 0 || (this.#at[index] ?? 0) > (this.#at[newest] ?? 0))) newest = index;
    }
    return newest < 0 ? null : this.#readingAt(newest);
  };

  #lookUp(points: readonly string[]): readonly number[] {
    const known = this.#indicesOf.get(points);
    if (known) return known;
    const made = points.map((point) => this.#indexOf.get(point)).filter((index) => index !== undefined);
    this.#indicesOf.set(points, made);
    return made;
  }

  #readingAt(index: number): LiveReading | null {
    const known = this.#readings[index];
    if (known) return known;
    const value = this.#value[index] ?? Number.NaN;
    if (Number.isNaN(value)) return null;
    const made = { value, at: this.#at[index] ?? 0, quality: qualityOf(this.#quality[index] ?? 0) };
    this.#readings[index] = made;
    return made;
  }

  subscribe = (point: string, listener: Listener): (() => void) => {
    const listeners = this.#listeners.get(point) ?? new Set();
    this.#listeners.set(point, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(point) === listeners) this.#listeners.delete(point);
    };
  };

  /** Called after every flush; for sums, sorting and charts that thin out by themselves. */
  subscribeFlush = (listener: Listener): (() => void) => {
    this.#flushListeners.add(listener);
    return () => this.#flushListeners.delete(listener);
  };

  /** Grows with every flush. */
  version = (): number => this.#version;

  /** Until when there is data in the scope, null before the first value. */
  latestAt = (): EpochMs | null => this.#latest;

  hasSnapshot = (): boolean => this.#epoch !== null;

  /** Forgets everything, for another person. */
  clear(): void {
    this.#epoch = null;
    const gone = this.#points;
    this.#points = [];
    this.#indexOf = new Map();
    this.#indicesOf = new WeakMap();
    this.#value = new Float64Array(0);
    this.#readings = [];
    this.#latest = null;
    for (const point of gone) this.#notify(point);
  }

  #write(index: number, value: number, at: EpochMs, quality: number): void {
    this.#value[index] = value;
    this.#at[index] = at;
    this.#quality[index] = quality;
    this.#dirty.add(index);
  }

  /** A meter whose clock is fast does not make data reach into the future. */
  #reach(at: EpochMs, sentAt: EpochMs): void {
    const known = Math.min(at, sentAt);
    if (known > (this.#latest ?? 0)) this.#latest = known;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#deps.schedule(() => this.#flush());
  }

  #flush(): void {
    this.#isScheduled = false;
    this.#version += 1;
    const changed = [...this.#dirty];
    this.#dirty.clear();
    for (const index of changed) this.#readings[index] = undefined;
    for (const index of changed) this.#notify(this.#points[index] ?? "");
    for (const listener of [...this.#flushListeners]) listener();
  }

  #notify(point: string): void {
    for (const listener of [...(this.#listeners.get(point) ?? [])]) listener();
  }
}
