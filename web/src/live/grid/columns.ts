import { quantityNames, type MeterKind, type Quantity } from "@smart-park/core";
import type { MeterBody } from "@smart-park/core/wire";

export type PointBody = MeterBody["points"][number];

/** A column of values. `quantity` null: each meter's own main value or register, with its unit in the cell. */
export interface ValueColumn {
  readonly key: string;
  readonly quantity: Quantity | null;
  readonly title: "main" | "register" | "quantity";
  readonly unit: string | null;
  readonly pointOf: (meter: MeterBody) => PointBody | undefined;
}

const mainQuantities: readonly Quantity[] = [
  "activePower",
  "pvPower",
  "waterFlow",
  "wastewaterFlow",
  "gasFlow",
  "steamFlow",
  "noxCorrected",
  "so2Corrected",
  "particulatesCorrected",
  "pm25",
  "stateOfCharge",
  "temperature",
];

/** The point that tells most about a meter at a glance. */
export function mainPointOf(meter: MeterBody): PointBody | undefined {
  for (const quantity of mainQuantities) {
    const point = meter.points.find((candidate) => candidate.quantity === quantity);
    if (point) return point;
  }
  return meter.points.find((point) => point.kind === "gauge") ?? meter.points[0];
}

const registerOf = (meter: MeterBody): PointBody | undefined => meter.points.find((point) => point.kind === "counter");

const mixed: readonly ValueColumn[] = [
  { key: "v0", quantity: null, title: "main", unit: null, pointOf: mainPointOf },
  { key: "v1", quantity: null, title: "register", unit: null, pointOf: registerOf },
];

const mostColumns = 6;

/** Columns for the meters shown: the quantities of one kind with the unit in the head, or what fits all kinds. */
export function columnsFor(kind: MeterKind | "all", meters: readonly MeterBody[]): readonly ValueColumn[] {
  if (kind === "all") return mixed;
  const points = meters.filter((meter) => meter.kind === kind).flatMap((meter) => meter.points);
  const counts = new Map<Quantity, number>();
  for (const point of points) counts.set(point.quantity, (counts.get(point.quantity) ?? 0) + 1);
  const frequent = [...counts].sort((a, b) => b[1] - a[1] || order(a[0]) - order(b[0])).slice(0, mostColumns);
  return frequent
    .map(([quantity]) => quantity)
    .sort((a, b) => order(a) - order(b))
    .map((quantity, index) => ({
      key: `v${index}`,
      quantity,
      title: "quantity" as const,
      unit: points.find((point) => point.quantity === quantity)?.unit ?? null,
      pointOf: (meter) => meter.points.find((point) => point.quantity === quantity),
    }));
}

const order = (quantity: Quantity): number => quantityNames.indexOf(quantity);
