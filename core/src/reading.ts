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

export const emptySeries: Series = { at: new Float64Array(0), value: new Float64Array(0), quality: new Uint8Array(0) };
