import { InfluxDB } from "@influxdata/influxdb-client";
import { ParkError } from "@smart-park/core";
import type { Generation } from "./generation.ts";
import { readJson } from "./limited-body.ts";
import { agentFor, LineWriter } from "./line-writer.ts";
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
  /** Longest time that one request may take; 30 s when not given. */
  readonly timeoutMs?: number;
}

/** The server refused because of who asks or what is named, which waiting does not mend. */
export class InfluxRefusal extends ParkError {
  override readonly name = "InfluxRefusal";
}

const defaultTimeoutMs = 30_000;
/** More than any answer to our statements has; each of them limits its rows. */
const maxAnswerBytes = 64 * 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly ok: boolean;
  /** Null when the body is no JSON. */
  readonly json: unknown;
}

/** The three requests that we make of an InfluxDB of a known generation. */
export class InfluxServer {
  readonly #config: InfluxConfig;
  readonly #generation: Generation;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;
  readonly #stop: AbortSignal;
  readonly #closing = new AbortController();

  /** Queries fail after `stop`. */
  constructor(config: InfluxConfig, generation: Generation, stop: AbortSignal) {
    this.#stop = stop;
    this.#config = config;
    this.#generation = generation;
    this.#headers = authorization(generation, config.token);
    this.#timeoutMs = config.timeoutMs ?? defaultTimeoutMs;
  }

  /**
   * A client whose `flush` is the request, with its errors ours to report. The automatic batching of this client loses
   * data silently when the server answers 503.
   */
  openWriter(): LineWriter {
    const { url, org, bucket } = this.#config;
    const agent = agentFor(url);
    const client = new InfluxDB({ url, timeout: 0, headers: { ...this.#headers }, transportOptions: { agent } });
    const api = client.getWriteApi(org ?? "", bucket, "ms", {
      // A whole request is one record here, so the buffer is never full; nothing is sent by a timer or again.
      batchSize: 2,
      maxBatchBytes: Number.MAX_SAFE_INTEGER,
      flushInterval: 0,
      gzipThreshold: isLoopback(url) ? Number.MAX_SAFE_INTEGER : 1000,
      maxRetries: 0,
      writeFailed: (error) => Promise.reject(error),
    });
    if (this.#generation.write === "v1") api.path = `/write?db=${encodeURIComponent(bucket)}&precision=ms`;
    return new LineWriter(api, agent, this.#timeoutMs);
  }

  /** Queries under way fail. */
  close(): void {
    this.#closing.abort();
  }

  /** Results in the order of the statements. Rejects with store_unavailable, or InfluxRefusal when asking again is useless. */
  async query(statements: readonly string[]): Promise<readonly QueryResult[]> {
    const body = new URLSearchParams({ db: this.#config.bucket, epoch: "ms", q: statements.join(";") });
    const response = await this.#post("/query", body);
    const { results, error } = decodeAnswer(response.json);
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

  async #post(path: string, body: string | URLSearchParams, headers: Record<string, string> = {}): Promise<Answer> {
    try {
      const response = await fetch(this.#config.url + path, {
        method: "POST",
        headers: { accept: "application/json", ...this.#headers, ...headers },
        body,
        redirect: "error",
        signal: AbortSignal.any([this.#stop, this.#closing.signal, AbortSignal.timeout(this.#timeoutMs)]),
      });
      return { status: response.status, ok: response.ok, json: await readJson(response, maxAnswerBytes) };
    } catch (cause) {
      if (cause instanceof ParkError) throw cause;
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
