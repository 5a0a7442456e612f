import { z } from "zod";
import { annotationLimits, annotationSides, annotationTags } from "../annotations/annotation.ts";
import { enterpriseIdSchema, instantSchema, isoSchema, meterIdSchema } from "./primitives.ts";

const text = z
  .string()
  .trim()
  .min(1)
  .max(annotationLimits.textLength)
  .regex(/^(?:[^\p{Cc}]|\n)*$/u, "no control characters but line breaks");
const tag = z.enum(annotationTags);

/** About a meter, an enterprise (neither = the park as a whole); without `to` about a moment. */
export const annotationRequest = z.strictObject({
  /** Left out with a meter = the meter's. */
  enterpriseId: enterpriseIdSchema.nullable().default(null),
  meterId: meterIdSchema.nullable().default(null),
  from: instantSchema,
  to: instantSchema.optional(),
  tag,
  text,
});
export const annotationPatch = z.strictObject({ from: instantSchema, to: instantSchema, tag, text }).partial();
export const annotationsQuery = z.strictObject({
  /** Its own and its meters'. */
  enterprise: enterpriseIdSchema.optional(),
  /** Its own and its enterprise's. */
  meter: meterIdSchema.optional(),
  /** `false` = without those of single meters. */
  withMeters: z.enum(["true", "false"]).default("true"),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const annotationBody = z.object({
  id: z.string(),
  enterpriseId: z.string().nullable(),
  meterId: z.string().nullable(),
  from: isoSchema,
  to: isoSchema,
  tag,
  text: z.string(),
  side: z.enum(annotationSides),
  createdBy: z.string(),
  createdAt: isoSchema,
  changedBy: z.string().nullable(),
  changedAt: isoSchema.nullable(),
  /** Whether who asks may change and delete it. */
  mayChange: z.boolean(),
});
export type AnnotationBody = z.infer<typeof annotationBody>;
