import type { Series } from "@smart-park/core";
import { dayOf } from "./chunk-codec.ts";
import type { ChunkTable, ChunkWrite } from "./chunk-table.ts";
import { lowerBound, mergeSeries, newSeries } from "./columns.ts";
import type { HotRows, PointRows } from "./hot-rows.ts";
import type { ReplacedRow } from "../replaced-readings.ts";

/** Codes of AppendOutcome between threads; `rejected` never gets this far. */
export const appendOutcomes = ["stored", "duplicate", "overwritten"] as const;
const [stored, duplicate, overwritten] = [0, 1, 2];

/**
 * A batch goes straight into the chunks where one day of a point gets this many new readings at once and at least a
 * quarter of what the day already has: history by the import way is then written once, in its final form, while a day
 * is never rewritten for a few rows.
 */
const minDirectRows = 24;
const minDirectShare = 0.25;

export interface PointState {
  readonly pt: number;
  /** Instant of the newest reading, hot or sealed; -Infinity when there is none. */
  newestAt: number;
  /** Instant of the newest sealed reading, as the `last` table has it. */
  sealedAt: number;
}

export interface AppendBatch {
  readonly pointIds: readonly string[];
  /** `rows.point` counts into `pointIds`. */
  readonly rows: PointRows;
  /** Per row, when it came. */
  readonly receivedAt: Float64Array;
}

export interface PlannedRow {
  readonly state: PointState;
  readonly at: number;
  readonly value: number;
  readonly quality: number;
}

/** What an append will do, decided before anything is written, so that a failed transaction leaves no trace. */
export interface AppendPlan {
  /** Per reading of the batch, a place in `appendOutcomes`. */
  readonly outcome: Uint8Array;
  /** Per reading: 1 when its value is kept in the hot rows. */
  readonly isHot: Uint8Array;
  readonly hot: PlannedRow[];
  readonly chunks: ChunkWrite[];
  /** Newest reading of each point that got chunks. */
  readonly sealed: PlannedRow[];
  readonly replaced: ReplacedRow[];
}

/** One instant of one point after the batch; `index` = the reading that wins. */
interface Candidate {
  readonly index: number;
  readonly at: number;
}

/** Decides outcome and place of every reading of a batch. Reads chunks only for readings that are neither new nor hot. */
export class AppendPlanner {
  readonly #hot: HotRows<number>;
  readonly #chunks: ChunkTable;

  constructor(hot: HotRows<number>, chunks: ChunkTable) {
    this.#hot = hot;
    this.#chunks = chunks;
  }

  plan(batch: AppendBatch, states: readonly PointState[]): AppendPlan {
    const length = batch.rows.at.length;
    const plan: AppendPlan = {
      outcome: new Uint8Array(length),
      isHot: new Uint8Array(length),
      hot: [],
      chunks: [],
      sealed: [],
      replaced: [],
    };
    const ofPoint = indexesByPoint(batch.rows, states.length);
    for (const [point, state] of states.entries()) this.#planPoint(plan, batch, state, ofPoint[point] ?? []);
    return plan;
  }

  #planPoint(plan: AppendPlan, batch: AppendBatch, state: PointState, indexes: readonly number[]): void {
    for (let start = 0; start < indexes.length;) {
      const { at } = batch.rows;
      const day = dayOf(at[indexes[start] ?? 0] ?? 0);
      let end = start + 1;
      while (end < indexes.length && dayOf(at[indexes[end] ?? 0] ?? 0) === day) end++;
      this.#planDay(plan, batch, state, day, indexes.slice(start, end));
      start = end;
    }
  }

  #planDay(plan: AppendPlan, batch: AppendBatch, state: PointState, day: number, indexes: readonly number[]): void {
    const { rows } = batch;
    let sealed: Series | null = null;
    const unplaced: Candidate[] = [];
    const toHot: Candidate[] = [];
    for (let start = 0; start < indexes.length;) {
      const at = rows.at[indexes[start] ?? 0] ?? 0;
      const hot = at > state.newestAt ? null : this.#hot.find(state.pt, at);
      let known = hot;
      if (at <= state.newestAt && hot === null) known = findIn((sealed ??= this.#chunks.read(state.pt, day)), at);
      const before = known;
      let index = indexes[start] ?? 0;
      for (; start < indexes.length && rows.at[indexes[start] ?? 0] === at; start++) {
        index = indexes[start] ?? 0;
        const now = { value: rows.value[index] ?? 0, quality: rows.quality[index] ?? 0 };
        plan.outcome[index] = known === null ? stored : isSame(known, now) ? duplicate : overwritten;
        if (known !== null && plan.outcome[index] === overwritten) plan.replaced.push(toReplaced(batch, index, known));
        known = now;
      }
      if (before !== null && known !== null && isSame(before, known)) continue;
      (hot === null ? unplaced : toHot).push({ index, at });
    }
    if (this.#isDirect(state.pt, day, unplaced.length, sealed))
      this.#planChunk(plan, rows, state, day, unplaced, sealed);
    else toHot.push(...unplaced);
    for (const { index, at } of toHot) {
      plan.isHot[index] = 1;
      plan.hot.push({ state, at, value: rows.value[index] ?? 0, quality: rows.quality[index] ?? 0 });
    }
  }

  #isDirect(pt: number, day: number, rows: number, sealed: Series | null): boolean {
    if (rows < minDirectRows) return false;
    return rows >= minDirectShare * (sealed?.at.length ?? this.#chunks.count(pt, day));
  }

  #planChunk(
    plan: AppendPlan,
    batch: PointRows,
    state: PointState,
    day: number,
    candidates: readonly Candidate[],
    sealed: Series | null,
  ): void {
    const rows = newSeries(candidates.length);
    for (const [i, { index, at }] of candidates.entries()) {
      rows.at[i] = at;
      rows.value[i] = batch.value[index] ?? 0;
      rows.quality[i] = batch.quality[index] ?? 0;
    }
    const merged = mergeSeries(sealed ?? this.#chunks.read(state.pt, day), rows);
    plan.chunks.push({ pt: state.pt, day, rows: merged, compact: true });
    plan.sealed.push({ state, ...newestOf(merged) });
  }
}

const toReplaced = ({ pointIds, rows, receivedAt }: AppendBatch, index: number, before: Value): ReplacedRow => ({
  pointId: pointIds[rows.point[index] ?? 0] ?? "",
  at: rows.at[index] ?? 0,
  replacedAt: receivedAt[index] ?? 0,
  ...before,
});

export function newestOf(rows: Series): { at: number; value: number; quality: number } {
  const last = rows.at.length - 1;
  return { at: rows.at[last] ?? -Infinity, value: rows.value[last] ?? 0, quality: rows.quality[last] ?? 0 };
}

/** The batch's places per point, by instant; equal instants stay in the order given. */
function indexesByPoint(batch: PointRows, points: number): number[][] {
  const ofPoint: number[][] = Array.from({ length: points }, () => []);
  const isUnordered = new Uint8Array(points);
  for (let i = 0; i < batch.at.length; i++) {
    const point = batch.point[i] ?? 0;
    const indexes = ofPoint[point] ?? [];
    const previous = indexes[indexes.length - 1];
    if (previous !== undefined && (batch.at[previous] ?? 0) > (batch.at[i] ?? 0)) isUnordered[point] = 1;
    indexes.push(i);
  }
  for (const [point, indexes] of ofPoint.entries())
    if (isUnordered[point] === 1) indexes.sort((a, b) => (batch.at[a] ?? 0) - (batch.at[b] ?? 0) || a - b);
  return ofPoint;
}

interface Value {
  readonly value: number;
  readonly quality: number;
}

const isSame = (a: Value, b: Value): boolean => a.value === b.value && a.quality === b.quality;

function findIn(rows: Series, at: number): Value | null {
  const index = lowerBound(rows.at, at);
  if (rows.at[index] !== at) return null;
  return { value: rows.value[index] ?? 0, quality: rows.quality[index] ?? 0 };
}
