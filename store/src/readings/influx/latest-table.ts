import { join } from "node:path";
import Database from "libsql";
import { qualityOf, type LatestReading, type Logger, type PointId } from "@smart-park/core";
import { inTransaction } from "../../sqlite/database.ts";
import type { Row } from "./rows.ts";

/** The first and the newest reading of a point that InfluxDB holds. */
export interface PointEnds {
  readonly firstAt: number;
  readonly last: Row;
}

/** Rows of one synchronous write: about a millisecond of this thread. */
const rowsPerSlice = 300;
const flushEveryMs = 2_000;

/**
 * First and newest reading of each point, in memory and, a little later, in `influx-latest.db`. The file is only trusted
 * when it was closed cleanly for the same database; else the ends are asked from InfluxDB again. So it needs no sync
 * to disk on the way of a reading.
 */
export class LatestTable {
  readonly #database: Database.Database;
  readonly #ends = new Map<PointId, PointEnds>();
  readonly #changed = new Set<PointId>();
  readonly #timer: NodeJS.Timeout;
  readonly #logger: Logger;
  #flushing: Promise<void> = Promise.resolve();
  #isFailing = false;

  private constructor(database: Database.Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
    this.#timer = setInterval(() => {
      this.#flushing = this.#flushing.then(() => this.#flush());
    }, flushEveryMs).unref();
  }

  /** `place` names server and bucket. `isTrusted` false = call `replace` with what InfluxDB has. */
  static open(directory: string, place: string, logger: Logger): { table: LatestTable; isTrusted: boolean } {
    const database = new Database(join(directory, "influx-latest.db"), { timeout: 5000 });
    database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL");
    database.exec(
      `CREATE TABLE IF NOT EXISTS clean (place TEXT PRIMARY KEY) STRICT;
       CREATE TABLE IF NOT EXISTS latest (id TEXT PRIMARY KEY, first_ts INTEGER NOT NULL, ts INTEGER NOT NULL, v REAL NOT NULL, q INTEGER NOT NULL) STRICT;`,
    );
    const isTrusted = database.prepare("SELECT 1 FROM clean WHERE place = ?").all([place]).length > 0;
    database.exec("DELETE FROM clean");
    const table = new LatestTable(database, logger);
    if (isTrusted) table.#load();
    return { table, isTrusted };
  }

  ends(pointId: PointId): PointEnds | null {
    return this.#ends.get(pointId) ?? null;
  }

  latest(): LatestReading[] {
    return Array.from(this.#ends, ([pointId, { last }]) => ({
      pointId,
      observedAt: last.at,
      value: last.value,
      quality: qualityOf(last.quality),
    }));
  }

  /** A reading that InfluxDB has now. */
  see(pointId: PointId, row: Row): void {
    const known = this.#ends.get(pointId);
    const isNewest = known === undefined || row.at >= known.last.at;
    if (!isNewest && row.at >= known.firstAt) return;
    this.set(pointId, {
      firstAt: Math.min(row.at, known?.firstAt ?? Infinity),
      last: isNewest ? row : known.last,
    });
  }

  /** What a point has after a deletion; null = nothing. */
  set(pointId: PointId, ends: PointEnds | null): void {
    if (ends === null) this.#ends.delete(pointId);
    else this.#ends.set(pointId, ends);
    this.#changed.add(pointId);
  }

  replace(all: ReadonlyMap<PointId, PointEnds>): void {
    this.#database.exec("DELETE FROM latest");
    this.#ends.clear();
    for (const [pointId, ends] of all) this.set(pointId, ends);
  }

  /** Marks the file as complete for `place`, unless null or something could not be written. */
  async close(place: string | null): Promise<void> {
    clearInterval(this.#timer);
    await this.#flushing;
    await this.#flush();
    try {
      if (place !== null && this.#changed.size === 0)
        this.#database.prepare("INSERT OR REPLACE INTO clean (place) VALUES (?)").run([place]);
    } catch (error) {
      this.#reportFailure(error);
    } finally {
      this.#database.close();
    }
  }

  #load(): void {
    const statement = this.#database.prepare("SELECT id, first_ts, ts, v, q FROM latest").raw();
    for (const row of statement.iterate([])) {
      const [id, firstAt, at, value, quality] = row as [string, number, number, number, number]; // the columns above
      // Only ids of readings that were appended are written here.
      this.#ends.set(id as PointId, { firstAt, last: { at, value, quality } });
    }
  }

  /** What cannot be written, as on a full disk, stays for the next time: memory has it, and the file is not trusted. */
  async #flush(): Promise<void> {
    const changed = [...this.#changed];
    for (let start = 0; start < changed.length; start += rowsPerSlice) {
      const slice = changed.slice(start, start + rowsPerSlice);
      for (const pointId of slice) this.#changed.delete(pointId);
      try {
        inTransaction(this.#database, () => this.#write(slice));
      } catch (error) {
        for (const pointId of slice) this.#changed.add(pointId);
        return this.#reportFailure(error);
      }
      await new Promise(setImmediate);
    }
    this.#isFailing = false;
  }

  #reportFailure(error: unknown): void {
    if (!this.#isFailing)
      this.#logger.warn({ error }, "the newest readings of InfluxDB could not be noted on this machine");
    this.#isFailing = true;
  }

  #write(pointIds: readonly PointId[]): void {
    const upsert = this.#database.prepare(
      "INSERT OR REPLACE INTO latest (id, first_ts, ts, v, q) VALUES (?, ?, ?, ?, ?)",
    );
    const remove = this.#database.prepare("DELETE FROM latest WHERE id = ?");
    for (const pointId of pointIds) {
      const ends = this.#ends.get(pointId);
      if (ends === undefined) remove.run([pointId]);
      else upsert.run([pointId, ends.firstAt, ends.last.at, ends.last.value, ends.last.quality]);
    }
  }
}
