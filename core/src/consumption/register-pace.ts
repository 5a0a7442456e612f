import type { Point } from "../park.ts";
import type { EpochMs } from "../time.ts";

/** What is known of a cumulative register; `intervalS` lets gaps between its readings be named. */
export type Register = Pick<Point, "modulus" | "ratedPerHour"> & Partial<Pick<Point, "intervalS">>;

/** A register reading that counts. */
export interface RegisterRow {
  readonly at: EpochMs;
  readonly value: number;
  /** False when the readings passed over just before may have been a reset. */
  readonly isSure: boolean;
}

const hourMs = 3_600_000;
/** Registers count in whole units, so over a moment a step may look faster than the meter can be. */
const shortestMs = hourMs / 4;
/** How many neighbouring steps tell the usual pace of a register whose rated use is not known. */
export const paceSteps = 3;
/** A leap of a register without a rated use is told by so many steps on either side … */
const leapSteps = 20;
/** … of which at least so many show use … */
const leapMinSteps = 5;
/** … when it is so many times faster than the fastest of them, and larger than half of the register. */
const leapTimes = 100;

/** Fastest rise between neighbours with indexes in [from, to], per ms; 0 when there is none. */
export function paceOf(rows: readonly RegisterRow[], from: number, to: number): number {
  let pace = 0;
  for (let i = Math.max(1, from + 1); i <= to && i < rows.length; i++) {
    const [a, b] = [rows[i - 1], rows[i]];
    if (a && b) pace = Math.max(pace, (b.value - a.value) / (b.at - a.at));
  }
  return pace;
}

/** Whether a use fits the meter: 1.2 times its rated use, or, not rated, ten times its usual pace. */
export function isPlausible(
  use: number,
  elapsedMs: number,
  register: Register,
  pace: number,
  ifUnknown: boolean,
): boolean {
  if (register.ratedPerHour !== null) return use <= ratedUse(elapsedMs, register.ratedPerHour);
  return pace === 0 ? ifUnknown : use <= 10 * pace * elapsedMs;
}

/** Most that a meter can count in a time: 1.2 times its rated use. */
export const ratedUse = (elapsedMs: number, ratedPerHour: number): number =>
  (1.2 * ratedPerHour * Math.max(elapsedMs, shortestMs)) / hourMs;

/** Far more than the rated use; with room for a rated use that is stated too low. */
export const isLeap = (before: RegisterRow, after: RegisterRow, { ratedPerHour }: Register): boolean =>
  ratedPerHour !== null &&
  after.value - before.value > (5 * ratedPerHour * Math.max(after.at - before.at, hourMs)) / hourMs;

/** Whether the step to `rows[index]` is a leap; without a rated use it must be out of all proportion to its neighbours. */
export function isLeapAt(rows: readonly RegisterRow[], index: number, register: Register): boolean {
  const [before, after] = [rows[index - 1], rows[index]];
  if (!before || !after) return false;
  if (register.ratedPerHour !== null) return isLeap(before, after, register);
  const rise = after.value - before.value;
  return rise > Math.max(before.value * 0.5, 1) && isFarFaster(rise / (after.at - before.at), rows, index);
}

function isFarFaster(rate: number, rows: readonly RegisterRow[], index: number): boolean {
  let [known, fastest] = [0, 0];
  for (let i = Math.max(1, index - leapSteps); i <= index + leapSteps && i < rows.length; i++) {
    const pace = i === index ? 0 : paceOf(rows, i - 1, i);
    if (pace > 0) known += 1;
    fastest = Math.max(fastest, pace);
  }
  return known >= leapMinSteps && rate > leapTimes * fastest;
}
