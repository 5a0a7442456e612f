import { decimal, roundHalfUp, roundNumber, sum, toNumber, multiply, type Decimal, zero } from "../decimal.ts";

/** How the bill changes with the month's power factor, for one standard value (力调). */
export interface PowerFactorTable {
  /** Standard power factor: 0.9, 0.85 or 0.8. */
  readonly standard: number;
  /** Reductions, walking up from the standard; above the last step they grow no more. */
  readonly bonus: readonly PowerFactorStep[];
  /** Increases, walking down from the standard. */
  readonly penalty: readonly PowerFactorStep[];
}

/** From where the step before ended up (or down) to `to`, each 0.01 changes the bill by so many percent. */
export interface PowerFactorStep {
  readonly to: number;
  readonly percentPerHundredth: number;
}

export interface MonthEnergies {
  /** kWh of the month. */
  readonly activeKwh: number;
  /** kvarh of the month taken and given back; the sum of both sizes counts. */
  readonly reactiveForwardKvarh: number;
  readonly reactiveReverseKvarh: number;
}

/**
 * cosφ = Wp / √(Wp² + Wq²) from the month's totals, rounded half up to 2 decimals, Wq = |forward| + |reverse|
 * ((83)水电财字第215号). null when nothing was used.
 */
export function powerFactorOf(month: MonthEnergies): number | null {
  const reactive = Math.abs(month.reactiveForwardKvarh) + Math.abs(month.reactiveReverseKvarh);
  const apparent = Math.hypot(month.activeKwh, reactive);
  return month.activeKwh > 0 ? roundNumber(month.activeKwh / apparent, 2) : null;
}

/** Percent by which basic and energy charge change: positive = more to pay, negative = less. `powerFactor` has 2 decimals. */
export const powerFactorPercent = (table: PowerFactorTable, powerFactor: number): number =>
  toNumber(adjustmentPercent(table, powerFactor));

export function adjustmentPercent(table: PowerFactorTable, powerFactor: number): Decimal {
  const isBonus = powerFactor >= table.standard;
  const steps = isBonus ? table.bonus : table.penalty;
  let at = toHundredths(table.standard);
  const parts: Decimal[] = [];
  for (const { to, percentPerHundredth } of steps) {
    const end = toHundredths(to);
    const reached = isBonus
      ? Math.min(end, toHundredths(powerFactor)) - at
      : at - Math.max(end, toHundredths(powerFactor));
    if (reached <= 0) break;
    parts.push(multiply(decimal(isBonus ? -reached : reached), decimal(percentPerHundredth)));
    at = end;
  }
  return parts.length === 0 ? zero : sum(parts);
}

const toHundredths = (powerFactor: number): number => Number(roundHalfUp(decimal(powerFactor), 2).units);
