import type { EpochMs } from "@smart-park/core";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { dataStateOf, type DataState } from "../lib/data-state.ts";
import type { LinkState } from "./live-connection.ts";
import { useLive, type Live } from "./live-context.ts";
import type { LiveReading } from "./live-store.ts";
import { steadyNow } from "./server-clock.ts";

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
  return useSyncExternalStore(subscribe, () => store.newest(points));
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
    const now = steadyNow();
    const whole = (ms: number): number => Math.round(ms / 1000) * 1000;
    return `${whole(now - link.since)} ${whole(Math.max(0, (link.nextTryAt ?? now) - now))}`;
  };
  const [sinceMs = 0, untilTryMs = 0] = useSyncExternalStore(clock.subscribeSecond, read).split(" ").map(Number);
  return { sinceMs, untilTryMs };
}

/** Whether live values must be shown as stale because the link has been down for a minute. */
export function useIsCut(): boolean {
  const { connection, clock } = useLive();
  return useSyncExternalStore(clock.subscribeSecond, () => isCut(connection.state()));
}

const isCut = (link: LinkState): boolean => link.phase === "down" && steadyNow() - link.since > minuteMs;

/** What a state counts as when the link has been down for a minute: nothing is live then. */
export const cutState = (state: DataState): DataState => (state === "live" || state === "late" ? "stale" : state);

export interface Stated {
  readonly reading: LiveReading | null;
  readonly state: DataState;
}

/** The newest value of a point and whether it can be trusted, now. */
export function statedReading({ store, clock, connection }: Live, point: string, intervalS: number): Stated {
  const reading = store.read(point);
  const state = dataStateOf(reading, intervalS, clock.now());
  return { reading, state: isCut(connection.state()) ? cutState(state) : state };
}

/** The newest value of a point and whether it can be trusted; renders again when either changes. */
export function useStatedReading(point: string, intervalS: number): Stated {
  const live = useLive();
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = [live.store.subscribe(point, listener), live.clock.subscribeSecond(listener)];
      return () => stops.forEach((stop) => stop());
    },
    [live, point],
  );
  useSyncExternalStore(subscribe, () => {
    const { reading, state } = statedReading(live, point, intervalS);
    return reading === null ? state : `${state} ${reading.quality} ${reading.at} ${reading.value}`;
  });
  return statedReading(live, point, intervalS);
}

interface StatedMeter {
  readonly state: DataState;
  /** Of the newest reading. */
  readonly at: EpochMs | null;
  readonly now: EpochMs;
}

/** State of a meter by the newest of its points, looked at once a second and when the first values have come. */
export function useStatedMeter(points: readonly string[], intervalS: number): StatedMeter {
  const { store, clock, connection } = useLive();
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = [store.subscribeFlush(listener), clock.subscribeSecond(listener)];
      return () => stops.forEach((stop) => stop());
    },
    [store, clock],
  );
  useSyncExternalStore(subscribe, () => (store.hasSnapshot() ? 1 : -1) * clock.second());
  const [reading, now] = [store.newest(points), clock.now()];
  const state = dataStateOf(reading, intervalS, now);
  return { state: isCut(connection.state()) ? cutState(state) : state, at: reading?.at ?? null, now };
}

/** A number that changes when live values did, at most every `everyMs`: for sums, sorting, charts. Stands while not wanted. */
export function useLiveVersion(everyMs: number, isWanted = true): number {
  const { store } = useLive();
  const [version, setVersion] = useState(() => store.version());
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    if (!isWanted) return;
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
  }, [store, everyMs, isWanted]);
  return version;
}
