import { z } from "zod";
import { meterKinds } from "../park.ts";
import { figureBody, rangeClosing } from "./figures.ts";
import { enterpriseIdSchema, instantSchema, isoSchema, meterIdSchema } from "./primitives.ts";

/** Of an enterprise: its settlement meters of one medium; or of one meter. */
export const registersQuery = z
  .strictObject({
    from: instantSchema,
    to: instantSchema,
    kind: z.enum(meterKinds).optional(),
    enterprise: enterpriseIdSchema.optional(),
    meter: meterIdSchema.optional(),
  })
  .refine(({ enterprise, kind, meter }) => (meter === undefined ? enterprise && kind : !enterprise && !kind), {
    path: ["enterprise"],
    message: "name an enterprise and a kind, or a meter",
  });
export type RegistersQuery = z.output<typeof registersQuery>;

const reading = z.object({ at: isoSchema, value: z.number() }).nullable();

/** The registers behind a number, so that it can be worked out by hand. */
export const registersBody = z.object({
  unit: z.string(),
  declared: z.boolean(),
  from: isoSchema,
  to: isoSchema,
  ...rangeClosing,
  registers: z.array(
    z.object({
      meterId: z.string(),
      point: z.string(),
      /** Unit of the readings as sent. */
      registerUnit: z.string(),
      /** When this meter counts. */
      from: isoSchema,
      to: isoSchema,
      first: reading,
      last: reading,
      total: figureBody,
      /** Cut to the range; amounts in `unit` add up to the total. factor = conversion × CT × PT. */
      uses: z.array(
        z.object({
          from: isoSchema,
          to: isoSchema,
          amount: z.number(),
          factor: z.number(),
          cause: z.string(),
          isSure: z.boolean(),
        }),
      ),
      /** Readings passed over, falls, gaps, meter changes. */
      anomalies: z.array(z.object({ from: isoSchema, to: isoSchema, kind: z.string() })),
    }),
  ),
});
export type RegistersBody = z.output<typeof registersBody>;
