import {
  isLeapAt,
  isPlausible,
  paceOf,
  paceSteps,
  ratedUse,
  type Register,
  type RegisterRow,
} from "./register-pace.ts";
import { usableRows, withoutGlitches, type PassedOver } from "./register-rows.ts";
import type { RegisterChange } from "../park.ts";
import type { Series } from "../reading.ts";
import type { EpochMs } from "../time.ts";

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

/** Something about a register that people should know of; `from` = `to` for a single reading. */
export interface RegisterAnomaly {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /**
   * Besides the causes of a use and of readings passed over: fast = more than the meter is rated for, counted but not
   * sure; frozen = the same reading repeated and then caught up; gap = a silence of more than three intervals, of which
   * only the sum is known; swap = a recorded meter change.
   */
  readonly kind: PassedOver["cause"] | Exclude<Use["cause"], "normal"> | "fast" | "frozen" | "gap" | "swap";
}

export interface RegisterAccount {
  /** Oldest first. */
  readonly uses: readonly Use[];
  readonly anomalies: readonly RegisterAnomaly[];
}

type ChangedRegister = Register & { readonly registerChanges?: readonly RegisterChange[] | undefined };

/** Silences longer than this many intervals are gaps. */
export const gapIntervals = 3;

const billingIntervalMs = 900_000;

/**
 * From which length on a use is no longer even in time, so that shares of it are estimated: three intervals, but for a meter
 * that speaks every quarter hour or less often one missing reading, for it hides in which billing interval the use was.
 */
export const longestEvenMs = (intervalS: number): number =>
  Math.max(1.5 * intervalS * 1000, Math.min(gapIntervals * intervalS * 1000, billingIntervalMs));

/**
 * Use between neighbouring readings of one cumulative register, and what is odd about it. Suspect and bad readings and
 * short excursions that come back (zero glitches, spikes) are passed over, so a use may span several readings; the sum
 * stays exact. A fall is a roll-over only when `modulus` says so and the use stays plausible; near zero it is a reset.
 * Across a recorded change the old register counts up to its end reading and the new one from its start reading.
 * A glitch is recognised by the readings around it: give some readings before and after the range of interest.
 */
export function accountOf(series: Series, register: ChangedRegister): RegisterAccount {
  const { rows, passedOver } = usableRows(series);
  const parts = splitAtChanges(rows, register).map((part) => accountOfOne(part.rows, part.register));
  const swaps = (register.registerChanges ?? []).map(({ at }) => ({ from: at, to: at, kind: "swap" as const }));
  const anomalies = [...toAnomalies(passedOver), ...swaps, ...parts.flatMap((part) => part.anomalies)];
  const [only] = parts;
  const uses = parts.length === 1 && only ? only.uses : parts.flatMap((part) => part.uses);
  return { uses, anomalies: anomalies.sort((a, b) => a.from - b.from) };
}

/** The uses of `accountOf` alone. */
export const usesOf = (series: Series, register: ChangedRegister): readonly Use[] => accountOf(series, register).uses;

const toAnomalies = (passedOver: readonly PassedOver[]): RegisterAnomaly[] =>
  passedOver.map(({ at, cause }) => ({ from: at, to: at, kind: cause }));

interface Part {
  readonly rows: readonly RegisterRow[];
  readonly register: Register;
}

/** The rows of each physical meter, with the recorded end and start readings at the change. */
function splitAtChanges(rows: readonly RegisterRow[], register: ChangedRegister): Part[] {
  const changes = (register.registerChanges ?? []).toSorted((a, b) => a.at - b.at);
  if (changes.length === 0) return [{ rows, register }];
  const parts: Part[] = [];
  let [current, from, head]: [Register, EpochMs, RegisterRow[]] = [register, -Infinity, []];
  for (const change of changes) {
    const inside = rows.filter((row) => row.at > from && row.at < change.at);
    parts.push({ rows: [...head, ...inside, ...boundary(change.at, change.endReading)], register: current });
    [from, head] = [change.at, boundary(change.at, change.startReading)];
    current = { ...current, ...(change.modulus === undefined ? {} : { modulus: change.modulus }) };
  }
  parts.push({ rows: [...head, ...rows.filter((row) => row.at > from)], register: current });
  return parts;
}

const boundary = (at: EpochMs, value: number | null): RegisterRow[] =>
  value === null ? [] : [{ at, value, isSure: true }];

function accountOfOne(rows: readonly RegisterRow[], register: Register): RegisterAccount {
  const { rows: kept, passedOver } = withoutGlitches(rows, register);
  const { uses, frozen } = spreadCatchUps(stepsOf(kept, register), register);
  const anomalies = [...toAnomalies(passedOver), ...frozen];
  for (const use of uses) addOddities(anomalies, use, register);
  return { uses, anomalies };
}

function stepsOf(kept: readonly RegisterRow[], register: Register): Use[] {
  const uses: Use[] = [];
  /** Where the register stood before it fell, while it has not climbed back. */
  let peak: number | null = null;
  for (let i = 1; i < kept.length; i++) {
    const [before, after] = [kept[i - 1], kept[i]];
    if (!before || !after) break;
    const { amount, cause } = climbBack(kept, i, peak, register) ?? step(kept, i, register);
    const isExact = cause === "rollover" || (cause === "normal" && !isDoubtful(before, after, register));
    uses.push({ from: before.at, to: after.at, amount, cause, isSure: isExact && after.isSure });
    if (cause === "reset" || cause === "backward") peak = Math.max(peak ?? 0, before.value);
    else if (cause === "rollover" || (peak !== null && after.value >= peak)) peak = null;
  }
  return uses;
}

/** A rise that is more than the meter can count, or over a gap in which it can have turned round once more. */
function isDoubtful(before: RegisterRow, after: RegisterRow, { modulus, ratedPerHour }: Register): boolean {
  if (ratedPerHour === null) return false;
  const most = ratedUse(after.at - before.at, ratedPerHour);
  const rise = after.value - before.value;
  return rise > most || (modulus !== null && rise + modulus <= most);
}

/** The end of a long glitch: from below its old level back above it, faster than the meter can count. */
function climbBack(
  kept: readonly RegisterRow[],
  index: number,
  peak: number | null,
  register: Register,
): Pick<Use, "amount" | "cause"> | null {
  const [before, after] = [kept[index - 1], kept[index]];
  if (peak === null || !before || !after || before.value >= peak || after.value < peak) return null;
  const pace = paceAround(kept, index);
  if (isPlausible(after.value - before.value, after.at - before.at, register, pace, false)) return null;
  const beyond = after.value - peak;
  return { amount: beyond <= Math.max(peak * 0.5, 1) ? beyond : 0, cause: "leap" };
}

function step(kept: readonly RegisterRow[], index: number, register: Register): Pick<Use, "amount" | "cause"> {
  const [before, after] = [kept[index - 1], kept[index]];
  if (!before || !after || isLeapAt(kept, index, register)) return { amount: 0, cause: "leap" };
  const rise = after.value - before.value;
  if (rise >= 0) return { amount: rise, cause: "normal" };
  const pace = paceAround(kept, index);
  const isPossible = (use: number): boolean => isPlausible(use, after.at - before.at, register, pace, true);
  const wrapped = wrappedUse(before.value, after.value, register);
  if (wrapped !== null && isPossible(wrapped)) return { amount: wrapped, cause: "rollover" };
  if (after.value > before.value * 0.1) return { amount: 0, cause: "backward" };
  return { amount: after.value >= 0 && isPossible(after.value) ? after.value : 0, cause: "reset" };
}

/** The pace before or after a step, whichever is larger. */
const paceAround = (kept: readonly RegisterRow[], index: number): number =>
  Math.max(paceOf(kept, index - 1 - paceSteps, index - 1), paceOf(kept, index, index + paceSteps));

/** Roll-over goes from the last tenth of the register to its first tenth. */
function wrappedUse(before: number, after: number, { modulus }: Register): number | null {
  if (modulus === null || before <= 0.9 * modulus || before > modulus || after < 0 || after >= 0.1 * modulus)
    return null;
  return after + modulus - before;
}

/**
 * A gateway that repeats a frozen reading and then catches up shows nothing and then a spike. Where the rise is more than
 * the meter can count in its own time but not in that of the repeats before it, it is one use over all of that time.
 */
function spreadCatchUps(
  uses: readonly Use[],
  register: Register,
): {
  uses: readonly Use[];
  frozen: readonly RegisterAnomaly[];
} {
  const { ratedPerHour } = register;
  const isFast = (use: Use): boolean => ratedPerHour !== null && use.amount > ratedUse(use.to - use.from, ratedPerHour);
  if (ratedPerHour === null || !uses.some(isFast)) return { uses, frozen: [] };
  const spread: Use[] = [];
  const frozen: RegisterAnomaly[] = [];
  for (const use of uses) {
    const merged = use.cause === "normal" ? mergedUse(use, spread, ratedPerHour) : null;
    if (merged) {
      spread.splice(-merged.repeats);
      frozen.push({ from: merged.from, to: use.to, kind: "frozen" });
    }
    spread.push(merged ? { ...use, from: merged.from, isSure: merged.isSure } : use);
  }
  return { uses: spread, frozen };
}

function mergedUse(
  use: Use,
  earlier: readonly Use[],
  ratedPerHour: number,
): { from: EpochMs; repeats: number; isSure: boolean } | null {
  if (use.amount <= ratedUse(use.to - use.from, ratedPerHour)) return null;
  for (let repeats = 1; repeats <= earlier.length; repeats++) {
    const repeat = earlier.at(-repeats);
    if (!repeat || repeat.amount > 0 || repeat.cause !== "normal") return null;
    // The sum is exact; where in this time it was used is not known.
    if (use.amount <= ratedUse(use.to - repeat.from, ratedPerHour))
      return { from: repeat.from, repeats, isSure: false };
  }
  return null;
}

function addOddities(anomalies: RegisterAnomaly[], { from, to, amount, cause }: Use, register: Register): void {
  const { ratedPerHour, intervalS } = register;
  if (cause !== "normal") anomalies.push({ from, to, kind: cause });
  else if (ratedPerHour !== null && amount > ratedUse(to - from, ratedPerHour))
    anomalies.push({ from, to, kind: "fast" });
  if (intervalS !== undefined && to - from > gapIntervals * intervalS * 1000) anomalies.push({ from, to, kind: "gap" });
}
