import type { EnergyPrice } from "../electricity/energy-price.ts";
import type { HolidayYear } from "../electricity/holidays.ts";
import type { PowerFactorTable } from "../electricity/power-factor.ts";
import type { TouTable } from "../electricity/tou-table.ts";
import type { TwoPartRules } from "../electricity/two-part.ts";
import type { EpochMs, LocalDay } from "../time.ts";
import type { FuelCarbon, GridCarbon, CoalCoefficient } from "./factors.ts";

/** What a regulator may set, by kind, and the form its value has. */
export interface RegulatedValues {
  readonly number: number;
  readonly standardCoal: CoalCoefficient;
  readonly fuelCarbon: FuelCarbon;
  readonly gridCarbon: GridCarbon;
  readonly timeOfUse: TouTable;
  readonly holidays: HolidayYear;
  readonly energyPrice: EnergyPrice;
  readonly powerFactor: PowerFactorTable;
  readonly twoPartRules: TwoPartRules;
}

export type RegulatedKind = keyof RegulatedValues;

export const regulatedKinds = [
  "number",
  "standardCoal",
  "fuelCarbon",
  "gridCarbon",
  "timeOfUse",
  "holidays",
  "energyPrice",
  "powerFactor",
  "twoPartRules",
] as const satisfies readonly RegulatedKind[];

/** verified 已核 = read in the document; secondary 二手 = somebody quotes the document; unverified 待核 = not checked. */
export const regulatedStatuses = ["verified", "secondary", "unverified"] as const;
export type RegulatedStatus = (typeof regulatedStatuses)[number];

/** An authorised person has compared the value with the document. */
export interface Confirmation {
  readonly by: string;
  readonly at: EpochMs;
  /** The document it was compared with; without one it is no confirmation. */
  readonly documentNumber: string;
}

/** One version of a number or table that a regulator may change. Its versions share `kind` and `subject`. */
export interface Regulated<K extends RegulatedKind = RegulatedKind> {
  /** Of this version; what a bill names. */
  readonly id: string;
  readonly kind: K;
  /** What the value belongs to: a carrier, a region, a tariff class. */
  readonly subject: string;
  /** What the screen calls it. */
  readonly name: string;
  readonly value: RegulatedValues[K];
  readonly unit: string;
  /** First day in force, park-local; null = in force before our records begin. */
  readonly effectiveFrom: LocalDay | null;
  /** First day no longer in force; null = until further notice. */
  readonly effectiveTo: LocalDay | null;
  readonly source: string;
  readonly documentNumber: string | null;
  readonly status: RegulatedStatus;
  readonly confirmedBy?: Confirmation | undefined;
  /** What a reader should know besides. */
  readonly note?: string | undefined;
}

export type AnyRegulated = { [K in RegulatedKind]: Regulated<K> }[RegulatedKind];

/** official, or reference 参考值: a figure that nobody has compared with the document. */
export type FigureLabel = "official" | "reference";

type Evidence = Pick<Regulated, "status" | "confirmedBy">;

/** Verified, or confirmed by somebody with a document; everything else is shown as a reference value. */
export const figureLabel = ({ status, confirmedBy }: Evidence): FigureLabel =>
  status === "verified" || (confirmedBy?.documentNumber.trim() ?? "") !== "" ? "official" : "reference";

/** Label of a figure made with several values: official only when all of them are. */
export const labelOfAll = (used: readonly Evidence[]): FigureLabel =>
  used.every((evidence) => figureLabel(evidence) === "official") ? "official" : "reference";
