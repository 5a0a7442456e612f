import {
  days,
  enterprisePlace,
  MeterTree,
  ParkError,
  systemPrincipal,
  toSettlements,
  type CountedMeter,
  type EpochMs,
  type GroupSource,
  type Meter,
  type MeterId,
  type Principal,
  type TimeRange,
} from "@smart-park/core";
import type { ApiContext } from "../context.ts";

/** What figures are made from. */
export type FigureContext = Pick<ApiContext, "registry" | "store" | "rollups" | "time" | "clock">;

/** What the groups of one asker are made of, and the meters that may count in them. */
export interface AskedGroups extends GroupSource {
  readonly readable: ReadonlyMap<MeterId, Meter>;
}

/**
 * All that the caller may see. A meter declared to settle an enterprise of the caller counts in that enterprise's total even
 * when somebody else owns the meter, or the total would depend on who asks; what settles the park or a zone counts only
 * for those who see the whole park.
 */
export function groupSource(
  { registry, time }: Pick<FigureContext, "registry" | "time">,
  principal: Principal,
): AskedGroups {
  const [enterprises, meters] = [registry.enterprises(principal), countedMeters({ registry, time }, principal)];
  const own = new Set(enterprises.map(({ id }) => enterprisePlace(id)));
  const table = registry.settlementMeters(systemPrincipal);
  const counted = table.filter(({ place }) => principal.scope === "all" || own.has(place));
  const settlingIds = new Set(counted.map(({ meterId }) => meterId));
  const settling = countedMeters({ registry, time }, systemPrincipal).filter(({ id }) => settlingIds.has(id));
  return {
    enterprises,
    meters,
    settlements: toSettlements(counted, time),
    virtualMeters: registry.virtualMeters(principal),
    readable: new Map([...settling, ...meters].map((meter) => [meter.id, meter])),
  };
}

const longestMs = days(10 * 366);

/**
 * The meters in scope by id, removed ones too, each from the start of its first park day to the end of its last. Each hangs
 * below the nearest meter in scope above it: what stands between is somebody else's, and without it a use would count twice
 * for who asks.
 */
export function countedMeters(
  { registry, time }: Pick<FigureContext, "registry" | "time">,
  principal: Principal,
): CountedMeter[] {
  const all = [...registry.current().meters()];
  const known = principal.scope === "all" ? all : belowOwn(registry.meters(principal), all);
  const begun = (meter: Meter): CountedMeter => begunMeter(meter, time);
  const removed = registry.removedMeters(principal).map(({ removedAt, successor, ...meter }) => {
    return { ...begun(meter), countsUntil: time.nextBucket(removedAt, "1d") };
  });
  return [...known.map(begun), ...removed].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A meter as it counts in figures: one that came with a device from elsewhere from the start of its first park day. */
export const begunMeter = (meter: Meter, time: FigureContext["time"]): CountedMeter =>
  meter.beginsAt == null ? meter : { ...meter, countsFrom: time.bucketStart(meter.beginsAt, "1d") };

function belowOwn(own: readonly Meter[], all: readonly Meter[]): Meter[] {
  const [ids, tree] = [new Set(own.map(({ id }) => id)), new MeterTree(all)];
  return own.map((meter) => {
    const parentId = tree.ancestorsOf(meter.id).find((above) => ids.has(above)) ?? null;
    return parentId === meter.parentId ? meter : { ...meter, parentId };
  });
}

/** The range up to now. An end in the future would make every figure look incomplete. */
export function upToNow({ from, to }: TimeRange, now: EpochMs): TimeRange {
  if (from >= to) throw new ParkError("unprocessable", "from must be before to");
  if (to - from > longestMs) throw new ParkError("unprocessable", "at most ten years at once");
  if (from >= now) throw new ParkError("unprocessable", "from lies in the future");
  return { from, to: Math.min(to, now) };
}
