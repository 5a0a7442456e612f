import type { MeterBody } from "@smart-park/core/wire";
import { useMemo, useSyncExternalStore } from "react";
import { dataStateOf, type DataState } from "../lib/data-state.ts";
import { newestOf, useLiveVersion } from "./hooks.ts";
import { useLive } from "./live-context.ts";
import type { LiveStore } from "./live-store.ts";

const pointIds = new WeakMap<MeterBody, readonly string[]>();

/** The ids of a meter's points; the same array for the same meter, so that subscriptions stay. */
export function pointIdsOf(meter: MeterBody): readonly string[] {
  const known = pointIds.get(meter);
  if (known) return known;
  const made = meter.points.map((point) => point.id);
  pointIds.set(meter, made);
  return made;
}

/** State of a meter: of its newest reading, whichever point it came from. */
export function meterStateOf(store: LiveStore, meter: MeterBody, now: number): DataState {
  return dataStateOf(newestOf(store, pointIdsOf(meter)), meter.intervalS, now);
}

const everyMs = 2000;

/** Whether values are known at all; renders again as soon as they are, for until then every meter seems to be missing. */
export function useHasSnapshot(): boolean {
  const { store } = useLive();
  return useSyncExternalStore(store.subscribeFlush, store.hasSnapshot);
}

/** States of all meters, looked at every two seconds: for counts, filters and the footer. None of them while not wanted. */
export function useMeterStates(meters: readonly MeterBody[], isWanted = true): ReadonlyMap<string, DataState> {
  const { store, clock } = useLive();
  const version = useLiveVersion(everyMs, isWanted);
  const slow = useSyncExternalStore(clock.subscribeSecond, () => (isWanted ? Math.floor(clock.second() / everyMs) : 0));
  const hasSnapshot = useHasSnapshot();
  return useMemo(
    () => new Map((isWanted ? meters : []).map((meter) => [meter.id, meterStateOf(store, meter, slow * everyMs)])),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `version` and `hasSnapshot` stand for the store's content
    [meters, store, version, slow, hasSnapshot, isWanted],
  );
}

/** Meters whose data counts as good now. */
export const isCovered = (state: DataState): boolean => state === "live" || state === "late" || state === "estimated";
