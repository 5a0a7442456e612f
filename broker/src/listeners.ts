import { unwatchFile, watchFile } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer as createHttpServer, STATUS_CODES, type Server as HttpServer } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import { createWebSocketStream, WebSocketServer } from "ws";
import { ParkError, type Logger, type Stoppable } from "@smart-park/core";
import { limits, type ListenAddress, type TlsListenAddress } from "./config.ts";
import type { Strangers } from "./strangers.ts";

export type TakeConnection = (socket: Duplex, address: string) => void;

export interface Listener extends Stoppable {
  readonly port: number;
}

/** MQTT over plain TCP. */
export async function listenTcp(address: ListenAddress, take: TakeConnection): Promise<Listener> {
  const server = createTcpServer({ noDelay: true }, (socket) => take(socket, socket.remoteAddress ?? ""));
  return listen(server, address, "MQTT");
}

/**
 * HJ 212 over TCP; whoever is gone without a word is found out within minutes. Who has said all it has to say is still
 * answered, so who takes a connection ends it.
 */
export async function listenHj212(address: ListenAddress, take: TakeConnection): Promise<Listener> {
  const options = {
    ...{ allowHalfOpen: true, noDelay: true },
    ...{ keepAlive: true, keepAliveInitialDelay: limits.keepaliveProbeMs },
  };
  const server = createTcpServer(options, (socket) => take(socket, socket.remoteAddress ?? ""));
  return listen(server, address, "HJ 212");
}

const tlsVersion = { minVersion: "TLSv1.2" } as const;

/** MQTT over TLS 1.2 and newer. Renewed certificate files are taken over while connections go on. */
export async function listenTls(
  address: TlsListenAddress,
  take: TakeConnection,
  { logger, strangers }: { logger: Logger; strangers: Strangers },
): Promise<Listener> {
  const options = {
    ...tlsVersion,
    ...(await readCertificate(address)),
    handshakeTimeout: limits.tlsHandshakeTimeoutMs,
  };
  const server = createTls(options, (socket) => {
    hasShakenHands(socket);
    socket.setNoDelay(true);
    take(socket, socket.remoteAddress ?? "");
  });
  const hasShakenHands = countStrangers(server, strangers);
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  const listener = await listen(server, address, "MQTT over TLS");
  const endRenewal = renewWhenChanged(server, address, logger);
  return {
    port: listener.port,
    stop: () => {
      endRenewal();
      return listener.stop();
    },
  };
}

/**
 * Counts who has connected and not yet come as far as the broker: until its time is over, who never goes on costs as much
 * as a client. Gives what to call for one that did.
 */
function countStrangers(server: Server | HttpServer, strangers: Strangers): (socket: Peer) => void {
  const places = new Map<string, () => void>();
  server.on("connection", (socket: Socket) => {
    const leave = strangers.enter(socket.remoteAddress ?? "");
    if (leave === null) return void socket.destroy();
    const name = nameOf(socket);
    places.set(name, leave);
    socket.once("close", () => {
      leave();
      places.delete(name);
    });
  });
  return (socket) => places.get(nameOf(socket))?.();
}

type Peer = Pick<Socket, "remoteAddress" | "remotePort">;

/** The socket of TLS is another object than the one that connected, from the same place. */
const nameOf = ({ remoteAddress, remotePort }: Peer): string => `${remoteAddress} ${remotePort}`;

/** Looks at the files instead of waiting for events, which neither mounted secrets nor replaced links give. */
function renewWhenChanged(server: TlsServer, address: TlsListenAddress, logger: Logger): () => void {
  const renew = async (): Promise<void> => {
    try {
      server.setSecureContext({ ...tlsVersion, ...(await readCertificate(address)) });
      logger.info({ file: address.certFile }, "the MQTT certificate was renewed");
    } catch (error) {
      // Half-way through a renewal certificate and key do not fit; the next change brings the other one.
      logger.warn({ error: String(error) }, "the changed MQTT certificate cannot be used; the one before stays");
    }
  };
  const onChange = (): void => void renew();
  const files = [address.certFile, address.keyFile];
  for (const file of files) watchFile(file, { interval: limits.certificateCheckMs, persistent: false }, onChange);
  return () => {
    for (const file of files) unwatchFile(file, onChange);
  };
}

async function readCertificate({ certFile, keyFile }: TlsListenAddress): Promise<{ cert: Buffer; key: Buffer }> {
  const [cert, key] = await Promise.all([readPem(certFile), readPem(keyFile)]);
  return { cert, key };
}

/** MQTT in WebSocket frames, path `/mqtt`, subprotocol `mqtt` [MQTT-6.0.0-3]. */
export async function listenWebSocket(
  address: ListenAddress,
  take: TakeConnection,
  strangers: Strangers,
): Promise<Listener> {
  const http = createHttpServer(
    // Node looks at its time-outs only so often, every 30 s unless told.
    { connectionsCheckingInterval: limits.connectTimeoutMs / 5 },
    (_request, response) => response.writeHead(426, { upgrade: "websocket" }).end(),
  );
  const hasUpgraded = countStrangers(http, strangers);
  http.headersTimeout = limits.connectTimeoutMs;
  http.maxConnections = limits.connections;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.packetBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has("mqtt") ? "mqtt" : false),
  });
  http.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    if (request.url?.split("?")[0] !== "/mqtt") return refuseUpgrade(socket, 404);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      hasUpgraded(request.socket);
      const stream = createWebSocketStream(webSocket);
      take(stream, request.socket.remoteAddress ?? "");
    });
  });
  const listener = await listen(http, address, "MQTT over WebSocket");
  return {
    port: listener.port,
    stop: async () => {
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      await listener.stop();
    },
  };
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nconnection: close\r\n\r\n`);
}

function createTls(...[options, take]: Parameters<typeof createTlsServer>): TlsServer {
  try {
    return createTlsServer(options as Parameters<typeof createTlsServer>[0] & object, take);
  } catch (cause) {
    throw new ParkError("config_invalid", "The TLS certificate and key do not fit together or are not PEM.", { cause });
  }
}

async function readPem(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new ParkError("config_invalid", `The TLS file ${path} cannot be read.`, { cause });
  }
}

function listen(server: Server | HttpServer, { host, port }: ListenAddress, name: string): Promise<Listener> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(toListenError(error, name, { host, port })));
    server.listen({ host, port }, () => {
      server.removeAllListeners("error");
      server.on("error", () => undefined); // accept errors (too many open files) end by themselves
      // A TCP server that listens has an address with a port.
      resolve({ port: (server.address() as AddressInfo).port, stop: () => close(server) });
    });
  });
}

const close = (server: Server | HttpServer): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

const listenProblems: ReadonlyMap<string | undefined, string> = new Map([
  ["EADDRINUSE", "is already in use by another program"],
  ["EACCES", "may not be opened by this user"],
  ["EADDRNOTAVAIL", "cannot be opened: this machine does not have that address"],
]);

function toListenError(cause: NodeJS.ErrnoException, name: string, { host, port }: ListenAddress): ParkError {
  const problem = listenProblems.get(cause.code) ?? `cannot be opened (${cause.code ?? cause.message})`;
  return new ParkError("config_invalid", `${name} port ${port} on ${host} ${problem}.`, { cause });
}
