import { baseUnit, convert } from "./units.ts";
import type { Point } from "./park.ts";
import type { Series } from "./reading.ts";
import { qualityCode } from "./reading.ts";
import type { EpochMs } from "./time.ts";

/** Use between two neighbouring register readings, in the register's own unit. */
export interface Use {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Never negative. */
  readonly amount: number;
  /** reset: counted from zero, a lower bound. backward: the register ran back, nothing is counted. */
  readonly cause: "normal" | "rollover" | "reset" | "backward";
}

type Register = Pick<Point, "modulus" | "ratedPerHour">;

/** How many readings a fallen register may stay low and still count as a glitch when it returns. */
const glitchLength = 3;
const maxUsable = qualityCode("estimated");

/**
 * Use between neighbouring readings of one cumulative register, oldest first. Suspect and bad readings and short
 * falls that recover ("zero glitches") are passed over, so a use may span several readings; the sum stays exact.
 * A fall is a roll-over only when `modulus` says so and the use stays plausible; near zero it is a reset.
 */
export function usesOf(series: Series, register: Register): Use[] {
  const kept = withoutGlitches(series, usableIndexes(series));
  const uses: Use[] = [];
  for (let i = 1; i < kept.length; i++) {
    const [a, b] = [kept[i - 1] ?? 0, kept[i] ?? 0];
    const [from, to] = [series.at[a] ?? 0, series.at[b] ?? 0];
    uses.push({ from, to, ...step(series.value[a] ?? 0, series.value[b] ?? 0, to - from, register) });
  }
  return uses;
}

function usableIndexes(series: Series): number[] {
  const indexes: number[] = [];
  for (let i = 0; i < series.at.length; i++) if ((series.quality[i] ?? 0) <= maxUsable) indexes.push(i);
  return indexes;
}

/** Drops falls of at most `glitchLength` readings after which the register stands where it would have stood. */
function withoutGlitches(series: Series, indexes: number[]): number[] {
  const kept: number[] = [];
  for (let i = 0; i < indexes.length; i++) {
    const previous = series.value[kept.at(-1) ?? -1];
    const value = series.value[indexes[i] ?? 0] ?? 0;
    if (previous !== undefined && value < previous && recoversWithin(series, indexes, i, previous)) continue;
    kept.push(indexes[i] ?? 0);
  }
  return kept;
}

function recoversWithin(series: Series, indexes: number[], start: number, level: number): boolean {
  for (let i = start + 1; i <= start + glitchLength && i < indexes.length; i++) {
    const value = series.value[indexes[i] ?? 0] ?? 0;
    // A reset register that happens to climb past its old level would need a leap of that size; a glitch returns to it.
    if (value >= level) return value - level <= Math.max(level * 0.5, 1);
  }
  return false;
}

function step(before: number, after: number, elapsedMs: number, register: Register): Pick<Use, "amount" | "cause"> {
  if (after >= before) return { amount: after - before, cause: "normal" };
  const wrapped = wrappedUse(before, after, elapsedMs, register);
  if (wrapped !== null) return { amount: wrapped, cause: "rollover" };
  if (after <= before * 0.1) return { amount: after, cause: "reset" };
  return { amount: 0, cause: "backward" };
}

/** Roll-over rule: from the last tenth of the register to its first tenth, at no more than 1.2 times the rated use. */
function wrappedUse(before: number, after: number, elapsedMs: number, register: Register): number | null {
  const { modulus, ratedPerHour } = register;
  if (modulus === null || before <= 0.9 * modulus || before > modulus || after >= 0.1 * modulus) return null;
  const use = after + modulus - before;
  const plausible = ratedPerHour === null || use <= 1.2 * ratedPerHour * (elapsedMs / 3_600_000);
  return plausible ? use : null;
}

/** Factor from register units to the quantity's base unit at an instant: unit, and CT × PT when the side is secondary. */
export function registerFactor(point: Point, at: EpochMs): number {
  const isMultiplied = point.valueSide === "secondary" && (point.multiplierFrom === null || at >= point.multiplierFrom);
  return convert(1, point.unit, baseUnit(point.quantity)) * (isMultiplied ? point.multiplier : 1);
}
