import type { MeterKind } from "../park.ts";
import type { CoalBasis } from "./standard-coal.ts";

/** An energy that meters count: which subjects of the book it is worked out with. */
export interface MeteredCarrier {
  readonly kind: MeterKind;
  /** Subjects of `standardCoal`, and the unit they are per. */
  readonly coal: Readonly<Record<CoalBasis, string>>;
  readonly coalUnit: string;
  /** Units of the coal factor in one unit of the meter's use. */
  readonly coalUnits: number;
  /** fuel: subject of `fuelCarbon`. grid: the factor of the grid asked for. heat: bought heat by the GJ. */
  readonly carbon: "grid" | "heat" | { readonly fuel: string; readonly units: number };
}

/** Gas is metered in Nm³ and taken as the m³ of the tables. PV used inside is bought nowhere and emits nothing. */
// prettier-ignore
export const meteredCarriers: readonly MeteredCarrier[] = [
  { kind: "electricity", coal: { equivalent: "electricity", substitution: "electricitySubstitution" }, coalUnit: "kWh", coalUnits: 1, carbon: "grid" },
  { kind: "gas",   coal: { equivalent: "naturalGas", substitution: "naturalGas" }, coalUnit: "m³", coalUnits: 1, carbon: { fuel: "naturalGas", units: 1e-4 } },
  { kind: "steam", coal: { equivalent: "lowPressureSteam", substitution: "lowPressureSteam" }, coalUnit: "kg", coalUnits: 1000, carbon: "heat" },
  { kind: "heat",  coal: { equivalent: "heat", substitution: "heat" }, coalUnit: "MJ", coalUnits: 1000, carbon: "heat" },
];

/** A fuel that people enter as `fuel.{name}`, in t or kg; null = the book has no such factor. */
export interface EnteredFuel {
  readonly name: string;
  readonly coal: string | null;
  readonly carbon: string | null;
}

/** Raw coal is taken as bituminous for its carbon. */
export const enteredFuels: readonly EnteredFuel[] = [
  { name: "rawCoal", coal: "rawCoal", carbon: "bituminousCoal" },
  { name: "cleanedCoal", coal: "cleanedCoal", carbon: null },
  { name: "lignite", coal: null, carbon: "lignite" },
  { name: "coke", coal: "coke", carbon: "coke" },
  { name: "fuelOil", coal: "fuelOil", carbon: "fuelOil" },
  { name: "gasoline", coal: "gasoline", carbon: "gasoline" },
  { name: "kerosene", coal: "kerosene", carbon: null },
  { name: "diesel", coal: "diesel", carbon: "diesel" },
  { name: "lpg", coal: "lpg", carbon: "lpg" },
  { name: "lng", coal: "lng", carbon: "lng" },
];

/** What energy and carbon are related to; lasting = a stand that holds until the next entry, else a sum over time. */
export const denominators = [
  { item: "addedValue", isLasting: false },
  { item: "output", isLasting: false },
  { item: "landArea", isLasting: true },
] as const;
