import {
  aggregateParts,
  baseUnit,
  convert,
  countedRange,
  countsIn,
  hours,
  isQuantity,
  sumFigures,
  type CountedMeter,
  type Figure,
  type Point,
  type Quantity,
  type TimeRange,
} from "@smart-park/core";
import { readPartsOfAll, type PartsSource } from "../read-parts.ts";

/** kg in a concentration of 1 times a flow of 1 m³/h, each hour: mg/m³ of a gas, mg/L of water. */
export const kgPerHour = new Map([
  ["mg/m³", { flow: "flueGasFlow", kg: 1e-6 }],
  ["mg/L", { flow: "wastewaterFlow", kg: 1e-3 }],
] as const);

interface Asked {
  readonly quantity: string;
  readonly range: TimeRange;
  readonly now: number;
}

/**
 * Discharged mass in kg, Σ concentration × flow over the hours of outlets that have both; null when there is none. An hour
 * without one of both is missing, not zero. The concentration is the measured one, not that at the reference oxygen.
 */
export async function dischargeIn(
  source: PartsSource,
  meters: readonly CountedMeter[],
  asked: Asked,
): Promise<Figure | null> {
  const { quantity } = asked;
  if (!isQuantity(quantity)) return null;
  const how = kgPerHour.get(baseUnit(quantity) as "mg/L"); // a look-up of any text
  if (how === undefined) return null;
  const outlets = meters.flatMap((meter) => {
    const { points, purpose } = meter;
    // What a works takes in from others is not what it discharges.
    if (purpose === "forOthers" || !countsIn(meter, asked.range)) return [];
    const [concentration, flow] = [pointOf(points, quantity), pointOf(points, how.flow)];
    return concentration && flow ? [{ concentration, flow, range: countedRange(meter, asked.range) }] : [];
  });
  if (outlets.length === 0) return null;
  const figures: Figure[] = [];
  for (const outlet of outlets) figures.push(await massOf(source, outlet, { ...asked, range: outlet.range }, how.kg));
  return sumFigures(
    figures.map((figure) => ({ figure, coefficient: 1 })),
    "kg",
  );
}

const pointOf = (points: readonly Point[], quantity: Quantity): Point | undefined =>
  points.find((point) => point.quantity === quantity && point.kind === "gauge");

async function massOf(
  source: PartsSource,
  { concentration, flow }: { readonly concentration: Point; readonly flow: Point },
  { range, now }: Asked,
  kg: number,
): Promise<Figure> {
  const parts = await readPartsOfAll(source, [concentration, flow], range, "1h");
  const edges = source.time.bucketEdges(range, "1h").map((edge) => Math.min(range.to, Math.max(range.from, edge)));
  const hourly = (point: Point): (number | null)[] => {
    const own = parts.get(point.id);
    const rows = own === undefined ? [] : aggregateParts(own, edges, "mean", now).rows;
    const unit = baseUnit(point.quantity);
    return rows.map(({ value }) => (value === null ? null : convert(value, point.unit, unit)));
  };
  const [concentrations, flows] = [hourly(concentration), hourly(flow)];
  let [value, knownMs] = [0, 0];
  for (const [i, level] of concentrations.entries()) {
    const [volume, length] = [flows[i] ?? null, (edges[i + 1] ?? 0) - (edges[i] ?? 0)];
    if (level === null || volume === null) continue;
    value += level * volume * (length / hours(1)) * kg;
    knownMs += length;
  }
  const measured = knownMs / (range.to - range.from);
  const coverage = { measured, estimated: 0, missing: 1 - measured };
  return { value: knownMs === 0 ? null : value, unit: "kg", coverage, factorIds: [] };
}
