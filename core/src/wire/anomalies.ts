import { z } from "zod";
import { anomalyKinds, treatments } from "../consumption/anomalies.ts";
import { coverage, rangeClosing } from "./figures.ts";
import { instantSchema, isoSchema } from "./primitives.ts";

export const anomaliesQuery = z.strictObject({ from: instantSchema, to: instantSchema });

const reading = z.object({ at: isoSchema, value: z.number() }).nullable();

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
  items: z.array(
    z.object({
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
    }),
  ),
});
export type AnomaliesBody = z.infer<typeof anomaliesBody>;
