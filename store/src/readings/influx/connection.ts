import { setTimeout as pause } from "node:timers/promises";
import { ParkError, type Logger, type PointId } from "@smart-park/core";
import { detectGeneration, type Generation } from "./generation.ts";
import { createDatabase, probe, selectEnds } from "./influxql.ts";
import type { LatestTable, PointEnds } from "./latest-table.ts";
import type { LineWriter } from "./line-writer.ts";
import { rowPerPoint } from "./rows.ts";
import { InfluxRefusal, InfluxServer, type InfluxConfig } from "./server.ts";

const firstPauseMs = 500;
const maxPauseMs = 30_000;
const startPatienceMs = 5_000;

export interface Connected {
  readonly generation: Generation;
  readonly server: InfluxServer;
  readonly writer: LineWriter;
}

/**
 * The way to a server that need not be there yet: it is asked again and again, with growing pauses, until it answers,
 * lets us in and (1.x) has our database; its first problem and every other one after it is logged once.
 */
export class Connection {
  readonly #config: InfluxConfig;
  readonly #table: LatestTable;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #isTableTrusted: boolean;
  #connected: Connected | null = null;
  #connecting: Promise<void> | null = null;
  #wasConnected = false;
  #problem: string | null = null;

  constructor(config: InfluxConfig, latest: { table: LatestTable; isTrusted: boolean }, logger: Logger) {
    this.#config = config;
    this.#table = latest.table;
    this.#isTableTrusted = latest.isTrusted;
    this.#logger = logger;
  }

  /** Null while the server cannot be used. */
  get connected(): Connected | null {
    return this.#connected;
  }

  get isTableTrusted(): boolean {
    return this.#isTableTrusted;
  }

  /** Resolves after the first try, whatever it gave, or soon when nothing answers; later ones go on in the background. */
  async start(): Promise<void> {
    const first = this.#try();
    this.#connecting = first
      .then((isConnected) => (isConnected ? undefined : this.#tryUntilConnected()))
      .finally(() => (this.#connecting = null));
    await Promise.race([first, pause(startPatienceMs, null, { signal: this.#stopping.signal, ref: false })]);
  }

  /** To be called when the server turned out not to know our database any more. */
  reconnect(): void {
    this.#disconnect();
    this.#connecting ??= this.#tryUntilConnected().finally(() => (this.#connecting = null));
  }

  /** Logs a problem once, until another one or success follows. */
  report(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error);
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#logger.error({ url: this.#config.url, bucket: this.#config.bucket }, problem);
  }

  /** After a write: only this shows that nothing is wrong any more. */
  reportSuccess(): void {
    if (this.#problem !== null) this.#logger.info({ url: this.#config.url }, "InfluxDB can be used again");
    this.#problem = null;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#connecting;
    this.#disconnect();
  }

  /** What is under way fails, what comes is refused. */
  #disconnect(): void {
    this.#connected?.server.close();
    void this.#connected?.writer.close();
    this.#connected = null;
  }

  async #tryUntilConnected(): Promise<void> {
    for (let attempt = 0; !this.#stopping.signal.aborted; attempt++) {
      const longest = Math.min(maxPauseMs, firstPauseMs * 2 ** attempt);
      await pause(longest * (0.75 + Math.random() / 4), null, { signal: this.#stopping.signal, ref: false }).catch(
        () => undefined, // stopped
      );
      if (!this.#stopping.signal.aborted && (await this.#try())) return;
    }
  }

  async #try(): Promise<boolean> {
    try {
      const generation = await detectGeneration(this.#config.url, this.#stopping.signal);
      const server = new InfluxServer(this.#config, generation, this.#stopping.signal);
      if (generation.isOne) await makeDatabase(server, this.#config.bucket);
      await server.query([probe]);
      if (!this.#isTableTrusted) this.#table.replace(await readEnds(server));
      this.#isTableTrusted = true;
      this.#connected = { generation, server, writer: server.openWriter() };
      if (!this.#wasConnected)
        this.#logger.info({ url: this.#config.url, version: generation.version }, "readings are kept in InfluxDB");
      this.#wasConnected = true;
      return true;
    } catch (error) {
      this.report(error);
      return false;
    }
  }
}

/** A user who may not make databases may still use one that is there; the probe after this tells. */
async function makeDatabase(server: InfluxServer, bucket: string): Promise<void> {
  try {
    await server.query([createDatabase(bucket)]);
  } catch (error) {
    if (!(error instanceof InfluxRefusal)) throw error;
  }
}

async function readEnds(server: InfluxServer): Promise<Map<PointId, PointEnds>> {
  const [firsts, lasts] = await server.query([selectEnds("ASC"), selectEnds("DESC")]);
  const firstAt = new Map(rowPerPoint(firsts).map(({ pointId, row }) => [pointId, row.at]));
  return new Map(
    rowPerPoint(lasts).map(({ pointId, row }) => [pointId, { firstAt: firstAt.get(pointId) ?? row.at, last: row }]),
  );
}

export const notConnected = (): ParkError => new ParkError("store_unavailable", "InfluxDB cannot be used yet");
