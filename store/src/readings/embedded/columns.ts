import { emptySeries, type Series } from "@smart-park/core";

/** Index of the first entry >= target in an ascending list; its length when there is none. */
export function lowerBound(ascending: ArrayLike<number>, target: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) < target) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows [start, end) of a series, sharing its memory. */
const sliceSeries = (series: Series, start: number, end: number): Series => ({
  at: series.at.subarray(start, end),
  value: series.value.subarray(start, end),
  quality: series.quality.subarray(start, end),
});

export const newSeries = (length: number): Series => ({
  at: new Float64Array(length),
  value: new Float64Array(length),
  quality: new Uint8Array(length),
});

/** Series one after the other; the caller knows that they ascend. */
export function concatSeries(parts: readonly Series[]): Series {
  if (parts.length <= 1) return parts[0] ?? emptySeries;
  const all = newSeries(parts.reduce((sum, part) => sum + part.at.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.at.set(part.at, offset);
    all.value.set(part.value, offset);
    all.quality.set(part.quality, offset);
    offset += part.at.length;
  }
  return all;
}

/** Both series in one, ascending; where both have an instant, `newer` wins. */
export function mergeSeries(older: Series, newer: Series): Series {
  if (newer.at.length === 0) return older;
  if (older.at.length === 0) return newer;
  if ((older.at[older.at.length - 1] ?? 0) < (newer.at[0] ?? 0)) return concatSeries([older, newer]);
  const merged = newSeries(older.at.length + newer.at.length);
  let [o, n, length] = [0, 0, 0];
  while (o < older.at.length || n < newer.at.length) {
    const oldAt = older.at[o] ?? Infinity;
    const newAt = newer.at[n] ?? Infinity;
    const [source, index] = newAt <= oldAt ? [newer, n] : [older, o];
    copyRow(source, index, merged, length++);
    if (newAt <= oldAt) n++;
    if (oldAt <= newAt) o++;
  }
  return sliceSeries(merged, 0, length);
}

function copyRow(from: Series, index: number, to: Series, at: number): void {
  to.at[at] = from.at[index] ?? 0;
  to.value[at] = from.value[index] ?? 0;
  to.quality[at] = from.quality[index] ?? 0;
}

/** The series without the rows in [from, to). */
export function cutOut(series: Series, from: number, to: number): Series {
  const [start, end] = [lowerBound(series.at, from), lowerBound(series.at, to)];
  if (start >= end) return series;
  return concatSeries([sliceSeries(series, 0, start), sliceSeries(series, end, series.at.length)]);
}

/** Rows in [from, to); with `neighbours` also the one before and the one at or after `to`. */
export function rowsIn(series: Series, from: number, to: number, neighbours: boolean): Series {
  const start = lowerBound(series.at, from);
  const end = Math.max(start, lowerBound(series.at, to));
  return neighbours ? sliceSeries(series, Math.max(0, start - 1), end + 1) : sliceSeries(series, start, end);
}
