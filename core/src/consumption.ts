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
  /**
   * reset: counted from zero where that is plausible, a lower bound. backward: the register ran back; leap: it rose by
   * more than the meter can count (another meter in its place); of both nothing is counted.
   */
  readonly cause: "normal" | "rollover" | "reset" | "backward" | "leap";
  /** False when the amount is a lower bound or a guess. */
  readonly isSure: boolean;
}

type Register = Pick<Point, "modulus" | "ratedPerHour">;

/** How many readings may be out of line and still count as a glitch when the register returns. */
const glitchLength = 3;
const maxUsable = qualityCode("estimated");
const hourMs = 3_600_000;
/** Registers count in whole units, so over a moment a step may look faster than the meter can be. */
const shortestMs = hourMs / 4;
/** How many neighbouring steps tell the usual pace of a register whose rated use is not known. */
const paceSteps = 3;

/**
 * Use between neighbouring readings of one cumulative register, oldest first. Suspect and bad readings and short
 * excursions that come back ("zero glitches", spikes) are passed over, so a use may span several readings; the sum stays
 * exact. A fall is a roll-over only when `modulus` says so and the use stays plausible; near zero it is a reset.
 * A glitch is recognised by the readings around it: give some readings before and after the range of interest.
 */
export function usesOf(series: Series, register: Register): Use[] {
  const kept = withoutGlitches(usableRows(series), register);
  const uses: Use[] = [];
  /** Where the register stood before it fell, while it has not climbed back. */
  let peak: number | null = null;
  for (let i = 1; i < kept.length; i++) {
    const [before, after] = [kept[i - 1], kept[i]];
    if (!before || !after) break;
    const pace = (): number => Math.max(paceOf(kept, i - 1 - paceSteps, i - 1), paceOf(kept, i, i + paceSteps));
    const { amount, cause } = climbBack(before, after, peak, register, pace) ?? step(before, after, register, pace);
    const isExact = cause === "normal" || cause === "rollover";
    uses.push({ from: before.at, to: after.at, amount, cause, isSure: isExact && after.isSure });
    if (cause === "reset" || cause === "backward") peak = Math.max(peak ?? 0, before.value);
    else if (cause === "rollover" || (peak !== null && after.value >= peak)) peak = null;
  }
  return uses;
}

interface Row {
  readonly at: EpochMs;
  readonly value: number;
  /** False when the readings passed over just before may have been a reset. */
  readonly isSure: boolean;
}

function usableRows(series: Series): Row[] {
  const rows: Row[] = [];
  for (let i = 0; i < series.at.length; i++)
    if ((series.quality[i] ?? 0) <= maxUsable)
      rows.push({ at: series.at[i] ?? 0, value: series.value[i] ?? 0, isSure: true });
  return rows;
}

/** Drops excursions of at most `glitchLength` readings after which the register stands where it would have stood. */
function withoutGlitches(rows: readonly Row[], register: Register): Row[] {
  const kept: Row[] = [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const level = kept.at(-1);
    if (!row) break;
    const isOutOfLine = level !== undefined && (row.value < level.value || isLeap(level, row, register));
    const glitch = isOutOfLine ? glitchAt(rows, i, kept, register) : null;
    kept.push(glitch ? { ...glitch.back, isSure: glitch.isSure } : row);
    if (glitch) i = glitch.index;
  }
  return kept;
}

/** The reading with which the register comes back from an excursion that begins at `start`; null when it does not. */
function glitchAt(
  rows: readonly Row[],
  start: number,
  kept: readonly Row[],
  register: Register,
): { back: Row; index: number; isSure: boolean } | null {
  const level = kept.at(-1);
  if (!level) return null;
  for (let index = start + 1; index <= start + glitchLength && index < rows.length; index++) {
    const back = rows[index];
    if (!back || back.value < level.value || isLeap(level, back, register)) continue;
    if (!isReturn(level, back, kept, register)) return null;
    const doubt = resetDoubt(rows.slice(start, index), back, kept, register);
    return doubt === "reset" ? null : { back, index, isSure: doubt === "none" };
  }
  return null;
}

/** A reset register that climbed past its old level would have made a leap of that size; a glitch returns to it. */
function isReturn(level: Row, back: Row, kept: readonly Row[], register: Register): boolean {
  const [rise, elapsedMs] = [back.value - level.value, back.at - level.at];
  const pace = paceOf(kept, kept.length - 1 - paceSteps, kept.length - 1);
  if (isPlausible(rise, elapsedMs, register, pace, false)) return true;
  return register.ratedPerHour === null && rise <= Math.max(level.value * 0.5, 1);
}

/**
 * Whether the low readings may be a reset register on its way up: possible only when the climb from one of them is no
 * faster than the meter can be. Then the nearer explanation wins: the old level went on at its pace, or the new one did.
 */
function resetDoubt(
  low: readonly Row[],
  back: Row,
  kept: readonly Row[],
  register: Register,
): "none" | "glitch" | "reset" {
  const [level, last] = [kept.at(-1), low.at(-1)];
  const pace = Math.max(paceOf(kept, kept.length - 1 - paceSteps, kept.length - 1), paceOf(low, 0, low.length - 1));
  const isClimb = (from: Row): boolean =>
    from.value < (level?.value ?? 0) && isPlausible(back.value - from.value, back.at - from.at, register, pace, false);
  if (!level || !last || !low.some(isClimb)) return "none";
  const asGlitch = Math.abs(back.value - level.value - pace * (back.at - level.at));
  const asReset = Math.abs(back.value - last.value - pace * (back.at - last.at));
  return asReset < asGlitch ? "reset" : "glitch";
}

/** Fastest rise between neighbours with indexes in [from, to], per ms; 0 when there is none. */
function paceOf(rows: readonly Row[], from: number, to: number): number {
  let pace = 0;
  for (let i = Math.max(1, from + 1); i <= to && i < rows.length; i++) {
    const [a, b] = [rows[i - 1], rows[i]];
    if (a && b) pace = Math.max(pace, (b.value - a.value) / (b.at - a.at));
  }
  return pace;
}

/** Whether a use fits the meter: 1.2 times its rated use, or, not rated, ten times its usual pace. */
function isPlausible(use: number, elapsedMs: number, register: Register, pace: number, ifUnknown: boolean): boolean {
  if (register.ratedPerHour !== null)
    return use <= (1.2 * register.ratedPerHour * Math.max(elapsedMs, shortestMs)) / hourMs;
  return pace === 0 ? ifUnknown : use <= 10 * pace * elapsedMs;
}

/** Far more than the rated use; with room for a rated use that is stated too low. */
const isLeap = (before: Row, after: Row, { ratedPerHour }: Register): boolean =>
  ratedPerHour !== null &&
  after.value - before.value > (5 * ratedPerHour * Math.max(after.at - before.at, hourMs)) / hourMs;

/** The end of a long glitch: from below its old level back above it, faster than the meter can count. */
function climbBack(
  before: Row,
  after: Row,
  peak: number | null,
  register: Register,
  paceAround: () => number,
): Pick<Use, "amount" | "cause"> | null {
  if (peak === null || before.value >= peak || after.value < peak) return null;
  if (isPlausible(after.value - before.value, after.at - before.at, register, paceAround(), false)) return null;
  const beyond = after.value - peak;
  return { amount: beyond <= Math.max(peak * 0.5, 1) ? beyond : 0, cause: "leap" };
}

function step(before: Row, after: Row, register: Register, paceAround: () => number): Pick<Use, "amount" | "cause"> {
  const rise = after.value - before.value;
  if (isLeap(before, after, register)) return { amount: 0, cause: "leap" };
  if (rise >= 0) return { amount: rise, cause: "normal" };
  const isPossible = (use: number): boolean => isPlausible(use, after.at - before.at, register, paceAround(), true);
  const wrapped = wrappedUse(before.value, after.value, register);
  if (wrapped !== null && isPossible(wrapped)) return { amount: wrapped, cause: "rollover" };
  if (after.value > before.value * 0.1) return { amount: 0, cause: "backward" };
  return { amount: after.value >= 0 && isPossible(after.value) ? after.value : 0, cause: "reset" };
}

/** Roll-over goes from the last tenth of the register to its first tenth. */
function wrappedUse(before: number, after: number, { modulus }: Register): number | null {
  if (modulus === null || before <= 0.9 * modulus || before > modulus || after < 0 || after >= 0.1 * modulus)
    return null;
  return after + modulus - before;
}

/** Factor from register units to the quantity's base unit at an instant: unit, and CT × PT when the side is secondary. */
export function registerFactor(point: Point, at: EpochMs): number {
  const isMultiplied = point.valueSide === "secondary" && (point.multiplierFrom === null || at >= point.multiplierFrom);
  return convert(1, point.unit, baseUnit(point.quantity)) * (isMultiplied ? point.multiplier : 1);
}
