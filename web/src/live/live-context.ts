import { createContext, use } from "react";
import type { LiveConnection } from "./live-connection.ts";
import type { LiveStore } from "./live-store.ts";
import type { ServerClock } from "./server-clock.ts";

/** Stable objects, never values: a new value re-renders its cell, not the tree below a provider. */
export interface Live {
  readonly store: LiveStore;
  readonly clock: ServerClock;
  readonly connection: Pick<LiveConnection, "state" | "subscribe" | "latencyMs" | "reconnect" | "start">;
}

export const LiveContext = createContext<Live | null>(null);

export function useLive(): Live {
  const live = use(LiveContext);
  if (!live) throw new Error("no LiveContext above this component");
  return live;
}
