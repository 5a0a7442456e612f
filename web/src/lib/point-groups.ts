import type { MeterBody } from "@smart-park/core/wire";

export type PointBody = MeterBody["points"][number];

export interface PointGroup {
  readonly unit: string;
  readonly points: readonly PointBody[];
}

/** Points that share a unit share an axis; others get a chart of their own. Order of first appearance. */
export function groupByUnit(points: readonly PointBody[]): PointGroup[] {
  const groups = new Map<string, PointBody[]>();
  for (const point of points) groups.set(point.unit, [...(groups.get(point.unit) ?? []), point]);
  return [...groups].map(([unit, members]) => ({ unit, points: members }));
}

/** The wanted quantity first, then gauges, then registers. */
export const gaugesFirst = (points: readonly PointBody[], wanted: string | null): PointBody[] =>
  [...points].sort((a, b) => rank(a, wanted) - rank(b, wanted));

const rank = (point: PointBody, wanted: string | null): number =>
  point.quantity === wanted ? 0 : point.kind === "gauge" ? 1 : 2;
