import { z } from "zod";
import { ruleKinds, severities } from "../alerts/alert-rule.ts";
import { enterpriseIdSchema, instantSchema, isoSchema, nameSchema, pointIdSchema } from "./primitives.ts";
import { checkCondition, ruleConditions } from "./rule-conditions.ts";

const ruleBase = {
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,48}$/)
    .optional(),
  /** Left out, the rule is called after its kind and first point. */
  name: nameSchema.optional(),
  points: z.array(pointIdSchema).min(1).max(5000),
  severity: z.enum(severities).default("P3"),
  enabled: z.boolean().default(true),
  onDelayS: z.number().min(0).max(604_800).default(0),
  offDelayS: z.number().min(0).max(604_800).default(0),
};
export const alertRuleRequest = z
  .discriminatedUnion("kind", [
    z.strictObject({ ...ruleBase, kind: z.literal("limit"), ...ruleConditions.limit.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("silence"), ...ruleConditions.silence.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("rateOfChange"), ...ruleConditions.rateOfChange.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("stuck"), ...ruleConditions.stuck.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("hourlyMean"), ...ruleConditions.hourlyMean.shape }),
  ])
  .superRefine(checkCondition);
export type AlertRuleRequest = z.infer<typeof alertRuleRequest>;
export const alertRulePatch = z
  .strictObject({
    name: nameSchema,
    points: z.array(pointIdSchema).min(1).max(5000),
    severity: z.enum(severities),
    enabled: z.boolean(),
    onDelayS: z.number().min(0),
    offDelayS: z.number().min(0),
    above: z.number().nullable(),
    below: z.number().nullable(),
    deadband: z.number().min(0),
    warnAbove: z.number().nullable(),
    warnBelow: z.number().nullable(),
    afterS: z.number().min(1),
    windowS: z.number().min(1),
    forS: z.number().min(1),
    tolerance: z.number().min(0),
    runningPoint: pointIdSchema.nullable(),
    runningAbove: z.number(),
    minCoverage: z.number().min(0).max(1),
    warnsAhead: z.boolean(),
  })
  .partial();
export const alertRuleBody = z.object({
  id: z.string(),
  kind: z.enum(ruleKinds),
  name: z.string(),
  points: z.array(z.string()),
  severity: z.enum(severities),
  enabled: z.boolean(),
  onDelayS: z.number(),
  offDelayS: z.number(),
  above: z.number().nullable().optional(),
  below: z.number().nullable().optional(),
  deadband: z.number().optional(),
  warnAbove: z.number().nullable().optional(),
  warnBelow: z.number().nullable().optional(),
  afterS: z.number().optional(),
  windowS: z.number().optional(),
  forS: z.number().optional(),
  tolerance: z.number().optional(),
  runningPoint: z.string().nullable().optional(),
  runningAbove: z.number().optional(),
  minCoverage: z.number().optional(),
  warnsAhead: z.boolean().optional(),
  version: z.number(),
});
export type AlertRuleBody = z.infer<typeof alertRuleBody>;

export const alertStates = ["active", "cleared", "closed", "unacknowledged", "shelved"] as const;
export const alertsQuery = z.strictObject({
  state: z.enum(alertStates).optional(),
  since: instantSchema.optional(),
  point: pointIdSchema.optional(),
  enterprise: enterpriseIdSchema.optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const alertBody = z.object({
  id: z.string(),
  ruleId: z.string(),
  ruleName: z.string(),
  point: z.string(),
  enterpriseId: z.string(),
  severity: z.enum(severities),
  kind: z.enum(ruleKinds),
  /** A warning is an alert of its own, one severity below its rule. */
  level: z.enum(["alarm", "warning"]),
  state: z.enum(["active", "cleared", "closed"]),
  acknowledged: z.object({ by: z.string(), at: isoSchema, note: z.string() }).nullable(),
  assignee: z.string().nullable(),
  shelvedUntil: isoSchema.nullable(),
  raisedAt: isoSchema,
  clearedAt: isoSchema.nullable(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.string(),
  /** Raised by readings that came late. */
  late: z.boolean(),
  /** Raised by running a rule over stored history (回算). */
  recalculated: z.boolean(),
});
export type AlertBody = z.infer<typeof alertBody>;
export const alertEventBody = z.object({ at: isoSchema, by: z.string(), action: z.string(), note: z.string() });
export const acknowledgeRequest = z.strictObject({ note: z.string().max(1000).default("") });
export const assignRequest = z.strictObject({ assignee: z.string().max(48).nullable() });
export const commentRequest = z.strictObject({ note: z.string().trim().min(1).max(1000) });
export const shelveRequest = z.strictObject({ until: instantSchema, reason: z.string().trim().min(1).max(1000) });
export const closeRequest = z.strictObject({
  code: z.enum(["real", "false", "device", "planned", "other"]),
  note: z.string().max(1000).default(""),
});
/** Runs stored rules over stored history and keeps the alerts they would have raised, marked recalculated. */
export const recalculateRequest = z.strictObject({
  from: instantSchema,
  to: instantSchema,
  ruleIds: z.array(z.string().max(48)).max(500).optional(),
});
/** Runs a rule that is not stored over history and keeps nothing; `to` counts at most until now. */
export const backtestRequest = z.strictObject({ rule: alertRuleRequest, from: instantSchema, to: instantSchema });
export const backtestBody = z.object({
  /** Readings that were judged. */
  readings: z.number(),
  alarms: z.number(),
  warnings: z.number(),
  /** Days of the park on which an alert began, oldest first. */
  days: z.array(z.object({ day: z.string(), alarms: z.number(), warnings: z.number() })),
  /** The first 1,000, oldest first; the counts above are of all. */
  alerts: z.array(
    z.object({
      point: z.string(),
      level: z.enum(["alarm", "warning"]),
      severity: z.enum(severities),
      raisedAt: isoSchema,
      /** Null when it still stands at the end of the range. */
      clearedAt: isoSchema.nullable(),
      value: z.number().nullable(),
      limit: z.number().nullable(),
    }),
  ),
});
export type BacktestBody = z.infer<typeof backtestBody>;
export const recalculateBody = z.object({ raised: z.number() });
