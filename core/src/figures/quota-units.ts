import type { MeterKind } from "../park.ts";
import { baseUnit, unitsLike } from "../units.ts";
import { useQuantity } from "./settled-meters.ts";

/** Media of a quota that one kind of meter measures. */
export const quotaKinds = ["electricity", "water", "gas", "steam", "heat"] as const satisfies readonly MeterKind[];

/** In which units a quota of a medium may be stated, the usual one first: those that what is used can be stated in. */
export function quotaUnits(medium: string): readonly string[] {
  const kind = quotaKinds.find((one) => one === medium);
  const quantity = kind && useQuantity[kind];
  if (quantity) return [...unitsLike(baseUnit(quantity)), ...(kind === "gas" ? ["m³"] : [])];
  if (medium.startsWith("discharge.")) return unitsLike("kg");
  return [medium === "energy" ? "tce" : "tCO2"];
}
