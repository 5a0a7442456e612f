import { z } from "zod";
import { enterpriseIdSchema, isoSchema } from "./primitives.ts";

/** What people enter by hand and change later. */
export const enteredThings = ["quota", "tariffContract", "regulated", "enterprise"] as const;
export type EnteredThing = (typeof enteredThings)[number];

export const inputChangesQuery = z.strictObject({
  of: z.enum(enteredThings),
  enterprise: enterpriseIdSchema.optional(),
});
export const inputChangeBody = z.object({
  at: isoSchema,
  by: z.string(),
  /** What was changed: a quota's or a version's id, of a contract the day it begins. */
  object: z.string(),
  what: z.enum(["entered", "changed", "removed", "confirmed"]),
  /** By field what it was before and after; null = it was not there. */
  fields: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })),
});
export type InputChangeBody = z.infer<typeof inputChangeBody>;
