import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { SMTPServer } from "smtp-server";

/** How a receiver behaves towards its next messages; the last one stays. */
export type Mood = "take" | "refuse" | "fail" | "hang" | "reset" | "busy" | "redirect" | "upgrade";

export interface Received {
  readonly key: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly url: string;
}

export interface Receiver {
  readonly port: number;
  readonly received: Received[];
  readonly moods: Mood[];
  /** Resolves when so many messages came. */
  count(messages: number): Promise<void>;
  stop(): Promise<void>;
}

class Inbox {
  readonly received: Received[] = [];
  readonly #waiting = new Set<() => void>();
  readonly moods: Mood[] = ["take"];

  add(one: Received): void {
    this.received.push(one);
    this.#waiting.forEach((check) => check());
  }

  mood(): Mood {
    return (this.moods.length > 1 ? this.moods.shift() : this.moods[0]) ?? "take";
  }

  count(messages: number): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (this.received.length < messages) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** A real HTTP server that takes messages as a webhook or robot does; `taken` is what it answers when all is well. */
export async function startHttpReceiver(taken = `{"errcode":0,"errmsg":"ok","code":0}`): Promise<Receiver> {
  const inbox = new Inbox();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = "";
    for await (const part of request) text += String(part);
    const key = String(request.headers["idempotency-key"]);
    const mood = inbox.mood();
    inbox.add({ key, text, headers: request.headers, url: request.url ?? "" });
    if (mood === "hang") return;
    if (mood === "reset") return void request.socket.resetAndDestroy();
    const upgrade = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n";
    if (mood === "upgrade") return void request.socket.write(upgrade);
    const status = { take: 200, refuse: 400, fail: 500, busy: 429, redirect: 302 }[mood];
    response
      .writeHead(status, { "content-type": "application/json", location: "/elsewhere" })
      .end(mood === "take" ? taken : "{}");
  };
  const server = createServer((request, response) => void answer(request, response).catch(() => undefined));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    received: inbox.received,
    moods: inbox.moods,
    count: (n) => inbox.count(n),
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A real SMTP server. */
export async function startSmtpReceiver(): Promise<Receiver> {
  const inbox = new Inbox();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onData: (stream, session, done) => {
      let text = "";
      stream.on("data", (part: Buffer) => (text += part.toString("utf8")));
      stream.on("end", () => {
        const mood = inbox.mood();
        const key = /^Idempotency-Key: (\S+)/im.exec(text)?.[1] ?? "";
        const to = session.envelope.rcptTo.map(({ address }) => address).join(",");
        inbox.add({ key, text, headers: {}, url: to });
        if (mood === "hang") return;
        if (mood === "reset") return connections.forEach((socket) => socket.resetAndDestroy());
        if (mood === "take") return done();
        done(
          Object.assign(new Error("no"), {
            responseCode: { refuse: 550, fail: 451, busy: 421, redirect: 251, upgrade: 251 }[mood],
          }),
        );
      });
    },
  });
  const connections = new Set<Socket>();
  server.server.on("connection", (socket: Socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
  });
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  return {
    received: inbox.received,
    moods: inbox.moods,
    count: (n) => inbox.count(n),
    port: (server.server.address() as AddressInfo).port,
    stop: async () => {
      connections.forEach((socket) => socket.destroy());
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
