import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface Stored {
  readonly v: number;
  readonly q: number;
}
/** What the next write answers instead of storing; `afterStoring` = the answer comes too late. */
export interface Fault {
  /** silent = takes the request and never answers; trickling = an answer that never ends; reset = cuts the connection. */
  readonly status: number | "silent" | "trickling" | "reset";
  readonly headers?: Record<string, string>;
  readonly afterStoring?: boolean;
  readonly message?: string;
}

/**
 * For tests: speaks as InfluxDB 2.7 does on the paths that we use (`/ping`, `/api/v2/write`, `/query` behind a DBRP
 * mapping, `/api/v2/delete`), as its documentation describes them; keeps the points in memory.
 */
export class RecordedInfluxTwo {
  readonly access = { org: "park org", bucket: "meters & more", token: "secret==" };
  readonly points = new Map<string, Map<number, Stored>>();
  readonly faults: Fault[] = [];
  /** When set, every write gets this, from the one of this number on. */
  standingFault: Fault | null = null;
  standingFrom = 1;
  /** What it says of lines that it refuses, instead of naming them. */
  refusalMessage: string | null = null;
  /** Requests with more lines get 413. */
  maxLines = Infinity;
  writes = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<RecordedInfluxTwo> {
    const recorded = new RecordedInfluxTwo();
    recorded.#server.listen(0, "127.0.0.1");
    await once(recorded.#server, "listening");
    return recorded;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // a TCP server
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? "/", "http://influx");
    const body = await text(request);
    const send = (status: number, json?: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
      response.end(json === undefined ? undefined : JSON.stringify(json));
    };
    if (address.pathname === "/ping") return send(204, undefined, { "x-influxdb-version": "v2.7.12" });
    if (request.headers.authorization !== `Token ${this.access.token}`)
      return send(401, { code: "unauthorized", message: "unauthorized access" });
    if (address.pathname === "/query") return this.#query(new URLSearchParams(body), send);
    if (address.searchParams.get("org") !== this.access.org)
      return send(404, {
        code: "not found",
        message: `organization name "${address.searchParams.get("org")}" not found`,
      });
    if (address.searchParams.get("bucket") !== this.access.bucket)
      return send(404, { code: "not found", message: `bucket "${address.searchParams.get("bucket")}" not found` });
    if (address.pathname === "/api/v2/delete") return this.#delete(body, send);
    if (address.pathname !== "/api/v2/write" || address.searchParams.get("precision") !== "ms") return send(404);
    this.writes++;
    const fault = this.faults.shift() ?? (this.writes >= this.standingFrom ? this.standingFault : null);
    if (fault?.afterStoring) this.#store(body);
    if (fault) return answerFault(fault, response, send);
    this.#write(body, send);
  }

  #write(body: string, send: Send): void {
    if (linesOf(body).length > this.maxLines)
      return send(413, { code: "request too large", message: "body too large" });
    const dropped = this.#store(body);
    if (dropped === 0) return send(204);
    const message = `failure writing points to database: partial write: field type conflict: dropped=${dropped}`;
    send(422, { code: "unprocessable entity", message: this.refusalMessage ?? message });
  }

  /** Keeps what it can; gives how many lines it refused. */
  #store(body: string): number {
    return linesOf(body).filter((line) => !this.#keep(line)).length;
  }

  #keep(line: string): boolean {
    const match = /^reading,pt=((?:\\.|[^ ,=\\])+) v=([-+.e\d]+),q=(\d)i (-?\d+)$/.exec(line);
    if (match === null || line.includes("refused")) return false;
    const [, tag = "", v, q, at] = match;
    const id = tag.replace(/\\([ ,=])/g, "$1");
    const ofPoint = this.points.get(id) ?? new Map<number, Stored>();
    this.points.set(id, ofPoint.set(Number(at), { v: Number(v), q: Number(q) }));
    return true;
  }

  #query(form: URLSearchParams, send: Send): void {
    if (form.get("db") !== this.access.bucket || form.get("epoch") !== "ms")
      return send(200, { results: [{ statement_id: 0, error: `database not found: ${form.get("db")}` }] });
    const statements = (form.get("q") ?? "").split(/;(?=SELECT|SHOW)/);
    send(200, { results: statements.map((statement, i) => ({ statement_id: i, ...this.#run(statement) })) });
  }

  #run(statement: string): { series?: unknown[]; error?: string } {
    if (statement.startsWith("SHOW MEASUREMENTS")) return {};
    if (statement.includes("GROUP BY pt"))
      return { series: [...this.points.keys()].map((pt) => ({ tags: { pt }, ...this.#select(pt, statement) })) };
    const id = /pt = '((?:\\.|[^'\\])*)'/.exec(statement)?.[1]?.replace(/\\(.)/g, "$1") ?? "";
    const selected = this.#select(id, statement);
    return selected.values.length === 0 ? {} : { series: [selected] };
  }

  #select(id: string, statement: string): { name: string; columns: string[]; values: number[][] } {
    const bound = (pattern: RegExp, otherwise: number): number =>
      Date.parse(pattern.exec(statement)?.[1] ?? "") || otherwise;
    const [from, to] = [bound(/time >= '([^']+)'/, -Infinity), bound(/time < '([^']+)'/, Infinity)];
    const rows = [...(this.points.get(id) ?? [])].filter(([at]) => at >= from && at < to).sort((a, b) => a[0] - b[0]);
    if (statement.startsWith("SELECT count(v)"))
      return { name: "reading", columns: ["time", "count"], values: rows.length === 0 ? [] : [[0, rows.length]] };
    if (statement.includes("time DESC")) rows.reverse();
    const limit = Number(/LIMIT (\d+)/.exec(statement)?.[1] ?? Infinity);
    return {
      name: "reading",
      columns: ["time", "v", "q"],
      values: rows.slice(0, limit).map(([at, { v, q }]) => [at, v, q]),
    };
  }

  #delete(body: string, send: Send): void {
    const { start, stop, predicate } = JSON.parse(body) as Record<"start" | "stop" | "predicate", string>; // our own body
    const id = /pt="((?:\\.|[^"\\])*)"/.exec(predicate)?.[1]?.replace(/\\(.)/g, "$1") ?? "";
    const ofPoint = this.points.get(id);
    for (const at of [...(ofPoint?.keys() ?? [])])
      if (at >= Date.parse(start) && at <= Date.parse(stop)) ofPoint?.delete(at);
    if (ofPoint?.size === 0) this.points.delete(id);
    send(204);
  }
}

type Send = (status: number, json?: unknown, headers?: Record<string, string>) => void;

const linesOf = (body: string): string[] => body.split("\n").filter((line) => line !== "");

function answerFault({ status, headers, message = "fault" }: Fault, response: ServerResponse, send: Send): void {
  if (status === "silent") return;
  if (status === "reset") return void response.destroy();
  if (status !== "trickling") return send(status, { code: "internal error", message }, headers);
  response.writeHead(500, { "content-type": "application/json" });
  const trickle = setInterval(() => response.write(" "), 20);
  response.once("close", () => clearInterval(trickle));
}
