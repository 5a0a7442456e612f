import type { MeterBody } from "@smart-park/core/wire";
import { useMemo } from "react";
import { useCatalog } from "../../lib/catalog.ts";
import { dataStateOf, type DataState } from "../../lib/data-state.ts";
import { useLiveVersion, useSecond } from "../../live/hooks.ts";
import { useLive } from "../../live/live-context.ts";
import type { LiveReading } from "../../live/live-store.ts";
import { isCovered, pointIdsOf } from "../../live/meter-states.ts";
import type { DeviceBody } from "./queries.ts";

/** What is known of a device by the readings of its meters: it is as well as its best meter. */
export interface Sighting {
  /** Time of the newest reading, null before the first. */
  readonly at: number | null;
  readonly state: DataState;
  /** Meters with good data now. */
  readonly good: number;
}

const bestFirst: readonly DataState[] = ["live", "estimated", "suspect", "late", "stale", "offline", "none"];

/** `newest` = the newest reading of a meter. A device without meters, or whose meters never said anything, is `none`. */
export function sightingOf(
  meters: readonly MeterBody[],
  newest: (meter: MeterBody) => LiveReading | null,
  now: number,
): Sighting {
  let [at, best, good]: [number | null, number, number] = [null, bestFirst.length - 1, 0];
  for (const meter of meters) {
    const reading = newest(meter);
    const state = dataStateOf(reading, meter.intervalS, now);
    if (reading !== null) at = Math.max(at ?? 0, reading.at);
    best = Math.min(best, bestFirst.indexOf(state));
    good += isCovered(state) ? 1 : 0;
  }
  return { at, state: bestFirst[best] ?? "none", good };
}

const everyMs = 2000;

/** Sightings of all devices, looked at every two seconds. */
export function useSightings(devices: readonly DeviceBody[]): ReadonlyMap<string, Sighting> {
  const { meter } = useCatalog();
  const { store } = useLive();
  const version = useLiveVersion(everyMs);
  const slow = Math.floor(useSecond() / everyMs);
  const hasSnapshot = store.hasSnapshot();
  return useMemo(
    () =>
      new Map(
        devices.map(({ id, meterIds }) => {
          const meters = meterIds.flatMap((meterId) => meter(meterId) ?? []);
          return [id, sightingOf(meters, (one) => store.newest(pointIdsOf(one)), slow * everyMs)];
        }),
      ),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `version` and `hasSnapshot` stand for the store's content
    [devices, meter, store, version, slow, hasSnapshot],
  );
}

export const deviceStates = ["online", "stale", "offline", "none", "disabled"] as const;
export type DeviceState = (typeof deviceStates)[number];

/** In which drawer of the filter a device is; one that is shut out is nowhere else. */
export function deviceStateOf({ enabled }: Pick<DeviceBody, "enabled">, { state }: Sighting): DeviceState {
  if (!enabled) return "disabled";
  return state === "stale" || state === "offline" || state === "none" ? state : "online";
}

export const seenFilters = ["hour", "day", "week"] as const;
export type SeenFilter = (typeof seenFilters)[number];

const hourMs = 3_600_000;
const silentMs = { day: 24 * hourMs, week: 7 * 24 * hourMs } as const;

/** Heard within the last hour, or silent for longer than a day or a week; what was never heard is silent. */
export function isSeen(filter: SeenFilter, { at }: Sighting, now: number): boolean {
  const age = at === null ? Number.POSITIVE_INFINITY : now - at;
  return filter === "hour" ? age <= hourMs : age > silentMs[filter];
}
