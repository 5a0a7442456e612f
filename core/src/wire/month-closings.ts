import { z } from "zod";
import { adjustmentCauses } from "../figures/signed-month.ts";
import { figureStates, monthSchema, versionBody } from "./figures.ts";
import { enterpriseIdSchema, isoSchema, nameSchema } from "./primitives.ts";

const signedFigure = z.object({
  value: z.number().nullable(),
  unit: z.string(),
  /** Share of its time that was known. */
  known: z.number(),
  bases: z.array(z.string()),
});

/** What stands in the signed text, and is read back from it. */
export const signedDocument = z.object({
  format: z.literal(1),
  enterpriseId: z.string(),
  month: z.string(),
  signedBy: z.string(),
  signedAt: z.string(),
  /** By name: `electricity.kwh`, `electricity.kwh.peak`, `electricity.yuan`, `water.amount` … */
  figures: z.record(z.string(), signedFigure),
  /** What the figures rest on besides readings: settlement meters, contract, values of tariff versions. */
  bases: z.record(z.string(), z.json()),
  /** Lines of the electricity bill, amounts in fen. */
  billLines: z.array(z.json()),
  versions: z.array(versionBody),
});
export type SignedDocument = z.infer<typeof signedDocument>;

/** The signature under a month, without its figures. */
export const closingEntry = z.object({
  enterpriseId: z.string(),
  month: z.string(),
  version: z.number(),
  state: z.enum([...figureStates, "reopened"]),
  closedBy: z.string(),
  closedAt: isoSchema,
  /** SHA-256 of the signed text. */
  hash: z.string(),
  /** Whether the text that is kept still has this hash. */
  isIntact: z.boolean(),
  reopened: z.object({ by: z.string(), at: isoSchema, reason: z.string() }).nullable(),
});
export type ClosingEntry = z.infer<typeof closingEntry>;

/** The signature with the signed figures, as it stands beside the current ones. */
export const closingBrief = closingEntry
  .pick({ version: true, closedBy: true, closedAt: true, hash: true, isIntact: true })
  .extend({ figures: z.record(z.string(), signedFigure.pick({ value: true, unit: true })) });

export const closingsQuery = z.strictObject({
  enterprise: enterpriseIdSchema.optional(),
  month: monthSchema.optional(),
});
export const closeMonthRequest = z.strictObject({ month: monthSchema });
export const reopenRequest = z.strictObject({ reason: nameSchema });

export const closingBody = closingEntry.extend({
  /** Exactly what was signed. */
  signed: z.string(),
  document: signedDocument,
  /** Figures that would be others if the month were signed now. */
  adjustments: z.array(
    z.object({
      figure: z.string(),
      unit: z.string(),
      signed: z.number().nullable(),
      current: z.number().nullable(),
      difference: z.number().nullable(),
      /** What may have moved it. */
      causes: z.array(z.enum(adjustmentCauses)),
    }),
  ),
  /** All closings of the month, newest first. */
  history: z.array(closingEntry),
});
export type ClosingBody = z.infer<typeof closingBody>;
