import { z } from "zod";
import { registerFaults, ruleKinds, severities } from "../alerts/alert-rule.ts";
import { meterKinds } from "../park.ts";
import { photoTypes, windowKinds } from "../ports/alert-lifecycle.ts";
import { alertExcess } from "./alert-excess.ts";
import { enterpriseIdSchema, instantSchema, isoSchema, nameSchema, pointIdSchema } from "./primitives.ts";
import {
  checkCondition,
  checkWatched,
  comparison,
  pointCover,
  pointCoverBody,
  ruleConditions,
  runningPoints,
  scheduleSchema,
  templateCover,
} from "./rule-conditions.ts";

const ruleBase = {
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,48}$/)
    .optional(),
  /** Left out, the rule is called after its kind and first point. */
  name: nameSchema.optional(),
  /** Of condition and treatment those that the rule names: may be left out. */
  points: z.array(pointIdSchema).max(5000).default([]),
  /** In place of points: every point of these kinds, enterprise and meter, those added later too, where no rule of this kind names it. */
  covers: pointCover.nullable().optional(),
  severity: z.enum(severities).default("P3"),
  enabled: z.boolean().default(true),
  onDelayS: z.number().min(0).max(604_800).default(0),
  offDelayS: z.number().min(0).max(604_800).default(0),
  schedule: scheduleSchema.nullable().optional(),
};
export const alertRuleRequest = z
  .discriminatedUnion("kind", [
    z.strictObject({ ...ruleBase, kind: z.literal("limit"), ...ruleConditions.limit.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("silence"), ...ruleConditions.silence.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("rateOfChange"), ...ruleConditions.rateOfChange.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("stuck"), ...ruleConditions.stuck.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("hourlyMean"), ...ruleConditions.hourlyMean.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("demand"), ...ruleConditions.demand.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("history"), ...ruleConditions.history.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("counter"), ...ruleConditions.counter.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("dataQuality"), ...ruleConditions.dataQuality.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("condition"), ...ruleConditions.condition.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("treatment"), ...ruleConditions.treatment.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("quotaPace"), ...ruleConditions.quotaPace.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("nightFlow"), ...ruleConditions.nightFlow.shape }),
    z.strictObject({ ...ruleBase, kind: z.literal("balanceResidual"), ...ruleConditions.balanceResidual.shape }),
  ])
  .superRefine(checkCondition)
  .superRefine(checkWatched);
export type AlertRuleRequest = z.infer<typeof alertRuleRequest>;
export const alertRulePatch = z
  .strictObject({
    name: nameSchema,
    points: z.array(pointIdSchema).max(5000),
    covers: pointCover.nullable(),
    severity: z.enum(severities),
    enabled: z.boolean(),
    onDelayS: z.number().min(0),
    offDelayS: z.number().min(0),
    schedule: scheduleSchema.nullable(),
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
    declaredKw: z.number().positive().nullable(),
    abovePercent: z.number().positive().nullable(),
    belowPercent: z.number().positive().nullable(),
    minDifference: z.number().min(0),
    days: z.number().int(),
    faults: z.array(z.enum(registerFaults)).min(1).readonly(),
    soundS: z.number().min(1),
    lateAfterS: z.number().min(0),
    match: z.enum(["all", "any"]),
    comparisons: z.array(comparison).min(1).max(20).readonly(),
    productionPoints: runningPoints.min(1).readonly(),
    treatmentPoints: runningPoints.min(1).readonly(),
    outletPoints: runningPoints.readonly(),
    treatmentNeeds: z.enum(["all", "any"]),
    startLateS: z.number().min(1),
    stopEarlyS: z.number().min(1),
    staleS: z.number().min(1),
    afterIntervals: z.number().min(1).max(1000).nullable(),
    quotas: z.array(z.string().min(1).max(300)).min(1).max(500).nullable(),
    warnShare: z.number().positive(),
    alarmShare: z.number().positive(),
    period: z.enum(["day", "month"]),
    places: z.array(z.string().min(1).max(300)).min(1).max(500).nullable(),
    aboveShare: z.number().min(0).max(1),
    aboveAmount: z.number().min(0),
  })
  .partial();
/** A rule by a template: what is given beside it takes the place of what the template says, of `covers` part by part. */
export const fromTemplateRequest = alertRulePatch.extend({
  covers: templateCover.optional(),
  template: z.string().max(48),
  id: ruleBase.id,
});
export const ruleTemplateBody = z.object({
  id: z.string(),
  name: z.string(),
  nameEn: z.string(),
  covers: pointCoverBody.nullable(),
  severity: z.enum(severities),
  onDelayS: z.number(),
  offDelayS: z.number(),
  condition: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** What must be given with it: no value fits everywhere. */
  needs: z.array(z.string()).readonly(),
  source: z.string(),
  default: z.boolean(),
});
const runningPointBodies = z.array(z.object({ point: z.string(), runningAbove: z.number() })).readonly();
export const alertRuleBody = z.object({
  id: z.string(),
  kind: z.enum(ruleKinds),
  name: z.string(),
  points: z.array(z.string()),
  severity: z.enum(severities),
  enabled: z.boolean(),
  onDelayS: z.number(),
  offDelayS: z.number(),
  /** Null or left out = always. */
  schedule: scheduleSchema.nullable().optional(),
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
  declaredKw: z.number().nullable().optional(),
  abovePercent: z.number().nullable().optional(),
  belowPercent: z.number().nullable().optional(),
  minDifference: z.number().optional(),
  days: z.number().optional(),
  faults: z.array(z.enum(registerFaults)).readonly().optional(),
  soundS: z.number().optional(),
  lateAfterS: z.number().optional(),
  match: z.enum(["all", "any"]).optional(),
  comparisons: z
    .array(
      z.object({ point: z.string(), above: z.number().nullable(), below: z.number().nullable(), holdS: z.number() }),
    )
    .readonly()
    .optional(),
  productionPoints: runningPointBodies.optional(),
  treatmentPoints: runningPointBodies.optional(),
  outletPoints: runningPointBodies.optional(),
  treatmentNeeds: z.enum(["all", "any"]).optional(),
  startLateS: z.number().optional(),
  stopEarlyS: z.number().optional(),
  staleS: z.number().optional(),
  afterIntervals: z.number().nullable().optional(),
  quotas: z.array(z.string()).readonly().nullable().optional(),
  warnShare: z.number().optional(),
  alarmShare: z.number().optional(),
  medium: z.enum(meterKinds).optional(),
  period: z.enum(["day", "month"]).optional(),
  places: z.array(z.string()).readonly().nullable().optional(),
  aboveShare: z.number().optional(),
  aboveAmount: z.number().optional(),
  /** Not null = the rule watches these in place of named `points`, `coveredPoints` of them now. */
  covers: pointCoverBody.nullable(),
  coveredPoints: z.number().optional(),
  /** The template it was made from; with `default` it came with the park. */
  template: z.string().nullable(),
  default: z.boolean(),
  version: z.number(),
});
export type AlertRuleBody = z.infer<typeof alertRuleBody>;

export const alertStates = ["active", "cleared", "closed", "unacknowledged", "shelved"] as const;
export const alertsQuery = z.strictObject({
  state: z.enum(alertStates).optional(),
  severity: z.enum(severities).optional(),
  since: instantSchema.optional(),
  point: pointIdSchema.optional(),
  enterprise: enterpriseIdSchema.optional(),
  rule: z.string().min(1).max(48).optional(),
  /** true = kept quiet by a maintenance window now, false = all others. */
  suppressed: z.enum(["true", "false"]).optional(),
  /** true = of each row of repeats only the newest; `group` = the alerts of one row. */
  grouped: z.enum(["true", "false"]).optional(),
  group: z.string().max(400).optional(),
  cursor: z.string().max(600).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const alertSubject = z.object({
  kind: z.enum(["quota", "meter", "place"]),
  id: z.string(),
  name: z.string().nullable(),
});
export const alertBody = z.object({
  id: z.string(),
  ruleId: z.string(),
  ruleName: z.string(),
  /**
   * A point's id; where the alert is about something else (`subject`), `{subject.kind}:{subject.id}`, which no point can be:
   * `quota:steel-2026`, `meter:E0`, `place:park.zone:Z1.enterprise:steel` (slashes of a place's way are dots).
   */
  point: z.string(),
  subject: alertSubject.nullable(),
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
  /** What the point must keep, where it lies beyond `limit`, which is a warning line (预警线) then; in `unit`. */
  limitBehind: z.object({ kind: z.enum(["hourlyMean", "dailyMean", "demand"]), limit: z.number() }).nullable(),
  unit: z.string(),
  /** Raised by readings that came late. */
  late: z.boolean(),
  /** Raised by running a rule over stored history (回算). */
  recalculated: z.boolean(),
  /** Raised inside a maintenance window: kept, shown, not announced; unless it still stood at its end (`announcedAt`). */
  suppressed: z
    .object({
      windowId: z.string(),
      kind: z.enum(windowKinds),
      reason: z.string(),
      until: isoSchema,
      announcedAt: isoSchema.nullable(),
    })
    .nullable(),
  /** Alerts of the same rule and point, each raised within 8 h of the one before: their first, and how many there were with this one. */
  groupId: z.string(),
  repeats: z.number(),
});
export type AlertBody = z.infer<typeof alertBody>;
/** One alert on its own also tells what was over its limit since it began. */
export const alertDetailBody = alertBody.extend({ excess: alertExcess });
/** Somebody whom an alert can be given to. */
export const alertAssigneeBody = z.object({ id: z.string(), name: z.string().nullable() });
export type AlertAssigneeBody = z.infer<typeof alertAssigneeBody>;
export const alertEventBody = z.object({
  at: isoSchema,
  by: z.string(),
  action: z.string(),
  note: z.string(),
  /** A photo of the comment: `GET /alerts/{id}/photos/{photoId}`. */
  photoId: z.string().nullable(),
});
export type AlertEventBody = z.infer<typeof alertEventBody>;
export const photoQuery = z.strictObject({ note: z.string().max(1000).default("") });
export const alertPhotoBody = z.object({
  id: z.string(),
  type: z.enum(photoTypes),
  bytes: z.number(),
  sha256: z.string(),
});
export const acknowledgeRequest = z.strictObject({ note: z.string().max(1000).default("") });
/** Several at once; each is judged by itself. */
export const acknowledgeAllRequest = acknowledgeRequest.extend({
  ids: z.array(z.string().min(1).max(400)).min(1).max(500),
});
export const acknowledgeAllBody = z.object({
  /** Those that somebody looks after now, who did before too. */
  acknowledged: z.array(z.string()),
  /** Those that could not be, and why; the others are not touched by it. */
  skipped: z.array(z.object({ id: z.string(), code: z.string() })),
});
export type AcknowledgeAllBody = z.infer<typeof acknowledgeAllBody>;
export const unacknowledgeRequest = z.strictObject({});
/** Several at once; each is judged by itself. */
export const unacknowledgeAllRequest = acknowledgeAllRequest.pick({ ids: true });
export const unacknowledgeAllBody = z.object({
  /** Those that nobody has acknowledged now. */
  unacknowledged: z.array(z.string()),
  /** Those that stay acknowledged, or are none that one sees, and why: forbidden = by somebody else, conflict = too late or changed. */
  skipped: z.array(z.object({ id: z.string(), code: z.string() })),
});
export type UnacknowledgeAllBody = z.infer<typeof unacknowledgeAllBody>;
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
  /** Readings that were judged; of a rule on figures the figures. */
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
export const runningThresholdsRequest = z.strictObject({
  points: z.array(pointIdSchema).min(1).max(50),
  from: instantSchema,
  to: instantSchema,
});
export const runningThresholdsBody = z.object({
  items: z.array(
    z.object({
      point: z.string(),
      unit: z.string(),
      /** Usable readings that were looked at. */
      readings: z.number(),
      /** Null when all values are one. */
      proposal: z
        .object({
          threshold: z.number(),
          idleMean: z.number(),
          runningMean: z.number(),
          runningShare: z.number(),
          /** 0 to 1: variance between idle and running by that of all values; without a split about 0.64 to 0.75. */
          clarity: z.number(),
          isClear: z.boolean(),
        })
        .nullable(),
    }),
  ),
});
export type RunningThresholdsBody = z.infer<typeof runningThresholdsBody>;
