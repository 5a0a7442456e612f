import type { EpochMs } from "@smart-park/core";
import type { MeterBody } from "@smart-park/core/wire";
import { useMemo, useSyncExternalStore } from "react";
import { dataStateOf, type DataState } from "../lib/data-state.ts";
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
  return dataStateOf(store.newest(pointIdsOf(meter)), meter.intervalS, now);
}

const everyMs = 2000;

/** Whether values are known at all; renders again as soon as they are, for until then every meter seems to be missing. */
export function useHasSnapshot(): boolean {
  const { store } = useLive();
  return useSyncExternalStore(store.subscribeFlush, store.hasSnapshot);
}

/** The time states are looked at, in steps of two seconds; 0 while not wanted. Renders again with each step. */
function useLookTime(isWanted = true): EpochMs {
  const { clock } = useLive();
  const step = (): number => (isWanted ? Math.floor(clock.second() / everyMs) : 0);
  return useSyncExternalStore(clock.subscribeSecond, step) * everyMs;
}

/** States of all meters, looked at every two seconds: for counts and filters. None of them while not wanted. */
export function useMeterStates(meters: readonly MeterBody[], isWanted = true): ReadonlyMap<string, DataState> {
  const { store } = useLive();
  const at = useLookTime(isWanted);
  const hasSnapshot = useHasSnapshot();
  return useMemo(
    () => new Map((isWanted ? meters : []).map((meter) => [meter.id, meterStateOf(store, meter, at)])),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `at` and `hasSnapshot` stand for the store's content
    [meters, store, at, hasSnapshot, isWanted],
  );
}

/** How many of the meters send good data now, looked at every two seconds. */
export function useCoveredCount(meters: readonly MeterBody[]): number {
  const { store } = useLive();
  const at = useLookTime();
  const hasSnapshot = useHasSnapshot();
  return useMemo(
    () => meters.reduce((count, meter) => count + Number(isCovered(meterStateOf(store, meter, at))), 0),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `at` and `hasSnapshot` stand for the store's content
    [meters, store, at, hasSnapshot],
  );
}

/** Meters whose data counts as good now. */
export const isCovered = (state: DataState): boolean => state === "live" || state === "late" || state === "estimated";
