import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { LinkState } from "./live-connection.ts";
import { useLive } from "./live-context.ts";
import type { LiveReading, LiveStore } from "./live-store.ts";

/** The newest value of a point; re-renders this component only, at most once per frame. */
export function useReading(point: string): LiveReading | null {
  const { store } = useLive();
  const subscribe = useCallback((listener: () => void) => store.subscribe(point, listener), [store, point]);
  return useSyncExternalStore(subscribe, () => store.read(point));
}

/** The newest of several points by sample time: says how old a meter's data is. */
export function useNewest(points: readonly string[]): LiveReading | null {
  const { store } = useLive();
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = points.map((point) => store.subscribe(point, listener));
      return () => stops.forEach((stop) => stop());
    },
    [store, points],
  );
  return useSyncExternalStore(subscribe, () => newestOf(store, points));
}

export function newestOf(store: LiveStore, points: readonly string[]): LiveReading | null {
  let newest: LiveReading | null = null;
  for (const point of points) {
    const reading = store.read(point);
    if (reading && (!newest || reading.at > newest.at)) newest = reading;
  }
  return newest;
}

/** Server time, once a second. */
export function useSecond(): number {
  const { clock } = useLive();
  return useSyncExternalStore(clock.subscribeSecond, clock.second);
}

export function useLink(): LinkState {
  const { connection } = useLive();
  return useSyncExternalStore(connection.subscribe, connection.state);
}

const minuteMs = 60_000;

/** How long the link has stood as it is and how long until the next try, in ms, once a second. */
export function useLinkTimes(): { readonly sinceMs: number; readonly untilTryMs: number } {
  const { connection, clock } = useLive();
  const read = (): string => {
    const link = connection.state();
    const now = Date.now();
    const whole = (ms: number): number => Math.round(ms / 1000) * 1000;
    return `${whole(now - link.since)} ${whole(Math.max(0, (link.nextTryAt ?? now) - now))}`;
  };
  const [sinceMs = 0, untilTryMs = 0] = useSyncExternalStore(clock.subscribeSecond, read).split(" ").map(Number);
  return { sinceMs, untilTryMs };
}

/** Whether live values must be shown as stale because the link has been down for a minute. */
export function useIsCut(): boolean {
  const { connection, clock } = useLive();
  return useSyncExternalStore(clock.subscribeSecond, () => {
    const link = connection.state();
    return link.phase === "down" && Date.now() - link.since > minuteMs;
  });
}

/** A number that changes when live values did, at most every `everyMs`: for sums, sorting, charts. */
export function useLiveVersion(everyMs: number): number {
  const { store } = useLive();
  const [version, setVersion] = useState(() => store.version());
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    const stop = store.subscribeFlush(() => {
      timer.current ??= setTimeout(() => {
        timer.current = null;
        setVersion(store.version());
      }, everyMs);
    });
    return () => {
      stop();
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    };
  }, [store, everyMs]);
  return version;
}
