import type { PointId, ReplacedReading, Series, TimeRange } from "@smart-park/core";
import { ReplacedReader } from "../replaced-readings.ts";
import { ChunkReader } from "./chunk-table.ts";
import { mergeSeries, rowsIn } from "./columns.ts";
import { inTransaction, openForReading, Rows, type Database } from "../../sqlite/database.ts";

export interface ReadRequest {
  readonly pointId: string;
  readonly from: number;
  readonly to: number;
  readonly neighbours: boolean;
  /** The point's hot rows of the range (and their neighbours), taken before the request was made. */
  readonly hot: Series;
}

/**
 * Completes hot rows with sealed ones. Right whenever sealing runs: a row leaves the hot rows only after its chunk is
 * committed, and the hot rows were taken first, so no row can be missed; where both have it, hot wins.
 */
export class EmbeddedReader {
  readonly #path: string;
  readonly #pts = new Map<string, number>();
  #opened: OpenedFile | null = null;

  /** Opens the file at the first read: by then the writer has made it. */
  constructor(path: string) {
    this.#path = path;
  }

  read({ pointId, from, to, neighbours, hot }: ReadRequest): Series {
    const file = (this.#opened ??= openFile(this.#path));
    const pt = this.#ptOf(file, pointId);
    if (pt === null) return rowsIn(hot, from, to, neighbours);
    const sealed = inTransaction(file.database, () => file.chunks.read(pt, from, to, neighbours), "DEFERRED");
    return rowsIn(mergeSeries(sealed, hot), from, to, neighbours);
  }

  replaced({ pointId, ...range }: TimeRange & { readonly pointId: PointId }): ReplacedReading[] {
    const file = (this.#opened ??= openFile(this.#path));
    return file.replaced.read(pointId, range);
  }

  close(): void {
    this.#opened?.database.close();
  }

  #ptOf(file: OpenedFile, pointId: string): number | null {
    const known = this.#pts.get(pointId);
    if (known !== undefined) return known;
    const pt = file.findPoint.one([pointId])?.[0];
    if (pt === undefined) return null;
    this.#pts.set(pointId, Number(pt));
    return Number(pt);
  }
}

interface OpenedFile {
  readonly database: Database.Database;
  readonly chunks: ChunkReader;
  readonly findPoint: Rows;
  readonly replaced: ReplacedReader;
}

function openFile(path: string): OpenedFile {
  const database = openForReading(path);
  return {
    database,
    chunks: new ChunkReader(database),
    findPoint: new Rows(database, "SELECT pt FROM point WHERE id = ?"),
    replaced: new ReplacedReader(database),
  };
}
