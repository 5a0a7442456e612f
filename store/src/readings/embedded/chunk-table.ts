import { days, emptySeries, type Series } from "@smart-park/core";
import { dayOf, decodeChunk, encodeChunk } from "./chunk-codec.ts";
import { DamagedDataError } from "../../threads/answer.ts";
import { concatSeries } from "./columns.ts";
import { MultiInsert, Rows, type Database } from "../../sqlite/database.ts";

export interface ChunkWrite {
  readonly pt: number;
  readonly day: number;
  readonly rows: Series;
  /** Deflate too: for days that are over. */
  readonly compact: boolean;
}

/** Largest |day| of any instant a Date can hold; keeps unbounded ranges inside SQLite's integers. */
const maxDay = 1e8;
const clampedDay = (at: number): number => Math.max(-maxDay, Math.min(maxDay, dayOf(at)));

/** The sealed days, as the writer sees them. Nothing here commits; the caller holds the transaction. */
export class ChunkTable {
  readonly #onDamage: (pt: number, day: number) => void;
  readonly #read: Rows;
  readonly #count: Rows;
  readonly #range: Rows;
  readonly #newest: Rows;
  readonly #remove: Rows;
  readonly #setAside: Rows;
  readonly #upsert: MultiInsert;

  constructor(database: Database.Database, onDamage: (pt: number, day: number) => void) {
    this.#onDamage = onDamage;
    this.#read = new Rows(database, "SELECT data FROM chunk WHERE pt = ? AND day = ?");
    this.#count = new Rows(database, "SELECT n FROM chunk WHERE pt = ? AND day = ?");
    this.#range = new Rows(database, "SELECT day FROM chunk WHERE pt = ? AND day BETWEEN ? AND ? ORDER BY day");
    this.#newest = new Rows(database, "SELECT day FROM chunk WHERE pt = ? ORDER BY day DESC LIMIT 1");
    this.#remove = new Rows(database, "DELETE FROM chunk WHERE pt = ? AND day = ?");
    this.#setAside = new Rows(
      database,
      "INSERT INTO damaged_chunk SELECT pt, day, n, data FROM chunk WHERE pt = ? AND day = ?",
    );
    this.#upsert = new MultiInsert(database, {
      into: "chunk (pt, day, n, data)",
      width: 4,
      conflict: "ON CONFLICT (pt, day) DO UPDATE SET n = excluded.n, data = excluded.data",
    });
  }

  /** How many readings a day has, without decoding them. */
  count(pt: number, day: number): number {
    return Number(this.#count.one([pt, day])?.[0] ?? 0);
  }

  /** Empty when there is none. A damaged day is set aside and reported: it must not stop what comes after it. */
  read(pt: number, day: number): Series {
    const data = this.#read.one([pt, day])?.[0];
    if (!(data instanceof Uint8Array)) return emptySeries;
    try {
      return decodeChunk(day, data);
    } catch (error) {
      if (!(error instanceof DamagedDataError)) throw error;
      this.#setAside.run([pt, day]);
      this.#remove.run([pt, day]);
      this.#onDamage(pt, day);
      return emptySeries;
    }
  }

  daysIn(pt: number, from: number, to: number): number[] {
    return Array.from(this.#range.all([pt, clampedDay(from), clampedDay(to)]), (row) => Number(row[0]));
  }

  /** The newest day that is there. */
  newest(pt: number): Series {
    const day = this.#newest.one([pt])?.[0];
    return day === undefined ? emptySeries : this.read(pt, Number(day));
  }

  write(writes: readonly ChunkWrite[]): void {
    const values: unknown[] = [];
    for (const { pt, day, rows, compact } of writes) {
      if (rows.at.length === 0) this.#remove.run([pt, day]);
      else values.push(pt, day, rows.at.length, encodeChunk(day, rows, compact));
    }
    this.#upsert.run(values);
  }
}

/** Sealed days as a reader sees them: nothing is changed, damage is thrown. */
export class ChunkReader {
  readonly #range: Rows;
  readonly #before: Rows;
  readonly #after: Rows;

  constructor(database: Database.Database) {
    this.#range = new Rows(database, "SELECT day, data FROM chunk WHERE pt = ? AND day BETWEEN ? AND ? ORDER BY day");
    this.#before = new Rows(database, "SELECT day, data FROM chunk WHERE pt = ? AND day < ? ORDER BY day DESC LIMIT 1");
    this.#after = new Rows(database, "SELECT day, data FROM chunk WHERE pt = ? AND day > ? ORDER BY day LIMIT 1");
  }

  /**
   * All readings of the days that touch [from, to]; with `neighbours` also of the day before and after, where the days
   * themselves have none before `from`, or none from `to` on: mostly they have, and to decode a day is what costs.
   */
  read(pt: number, from: number, to: number, neighbours: boolean): Series {
    const [first, last] = [clampedDay(from), clampedDay(to)];
    const within = concatSeries(Array.from(this.#range.all([pt, first, last]), toSeries));
    if (!neighbours) return within;
    const before = (within.at[0] ?? Infinity) < from ? [] : Array.from(this.#before.all([pt, first]), toSeries);
    const after = (within.at.at(-1) ?? -Infinity) >= to ? [] : Array.from(this.#after.all([pt, last]), toSeries);
    return before.length + after.length === 0 ? within : concatSeries([...before, within, ...after]);
  }
}

function toSeries(row: readonly unknown[]): Series {
  const [day, data] = row;
  return data instanceof Uint8Array ? decodeChunk(Number(day), data) : emptySeries;
}

/** A series cut at the UTC days. */
export function* byDay(rows: Series): Generator<{ day: number; rows: Series }> {
  for (let start = 0; start < rows.at.length;) {
    const day = dayOf(rows.at[start] ?? 0);
    let end = start + 1;
    while (end < rows.at.length && (rows.at[end] ?? 0) < (day + 1) * days(1)) end++;
    yield {
      day,
      rows: {
        at: rows.at.subarray(start, end),
        value: rows.value.subarray(start, end),
        quality: rows.quality.subarray(start, end),
      },
    };
    start = end;
  }
}
