import type { AlertBody } from "@smart-park/core/wire";
import { useEffect, useState, type ReactNode } from "react";
import { LiveConnection, type LiveConnectionDeps } from "./live-connection.ts";
import { LiveContext, type Live } from "./live-context.ts";
import { LiveStore } from "./live-store.ts";
import { ServerClock } from "./server-clock.ts";

interface LiveProviderProps {
  readonly onAlert: (alert: AlertBody) => void;
  readonly onRecovered: LiveConnectionDeps["onRecovered"];
  readonly onRefused: () => void;
  readonly children: ReactNode;
}

function makeLive({ onAlert, onRecovered, onRefused }: Omit<LiveProviderProps, "children">): Live {
  const store = new LiveStore({ schedule: (flush) => requestAnimationFrame(flush) });
  const clock = new ServerClock(() => Date.now());
  return { store, clock, connection: new LiveConnection({ store, clock, onAlert, onRecovered, onRefused }) };
}

/** Live data for everything below: one store, one clock, one socket of the signed-in person. */
export function LiveProvider({ onAlert, onRecovered, onRefused, children }: LiveProviderProps): ReactNode {
  const [live] = useState(() => makeLive({ onAlert, onRecovered, onRefused }));
  useEffect(() => live.connection.start(), [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
