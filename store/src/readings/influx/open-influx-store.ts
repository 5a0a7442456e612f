import { mkdir } from "node:fs/promises";
import {
  days,
  ParkError,
  type AppendOutcome,
  type LatestReading,
  type Logger,
  type PointId,
  type Reading,
  type ReadingStore,
  type ReplacedReading,
  type Series,
  type TimeRange,
} from "@smart-park/core";
import { isStorable, withRejected } from "../storable.ts";
import { AppendBatch, toWindows, type StoredRows } from "./append-batch.ts";
import { Connection, notConnected, type Connected } from "./connection.ts";
import { detectGeneration } from "./generation.ts";
import { countRange, deleteBody, deleteRange, selectBefore, selectFrom, selectRange } from "./influxql.ts";
import { LatestTable } from "./latest-table.ts";
import { ReplacedFile } from "./replaced-file.ts";
import { rowsOf, toSeries, type Row } from "./rows.ts";
import { InfluxRefusal, type InfluxConfig } from "./server.ts";
import { SerialQueue } from "./serial-queue.ts";
import { InfluxBusy, toLine, toLineStart, writeLines } from "./write.ts";

export type { InfluxConfig };

/** Rows of one answer, shared by its statements; longer ranges take several. */
const pageRows = 50_000;
/** Statements of one request when old readings are compared with what is stored. */
const statementsPerQuery = 100;
const maxWaitingReadings = 300_000;
const maxReads = 200;
const stopPatienceMs = 3_000;

/**
 * Readings in an InfluxDB 1.x, 2.x or 3.x: line protocol in, InfluxQL out (docs/decisions/0004). Opens also while the
 * server is away; until it can be used, calls reject with store_unavailable and `isHealthy` is false. One program at a
 * time may write to a bucket.
 */
export async function openInfluxStore(
  options: InfluxConfig & { readonly directory: string; readonly logger: Logger },
): Promise<ReadingStore> {
  const { directory, logger } = options;
  const config = { ...options, url: options.url.replace(/\/+$/, "") };
  const place = `${config.url} ${config.bucket}`;
  const { replaced, ...latest } = await openFiles(directory, place, logger);
  const connection = new Connection(config, latest, logger);
  await connection.start();
  return new InfluxStore({ connection, table: latest.table, replaced, place, url: config.url });
}

/** The two files that stand beside InfluxDB. */
async function openFiles(
  directory: string,
  place: string,
  logger: Logger,
): Promise<ReturnType<typeof LatestTable.open> & { readonly replaced: ReplacedFile }> {
  try {
    await mkdir(directory, { recursive: true });
    return { replaced: new ReplacedFile(directory), ...LatestTable.open(directory, place, logger) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ParkError("config_invalid", `the folder ${directory} cannot be used: ${why}`, { cause });
  }
}

class InfluxStore implements ReadingStore {
  readonly #connection: Connection;
  readonly #table: LatestTable;
  readonly #replaced: ReplacedFile;
  readonly #place: string;
  readonly #url: string;
  /** Appends and deletions one after the other: the last write must win. */
  readonly #writes = new SerialQueue(maxWaitingReadings);
  /** The first part of each point's lines; as many as the table has points. */
  readonly #lineStarts = new Map<PointId, string>();
  #readsUnderWay = 0;
  #didLastWriteFail = false;
  /** The server asked for quiet until then, on the monotonic clock. */
  #quietUntil = 0;

  constructor(parts: {
    connection: Connection;
    table: LatestTable;
    replaced: ReplacedFile;
    place: string;
    url: string;
  }) {
    this.#connection = parts.connection;
    this.#table = parts.table;
    this.#replaced = parts.replaced;
    this.#place = parts.place;
    this.#url = parts.url;
  }

  async append(readings: readonly Reading[]): Promise<readonly AppendOutcome[]> {
    const storable = readings.filter(isStorable);
    if (storable.length === 0) return withRejected(readings, []);
    const outcomes = await this.#writes.run(storable.length, () => this.#guard(() => this.#append(storable)));
    return storable.length === readings.length ? outcomes : withRejected(readings, outcomes);
  }

  async read(pointId: PointId, { from, to }: TimeRange, { neighbours = false } = {}): Promise<Series> {
    if (this.#readsUnderWay >= maxReads) throw new ParkError("store_unavailable", "too many reads are under way");
    this.#readsUnderWay++;
    return this.#read(pointId, from, to, neighbours).finally(() => this.#readsUnderWay--);
  }

  async #read(pointId: PointId, from: number, to: number, neighbours: boolean): Promise<Series> {
    const { server } = this.#connected();
    const around = neighbours ? [selectBefore(pointId, from), selectFrom(pointId, to)] : [];
    const [first, before, after] = await server.query([selectRange(pointId, from, to, pageRows), ...around]);
    const rows = rowsOf(first);
    for (let page = rows.length; page === pageRows;) {
      const [next] = await server.query([selectRange(pointId, (rows.at(-1)?.at ?? to) + 1, to, pageRows)]);
      page = rowsOf(next).length;
      for (const row of rowsOf(next)) rows.push(row);
    }
    return toSeries([...rowsOf(before), ...rows, ...rowsOf(after)]);
  }

  replaced(pointId: PointId, range: TimeRange): Promise<readonly ReplacedReading[]> {
    return Promise.resolve(this.#replaced.read(pointId, range));
  }

  latest(): Promise<readonly LatestReading[]> {
    return Promise.resolve(this.#table.latest());
  }

  remove(pointId: PointId, range: TimeRange): Promise<number> {
    return this.#writes.run(1, () => this.#guard(() => this.#remove(pointId, range)));
  }

  async isHealthy(): Promise<boolean> {
    if (this.#didLastWriteFail || this.#connection.connected === null) return false;
    return detectGeneration(this.#url).then(
      () => true,
      () => false,
    );
  }

  /** What is under way may end; a server that does not answer is not waited for. */
  async stop(): Promise<void> {
    const patience = setTimeout(() => void this.#connection.stop(), stopPatienceMs);
    await this.#writes.stop();
    clearTimeout(patience);
    await this.#connection.stop();
    this.#replaced.close();
    await this.#table.close(this.#connection.isTableTrusted ? this.#place : null);
  }

  async #append(readings: readonly Reading[]): Promise<AppendOutcome[]> {
    const { writer } = this.#connected();
    const batch = new AppendBatch(readings);
    const { outcomes, winners, replaced } = batch.settle(await this.#readStored(batch));
    // Before they are overwritten: once that is done, nobody could tell them any more.
    this.#replaced.keep(replaced);
    const rejected = await writeLines(writer, {
      count: winners.length,
      text: (places) =>
        this.#text(
          batch,
          places.map((i) => winners[i] ?? -1),
        ),
      at: (place) => batch.reading(winners[place] ?? -1).observedAt,
    });
    for (const i of rejected) for (const same of batch.sameIdentity(winners[i] ?? -1)) outcomes[same] = "rejected";
    for (const place of batch.ends(winners, rejected)) this.#table.see(batch.reading(place).pointId, batch.row(place));
    return outcomes;
  }

  #text(batch: AppendBatch, places: readonly number[]): string {
    let text = "";
    for (const place of places) text += toLine(this.#lineStart(batch.reading(place).pointId), batch.row(place)) + "\n";
    return text;
  }

  #lineStart(pointId: PointId): string {
    let start = this.#lineStarts.get(pointId);
    if (start === undefined) this.#lineStarts.set(pointId, (start = toLineStart(pointId)));
    return start;
  }

  /** What InfluxDB has at the batch's instants that lie between a point's first and newest reading; others are new. */
  async #readStored(batch: AppendBatch): Promise<StoredRows> {
    const uncertain = batch.uncertain((pointId) => this.#table.ends(pointId));
    const windows = [...uncertain].flatMap(([pointId, instants]) =>
      toWindows(instants, days(1)).map((window) => ({ pointId, ...window })),
    );
    const stored = new Map<PointId, Map<number, Row>>();
    for (let start = 0; start < windows.length; start += statementsPerQuery)
      await this.#readWindows(windows.slice(start, start + statementsPerQuery), stored);
    return stored;
  }

  async #readWindows(
    windows: readonly { pointId: PointId; from: number; to: number }[],
    stored: Map<PointId, Map<number, Row>>,
  ): Promise<void> {
    const { server } = this.#connected();
    let open = windows;
    while (open.length > 0) {
      const limit = Math.ceil(pageRows / open.length);
      const results = await server.query(open.map(({ pointId, from, to }) => selectRange(pointId, from, to, limit)));
      const unfinished: typeof windows = open.flatMap((window, i) => {
        const rows = rowsOf(results[i]);
        const known = stored.get(window.pointId) ?? new Map<number, Row>();
        stored.set(window.pointId, known);
        for (const row of rows) known.set(row.at, row);
        return rows.length === limit ? [{ ...window, from: (rows.at(-1)?.at ?? 0) + 1 }] : [];
      });
      open = unfinished;
    }
  }

  async #remove(pointId: PointId, { from, to }: TimeRange): Promise<number> {
    const { server, generation } = this.#connected();
    if (!(from < to)) return 0;
    if (generation.remove === null)
      throw new ParkError("unprocessable", "this generation of InfluxDB cannot delete readings", {
        isRetryable: false,
      });
    const [counted] = await server.query([countRange(pointId, from, to)]);
    const count = Number(counted?.series?.[0]?.values[0]?.[1] ?? 0);
    this.#replaced.remove(pointId, { from, to });
    if (count === 0) return 0;
    if (generation.remove === "influxql") await server.query([deleteRange(pointId, from, to)]);
    else await server.deleteByApi(deleteBody(pointId, from, to));
    const [first, last] = (await server.query([selectFrom(pointId, -Infinity), selectBefore(pointId, Infinity)])).map(
      (result) => rowsOf(result)[0],
    );
    this.#table.set(pointId, first === undefined || last === undefined ? null : { firstAt: first.at, last });
    return count;
  }

  #connected(): Connected {
    const connected = this.#connection.connected;
    if (connected === null) throw notConnected();
    return connected;
  }

  /** Keeps quiet when asked to, and knows from each failure whether the server can still be used. */
  async #guard<T>(work: () => Promise<T>): Promise<T> {
    if (performance.now() < this.#quietUntil) throw new ParkError("store_unavailable", "InfluxDB asked us to wait");
    try {
      const done = await work();
      this.#didLastWriteFail = false;
      this.#connection.reportSuccess();
      return done;
    } catch (error) {
      this.#noteFailure(error);
      throw error;
    }
  }

  #noteFailure(error: unknown): void {
    if (error instanceof InfluxBusy) this.#quietUntil = performance.now() + error.retryAfterMs;
    if (this.#connection.connected === null) return;
    this.#didLastWriteFail = true;
    this.#connection.report(error);
    if (error instanceof InfluxRefusal) this.#connection.reconnect();
  }
}
