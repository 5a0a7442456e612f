import type { Series } from "@smart-park/core";
import {
  AppendPlanner,
  newestOf,
  type AppendBatch,
  type AppendPlan,
  type PlannedRow,
  type PointState,
} from "./append-plan.ts";
import { dayOf } from "./chunk-codec.ts";
import { byDay, ChunkTable, type ChunkWrite } from "./chunk-table.ts";
import { cutOut, lowerBound, mergeSeries } from "./columns.ts";
import { HotRows, newPointRows, type PointRows } from "./hot-rows.ts";
import { inTransaction, MultiInsert, openForWriting, Rows, type Database } from "../../sqlite/database.ts";
import { instantOf, ReplacedReadings } from "../replaced-readings.ts";
import { migrations } from "./schema.ts";

type HotTable = "a" | "b";

export interface RemoveResult {
  readonly removed: number;
  /** What is the point's newest reading now. */
  readonly latest: { at: number; value: number; quality: number } | null;
}

/** All that the opener's thread needs to answer `latest` and to complete reads; rows count into `pointIds`. */
export interface WriterSnapshot {
  readonly pointIds: readonly string[];
  readonly sealed: PointRows;
  /** Rows of the table that is being sealed, when the program ended in the middle of it. */
  readonly frozen: PointRows;
  readonly active: PointRows;
}

/** Points sealed between two looks at the clock. */
const sealGroup = 50;

/**
 * The one writer of the file. Synchronous, so it belongs in a thread of its own. Memory follows the file: it changes
 * only after a commit, and a new writer on the same file knows the same.
 */
export class EmbeddedWriter {
  readonly #database: Database.Database;
  readonly #chunks: ChunkTable;
  readonly #planner: AppendPlanner;
  readonly #hot = new HotRows<number>();
  readonly #states = new Map<string, PointState>();
  readonly #stateOf = new Map<number, PointState>();
  readonly #insertHot: Record<HotTable, MultiInsert>;
  readonly #removeHot: readonly Rows[];
  readonly #removeLast: Rows;
  readonly #upsertLast: MultiInsert;
  readonly #insertPoint: MultiInsert;
  readonly #setActive: Rows;
  readonly #replaced: ReplacedReadings;
  #active: HotTable = "a";
  #lastPt = 0;
  /** Points of the frozen rows that are not sealed yet. */
  #unsealed: number[] = [];

  constructor(path: string, onDamage: (pt: number, day: number) => void) {
    this.#database = openForWriting(path, migrations);
    this.#chunks = new ChunkTable(this.#database, onDamage);
    this.#planner = new AppendPlanner(this.#hot, this.#chunks);
    this.#insertHot = { a: this.#hotInsert("a"), b: this.#hotInsert("b") };
    this.#removeHot = hotTables.map(
      (table) => new Rows(this.#database, `DELETE FROM hot_${table} WHERE ts >= ? AND ts < ? AND pt = ?`),
    );
    this.#removeLast = new Rows(this.#database, "DELETE FROM last WHERE pt = ?");
    this.#upsertLast = new MultiInsert(this.#database, {
      into: "last (pt, ts, v, q)",
      width: 4,
      conflict: "ON CONFLICT (pt) DO UPDATE SET ts = excluded.ts, v = excluded.v, q = excluded.q",
    });
    this.#insertPoint = new MultiInsert(this.#database, { into: "point (pt, id)", width: 2, conflict: "" });
    this.#replaced = new ReplacedReadings(this.#database);
    this.#setActive = new Rows(this.#database, "UPDATE setting SET value = ? WHERE name = 'active'");
  }

  /** Reads what is in the file; to be called once, before anything else. */
  load(): WriterSnapshot {
    const pointIds: string[] = [];
    const indexOf = new Map<number, number>();
    for (const [pt, id] of new Rows(this.#database, "SELECT pt, id FROM point ORDER BY pt").all()) {
      indexOf.set(Number(pt), pointIds.push(String(id)) - 1);
      this.#addState(String(id), { pt: Number(pt), newestAt: -Infinity, sealedAt: -Infinity });
    }
    const active = new Rows(this.#database, "SELECT value FROM setting WHERE name = 'active'").one()?.[0];
    this.#active = active === "b" ? "b" : "a";
    const readRows = (table: string): PointRows => this.#readRows(table, indexOf);
    return {
      pointIds,
      sealed: this.#loadSealed(readRows("last"), pointIds),
      frozen: this.#loadFrozen(readRows(`hot_${otherTable(this.#active)}`), pointIds),
      active: this.#loadHot(readRows(`hot_${this.#active}`), pointIds),
    };
  }

  get hotRows(): number {
    return this.#hot.activeRows;
  }

  get isSealing(): boolean {
    return this.#hot.isFrozen;
  }

  /** Outcomes and places; durable when it returns. Throws what SQLite throws, with nothing stored then. */
  append(batch: AppendBatch): Pick<AppendPlan, "outcome" | "isHot"> {
    const newIds = batch.pointIds.filter((id) => !this.#states.has(id));
    const added = new Map(
      newIds.map((id, i) => [id, { pt: this.#lastPt + 1 + i, newestAt: -Infinity, sealedAt: -Infinity }]),
    );
    const { plan, sealed } = inTransaction(this.#database, () => {
      const states = batch.pointIds.flatMap((id) => this.#states.get(id) ?? added.get(id) ?? []);
      // Planning may set a damaged chunk aside, so it is part of the transaction.
      const plan = this.#planner.plan(batch, states);
      this.#insertPoint.run([...added].flatMap(([id, state]) => [state.pt, id]));
      this.#insertHot[this.#active].run(toHotValues(plan.hot));
      this.#chunks.write(plan.chunks);
      this.#replaced.keep(plan.replaced);
      return { plan, sealed: this.#writeLast(plan.sealed) };
    });
    for (const [id, state] of added) this.#addState(id, state);
    for (const { state, at, value, quality } of plan.hot) this.#hot.put(state.pt, at, value, quality);
    for (const { state, at } of plan.hot) state.newestAt = Math.max(state.newestAt, at);
    this.#applySealed(sealed);
    return { outcome: plan.outcome, isHot: plan.isHot };
  }

  /** Deletes readings in [from, to), hot and sealed, in one transaction. */
  remove(pointId: string, from: number, to: number): RemoveResult {
    const state = this.#states.get(pointId);
    if (state === undefined || !(from < to)) return { removed: 0, latest: null };
    const { pt } = state;
    const done = inTransaction(this.#database, () => {
      const removed = this.#removeRows(pt, from, to);
      this.#replaced.remove(pointId, { from, to });
      const sealed = newestOf(this.#chunks.newest(pt));
      if (sealed.at === -Infinity) this.#removeLast.run([pt]);
      else this.#upsertLast.run([pt, sealed.at, sealed.value, sealed.quality]);
      return { removed, sealed };
    });
    this.#hot.remove(pt, from, to);
    const hot = newestOf(this.#hot.rows(pt, -Infinity, Infinity, false));
    const latest = hot.at >= done.sealed.at ? hot : done.sealed;
    state.sealedAt = done.sealed.at;
    state.newestAt = latest.at;
    return { removed: done.removed, latest: latest.at === -Infinity ? null : latest };
  }

  /** From now on new rows go to the other hot table; the rows so far wait to be sealed. */
  freeze(): void {
    const next = otherTable(this.#active);
    inTransaction(this.#database, () => this.#setActive.run([next]));
    this.#active = next;
    this.#hot.freeze();
    this.#unsealed = this.#hot.frozenPoints();
  }

  /** Seals frozen points for about `budgetMs` in one transaction; true when all are sealed and the hot table is empty. */
  sealSome(budgetMs: number): boolean {
    const deadline = performance.now() + budgetMs;
    let rest = this.#unsealed;
    const sealed = inTransaction(this.#database, () => {
      const newest: PlannedRow[] = [];
      do {
        newest.push(...this.#sealPoints(rest.slice(-sealGroup)));
        rest = rest.slice(0, -sealGroup);
      } while (rest.length > 0 && performance.now() < deadline);
      if (rest.length === 0) this.#database.exec(`DELETE FROM hot_${otherTable(this.#active)}`);
      return this.#writeLast(newest);
    });
    this.#applySealed(sealed);
    this.#unsealed = rest;
    if (rest.length === 0) this.#hot.dropFrozen();
    return rest.length === 0;
  }

  close(): void {
    this.#database.close();
  }

  #hotInsert(table: HotTable): MultiInsert {
    const conflict = "ON CONFLICT (ts, pt) DO UPDATE SET v = excluded.v, q = excluded.q";
    return new MultiInsert(this.#database, { into: `hot_${table} (ts, pt, v, q)`, width: 4, conflict });
  }

  #addState(id: string, state: PointState): void {
    this.#states.set(id, state);
    this.#stateOf.set(state.pt, state);
    this.#lastPt = Math.max(this.#lastPt, state.pt);
  }

  #readRows(table: string, indexOf: ReadonlyMap<number, number>): PointRows {
    const count = Number(new Rows(this.#database, `SELECT count(*) FROM ${table}`).one()?.[0]);
    const rows = newPointRows(count);
    let i = 0;
    for (const [pt, ts, v, q] of new Rows(this.#database, `SELECT pt, ts, v, q FROM ${table}`).all()) {
      rows.point[i] = indexOf.get(Number(pt)) ?? 0;
      rows.at[i] = Number(ts);
      rows.value[i] = Number(v);
      rows.quality[i++] = Number(q);
    }
    return rows;
  }

  #loadSealed(rows: PointRows, pointIds: readonly string[]): PointRows {
    for (const [i, at] of rows.at.entries()) {
      const state = this.#states.get(pointIds[rows.point[i] ?? 0] ?? "");
      if (state !== undefined) state.newestAt = state.sealedAt = at;
    }
    return rows;
  }

  #loadHot(rows: PointRows, pointIds: readonly string[]): PointRows {
    for (const [i, at] of rows.at.entries()) {
      const state = this.#states.get(pointIds[rows.point[i] ?? 0] ?? "");
      if (state === undefined) continue;
      this.#hot.put(state.pt, at, rows.value[i] ?? 0, rows.quality[i] ?? 0);
      state.newestAt = Math.max(state.newestAt, at);
    }
    return rows;
  }

  #loadFrozen(rows: PointRows, pointIds: readonly string[]): PointRows {
    this.#loadHot(rows, pointIds);
    if (rows.at.length > 0) this.#hot.freeze();
    this.#unsealed = this.#hot.frozenPoints();
    return rows;
  }

  #sealPoints(points: readonly number[]): PlannedRow[] {
    const writes: ChunkWrite[] = [];
    const newest: PlannedRow[] = [];
    for (const pt of points) {
      const state = this.#stateOf.get(pt);
      if (state === undefined) continue;
      for (const { day, rows } of byDay(this.#hot.frozenRows(pt))) {
        const merged = mergeSeries(this.#chunks.read(pt, day), rows);
        writes.push({ pt, day, rows: merged, compact: day < dayOf(state.newestAt) });
        newest.push({ state, ...newestOf(merged) });
      }
    }
    this.#chunks.write(writes);
    return newest;
  }

  /** Keeps in `last` what is newer than what is there, and says which these are. */
  #writeLast(candidates: readonly PlannedRow[]): PlannedRow[] {
    const newest = new Map<number, PlannedRow>();
    for (const row of candidates)
      if (row.at >= Math.max(row.state.sealedAt, newest.get(row.state.pt)?.at ?? -Infinity))
        newest.set(row.state.pt, row);
    const rows = [...newest.values()];
    this.#upsertLast.run(rows.flatMap((row) => [row.state.pt, row.at, row.value, row.quality]));
    return rows;
  }

  #applySealed(rows: readonly PlannedRow[]): void {
    for (const { state, at } of rows) {
      state.sealedAt = at;
      state.newestAt = Math.max(state.newestAt, at);
    }
  }

  #removeRows(pt: number, from: number, to: number): number {
    const hot = this.#hot.rows(pt, from, to, false);
    if (hot.at.length > 0) for (const statement of this.#removeHot) statement.run([instantOf(from), instantOf(to), pt]);
    let removed = hot.at.length;
    const writes: ChunkWrite[] = [];
    for (const day of this.#chunks.daysIn(pt, from, to)) {
      const rows = this.#chunks.read(pt, day);
      const kept = cutOut(rows, from, to);
      if (kept.at.length === rows.at.length) continue;
      removed += rows.at.length - kept.at.length - countShared(rows, hot);
      writes.push({ pt, day, rows: kept, compact: true });
    }
    this.#chunks.write(writes);
    return removed;
  }
}

const hotTables = ["a", "b"] as const;
const otherTable = (table: HotTable): HotTable => (table === "a" ? "b" : "a");

const toHotValues = (rows: readonly PlannedRow[]): number[] => {
  const values: number[] = [];
  for (const row of rows) values.push(row.at, row.state.pt, row.value, row.quality);
  return values;
};

/** Instants that a day has both sealed and hot: one reading each. */
function countShared(sealed: Series, hot: Series): number {
  let count = 0;
  for (const at of hot.at) if (sealed.at[lowerBound(sealed.at, at)] === at) count++;
  return count;
}
