import { isLeap, isPlausible, paceOf, paceSteps, type Register, type RegisterRow } from "./register-pace.ts";
import { qualityCode, type Series } from "../reading.ts";
import type { EpochMs } from "../time.ts";

/** How many readings may be out of line and still count as a glitch when the register returns. */
const glitchLength = 3;
const maxUsable = qualityCode("estimated");

/** Readings that were not turned into use. */
export interface PassedOver {
  readonly at: EpochMs;
  readonly value: number;
  /** invalid: suspect, bad or not a number. repeat: another reading of the same instant stands. */
  readonly cause: "glitch" | "invalid" | "repeat";
}

export interface RegisterRows {
  /** Oldest first, strictly rising in time. */
  readonly rows: readonly RegisterRow[];
  readonly passedOver: readonly PassedOver[];
}

/** Usable readings, oldest first, one per instant (of several the last stands, as in the store). */
export function usableRows(series: Series): RegisterRows {
  const rows: RegisterRow[] = [];
  const passedOver: PassedOver[] = [];
  for (const i of orderOf(series.at)) {
    const row = { at: series.at[i] ?? 0, value: series.value[i] ?? 0, isSure: true };
    const isUsable = (series.quality[i] ?? 0) <= maxUsable && Number.isFinite(row.value);
    const last = rows.at(-1);
    if (!isUsable) passedOver.push({ at: row.at, value: row.value, cause: "invalid" });
    else if (last?.at === row.at) {
      passedOver.push({ at: last.at, value: last.value, cause: "repeat" });
      rows[rows.length - 1] = row;
    } else rows.push(row);
  }
  return { rows, passedOver };
}

/** Stores answer in order of time; what comes from elsewhere may not. */
function orderOf(at: Float64Array): Iterable<number> {
  for (let i = 1; i < at.length; i++)
    if ((at[i] ?? 0) < (at[i - 1] ?? 0)) return [...at.keys()].sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0));
  return at.keys();
}

/** Drops excursions of at most `glitchLength` readings after which the register stands where it would have stood. */
export function withoutGlitches(rows: readonly RegisterRow[], register: Register): RegisterRows {
  const kept: RegisterRow[] = [];
  const dropped: RegisterRow[] = [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const level = kept.at(-1);
    if (!row) break;
    const isOutOfLine = level !== undefined && (row.value < level.value || isLeap(level, row, register));
    const glitch = isOutOfLine ? glitchAt(rows, i, kept, register) : null;
    const spike = isOutOfLine && !glitch ? spikeBefore(row, kept, register) : null;
    const spikes = spike ? kept.splice(-spike.length) : [];
    const isSure = (spike?.isSure ?? true) && spikes.every((one) => one.isSure);
    dropped.push(...spikes, ...(glitch ? rows.slice(i, glitch.index) : []));
    if (glitch) i = glitch.index;
    // Most rows are in line: keep them as they are, without a copy.
    kept.push(glitch ? { ...glitch.back, isSure: glitch.isSure } : isSure ? row : { ...row, isSure });
  }
  return { rows: kept, passedOver: dropped.map(({ at, value }) => ({ at, value, cause: "glitch" })) };
}

/** The reading with which the register comes back from an excursion that begins at `start`; null when it does not. */
function glitchAt(
  rows: readonly RegisterRow[],
  start: number,
  kept: readonly RegisterRow[],
  register: Register,
): { back: RegisterRow; index: number; isSure: boolean } | null {
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

/**
 * How many of the newest kept readings were a spike, seen from the reading that falls back into the line before them.
 * A register that truly ran back looks the same when its rise was plausible; then the sum is not sure.
 */
function spikeBefore(
  row: RegisterRow,
  kept: readonly RegisterRow[],
  register: Register,
): { length: number; isSure: boolean } | null {
  for (let length = 1; length <= glitchLength && length < kept.length; length++) {
    const [level, first] = [kept.at(-1 - length), kept.at(-length)];
    if (!level || !first || first.value <= row.value) return null;
    if (level.value > row.value) continue;
    const pace = paceOf(kept, kept.length - 1 - length - paceSteps, kept.length - 1 - length);
    const fits = (use: RegisterRow): boolean =>
      isPlausible(use.value - level.value, use.at - level.at, register, pace, true);
    // A rated meter that catches up and is then reset is no spike: only a leap is out of the question.
    const isImpossible = register.ratedPerHour === null ? !fits(first) : isLeap(level, first, register);
    return fits(row) ? { length, isSure: isImpossible } : null;
  }
  return null;
}

/** A reset register that climbed past its old level would have made a leap of that size; a glitch returns to it. */
function isReturn(level: RegisterRow, back: RegisterRow, kept: readonly RegisterRow[], register: Register): boolean {
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
  low: readonly RegisterRow[],
  back: RegisterRow,
  kept: readonly RegisterRow[],
  register: Register,
): "none" | "glitch" | "reset" {
  const [level, last] = [kept.at(-1), low.at(-1)];
  const pace = Math.max(paceOf(kept, kept.length - 1 - paceSteps, kept.length - 1), paceOf(low, 0, low.length - 1));
  const isClimb = (from: RegisterRow): boolean =>
    from.value < (level?.value ?? 0) && isPlausible(back.value - from.value, back.at - from.at, register, pace, false);
  if (!level || !last || !low.some(isClimb)) return "none";
  const asGlitch = Math.abs(back.value - level.value - pace * (back.at - level.at));
  const asReset = Math.abs(back.value - last.value - pace * (back.at - last.at));
  return asReset < asGlitch ? "reset" : "glitch";
}
