import { z } from "zod";
import { inspectionStates, inspectionStepKinds, inspectionTopics } from "../inspections/inspection.ts";
import { enterpriseIdSchema, instantSchema, isoSchema, meterIdSchema } from "./primitives.ts";
import { localDaySchema } from "./regulated.ts";

const text = z.string().trim().min(1).max(4000);

export const inspectionRequest = z.strictObject({
  enterpriseId: enterpriseIdSchema,
  meterId: meterIdSchema.nullable().default(null),
  /** Left out = now. */
  at: instantSchema.optional(),
  topic: z.enum(inspectionTopics),
  finding: text,
  /** The last day by which it must be put right; left out = nothing is to be done. */
  dueOn: localDaySchema.nullable().default(null),
});
export const rectificationRequest = z.strictObject({ note: text });
export const reviewRequest = z.strictObject({
  isAccepted: z.boolean(),
  note: z.string().trim().max(4000).default(""),
});
export const inspectionsQuery = z.strictObject({
  enterprise: enterpriseIdSchema.optional(),
  /** `overdue` = still open after its last day. */
  state: z.enum([...inspectionStates, "overdue"]).optional(),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const inspectionBody = z.object({
  id: z.string(),
  enterpriseId: z.string(),
  meterId: z.string().nullable(),
  at: isoSchema,
  topic: z.enum(inspectionTopics),
  finding: z.string(),
  dueOn: z.string().nullable(),
  state: z.enum(inspectionStates),
  isOverdue: z.boolean(),
  createdBy: z.string(),
  createdAt: isoSchema,
  steps: z.array(z.object({ kind: z.enum(inspectionStepKinds), note: z.string(), by: z.string(), at: isoSchema })),
});
export type InspectionBody = z.infer<typeof inspectionBody>;
