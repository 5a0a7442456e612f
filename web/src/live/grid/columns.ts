import { baseUnit, quantityNames, useQuantity, type MeterKind, type Quantity } from "@smart-park/core";
import type { MeterBody } from "@smart-park/core/wire";

export type PointBody = MeterBody["points"][number];

interface Column {
  /** Its name in the address. */
  readonly key: string;
  /** Null: each row has its own unit, in the cell. */
  readonly unit: string | null;
}

/** A live value. `quantity` null: each meter's own main value or register. */
export interface ValueColumn extends Column {
  readonly shape: "value";
  readonly quantity: Quantity | null;
  readonly title: "main" | "register" | "quantity";
  readonly pointOf: (meter: MeterBody) => PointBody | undefined;
}
/** What the meter counted since the start of the park's day. */
export interface TodayColumn extends Column {
  readonly shape: "today";
}
/** The last hour of the main value, drawn. */
export interface HourColumn extends Column {
  readonly shape: "hour";
}
export type GridColumn = ValueColumn | TodayColumn | HourColumn;

/** Columns beside those of every grid (code, name, enterprise, state). */
export interface ColumnChoice {
  readonly all: readonly GridColumn[];
  /** Keys of those that are shown when the address names none. */
  readonly usual: readonly string[];
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

/** Whether a meter counts a use. */
export const countsUse = ({ kind, points }: MeterBody): boolean =>
  points.some((point) => point.kind === "counter" && point.quantity === useQuantity[kind]);

const main: ValueColumn = {
  ...{ key: "main", shape: "value", quantity: null, title: "main", unit: null },
  pointOf: mainPointOf,
};
const register: ValueColumn = {
  ...{ key: "register", shape: "value", quantity: null, title: "register", unit: null },
  pointOf: registerOf,
};
const hour: HourColumn = { key: "hour", shape: "hour", unit: null };
const todayIn = (unit: string | null): TodayColumn => ({ key: "today", shape: "today", unit });

/** Of meters of all kinds beside their main values: what tells whether a feeder is well. */
const electrical: ReadonlySet<Quantity> = new Set(["voltageA", "currentA", "powerFactor"]);
const mostUsual = 4;

/** Columns that meters can be shown with: the quantities of one kind with the unit in the head, or what fits all kinds. */
export function columnChoice(kind: MeterKind | "all", meters: readonly MeterBody[]): ColumnChoice {
  const own = meters.filter((meter) => kind === "all" || meter.kind === kind);
  const hasUse = own.some(countsUse);
  if (kind === "all") {
    const more = quantityColumns(own).filter(({ quantity }) => quantity !== null && electrical.has(quantity));
    const today = hasUse ? [todayIn(null)] : [];
    return {
      all: [main, register, ...today, ...more, hour],
      usual: [main, register, ...today, hour].map(({ key }) => key),
    };
  }
  const columns = quantityColumns(own);
  const gauges = byFrequency(own).filter(({ isGauge }) => isGauge);
  const usual: ReadonlySet<string> = new Set(gauges.slice(0, mostUsual).map(({ quantity }) => quantity));
  // The main value, what it came to, what else there is, and its course.
  const [first, ...others] = columns;
  const today = hasUse ? [todayIn(unitOfUse(kind))] : [];
  return {
    all: [...(first ? [first] : []), ...today, ...others, hour],
    usual: [...columns.map(({ key }) => key).filter((key) => usual.has(key)), ...today.map(({ key }) => key), hour.key],
  };
}

function unitOfUse(kind: MeterKind): string | null {
  const quantity = useQuantity[kind];
  return quantity === null ? null : baseUnit(quantity);
}

function byFrequency(meters: readonly MeterBody[]): { quantity: Quantity; isGauge: boolean }[] {
  const counts = new Map<Quantity, { count: number; isGauge: boolean }>();
  for (const { points } of meters)
    for (const { quantity, kind } of points)
      counts.set(quantity, { count: (counts.get(quantity)?.count ?? 0) + 1, isGauge: kind === "gauge" });
  return [...counts]
    .sort(([a, one], [b, other]) => other.count - one.count || order(a) - order(b))
    .map(([quantity, { isGauge }]) => ({ quantity, isGauge }));
}

/** One column for each quantity, momentary values before registers. */
function quantityColumns(meters: readonly MeterBody[]): ValueColumn[] {
  const points = meters.flatMap((meter) => meter.points);
  return byFrequency(meters)
    .sort((a, b) => Number(b.isGauge) - Number(a.isGauge) || order(a.quantity) - order(b.quantity))
    .map(({ quantity }) => ({
      ...{ key: quantity, shape: "value", quantity, title: "quantity" },
      unit: points.find((point) => point.quantity === quantity)?.unit ?? null,
      pointOf: (meter) => meter.points.find((point) => point.quantity === quantity),
    }));
}

const order = (quantity: Quantity): number => quantityNames.indexOf(quantity);

/** The columns that the address asks for, in their own order; null = the usual ones. */
export function chosenColumns({ all, usual }: ColumnChoice, cols: readonly string[] | null): readonly GridColumn[] {
  const wanted = cols ?? usual;
  return all.filter(({ key }) => wanted.includes(key));
}
