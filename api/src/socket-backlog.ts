import type { Socket } from "socket.io";

/** What a connection has been given and not yet sent on. */
interface Connection {
  readonly transport: { readonly name: string; readonly writable: boolean; readonly socket?: unknown };
  readonly writeBuffer: readonly { readonly data?: unknown }[];
}

type AnySocket = Pick<Socket, "conn">;

// The packets of an engine.io connection are public in its code but private in its types; read here, never changed.
const connectionOf = (socket: AnySocket): Connection => socket.conn as unknown as Connection;

/** Whether packets still wait for this client; a polling client may have one on its way to the next poll. */
export function isBehind(socket: AnySocket): boolean {
  const { transport, writeBuffer } = connectionOf(socket);
  return writeBuffer.length > 0 || (transport.name === "websocket" && !transport.writable);
}

/** Bytes that wait for this client, in our buffers and in its connection's. */
export function unsentBytes(socket: AnySocket): number {
  const { transport, writeBuffer } = connectionOf(socket);
  const waiting = writeBuffer.reduce((sum, { data }) => sum + (typeof data === "string" ? data.length : 0), 0);
  return waiting + bufferedAmountOf(transport.socket);
}

function bufferedAmountOf(webSocket: unknown): number {
  if (typeof webSocket !== "object" || webSocket === null || !("bufferedAmount" in webSocket)) return 0;
  return typeof webSocket.bufferedAmount === "number" ? webSocket.bufferedAmount : 0;
}

/** Ends a connection and forgets what waits for it; a plain disconnect would wait until it has read everything. */
export function cutOff(socket: Pick<Socket, "conn" | "disconnect">): void {
  const { conn } = socket;
  socket.disconnect();
  conn.close(true);
}
