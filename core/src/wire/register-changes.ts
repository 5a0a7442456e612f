import { z } from "zod";
import { instantSchema, isoSchema } from "./primitives.ts";

const register = z.number().min(0);

/** What is recorded of an exchange of the meter, in the point's unit; null = nobody took the reading. */
export const registerChangeRequest = z.strictObject({
  endReading: register.nullable(),
  startReading: register.nullable(),
  modulus: z.number().positive().nullable().default(null),
});
export const registerChangeBody = z.object({
  at: isoSchema,
  endReading: z.number().nullable(),
  startReading: z.number().nullable(),
  modulus: z.number().nullable(),
});

/** CT × PT and since when; `from` null = since ever. The whole list; an empty one: the meter's own multiplier. */
export const multipliersRequest = z.strictObject({
  multipliers: z
    .array(z.strictObject({ from: instantSchema.nullable(), value: z.number().positive() }))
    .max(100)
    .refine((all) => new Set(all.map(({ from }) => from)).size === all.length, "one multiplier begins at a time"),
});
export const multiplierBody = z.object({ from: isoSchema.nullable(), value: z.number() });
export const multipliersBody = z.object({ multipliers: z.array(multiplierBody) });

/** State of the gas at a meter of working m³ and since when. The whole list; an empty one: the register counts Nm³. */
export const gasStatesRequest = z.strictObject({
  gasStates: z
    .array(
      z.strictObject({
        from: instantSchema.nullable(),
        /** Above that of the air, kPa. */
        gaugeKPa: z.number().gt(-101.325).max(20_000),
        celsius: z.number().min(-100).max(500),
      }),
    )
    .max(100)
    .refine((all) => new Set(all.map(({ from }) => from)).size === all.length, "one state begins at a time"),
});
export const gasStateBody = z.object({ from: isoSchema.nullable(), gaugeKPa: z.number(), celsius: z.number() });
export const gasStatesBody = z.object({
  gasStates: z.array(gasStateBody),
  /** What the register counts now: Nm³ as it is sent, or working m³ that figures convert. */
  counts: z.enum(["standard", "working"]),
});

/** An instant in an address: ISO 8601 with offset, or epoch milliseconds as text. */
export const instantParam = z
  .string()
  .transform((text) => (/^-?\d{1,16}$/.test(text) ? Number(text) : text))
  .pipe(instantSchema);
