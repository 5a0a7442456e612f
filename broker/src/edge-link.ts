import { chmod, unlink } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import {
  ParkError,
  type Clock,
  type DeviceId,
  type EnterpriseId,
  type JournalWriter,
  type Logger,
  type Stoppable,
} from "@smart-park/core";
import {
  edgeLinkHeaders,
  edgeLinkPaths,
  httpBatchTopic,
  listeningRequest,
  type EdgeState,
} from "@smart-park/core/wire";
import { limits } from "./config.ts";
import type { Order } from "./mqtt-broker.ts";

export interface EdgeLinkParts {
  readonly path: string;
  readonly journal: JournalWriter;
  readonly clock: Clock;
  readonly logger: Logger;
  connections(): number;
  ports(): EdgeState["ports"];
  registryChanged(): void;
  /** An HTTP batch that was made durable. */
  accepted(): void;
  /** An HTTP batch that could not be made durable. */
  refused(enterpriseId: string): void;
  /** Says something to subscribers; gives whether there are any. */
  publish(topic: string, payload: Buffer): boolean;
  /** Whether a device listens to a topic now. */
  isListening(deviceId: string, topic: string): boolean;
  /** Hands a command to one connection of its device; gives whether it had one. */
  order(order: Omit<Order, "delivered"> & { readonly commandId: string }): boolean;
  /** This process's figures, Prometheus text. */
  metrics(): Promise<string>;
}

/** A named pipe of Windows is no file and belongs to its user anyway. */
const isFile = process.platform !== "win32";

/** The app process's way to edge: HTTP/1.1 on a unix socket that only this user may open. */
export async function startEdgeLink(parts: EdgeLinkParts): Promise<Stoppable> {
  await removeStale(parts.path);
  const watchers = new Watchers(parts);
  const server = createServer((request, response) => {
    route(parts, watchers, request, response).catch((error: unknown) => {
      parts.logger.error({ error: String(error) }, "a request on the edge link failed");
      if (!response.headersSent) answer(response, 500);
      else response.destroy();
    });
  });
  await listen(server, parts.path);
  if (isFile) await chmod(parts.path, 0o600);
  return {
    stop: async () => {
      watchers.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A socket file without a process behind it is left over from a crash; one that answers is another edge. */
async function removeStale(path: string): Promise<void> {
  const isAlive = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.once("error", () => resolve(false));
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
  });
  if (isAlive) throw new ParkError("config_invalid", `Another edge process is running on ${path}.`);
  if (isFile) await unlink(path).catch(() => undefined);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = Buffer.byteLength(path) > 103 ? "its path is too long" : (cause.code ?? cause.message);
      reject(new ParkError("config_invalid", `The local socket ${path} cannot be opened: ${why}.`, { cause }));
    });
    server.listen(path, resolve);
  });
}

async function route(
  parts: EdgeLinkParts,
  watchers: Watchers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url } = request;
  if (method === "POST" && url === edgeLinkPaths.append) return append(parts, request, response);
  if (method === "POST" && url === edgeLinkPaths.publish) return publish(parts, request, response);
  if (method === "POST" && url === edgeLinkPaths.listening) return listening(parts, request, response);
  if (method === "POST" && url === edgeLinkPaths.order) return order(parts, request, response);
  if (method === "GET" && url === edgeLinkPaths.watch) return watchers.add(response);
  if (method === "GET" && url === edgeLinkPaths.metrics) {
    response.end(await parts.metrics());
    return;
  }
  if (method === "POST" && url === edgeLinkPaths.registryChanged) {
    request.resume();
    parts.registryChanged();
    return answer(response, 204);
  }
  request.resume();
  answer(response, 404);
}

async function append(parts: EdgeLinkParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [sender, enterpriseId] = [header(request, "sender"), header(request, "enterprise")];
  const topic = header(request, "topic") || httpBatchTopic;
  const payload = await readBody(request);
  const received = header(request, "received");
  if (sender === null || enterpriseId === null || !/^\d{0,15}$/.test(received ?? "x")) return answer(response, 400);
  if (payload === null) return answer(response, 413);
  // What waited for its device's approval is a message of that device, received when it came.
  const hasWaited = received !== "";
  try {
    await parts.journal.append({
      source: hasWaited ? "mqtt" : "http",
      receivedAt: hasWaited ? Number(received) : parts.clock.now(),
      // Set by the api from the token's record; edge trusts whoever may open its socket.
      sender: sender as DeviceId,
      enterpriseId: enterpriseId as EnterpriseId,
      topic,
      payload,
    });
    parts.accepted();
    answer(response, 204);
  } catch (error) {
    parts.logger.debug({ error: String(error) }, "an HTTP batch was not journaled");
    parts.refused(enterpriseId);
    answer(response.setHeader("retry-after", "5"), 503);
  }
}

async function publish(parts: EdgeLinkParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const topic = header(request, "topic");
  const payload = await readBody(request);
  if (topic === null || topic === "" || payload === null) return answer(response, 400);
  answer(response, parts.publish(topic, payload) ? 204 : 404);
}

async function listening(parts: EdgeLinkParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const asked = listeningRequest.safeParse(body === null ? null : parseJson(body));
  if (!asked.success) return answer(response, 400);
  const answers = asked.data.map(([deviceId, topic]) => parts.isListening(deviceId, topic));
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answers));
}

async function order(parts: EdgeLinkParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [deviceId, topic] = [header(request, "sender"), header(request, "topic")];
  const [commandId, expires] = [header(request, "command"), header(request, "expires")];
  const payload = await readBody(request);
  const isWhole = deviceId && topic && commandId && payload !== null && /^\d{1,15}$/.test(expires ?? "");
  if (!isWhole) return answer(response, 400);
  const isGiven = parts.order({ deviceId, topic, commandId, payload, expiresAt: Number(expires) });
  answer(response, isGiven ? 204 : 404);
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Percent-encoded, since names of tokens may be Chinese and headers may not; "" when absent, null when malformed. */
function header(request: IncomingMessage, name: keyof typeof edgeLinkHeaders): string | null {
  const value = request.headers[edgeLinkHeaders[name]];
  try {
    return typeof value === "string" ? decodeURIComponent(value) : "";
  } catch {
    return null;
  }
}

/** Null when the body is larger than allowed; the rest of it is read and thrown away. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= limits.linkBodyBytes) chunks.push(chunk);
  }
  return bytes <= limits.linkBodyBytes ? Buffer.concat(chunks) : null;
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

/** Endless answers with the journal's end; a watcher that does not read gets the newest state when it does. */
class Watchers {
  readonly #parts: EdgeLinkParts;
  readonly #responses = new Set<ServerResponse>();
  readonly #endWatch: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: EdgeLinkParts) {
    this.#parts = parts;
    this.#endWatch = parts.journal.onCommit(() => this.#sendSoon());
    // Commits tell of nothing while there are none: that is when the app must hear why.
    this.#heartbeat = setInterval(() => this.#sendSoon(), limits.heartbeatMs);
  }

  add(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    this.#responses.add(response);
    response.on("close", () => this.#responses.delete(response));
    response.on("drain", () => this.#send(response));
    this.#send(response);
  }

  stop(): void {
    this.#endWatch();
    clearInterval(this.#heartbeat);
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const response of this.#responses) response.end();
  }

  #sendSoon(): void {
    if (this.#responses.size === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      for (const response of this.#responses) if (!response.writableNeedDrain) this.#send(response);
    }, limits.watchIntervalMs);
  }

  #send(response: ServerResponse): void {
    const { sequence, segment, offset } = this.#parts.journal.position();
    const problem = this.#parts.journal.problem();
    const [connections, ports] = [this.#parts.connections(), this.#parts.ports()];
    const state: EdgeState = { sequence, segment, offset, connections, problem, ports };
    response.write(`${JSON.stringify(state)}\n`);
  }
}
