import type { Severity } from "@smart-park/core";
import type { AlertBody, MeterBody, MeterPlaceBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { DataState } from "../../lib/data-state.ts";
import { splitPoint } from "../../lib/park.ts";
import { alertsQuery } from "../../lib/queries.ts";
import { isShelved } from "../alerts/alert-row.tsx";
import { useIsCut, useSecond } from "../hooks.ts";
import { shownState, worstState } from "../meter-state-codes.ts";
import { useMeterStates } from "../meter-states.ts";
import { clusterMarkers } from "./clusters.ts";
import type { Place } from "./view.ts";

/** A meter that stands on the plan, metres. */
export interface PlacedMeter extends Place {
  readonly meter: MeterBody;
}

/** Meters that would cover each other at the scale in use, in metres. */
export interface Mark extends Place {
  /** The first of them; one that is known again while the scale stays. */
  readonly id: string;
  readonly meters: readonly MeterBody[];
}

/** Those of the meters that have a place, and those that have none. */
export function usePlaced(meters: readonly MeterBody[], places: readonly MeterPlaceBody[]) {
  return useMemo(() => {
    const known = new Map(places.map((place) => [place.meterId, place]));
    const placed = meters.flatMap((meter): PlacedMeter[] => {
      const place = known.get(meter.id);
      return place ? [{ meter, x: place.x, y: place.y }] : [];
    });
    return { placed, unplaced: meters.filter(({ id }) => !known.has(id)) };
  }, [meters, places]);
}

/** `scale` in pixels per metre, `apart` in pixels. */
export function useMarks(placed: readonly PlacedMeter[], scale: number, apart: number): readonly Mark[] {
  return useMemo(() => {
    const meterOf = new Map(placed.map(({ meter }) => [meter.id, meter]));
    const markers = placed.map(({ meter, x, y }) => ({
      ...{ id: meter.id, group: meter.enterpriseId },
      ...{ x: x * scale, y: y * scale },
    }));
    return clusterMarkers(markers, apart).map(({ x, y, ids }) => ({
      id: ids[0] ?? "",
      x: x / scale,
      y: y / scale,
      meters: ids.flatMap((id) => meterOf.get(id) ?? []),
    }));
  }, [placed, scale, apart]);
}

/** What a marker shows of the meters it stands for. */
export interface MarkLook {
  readonly state: DataState;
  readonly severity: Severity | null;
}

/** The worst state of some meters and the most urgent of their open alerts. */
export function useMarkLook(meters: readonly MeterBody[]): (marked: readonly MeterBody[]) => MarkLook {
  const states = useMeterStates(meters);
  const isCut = useIsCut();
  const { data } = useQuery(alertsQuery({ state: "active", limit: 500 }));
  const now = useSecond();
  const minute = Math.floor(now / 60_000);
  const urgent = useMemo(() => mostUrgent(data?.items ?? [], minute * 60_000), [data, minute]);
  return (marked) => ({
    state: worstState(marked.map(({ id }) => shownState(states.get(id) ?? "none", isCut))),
    severity: marked.reduce<Severity | null>((worst, { id }) => moreUrgent(worst, urgent.get(id) ?? null), null),
  });
}

/** P1 before P4. */
const moreUrgent = (a: Severity | null, b: Severity | null): Severity | null =>
  a === null || (b !== null && b < a) ? b : a;

/** By meter, of alerts that nobody has set aside. */
function mostUrgent(alerts: readonly AlertBody[], now: number): ReadonlyMap<string, Severity> {
  const urgent = new Map<string, Severity>();
  for (const alert of alerts) {
    if (alert.subject !== null || isShelved(alert, now)) continue;
    const { meterId } = splitPoint(alert.point);
    const severity = moreUrgent(urgent.get(meterId) ?? null, alert.severity);
    if (severity !== null) urgent.set(meterId, severity);
  }
  return urgent;
}

export type Direction = "left" | "right" | "up" | "down";

/** The mark that lies nearest in a direction; null = none does. */
export function markBeside(marks: readonly Mark[], from: Mark, direction: Direction): Mark | null {
  const isAcross = direction === "left" || direction === "right";
  const sign = direction === "left" || direction === "up" ? -1 : 1;
  let [nearest, least]: [Mark | null, number] = [null, Infinity];
  for (const mark of marks) {
    const [dx, dy] = [mark.x - from.x, mark.y - from.y];
    const [ahead, aside] = isAcross ? [dx * sign, Math.abs(dy)] : [dy * sign, Math.abs(dx)];
    // What lies rather to the side is for the other keys.
    if (ahead <= 0 || ahead < aside * 0.5) continue;
    const cost = ahead + 2 * aside;
    if (cost < least) [nearest, least] = [mark, cost];
  }
  return nearest;
}
