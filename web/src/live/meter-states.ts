import type { MeterBody } from "@smart-park/core/wire";
import { useMemo } from "react";
import { dataStateOf, type DataState } from "../lib/data-state.ts";
import { newestOf, useLiveVersion, useSecond } from "./hooks.ts";
import { useLive } from "./live-context.ts";
import type { LiveStore } from "./live-store.ts";

/** State of a meter: of its newest reading, whichever point it came from. */
export function meterStateOf(store: LiveStore, meter: MeterBody, now: number): DataState {
  const points = meter.points.map((point) => point.id);
  return dataStateOf(newestOf(store, points), meter.intervalS, now);
}

const everyMs = 2000;

/** States of all meters, looked at every two seconds: for counts, filters and the footer. */
export function useMeterStates(meters: readonly MeterBody[]): ReadonlyMap<string, DataState> {
  const { store } = useLive();
  const version = useLiveVersion(everyMs);
  const second = useSecond();
  const slow = Math.floor(second / everyMs);
  return useMemo(
    () => new Map(meters.map((meter) => [meter.id, meterStateOf(store, meter, slow * everyMs)])),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `version` stands for the store's content
    [meters, store, version, slow],
  );
}

/** Meters whose data counts as good now. */
export const isCovered = (state: DataState): boolean => state === "live" || state === "late" || state === "estimated";
