import { groupBy } from "../group-by.ts";
import type { Meter, MeterId } from "../park.ts";

export type HierarchyLevel = "park" | "zone" | "enterprise" | "workshop";

/** A place of the park. Its id is its way from the park down, so that an enterprise in two zones is two places. */
export interface HierarchyNode {
  readonly id: string;
  readonly level: HierarchyLevel;
  readonly children: readonly HierarchyNode[];
  /** Meters that hang directly here, their parents in the meter tree or not. */
  readonly meterIds: readonly MeterId[];
}

/** The places of a set of meters: park → zone → enterprise → workshop; a level that a meter does not name is left out. */
export const hierarchyOf = (meters: readonly Meter[]): HierarchyNode => placeOf("park", "park", meters, below);

interface Level {
  readonly level: HierarchyLevel;
  readonly nameOf: (meter: Meter) => string | null;
}
const below: readonly Level[] = [
  { level: "zone", nameOf: (meter) => meter.zoneId },
  { level: "enterprise", nameOf: (meter) => meter.enterpriseId },
  { level: "workshop", nameOf: (meter) => meter.workshop },
];

function placeOf(id: string, level: HierarchyLevel, meters: readonly Meter[], levels: readonly Level[]): HierarchyNode {
  const [next, ...deeper] = levels;
  if (!next) return { id, level, children: [], meterIds: meters.map((meter) => meter.id) };
  const named = groupBy(meters, next.nameOf);
  const unnamed = placeOf(id, level, named.get(null) ?? [], deeper);
  const children = [...named].flatMap(([name, own]) =>
    name === null ? [] : [placeOf(`${id}/${next.level}:${name}`, next.level, own, deeper)],
  );
  return { ...unnamed, children: [...children, ...unnamed.children] };
}
