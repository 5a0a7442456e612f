import { z } from "zod";
import { pointIdSchema } from "./primitives.ts";

const bound = z.number().nullable().default(null);
const deadband = z.number().min(0).default(0);
const seconds = z.number().min(1).max(604_800);
/** What each kind of rule has beyond the fields of every rule; one shape for requests, changes and the registry. */
export const ruleConditions = {
  limit: z.strictObject({
    above: bound,
    below: bound,
    deadband,
    warnAbove: z.number().nullable().optional(),
    warnBelow: z.number().nullable().optional(),
  }),
  silence: z.strictObject({ afterS: seconds }),
  rateOfChange: z.strictObject({ above: bound, below: bound, deadband, windowS: z.number().min(1).max(86_400) }),
  stuck: z.strictObject({
    forS: seconds,
    tolerance: z.number().min(0).default(0),
    runningPoint: pointIdSchema.nullable().default(null),
    runningAbove: z.number().default(0),
  }),
  hourlyMean: z.strictObject({
    above: z.number(),
    minCoverage: z.number().min(0).max(1).default(0.75),
    warnsAhead: z.boolean().default(true),
  }),
};

type Bounded = Partial<Record<"above" | "below" | "warnAbove" | "warnBelow", number | null | undefined>>;

/** What must hold between the fields of a rule; adds an issue for each that does not. */
export function checkCondition(rule: Bounded & { kind: string }, context: z.core.$RefinementCtx): void {
  const { kind, above = null, below = null, warnAbove = null, warnBelow = null } = rule;
  const complain = (field: string, message: string): void => {
    context.addIssue({ code: "custom", path: [field], message });
  };
  if ((kind === "limit" || kind === "rateOfChange") && above === null && below === null)
    complain("above", "a limit needs above or below");
  if (above !== null && warnAbove !== null && warnAbove >= above)
    complain("warnAbove", "a warning comes before the alarm: warnAbove must be less than above");
  if (below !== null && warnBelow !== null && warnBelow <= below)
    complain("warnBelow", "a warning comes before the alarm: warnBelow must be more than below");
}
