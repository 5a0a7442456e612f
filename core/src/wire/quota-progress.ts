import { z } from "zod";
import { figureBody, rangeClosing, versionBody } from "./figures.ts";
import { instantSchema, isoSchema } from "./primitives.ts";

/** `at` = the day looked at, now when left out. */
export const quotaProgressQuery = z.strictObject({ at: instantSchema.optional() });

/** Why nothing can be said of the use: who asks does not see all it counts, no way to work it out, or another unit. */
export const quotaReasons = ["scope", "noMeters", "unit"] as const;

const level = z.literal([0.8, 0.9, 1]).nullable();

export const quotaProgressBody = z.object({
  at: isoSchema,
  items: z.array(
    z.object({
      id: z.string(),
      enterpriseId: z.string().nullable(),
      medium: z.string(),
      ...rangeClosing,
      from: z.string(),
      to: z.string(),
      limit: z.number(),
      unit: z.string(),
      used: figureBody,
      /** Why `used` is not known at all; null = it is, or only its readings are missing. */
      reason: z.enum(quotaReasons).nullable(),
      share: z.number().nullable(),
      left: z.number().nullable(),
      level,
      /** Use at the end at the pace so far, and with the rest of the period as last year. */
      projectedByPace: z.number().nullable(),
      projectedByProfile: z.number().nullable(),
      projectedLevel: level,
      usedUpAt: isoSchema.nullable(),
    }),
  ),
  versions: z.array(versionBody),
});
export type QuotaProgressBody = z.output<typeof quotaProgressBody>;
