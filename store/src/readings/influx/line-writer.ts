import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Socket } from "node:net";
import { ParkError } from "@smart-park/core";
import type { WriteApi } from "@influxdata/influxdb-client";

const connectTimeoutMs = 5_000;

/**
 * One request a call: nothing is sent, kept or repeated behind our back. The client alone would leave a request that
 * timed out open, and would wait for ever for an answer that trickles: here its connection is cut.
 */
export class LineWriter {
  readonly #api: WriteApi;
  readonly #agent: HttpAgent;
  readonly #timeoutMs: number;
  #isClosed = false;

  constructor(api: WriteApi, agent: HttpAgent, timeoutMs: number) {
    this.#api = api;
    this.#agent = agent;
    this.#timeoutMs = timeoutMs;
  }

  /** Sends `text`, whole lines; resolves when the server confirmed all of them. Rejects with what the client says. */
  async write(text: string): Promise<void> {
    // The closed client would say that all is stored, and send nothing.
    if (this.#isClosed) throw new ParkError("store_unavailable", "the connection to InfluxDB is closed");
    this.#api.writeRecord(text);
    const timer = setTimeout(() => this.#agent.destroy(), this.#timeoutMs);
    try {
      await this.#api.flush();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Requests under way fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#agent.destroy();
    await this.#api.close();
  }
}

/** Keeps connections for the next request; a new one must stand within five seconds. */
export function agentFor(url: string): HttpAgent {
  const agent =
    new URL(url).protocol === "https:" ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = connect(options, callback);
    if (socket instanceof Socket) limitConnect(socket);
    return socket;
  };
  return agent;
}

function limitConnect(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(new Error("no connection within 5 s")), connectTimeoutMs);
  for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(timer));
}
