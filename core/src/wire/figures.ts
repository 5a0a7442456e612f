import { z } from "zod";
import { regulatedStatuses } from "../regulated/regulated.ts";

/** Shares of the time that are measured, estimated and missing. */
export const coverage = z.object({ measured: z.number(), estimated: z.number(), missing: z.number() });

/** A total with what is needed to trust it: `value` null = not known, never zero. */
export const figureBody = z.object({ value: z.number().nullable(), unit: z.string(), coverage });

/** A version of a tariff or factor that a figure rests on; `label` reference = 参考值, nobody compared it with the document. */
export const versionBody = z.object({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  documentNumber: z.string().nullable(),
  status: z.enum(regulatedStatuses),
  label: z.enum(["official", "reference"]),
});

/** estimated 暂估: may still change; closed 已结: signed. */
export const figureStates = ["estimated", "closed"] as const;

/**
 * What an answer over any range says of its closing: closed 已结 only when all of its time lies in months that are closed
 * for every enterprise in it. `closedMonths` are those, whether or not the rest is closed too. A signature fixes the
 * figures of the month's closing; numbers beside it are worked out now.
 */
export const rangeClosing = { state: z.enum(figureStates), closedMonths: z.array(z.string()) };

/** `2026-05` */
export const monthSchema = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "a month is YYYY-MM");
