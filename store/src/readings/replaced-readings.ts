import { qualityOf, type PointId, type ReplacedReading, type TimeRange } from "@smart-park/core";
import { MultiInsert, Rows, type Database } from "../sqlite/database.ts";

/** A migration: readings as they were before another one of their identity came. */
export const replacedTable = `CREATE TABLE replaced (id TEXT NOT NULL, ts INTEGER NOT NULL, replaced_at INTEGER NOT NULL, v REAL NOT NULL, q INTEGER NOT NULL,
   PRIMARY KEY (id, ts, replaced_at)) STRICT, WITHOUT ROWID;`;

export interface ReplacedRow {
  readonly pointId: string;
  readonly at: number;
  /** When the reading that took its place was received. */
  readonly replacedAt: number;
  readonly value: number;
  /** Code of the quality. */
  readonly quality: number;
}

/** The table in a database that is open for writing; changes belong to the transaction that is open. */
export class ReplacedReadings {
  readonly #insert: MultiInsert;
  readonly #remove: Rows;

  constructor(database: Database.Database) {
    this.#insert = new MultiInsert(database, {
      into: "replaced (id, ts, replaced_at, v, q)",
      width: 5,
      conflict: "ON CONFLICT (id, ts, replaced_at) DO NOTHING",
    });
    this.#remove = new Rows(database, "DELETE FROM replaced WHERE id = ? AND ts >= ? AND ts < ?");
  }

  /** A row that is there already stays: of several that one message replaced, the first counts. */
  keep(rows: readonly ReplacedRow[]): void {
    this.#insert.run(
      rows.flatMap(({ pointId, at, replacedAt, value, quality }) => [pointId, at, replacedAt, value, quality]),
    );
  }

  remove(pointId: string, { from, to }: TimeRange): void {
    this.#remove.run([pointId, instantOf(from), instantOf(to)]);
  }
}

/** Reads the table, also in a database that is only open for reading. */
export class ReplacedReader {
  readonly #select: Rows;

  constructor(database: Database.Database) {
    this.#select = new Rows(
      database,
      "SELECT ts, replaced_at, v, q FROM replaced WHERE id = ? AND ts >= ? AND ts < ? ORDER BY ts, replaced_at",
    );
  }

  read(pointId: PointId, { from, to }: TimeRange): ReplacedReading[] {
    return Array.from(
      this.#select.all([pointId, instantOf(from), instantOf(to)]),
      ([at, replacedAt, value, quality]) => ({
        observedAt: Number(at),
        replacedAt: Number(replacedAt),
        value: Number(value),
        quality: qualityOf(Number(quality)),
      }),
    );
  }
}

/** The largest instant a Date can hold; ranges may be unbounded, SQLite's integers are not. */
const maxInstant = 8.64e15;
export const instantOf = (at: number): number => Math.max(-maxInstant, Math.min(maxInstant + 1, Math.ceil(at)));
