import { useEffect, useState, type ReactNode } from "react";
import { LiveConnection, type LiveConnectionDeps } from "./live-connection.ts";
import { LiveContext, type Live } from "./live-context.ts";
import { LiveStore } from "./live-store.ts";
import type { ServerClock } from "./server-clock.ts";

type LiveEvents = Omit<LiveConnectionDeps, "store" | "clock" | "namespace" | "auth">;

interface LiveProviderProps extends LiveEvents {
  readonly clock: ServerClock;
  readonly children: ReactNode;
}

function makeLive(clock: ServerClock, events: LiveEvents): Live {
  const store = new LiveStore({ schedule: (flush) => requestAnimationFrame(flush) });
  return { store, clock, connection: new LiveConnection({ namespace: "/live", store, clock, ...events }) };
}

/** Live data for everything below: one store, one socket of the signed-in person. */
export function LiveProvider({ children, clock, ...events }: LiveProviderProps): ReactNode {
  const [live] = useState(() => makeLive(clock, events));
  useEffect(() => live.connection.start(), [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
