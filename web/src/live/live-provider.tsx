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

/** Live data for everything below: one store, one clock, one socket of the signed-in person. */
export function LiveProvider({ onAlert, onRecovered, onRefused, children }: LiveProviderProps): ReactNode {
  const [live, setLive] = useState<Live>(() => ({
    store: new LiveStore({ schedule: (flush) => requestAnimationFrame(flush) }),
    clock: new ServerClock(() => Date.now()),
    connection: null,
  }));
  const { store, clock } = live;
  useEffect(() => {
    const connection = new LiveConnection({ store, clock, onAlert, onRecovered, onRefused });
    setLive({ store, clock, connection });
    return () => connection.stop();
  }, [store, clock, onAlert, onRecovered, onRefused]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
