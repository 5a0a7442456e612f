import {
  contextMs,
  type AppendOutcome,
  type CatalogSource,
  type ParkTime,
  type PointId,
  type Reading,
  type ReadingStore,
  type TimeRange,
} from "@smart-park/core";
import type { WorkerCalls } from "../threads/worker-calls.ts";
import type { LateStretch, PointTracks } from "./point-tracks.ts";
import type { RollupCalls } from "./rollup-calls.ts";

interface MarkingParts {
  readonly store: ReadingStore;
  readonly thread: Pick<WorkerCalls<RollupCalls, null, never>, "call">;
  readonly tracks: PointTracks;
  readonly time: ParkTime;
  readonly catalog: CatalogSource;
  /** Another process rolls up, and how far it is cannot be known here: every day that is written is marked. */
  readonly marksAll: boolean;
}

/** Context of a point: how far around it a reading counts. Of one that was deleted since, that of a slow register. */
export const contextIn =
  (catalog: CatalogSource) =>
  (pointId: PointId): number =>
    contextMs(catalog.current().point(pointId) ?? { kind: "counter", intervalS: 900 });

/** A reading store that notes which days of the roll-ups are out of date, durably, before it says that it has stored. */
export class MarkingStore implements ReadingStore {
  readonly #parts: MarkingParts;
  /** Days marked since the roll-ups were last worked on, so that each is written once; stays empty with `marksAll`. */
  #marked = new Set<string>();

  constructor(parts: MarkingParts) {
    this.#parts = parts;
  }

  async append(readings: readonly Reading[]): Promise<readonly AppendOutcome[]> {
    const { store, tracks, marksAll } = this.#parts;
    const outcomes = await store.append(readings);
    if (marksAll) for (const { pointId } of readings) tracks.settle(tracks.of(pointId), Infinity, 0);
    const late = tracks.note(readings, outcomes);
    if (late.length > 0) await this.#mark(late);
    return outcomes;
  }

  async remove(pointId: PointId, range: TimeRange): Promise<number> {
    const { store, tracks } = this.#parts;
    const removed = await store.remove(pointId, range);
    const { rolled, settledTo } = tracks.of(pointId);
    const from = Math.max(range.from, rolled?.rolledFrom ?? -Infinity);
    const to = Math.min(range.to, settledTo);
    if (removed > 0 && from < to) await this.#mark([{ pointId, from, to }]);
    return removed;
  }

  read: ReadingStore["read"] = (...args) => this.#parts.store.read(...args);
  replaced: ReadingStore["replaced"] = (...args) => this.#parts.store.replaced(...args);
  latest: ReadingStore["latest"] = () => this.#parts.store.latest();
  isHealthy: ReadingStore["isHealthy"] = () => this.#parts.store.isHealthy();
  stop: ReadingStore["stop"] = () => this.#parts.store.stop();

  /** To be called before the marks are read: what is marked from then on counts anew. */
  forgetMarks(): void {
    this.#marked = new Set();
  }

  async #mark(stretches: readonly LateStretch[]): Promise<void> {
    // A mark that is answered after `forgetMarks` goes into the set of before: the work under way may take it away.
    const marked = this.#marked;
    const days: { id: PointId; day: number }[] = [];
    for (const stretch of stretches)
      for (const day of await this.#daysOf(stretch)) {
        const key = `${stretch.pointId} ${day}`;
        if (marked.has(key)) continue;
        days.push({ id: stretch.pointId, day });
      }
    if (days.length === 0) return;
    await this.#parts.thread.call("mark", days);
    if (!this.#parts.marksAll) for (const { id, day } of days) marked.add(`${id} ${day}`);
  }

  /** Park days whose figures the stretch changes: its own, those it is context for, and of a register the gap it lies in. */
  async #daysOf({ pointId, from, to }: LateStretch): Promise<number[]> {
    const { store, time, tracks, catalog } = this.#parts;
    const around = contextIn(catalog)(pointId);
    let [first, last] = [from - around, to + around];
    if (catalog.current().point(pointId)?.kind !== "gauge") {
      const { at } = await store.read(pointId, { from: first, to: last }, { neighbours: true });
      [first, last] = [Math.min(first, at[0] ?? first), Math.max(last, at.at(-1) ?? last)];
    }
    const end = Math.min(last, tracks.of(pointId).settledTo - 1);
    const days: number[] = [];
    for (let day = time.startOfDay(first); day <= end; day = time.nextBucket(day, "1d")) days.push(day);
    return days;
  }
}
