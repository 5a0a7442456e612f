import { z } from "zod";
import { versionBody } from "./figures.ts";
import { isoSchema } from "./primitives.ts";

/**
 * Why no amount can be said: this kind of rule has none; the value was below, not above; its quantity is no flow; the outlet
 * has no flow beside the concentration; a corrected concentration without oxygen or the limit's reference oxygen; nothing
 * was read; longer than 92 days.
 */
export const excessReasons = [
  "kind",
  "below",
  "quantity",
  "noFlow",
  "noReference",
  "noOxygen",
  "noData",
  "tooLong",
] as const;
/** Why the amount has no price: the medium is not priced here, or no contract or price is in force. */
export const priceReasons = ["notPriced", "noPrice"] as const;

/** What was over the limit since the alert began, from the readings; to the end of the alert, or to now. */
export const alertExcess = z.object({
  from: isoSchema,
  to: isoSchema,
  /** kWh, m³, Nm³, t of steam, or kg discharged above the limit. */
  amount: z.number().nullable(),
  unit: z.string().nullable(),
  reason: z.enum(excessReasons).nullable(),
  /** By the tariff contract in force at each time. */
  yuan: z.number().nullable(),
  priceReason: z.enum(priceReasons).nullable(),
  /** Share of the time in which the value, and the flow beside it, were known. */
  knownShare: z.number().nullable(),
  versions: z.array(versionBody),
});
export type AlertExcessBody = z.output<typeof alertExcess>;
