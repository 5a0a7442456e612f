import { join } from "node:path";
import { ParkError, type PointId, type ReplacedReading, type TimeRange } from "@smart-park/core";
import { inTransaction, openForWriting, type Database } from "../../sqlite/database.ts";
import { ReplacedReader, ReplacedReadings, replacedTable, type ReplacedRow } from "../replaced-readings.ts";

/** What readings in InfluxDB were before they were overwritten, in `influx-replaced.db`: the server itself keeps only the last one. */
export class ReplacedFile {
  readonly #database: Database.Database;
  readonly #table: ReplacedReadings;
  readonly #reader: ReplacedReader;

  constructor(directory: string) {
    this.#database = openForWriting(join(directory, "influx-replaced.db"), [replacedTable]);
    this.#table = new ReplacedReadings(this.#database);
    this.#reader = new ReplacedReader(this.#database);
  }

  /** Durable when it returns; throws store_unavailable, with nothing kept, when it cannot. */
  keep(rows: readonly ReplacedRow[]): void {
    if (rows.length === 0) return;
    try {
      inTransaction(this.#database, () => this.#table.keep(rows));
    } catch (cause) {
      throw new ParkError("store_unavailable", "what is overwritten cannot be kept on this machine", { cause });
    }
  }

  read(pointId: PointId, range: TimeRange): ReplacedReading[] {
    return this.#reader.read(pointId, range);
  }

  remove(pointId: string, range: TimeRange): void {
    inTransaction(this.#database, () => this.#table.remove(pointId, range));
  }

  close(): void {
    this.#database.close();
  }
}
