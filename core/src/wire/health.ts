import { z } from "zod";
import { isoSchema } from "./primitives.ts";

/** How the platform itself is: what `/readyz` says, and the figures of `/metrics` by name. */
export const healthDetailsBody = z.object({
  at: isoSchema,
  /** Why readings cannot be acknowledged; null while they are. */
  problem: z.string().nullable(),
  /** What to know although readings are acknowledged; null when all is well. */
  notice: z.string().nullable(),
  /** One number, or one for each value of the figure's label; units as their names end: seconds, bytes, or a count. */
  figures: z.record(z.string(), z.union([z.number(), z.record(z.string(), z.number())])),
});
export type HealthDetails = z.infer<typeof healthDetailsBody>;
