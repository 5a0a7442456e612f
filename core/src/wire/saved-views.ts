import { z } from "zod";
import { isViewPath, savedViewLimits } from "../saved-views/saved-view.ts";
import { isoSchema, nameSchema } from "./primitives.ts";

const name = nameSchema.max(savedViewLimits.nameLength);
/** Path and query of a page of this site: no scheme, no host, no fragment. */
const path = z
  .string()
  .max(savedViewLimits.pathLength)
  .refine(isViewPath, "path and query of a page of this site, as /live?state=missing");

export const savedViewRequest = z.strictObject({ name, path, isShared: z.boolean().default(false) });
export const savedViewPatch = z.strictObject({ name, path, isShared: z.boolean() }).partial();
export const savedViewBody = z.object({
  id: z.string(),
  /** Who saved it. */
  owner: z.string(),
  name: z.string(),
  path: z.string(),
  isShared: z.boolean(),
  createdAt: isoSchema,
  isOwn: z.boolean(),
  /** Whether who asks may rename, share and delete it. */
  mayChange: z.boolean(),
});
export type SavedViewBody = z.infer<typeof savedViewBody>;
