/** Round values from zero (or below it) to above the largest, at most `most` steps. */
export function roundTicks(min: number, max: number, most: number): readonly number[] {
  const low = Math.min(0, min);
  const span = Math.max(max, 0) - low || 1;
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((one) => span / one <= most) ?? 10 * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil((low + span) / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, n) => Number(((first + n) * step).toPrecision(12)));
}

export interface Sample {
  readonly at: number;
  readonly value: number | null;
}

/** Runs of known values: a gap is a gap, never a line across it. */
export function runsOf(samples: readonly Sample[]): readonly (readonly { at: number; value: number }[])[] {
  const runs: { at: number; value: number }[][] = [];
  let isOpen = false;
  for (const { at, value } of samples) {
    if (value === null) {
      isOpen = false;
      continue;
    }
    if (isOpen) runs.at(-1)?.push({ at, value });
    else runs.push([{ at, value }]);
    isOpen = true;
  }
  return runs;
}
