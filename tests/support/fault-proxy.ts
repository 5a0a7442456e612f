import { once } from "node:events";
import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";

/** What happens to requests, all but `/ping`, instead of just passing through. */
export type Fault =
  | { readonly kind: "refuse" | "reset" | "resetAfterAnswer" | "silent" }
  | { readonly kind: "slow"; readonly ms: number }
  /** Answers of our own; `isStored` = the server gets the request all the same. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly isStored?: boolean;
    }
  /** Writes of more lines get 413. */
  | { readonly kind: "small"; readonly maxLines: number };

/** Stands before an HTTP server and does to its clients what networks, proxies and a tired server do. */
export class FaultProxy {
  readonly #target: string;
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  #port = 0;
  #fault: Fault | null = null;
  /** Requests that a fault met since it was set. */
  hits = 0;

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer(
      (incoming, response) => void this.#pass(incoming, response).catch(() => response.destroy()),
    );
  }

  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await proxy.#listen();
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async set(fault: Fault | null): Promise<void> {
    const wasRefusing = this.#fault?.kind === "refuse";
    this.#fault = fault;
    this.hits = 0;
    if (fault?.kind === "refuse") await this.#close();
    else if (wasRefusing) await this.#listen();
    // Requests that are held are let go with an error.
    if (fault === null) for (const response of this.#held.splice(0)) response.destroy();
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    if (this.#server.listening) await this.#close();
  }

  readonly #held: ServerResponse[] = [];

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port; // a TCP server
  }

  async #close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const fault = incoming.url === "/ping" ? null : this.#fault;
    if (fault !== null) this.hits += 1;
    switch (fault?.kind) {
      case "reset":
        return void response.destroy();
      case "silent":
        return void this.#held.push(response);
      case "resetAfterAnswer":
        await this.#forward(incoming, body);
        return void response.destroy();
      case "slow":
        await pause(fault.ms);
        break;
      case "answer":
        if (fault.isStored === true) await this.#forward(incoming, body);
        return void response.writeHead(fault.status, { ...fault.headers }).end(fault.body ?? "fault");
      case "small":
        if (incoming.url?.includes("write") === true && body.toString().split("\n").length > fault.maxLines)
          return void response.writeHead(413).end("413 Request Entity Too Large");
        break;
      case "refuse":
      case undefined:
        break;
    }
    const answer = await this.#forward(incoming, body);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  async #forward(incoming: IncomingMessage, body: Buffer) {
    const { host: _, connection: __, ...headers } = incoming.headers;
    const sent = request(this.#target + (incoming.url ?? "/"), {
      agent: this.#agent,
      method: incoming.method ?? "GET",
      headers: { ...headers, "content-length": body.length },
    });
    sent.end(body);
    const [answer] = (await once(sent, "response")) as [IncomingMessage]; // as documented
    const { connection: ___, "transfer-encoding": ____, ...answerHeaders } = answer.headers;
    return { status: answer.statusCode ?? 502, headers: answerHeaders, body: await buffer(answer) };
  }
}
