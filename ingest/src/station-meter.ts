import type { Catalog, Meter, RemovedMeter } from "@smart-park/core";
import type { DecodedValue, MeanOf } from "./decode/decoded.ts";

/** Shortest interval (seconds) of a meter that is there for means of an hour, and of a day. */
const [hourS, dayS] = [3600, 86_400];

/**
 * Which of a station's meters a value is of: those that have its quantity, and of these the one whose interval is that of
 * the value's kind: an outlet may have a meter for moments and minutes, one for hours and one for days. With one
 * meter all kinds are of that one. Several that fit equally: all of them, for nobody can tell.
 */
export function stationMeters<T extends Meter | RemovedMeter>(
  meters: readonly T[],
  { quantity, meanOf }: Pick<DecodedValue, "quantity" | "meanOf">,
  catalog: Catalog,
): readonly T[] {
  const having = meters.filter((meter) => hasQuantity(meter, quantity, catalog));
  const wanted = meanOf ?? "minutes";
  const fitting = having.filter(({ intervalS }) => kindOf(intervalS) === wanted);
  return fitting.length > 0 ? fitting : having;
}

const hasQuantity = (meter: Meter | RemovedMeter, quantity: string, catalog: Catalog): boolean =>
  catalog.pointAt(meter.id, quantity) !== undefined || meter.points.some((point) => point.quantity === quantity);

const kindOf = (intervalS: number): MeanOf => (intervalS >= dayS ? "day" : intervalS >= hourS ? "hour" : "minutes");

/**
 * When a value was observed, as its point means it: HJ 212 stamps a mean with the beginning of its period. How many
 * minutes a minute mean is of, the frame does not tell; it is the interval of the meter.
 */
export function stampOf(
  { observedAt, meanOf }: Pick<DecodedValue, "observedAt" | "meanOf">,
  { intervalS }: Pick<Meter, "intervalS">,
  stampAt: "start" | "end",
): number {
  if (meanOf === undefined || stampAt === "start") return observedAt;
  const lengthS = { minutes: Math.min(Math.max(intervalS, 60), 1800), hour: hourS, day: dayS }[meanOf];
  return observedAt + lengthS * 1000;
}
