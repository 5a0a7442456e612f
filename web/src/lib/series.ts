import type { EpochMs, Quality } from "@smart-park/core";
import type { ReadingsBody } from "@smart-park/core/wire";

/** One line of a chart. null = a gap in the data; undefined = no sample of this line at this time, the line goes on. */
export interface Samples {
  readonly at: readonly EpochMs[];
  readonly values: readonly (number | null)[];
  readonly qualities: readonly Quality[];
}

const gapIntervals = 3;

const billingIntervalMs = 15 * 60_000;

/** Rows as the server gave them; for raw readings a gap is put in where it is clear that some are missing. */
export function toSamples(body: ReadingsBody, intervalS: number): Samples {
  const times = body.rows.map((row) => Date.parse(row.at));
  const at: EpochMs[] = [];
  const values: (number | null)[] = [];
  const qualities: Quality[] = [];
  body.rows.forEach((row, i) => {
    const time = times[i] ?? NaN;
    if (body.step === "raw" && isAfterGap(times, i, intervalS * 1000)) {
      at.push((times[i - 1] ?? time) + 1);
      values.push(null);
      qualities.push("good");
    }
    at.push(time);
    values.push(row.value);
    qualities.push(row.quality);
  });
  return { at, values, qualities };
}

/**
 * Whether readings are missing before the i-th: more than three intervals, or three times the spacing on its sparser side,
 * up to a quarter of an hour (history of a meter that now reports every few seconds).
 */
function isAfterGap(times: readonly EpochMs[], i: number, intervalMs: number): boolean {
  const distance = (k: number): number => (times[k] ?? Infinity) - (times[k - 1] ?? -Infinity);
  if (i === 0) return false;
  const sides = [Math.min(distance(i - 2), distance(i - 1)), Math.min(distance(i + 1), distance(i + 2))];
  const spacing = Math.min(Math.max(0, ...sides.filter(Number.isFinite)), billingIntervalMs);
  return distance(i) > gapIntervals * Math.max(intervalMs, spacing);
}

export interface Aligned {
  readonly at: readonly EpochMs[];
  readonly lines: readonly {
    readonly values: readonly (number | null | undefined)[];
    readonly qualities: readonly (Quality | undefined)[];
  }[];
}

/** Several lines over the times of all of them. */
export function align(lines: readonly Samples[]): Aligned {
  const at = [...new Set(lines.flatMap((line) => line.at))].sort((a, b) => a - b);
  return {
    at,
    lines: lines.map((line) => {
      const index = new Map(line.at.map((time, n) => [time, n]));
      const places = at.map((time) => index.get(time));
      return {
        values: places.map((n) => (n === undefined ? undefined : line.values[n])),
        qualities: places.map((n) => (n === undefined ? undefined : line.qualities[n])),
      };
    }),
  };
}

/** Sum over lines of the same buckets; a bucket known by fewer than `minShare` of the lines stays empty. */
export function sumSamples(lines: readonly Samples[], minShare: number): Samples {
  const sums = new Map<EpochMs, { sum: number; count: number }>();
  for (const line of lines) {
    line.at.forEach((time, n) => {
      const entry = sums.get(time) ?? { sum: 0, count: 0 };
      const value = line.values[n] ?? null;
      sums.set(time, value === null ? entry : { sum: entry.sum + value, count: entry.count + 1 });
    });
  }
  const at = [...sums.keys()].sort((a, b) => a - b);
  const values = at.map((time) => {
    const entry = sums.get(time);
    return entry && entry.count >= minShare * lines.length && entry.count > 0 ? entry.sum : null;
  });
  return { at, values, qualities: at.map(() => "good" as const) };
}

export interface Summary {
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly last: number | null;
  readonly gaps: number;
}

/** What a chart says in one sentence. */
export function summarize(values: readonly (number | null | undefined)[]): Summary {
  const known = values.filter((value) => typeof value === "number");
  const present = values.filter((value) => value !== undefined);
  const gaps = present.filter((value, n) => value === null && n > 0 && present[n - 1] !== null).length;
  if (known.length === 0) return { min: null, max: null, mean: null, last: null, gaps };
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (const value of known) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  return { min, max, mean: sum / known.length, last: known.at(-1) ?? null, gaps };
}
