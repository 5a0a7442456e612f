import { z } from "zod";
import { groupings } from "../figures/use-groups.ts";
import { meterKinds } from "../park.ts";
import { figureBody, rangeClosing, versionBody } from "./figures.ts";
import { instantSchema, isoSchema } from "./primitives.ts";

export const consumptionQuery = z.strictObject({
  kind: z.enum(meterKinds),
  from: instantSchema,
  to: instantSchema,
  step: z.enum(["none", "15m", "1h", "1d", "1mo"]).default("none"),
  by: z.enum(groupings).default("enterprise"),
  compare: z.enum(["none", "previous", "lastYear", "custom"]).default("none"),
  /** How the year before is laid under this one. */
  yearRule: z.enum(["sameDate", "sameWeekday", "springFestival"]).default("sameDate"),
  compareFrom: instantSchema.optional(),
  compareTo: instantSchema.optional(),
});
export type ConsumptionQuery = z.output<typeof consumptionQuery>;

const change = z.object({ difference: z.number().nullable(), share: z.number().nullable(), isComparable: z.boolean() });

export const consumptionBody = z.object({
  kind: z.enum(meterKinds),
  unit: z.string(),
  from: isoSchema,
  /** Not later than now. */
  to: isoSchema,
  step: z.enum(["none", "15m", "1h", "1d", "1mo"]),
  by: z.enum(groupings),
  /** What is compared with: the range, and the rule by which it was found. */
  compared: z
    .object({
      from: isoSchema,
      to: isoSchema,
      rule: z.enum(["previous", "sameDate", "sameWeekday", "springFestival", "custom"]),
      /** Calendar days of both ranges when they differ. */
      days: z.object({ now: z.number(), then: z.number() }).nullable(),
      /** Asked for by the Spring Festival, but its date is not known for one of the years: laid under by date instead. */
      missing: z.enum(["holidayDates"]).nullable(),
      ...rangeClosing,
    })
    .nullable(),
  ...rangeClosing,
  /** Dates that the comparison rests on. */
  versions: z.array(versionBody),
  groups: z.array(
    z.object({
      /** null = what names none. */
      id: z.string().nullable(),
      name: z.string().nullable(),
      /** False = nobody declared which meters count: those that hang below no other. */
      declared: z.boolean(),
      meters: z.array(z.string()),
      ...rangeClosing,
      total: figureBody,
      before: figureBody.nullable(),
      change: change.nullable(),
      buckets: z.array(
        z.object({
          at: isoSchema,
          value: z.number().nullable(),
          /** Share that is known: of the meters' time, each weighted by its use. */
          known: z.number(),
          /** good and estimated are of what is known; `known` says how much that is. */
          quality: z.enum(["good", "estimated", "missing"]),
        }),
      ),
    }),
  ),
});
export type ConsumptionBody = z.output<typeof consumptionBody>;

export const balanceQuery = consumptionQuery.pick({ kind: true, from: true, to: true });

export const balanceBody = z.object({
  kind: z.enum(meterKinds),
  unit: z.string(),
  from: isoSchema,
  to: isoSchema,
  ...rangeClosing,
  /** Every place and meter, parents before children. */
  nodes: z.array(
    z.object({
      id: z.string(),
      parentId: z.string().nullable(),
      level: z.enum(["park", "zone", "enterprise", "workshop", "meter"]),
      name: z.string().nullable(),
      total: figureBody,
      childrenSum: figureBody.nullable(),
      /** Line loss, leakage and what is not metered; null while it cannot be told. */
      residual: z.number().nullable(),
      residualShare: z.number().nullable(),
      state: z.enum(["shown", "insufficient", "none"]),
      insufficient: z.array(z.string()),
    }),
  ),
  /** Meters whose parents lead back to themselves. */
  inCycle: z.array(z.string()),
});
export type BalanceBody = z.output<typeof balanceBody>;
