import { io, type Socket } from "socket.io-client";

/** The socket of a namespace, not yet connecting. Reconnection is ours, so that the page can say when the next try comes. */
export const openSocket = (namespace: string, auth: Readonly<Record<string, string>>): Socket =>
  io(namespace, {
    auth,
    autoConnect: false,
    reconnection: false,
    transports: ["websocket", "polling"],
    tryAllTransports: true,
  });
