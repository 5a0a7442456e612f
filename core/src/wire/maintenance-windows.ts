import { z } from "zod";
import { windowKinds } from "../ports/alert-lifecycle.ts";
import { enterpriseIdSchema, instantSchema, isoSchema, meterIdSchema, pointIdSchema } from "./primitives.ts";

const reason = z.string().trim().min(1).max(1000);
const windowId = z.string().regex(/^[A-Za-z0-9_-]{1,48}$/);

export const windowScope = z
  .strictObject({
    enterpriseIds: z.array(enterpriseIdSchema).max(200).default([]),
    meterIds: z.array(meterIdSchema).max(5000).default([]),
    points: z.array(pointIdSchema).max(5000).default([]),
  })
  .refine(({ enterpriseIds, meterIds, points }) => enterpriseIds.length + meterIds.length + points.length > 0, {
    error: "names an enterprise, a meter or a point",
  });

/** `maintenance` = work on meters or plant, `stopped` = a recorded standstill. */
export const maintenanceWindowRequest = z.strictObject({
  id: windowId.optional(),
  scope: windowScope,
  from: instantSchema,
  to: instantSchema,
  kind: z.enum(windowKinds),
  reason,
});
/** An earlier `to` cuts it short: what it keeps quiet and still stands is announced then. */
export const maintenanceWindowPatch = z
  .strictObject({ from: instantSchema, to: instantSchema, kind: z.enum(windowKinds), reason })
  .partial();
export const maintenanceWindowBody = z.object({
  id: z.string(),
  scope: z.object({
    enterpriseIds: z.array(z.string()).readonly(),
    meterIds: z.array(z.string()).readonly(),
    points: z.array(z.string()).readonly(),
  }),
  from: isoSchema,
  to: isoSchema,
  kind: z.enum(windowKinds),
  reason: z.string(),
  createdBy: z.string(),
  createdAt: isoSchema,
});
/** `at` = only those that hold then. */
export const maintenanceWindowsQuery = z.strictObject({ at: instantSchema.optional() });
