import { z } from "zod";
import { coverage, rangeClosing, versionBody } from "./figures.ts";
import { instantSchema, isoSchema } from "./primitives.ts";

export const meansQuery = z.strictObject({
  from: instantSchema,
  to: instantSchema,
  /** Reference oxygen, %; left out: what the limit in force says. */
  reference: z.coerce.number().min(0).max(20).optional(),
});

/** Why a mean is not judged: too few valid minutes or hours, a plant that stands, no oxygen meter, a period under way. */
export const notJudgedReasons = ["insufficient", "stopped", "noOxygen", "noLimit", "running"] as const;

const verdict = {
  state: z.enum(["compliant", "warning", "exceeded", "notJudged"]),
  /** Set when, and only when, it is not judged. */
  reason: z.enum(notJudgedReasons).nullable(),
  /** As it is compared: rounded to the limit's decimals, halves to the even neighbour. */
  rounded: z.number().nullable(),
  /** 超标倍数 (C − L)/L; null when not exceeded. */
  exceedTimes: z.number().nullable(),
  /** The limit in force. */
  limitId: z.string().nullable(),
};

/** A limit of the point, in its unit, with where it comes from. */
export const limitBody = versionBody.extend({
  max: z.number(),
  min: z.number().nullable(),
  decimals: z.number().nullable(),
  referenceOxygen: z.number().nullable(),
  effectiveFrom: isoSchema,
});

const means = {
  point: z.string(),
  unit: z.string(),
  coverage,
  ...rangeClosing,
  /** All that were in force in the range, oldest first. */
  versions: z.array(limitBody),
  /** How many of each state, and why the rest was not judged. */
  counts: z.object({
    compliant: z.number(),
    warning: z.number(),
    exceeded: z.number(),
    notJudged: z.partialRecord(z.enum(notJudgedReasons), z.number()),
  }),
};

export const hourlyMeansBody = z.object({
  ...means,
  oxygenPoint: z.string().nullable(),
  rows: z.array(
    z.object({
      at: isoSchema,
      ...verdict,
      /** What is compared: corrected where a reference is set; null when not valid. */
      value: z.number().nullable(),
      /** As measured; shown also when too little of the hour is known. */
      measured: z.number().nullable(),
      /** Mean oxygen content, %. */
      oxygen: z.number().nullable(),
      reference: z.number().nullable(),
      validMinutes: z.number(),
      /** Share of the hour that valid readings stand for. */
      known: z.number(),
    }),
  ),
});
export type HourlyMeansBody = z.infer<typeof hourlyMeansBody>;

export const dailyMeansBody = z.object({
  ...means,
  flowPoint: z.string().nullable(),
  oxygenPoint: z.string().nullable(),
  rows: z.array(
    z.object({
      at: isoSchema,
      ...verdict,
      mean: z.number().nullable(),
      /** median: pH, never weighted by flow. */
      method: z.enum(["flowWeighted", "arithmetic", "median"]),
      /** Discharged with the hours of which both are known, kg; null when not flow-weighted. */
      loadKg: z.number().nullable(),
      knownHours: z.number(),
      /** 24, or 23 and 25 when clocks change. */
      hours: z.number(),
    }),
  ),
});
export type DailyMeansBody = z.infer<typeof dailyMeansBody>;
