import { z } from "zod";
import { anomalyKinds, treatments } from "../consumption/anomalies.ts";
import { qualities } from "../reading.ts";
import { coverage, rangeClosing } from "./figures.ts";
import { enterpriseIdSchema, instantSchema, isoSchema, meterIdSchema } from "./primitives.ts";

export const anomaliesQuery = z.strictObject({ from: instantSchema, to: instantSchema });

const reading = z.object({ at: isoSchema, value: z.number() }).nullable();

const anomalyItem = z.object({
  kind: z.enum(anomalyKinds),
  from: isoSchema,
  /** null = a silence that has not ended. */
  to: isoSchema.nullable(),
  before: reading,
  value: z.number().nullable(),
  after: reading,
  treatment: z.enum(treatments),
  amount: z.number().nullable(),
  isSure: z.boolean(),
  times: z.number(),
});

/** Everything of a point's time that is not plain use, oldest first, with what was done about it. */
export const anomaliesBody = z.object({
  point: z.string(),
  /** Of values as sent. */
  unit: z.string(),
  /** Of amounts: the quantity's base unit. */
  amountUnit: z.string(),
  coverage,
  ...rangeClosing,
  /** How many of each kind, also of those that `items` leaves out. */
  counts: z.partialRecord(z.enum(anomalyKinds), z.number()),
  isComplete: z.boolean(),
  items: z.array(anomalyItem),
});
export type AnomaliesBody = z.infer<typeof anomaliesBody>;

const ofSome = { enterprise: enterpriseIdSchema.optional(), meter: meterIdSchema.optional() };

export const parkAnomaliesQuery = anomaliesQuery.extend({ ...ofSome, kind: z.enum(anomalyKinds).optional() });

/** What is odd about the readings of many meters, newest first. */
export const parkAnomaliesBody = z.object({
  from: isoSchema,
  to: isoSchema,
  /** How many points were looked at. */
  points: z.number(),
  /** How many of each kind, whichever are asked for, also of those that `items` leaves out. */
  counts: z.partialRecord(z.enum(anomalyKinds), z.number()),
  isComplete: z.boolean(),
  items: z.array(
    anomalyItem.extend({
      enterpriseId: z.string(),
      meterId: z.string(),
      point: z.string(),
      unit: z.string(),
      amountUnit: z.string(),
    }),
  ),
});
export type ParkAnomaliesBody = z.infer<typeof parkAnomaliesBody>;

export const correctionsQuery = anomaliesQuery.extend(ofSome);

/** Readings of many meters that were replaced, the newest change first; values as sent. */
export const correctionsBody = z.object({
  from: isoSchema,
  to: isoSchema,
  isComplete: z.boolean(),
  items: z.array(
    z.object({
      enterpriseId: z.string(),
      meterId: z.string(),
      point: z.string(),
      unit: z.string(),
      at: isoSchema,
      value: z.number(),
      quality: z.enum(qualities),
      /** What stands there now, or took its place first; null = it was removed since. */
      by: z.object({ value: z.number(), quality: z.enum(qualities) }).nullable(),
      replacedAt: isoSchema,
      /** Who imported the new one; null = the meter sent it again, or it is not for the asker to know. */
      who: z.string().nullable(),
    }),
  ),
});
export type CorrectionsBody = z.infer<typeof correctionsBody>;
