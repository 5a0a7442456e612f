import { InfluxDB, type WriteApi } from "@influxdata/influxdb-client";
import { ParkError } from "@smart-park/core";
import type { Generation } from "./generation.ts";
import { decodeAnswer, type QueryResult } from "./rows.ts";

export interface InfluxConfig {
  /** http(s)://host:port, perhaps with a path. */
  readonly url: string;
  /** 1.x: `user:password`; null = no authentication. */
  readonly token: string | null;
  /** 2.x only. */
  readonly org: string | null;
  /** 1.x: the database. */
  readonly bucket: string;
}

/** The server refused because of who asks or what is named, which waiting does not mend. */
export class InfluxRefusal extends ParkError {
  override readonly name = "InfluxRefusal";
}

/** Lines of one request at most; the client's own buffer is larger, so that it never sends by itself. */
export const maxLinesPerRequest = 10_000;
const timeoutMs = 30_000;

/** The three requests that we make of an InfluxDB of a known generation. */
export class InfluxServer {
  readonly #config: InfluxConfig;
  readonly #generation: Generation;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(config: InfluxConfig, generation: Generation) {
    this.#config = config;
    this.#generation = generation;
    this.#headers = authorization(generation, config.token);
  }

  /**
   * A client whose `flush` is the request: nothing is sent, kept or repeated behind our back, and its errors are ours
   * to report. The automatic batching of this client loses data silently when the server answers 503.
   */
  openWriteApi(): WriteApi {
    const { url, org, bucket } = this.#config;
    const client = new InfluxDB({ url, timeout: timeoutMs, headers: { ...this.#headers } });
    const api = client.getWriteApi(org ?? "", bucket, "ms", {
      batchSize: maxLinesPerRequest + 1,
      maxBatchBytes: Number.MAX_SAFE_INTEGER,
      flushInterval: 0,
      gzipThreshold: isLoopback(url) ? Number.MAX_SAFE_INTEGER : 1000,
      maxRetries: 0,
      writeFailed: (error) => Promise.reject(error),
    });
    if (this.#generation.write === "v1") api.path = `/write?db=${encodeURIComponent(bucket)}&precision=ms`;
    return api;
  }

  /** Results in the order of the statements. Rejects with store_unavailable, or InfluxRefusal when asking again is useless. */
  async query(statements: readonly string[]): Promise<readonly QueryResult[]> {
    const body = new URLSearchParams({ db: this.#config.bucket, epoch: "ms", q: statements.join(";") });
    const response = await this.#post("/query", body);
    const { results, error } = decodeAnswer(await response.json().catch(() => null));
    if (response.status === 401 || response.status === 403)
      throw new InfluxRefusal("store_unavailable", "InfluxDB refuses the credentials: check INFLUX_TOKEN");
    if (response.status === 404 || /database not found|bucket not found|no dbrp/i.test(error ?? ""))
      throw new InfluxRefusal("store_unavailable", `${this.#missingBucket()}: check INFLUX_BUCKET`);
    if (!response.ok || error !== null || results.length < statements.length)
      throw new ParkError(
        "store_unavailable",
        `InfluxDB cannot answer (${response.status}): ${error ?? "no reason given"}`,
      );
    return results;
  }

  /** Deletes by the interface of 2.x. */
  async deleteByApi(body: { start: string; stop: string; predicate: string }): Promise<void> {
    const { org, bucket } = this.#config;
    const path = `/api/v2/delete?org=${encodeURIComponent(org ?? "")}&bucket=${encodeURIComponent(bucket)}`;
    const response = await this.#post(path, JSON.stringify(body), { "content-type": "application/json" });
    if (!response.ok) throw new ParkError("store_unavailable", `InfluxDB cannot delete (${response.status})`);
  }

  async #post(path: string, body: string | URLSearchParams, headers: Record<string, string> = {}): Promise<Response> {
    try {
      return await fetch(this.#config.url + path, {
        method: "POST",
        headers: { accept: "application/json", ...this.#headers, ...headers },
        body,
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (cause) {
      throw new ParkError("store_unavailable", `InfluxDB does not answer at ${this.#config.url}`, { cause });
    }
  }

  #missingBucket(): string {
    const { bucket } = this.#config;
    return this.#generation.isOne
      ? `InfluxDB has no database ${bucket}`
      : `InfluxDB has no bucket ${bucket} that InfluxQL can read (it needs a DBRP mapping of the same name)`;
  }
}

function authorization(generation: Generation, token: string | null): Record<string, string> {
  if (token === null || token === "") return {};
  // The Token scheme with name and password came with 1.8; Basic works in all of 1.x.
  if (generation.isOne) return { authorization: `Basic ${Buffer.from(token).toString("base64")}` };
  return { authorization: `Token ${token}` };
}

/** Packing costs a quarter of the write rate and gains nothing inside one machine. */
const isLoopback = (url: string): boolean => /^(localhost|127\.|\[::1\])/.test(new URL(url).hostname);
