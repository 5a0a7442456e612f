import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  ParkError,
  qualityCode,
  qualityOf,
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
import { isStorable, kept, withRejected } from "../storable.ts";
import { appendOutcomes } from "./append-plan.ts";
import { HotRows, newPointRows, type PointRows } from "./hot-rows.ts";
import { WorkerCalls } from "../../threads/worker-calls.ts";
import type { ReaderCalls, WorkerData, WriterCalls, WriterEvent, WriterReady } from "./worker-protocol.ts";
import type { AppendBatch } from "./append-plan.ts";

export interface EmbeddedStoreOptions {
  /** Folder of `readings.db`; made when missing. */
  readonly directory: string;
  readonly logger: Logger;
  /** Sealing into chunks starts at this many buffered rows. */
  readonly maxHotRows?: number;
}

const defaultMaxHotRows = 200_000;
const maxWaitingReadings = 300_000;
const maxWaitingReads = 10_000;
/** A figure of a park asks for a few hours of hundreds of points: the thread is woken for so many of them at once. */
const readsPerMessage = 16;

/** Loads worker.ts; in the bundle a file of this name beside the program is the whole thread. */
const workerEntry = new URL("./worker.mjs", import.meta.url);

/**
 * The default store: one SQLite file, one thread that writes, one that reads (docs/decisions/0005). Rejects with
 * config_invalid when the file cannot be opened.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<ReadingStore> {
  const { directory, logger, maxHotRows = defaultMaxHotRows } = options;
  const path = join(directory, "readings.db");
  await mkdir(directory, { recursive: true }).catch((cause: unknown) => {
    throw new ParkError("config_invalid", `the folder ${directory} cannot be made`, { cause });
  });
  const memory = new StoreMemory(logger);
  const data = { path, maxHotRows };
  const starts = await Promise.allSettled([
    WorkerCalls.start<WriterCalls, WriterReady, WriterEvent>({
      name: `the writer of ${path}`,
      entry: workerEntry,
      workerData: { role: "writer", ...data } satisfies WorkerData,
      maxWaitingCost: maxWaitingReadings,
      onReady: (snapshot) => memory.load(snapshot),
      onEvent: (event) => memory.apply(event),
      logger,
    }),
    WorkerCalls.start<ReaderCalls, null, never>({
      name: `the reader of ${path}`,
      entry: workerEntry,
      workerData: { role: "reader", ...data } satisfies WorkerData,
      maxWaitingCost: maxWaitingReads,
      maxAtOnce: readsPerMessage,
      onReady: () => undefined,
      onEvent: () => undefined,
      logger,
    }),
  ]);
  const [writer, reader] = starts;
  if (writer.status === "fulfilled" && reader.status === "fulfilled")
    return new EmbeddedStore(writer.value, reader.value, memory);
  for (const start of starts) if (start.status === "fulfilled") await start.value.stop();
  throw starts.find((start) => start.status === "rejected")?.reason;
}

/** What this thread knows: the newest reading of each point and all rows that are not sealed yet. */
class StoreMemory {
  readonly #logger: Logger;
  hot = new HotRows<string>();
  latest = new Map<string, LatestReading>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  load({ pointIds, sealed, frozen, active }: WriterReady): void {
    this.hot = new HotRows();
    this.latest = new Map();
    this.#see(pointIds, sealed, false);
    this.#see(pointIds, frozen, true);
    if (frozen.at.length > 0) this.hot.freeze();
    this.#see(pointIds, active, true);
  }

  apply(event: WriterEvent): void {
    if (event.kind === "frozen") this.hot.freeze();
    else if (event.kind === "sealed") this.hot.dropFrozen();
    else if (event.kind === "failed")
      this.#logger.warn({ reason: event.reason }, "sealing readings failed; it is tried again");
    else this.#logger.error({ pt: event.pt, day: event.day }, "a damaged day of readings was set aside");
  }

  see(pointId: string, row: { at: number; value: number; quality: number }): void {
    if (row.at < (this.latest.get(pointId)?.observedAt ?? -Infinity)) return;
    this.latest.set(pointId, toLatest(pointId, row));
  }

  #see(pointIds: readonly string[], rows: PointRows, isHot: boolean): void {
    for (const [i, at] of rows.at.entries()) {
      const pointId = pointIds[rows.point[i] ?? 0] ?? "";
      const row = { at, value: rows.value[i] ?? 0, quality: rows.quality[i] ?? 0 };
      if (isHot) this.hot.put(pointId, at, row.value, row.quality);
      this.see(pointId, row);
    }
  }
}

function toLatest(pointId: string, row: { at: number; value: number; quality: number }): LatestReading {
  // Only ids of readings that were appended get here.
  return { pointId: pointId as PointId, observedAt: row.at, value: row.value, quality: qualityOf(row.quality) };
}

class EmbeddedStore implements ReadingStore {
  readonly #writer: WorkerCalls<WriterCalls, WriterReady, WriterEvent>;
  readonly #reader: WorkerCalls<ReaderCalls, null, never>;
  readonly #memory: StoreMemory;
  #didLastWriteFail = false;

  constructor(
    writer: WorkerCalls<WriterCalls, WriterReady, WriterEvent>,
    reader: WorkerCalls<ReaderCalls, null, never>,
    memory: StoreMemory,
  ) {
    this.#writer = writer;
    this.#reader = reader;
    this.#memory = memory;
  }

  async append(readings: readonly Reading[]): Promise<readonly AppendOutcome[]> {
    const storable = readings.filter(isStorable);
    const storedOutcomes: AppendOutcome[] = [];
    if (storable.length === 0) return withRejected(readings, storedOutcomes);
    const batch = toBatch(storable);
    await this.#write(() =>
      this.#writer.call("append", batch, {
        cost: storable.length,
        transfer: buffersOf(batch),
        onAnswer: ({ outcome, isHot }) => {
          for (const [i, reading] of storable.entries()) {
            storedOutcomes[i] = appendOutcomes[outcome[i] ?? 0] ?? "stored";
            this.#remember(reading, isHot[i] === 1, storedOutcomes[i]);
          }
        },
      }),
    );
    return withRejected(readings, storedOutcomes);
  }

  async read(pointId: PointId, { from, to }: TimeRange, { neighbours = false } = {}): Promise<Series> {
    const hot = this.#memory.hot.rows(pointId, from, to, neighbours);
    try {
      return await this.#reader.call("read", { pointId, from, to, neighbours, hot });
    } catch (error) {
      if (error instanceof ParkError && error.code === "internal")
        throw new ParkError("internal", `stored readings of ${pointId} are damaged`, { cause: error });
      throw error;
    }
  }

  replaced(pointId: PointId, range: TimeRange): Promise<readonly ReplacedReading[]> {
    return this.#reader.call("replaced", { pointId, ...range });
  }

  latest(): Promise<readonly LatestReading[]> {
    return Promise.resolve([...this.#memory.latest.values()]);
  }

  async remove(pointId: PointId, { from, to }: TimeRange): Promise<number> {
    const done = await this.#write(() =>
      this.#writer.call(
        "remove",
        { pointId, from, to },
        {
          onAnswer: ({ removed, latest }) => {
            if (removed === 0) return;
            this.#memory.hot.remove(pointId, from, to);
            if (latest === null) this.#memory.latest.delete(pointId);
            else this.#memory.latest.set(pointId, toLatest(pointId, latest));
          },
        },
      ),
    );
    return done.removed;
  }

  async isHealthy(): Promise<boolean> {
    if (this.#didLastWriteFail || !this.#reader.isUp) return false;
    return this.#writer.call("ping", null).then(
      () => true,
      () => false,
    );
  }

  async stop(): Promise<void> {
    await Promise.all([this.#writer.stop(), this.#reader.stop()]);
  }

  async #write<T>(call: () => Promise<T>): Promise<T> {
    try {
      const done = await call();
      this.#didLastWriteFail = false;
      return done;
    } catch (error) {
      this.#didLastWriteFail = true;
      throw error;
    }
  }

  #remember(reading: Reading, isHot: boolean, outcome: AppendOutcome): void {
    const row = { at: reading.observedAt, value: kept(reading.value), quality: qualityCode(reading.quality) };
    if (isHot) this.#memory.hot.put(reading.pointId, row.at, row.value, row.quality);
    if (outcome !== "duplicate") this.#memory.see(reading.pointId, row);
  }
}

function toBatch(readings: readonly Reading[]): AppendBatch {
  const numbers = new Map<string, number>();
  const rows = newPointRows(readings.length);
  const receivedAt = new Float64Array(readings.length);
  for (const [i, reading] of readings.entries()) {
    let number = numbers.get(reading.pointId);
    if (number === undefined) numbers.set(reading.pointId, (number = numbers.size));
    rows.point[i] = number;
    rows.at[i] = reading.observedAt;
    receivedAt[i] = reading.receivedAt;
    rows.value[i] = kept(reading.value);
    rows.quality[i] = qualityCode(reading.quality);
  }
  return { pointIds: [...numbers.keys()], rows, receivedAt };
}

const buffersOf = ({ rows: { point, at, value, quality }, receivedAt }: AppendBatch): ArrayBuffer[] =>
  // toBatch made them, each on a buffer of its own.
  [point, at, value, quality, receivedAt].map((column) => column.buffer as ArrayBuffer);
