import type { PointId } from "./park.ts";
import type { EpochMs } from "./time.ts";

/** good = usable; estimated = filled in; suspect = out of the plausible range or marked; bad = invalid by its source. */
export const qualities = ["good", "estimated", "suspect", "bad"] as const;
export type Quality = (typeof qualities)[number];

/** Position of a quality in `qualities`: how stores and live packets carry it. */
export const qualityCode = (quality: Quality): number => qualities.indexOf(quality);
export const qualityOf = (code: number): Quality => qualities[code] ?? "bad";

/** One value of one point at one time of the meter's clock. Identity = (pointId, observedAt). */
export interface Reading {
  readonly pointId: PointId;
  readonly observedAt: EpochMs;
  readonly receivedAt: EpochMs;
  /** In the point's unit, finite. */
  readonly value: number;
  readonly quality: Quality;
}

/** Readings of one point in columns, oldest first, one per instant; `quality` holds `qualityCode`s. */
export interface Series {
  readonly at: Float64Array;
  readonly value: Float64Array;
  readonly quality: Uint8Array;
}

/** Readings in [from, to); a view, nothing is copied. */
export function seriesBetween({ at, value, quality }: Series, from: EpochMs, to: EpochMs): Series {
  const [start, end] = [firstFrom(at, from), firstFrom(at, to)];
  return { at: at.subarray(start, end), value: value.subarray(start, end), quality: quality.subarray(start, end) };
}

function firstFrom(at: Float64Array, instant: EpochMs): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((at[middle] ?? Infinity) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const emptySeries: Series = { at: new Float64Array(0), value: new Float64Array(0), quality: new Uint8Array(0) };
