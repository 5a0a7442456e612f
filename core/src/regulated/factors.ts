/** One value, or the lowest and highest the document gives. */
export type ValueOrRange = number | readonly [lowest: number, highest: number];

/** Standard coal of one energy carrier, per the record's unit (kg, m³, kWh, MJ, t). */
export interface CoalCoefficient {
  /** Net calorific value, kJ per unit; null when the document gives none. */
  readonly ncvKj: ValueOrRange | null;
  /** kgce per unit. */
  readonly kgce: ValueOrRange;
}

/** What the carbon of one fuel is computed from. */
export interface FuelCarbon {
  /** Net calorific value, GJ per unit (t, or 10⁴ Nm³). */
  readonly ncvGj: number;
  /** Carbon per energy, tC/TJ. */
  readonly carbonTPerTj: number;
  /** Share of the carbon that burns, 0 to 1. */
  readonly oxidation: number;
}

/** Mean carbon of a kilowatt-hour from the grid. */
export interface GridCarbon {
  /** The year it describes; shown next to the figure, for it is used until the next one is published. */
  readonly year: number;
  readonly kgPerKwh: number;
}

/**
 * kgce per unit of a carrier: from the measured net calorific value (kJ per unit) and `kjPerKgce` when there is one
 * (GB/T 2589), else the table's; null where the table gives only a range, for then it must be measured.
 */
export function kgcePerUnit(coal: CoalCoefficient, measured?: { ncvKj: number; kjPerKgce: number }): number | null {
  if (measured) return measured.ncvKj / measured.kjPerKgce;
  return typeof coal.kgce === "number" ? coal.kgce : null;
}

/** tCO₂ per unit of a fuel: NCV × CC × OF × 44/12 (省级温室气体清单编制指南). */
export const fuelTco2PerUnit = ({ ncvGj, carbonTPerTj, oxidation }: FuelCarbon): number =>
  (((ncvGj * carbonTPerTj) / 1000) * oxidation * 44) / 12;
