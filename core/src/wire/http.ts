import { z } from "zod";
import { ruleKinds, severities } from "../alerts/alert-rule.ts";
import { stats } from "../consumption/aggregate.ts";
import { meterKinds, meterPurposes } from "../park.ts";
import { roles } from "../principal.ts";
import { quantityNames, quantities, type Quantity } from "../quantity.ts";
import { qualities } from "../reading.ts";
import { isConvertible } from "../units.ts";
import { multiplierBody, registerChangeBody } from "./register-changes.ts";
import {
  deviceIdSchema,
  enterpriseIdSchema,
  instantSchema,
  isoSchema,
  meterIdSchema,
  nameSchema,
  pointIdSchema,
  userIdSchema,
} from "./primitives.ts";
import { checkCondition, ruleConditions } from "./rule-conditions.ts";

/** RFC 9457 problem+json; `code` is ours, `requestId` finds the log line. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string().optional(),
  requestId: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

// --- sign-in ---------------------------------------------------------------------------------------------------
export const sessionRequest = z.strictObject({ username: z.string().max(48), password: z.string().max(256) });
export const me = z.object({
  id: z.string(),
  username: z.string(),
  role: z.enum(roles),
  enterpriseIds: z.array(z.string()).nullable(),
  mustChangePassword: z.boolean(),
  rights: z.array(z.string()),
  timeZone: z.string(),
  demo: z.boolean(),
});
export type Me = z.infer<typeof me>;
export const passwordRequest = z.strictObject({ current: z.string().max(256), next: z.string().min(12).max(256) });
export const tokenRequest = z.strictObject({
  name: nameSchema,
  scopes: z.array(z.enum(["telemetry:write", "import:write", "registry:write", "inputs:write", "read"])).min(1),
  enterpriseId: enterpriseIdSchema.optional(),
  expiresAt: instantSchema.optional(),
});
export const tokenCreated = z.object({ id: z.string(), token: z.string() });
export const tokenBody = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  enterpriseId: z.string().nullable(),
  createdAt: isoSchema,
  expiresAt: isoSchema.nullable(),
  createdBy: z.string(),
});

// --- registry --------------------------------------------------------------------------------------------------
export const userRequest = z.strictObject({
  username: userIdSchema,
  password: z.string().min(12).max(256),
  role: z.enum(roles),
  enterpriseId: enterpriseIdSchema.optional(),
  enterpriseIds: z.array(enterpriseIdSchema).max(200).optional(),
});
export const userPatch = z.strictObject({
  password: z.string().min(12).max(256).optional(),
  role: z.enum(roles).optional(),
  enterpriseIds: z.array(enterpriseIdSchema).max(200).optional(),
  enabled: z.boolean().optional(),
});
export const userBody = z.object({
  id: z.string(),
  username: z.string(),
  role: z.enum(roles),
  enterpriseIds: z.array(z.string()).nullable(),
  enabled: z.boolean(),
  lastSeenAt: isoSchema.nullable(),
});

export const enterpriseRequest = z.strictObject({
  id: enterpriseIdSchema,
  name: nameSchema,
  nameEn: nameSchema.nullable().default(null),
  chain: nameSchema.nullable().default(null),
  demo: z.boolean().default(false),
});
export const enterprisePatch = enterpriseRequest.omit({ id: true }).partial();
export const enterpriseBody = z.object({
  id: z.string(),
  name: z.string(),
  nameEn: z.string().nullable(),
  chain: z.string().nullable(),
  demo: z.boolean(),
  meterCount: z.number(),
});
export type EnterpriseBody = z.infer<typeof enterpriseBody>;

export const pointRequest = z
  .strictObject({
    quantity: z.enum(quantityNames),
    unit: z.string().max(16).optional(),
    kind: z.enum(["gauge", "counter"]).optional(),
    multiplier: z.number().positive().default(1),
    multiplierFrom: instantSchema.nullable().default(null),
    valueSide: z.enum(["primary", "secondary"]).default("primary"),
    modulus: z.number().positive().nullable().default(null),
    ratedPerHour: z.number().positive().nullable().default(null),
    stampAt: z.enum(["end", "start"]).default("start"),
    min: z.number().nullable().default(null),
    max: z.number().nullable().default(null),
  })
  .refine((point) => point.unit === undefined || isConvertible(point.unit, point.quantity), {
    path: ["unit"],
    message: "the unit cannot be converted to the quantity's unit",
  })
  .transform((point) => ({
    ...point,
    unit: point.unit ?? quantities[point.quantity].unit,
    kind: point.kind ?? quantities[point.quantity].kind,
  }));
export type PointRequest = z.infer<typeof pointRequest>;

export const meterRequest = z.strictObject({
  id: meterIdSchema,
  name: nameSchema,
  nameEn: nameSchema.nullable().default(null),
  enterpriseId: enterpriseIdSchema,
  kind: z.enum(meterKinds),
  intervalS: z.number().int().min(1).max(86_400).default(60),
  parentId: meterIdSchema.nullable().default(null),
  zoneId: z.string().max(48).nullable().default(null),
  workshop: nameSchema.nullable().default(null),
  dataSource: nameSchema.nullable().default(null),
  purpose: z.enum(meterPurposes).nullable().default(null),
  points: z
    .array(pointRequest)
    .min(1)
    .max(64)
    .refine((points) => new Set(points.map((p) => p.quantity)).size === points.length, "a quantity may appear once"),
});
export type MeterRequest = z.infer<typeof meterRequest>;
export const meterPatch = meterRequest.omit({ id: true }).partial();
export type MeterPatch = z.infer<typeof meterPatch>;

export const pointBody = z.object({
  id: z.string(),
  meterId: z.string(),
  enterpriseId: z.string(),
  quantity: z.enum(quantityNames),
  unit: z.string(),
  kind: z.enum(["gauge", "counter"]),
  multiplier: z.number(),
  multiplierFrom: isoSchema.nullable(),
  valueSide: z.enum(["primary", "secondary"]),
  modulus: z.number().nullable(),
  ratedPerHour: z.number().nullable(),
  stampAt: z.enum(["end", "start"]),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** Only where there are any; they take the place of `multiplier`. */
  multipliers: z.array(multiplierBody).optional(),
  registerChanges: z.array(registerChangeBody).optional(),
});
export const meterBody = z.object({
  id: z.string(),
  name: z.string(),
  nameEn: z.string().nullable(),
  enterpriseId: z.string(),
  kind: z.enum(meterKinds),
  intervalS: z.number(),
  parentId: z.string().nullable(),
  zoneId: z.string().nullable(),
  workshop: z.string().nullable(),
  dataSource: z.string().nullable(),
  purpose: z.enum(meterPurposes).nullable(),
  points: z.array(pointBody),
});
export type MeterBody = z.infer<typeof meterBody>;

export const deviceRequest = z.strictObject({
  id: deviceIdSchema,
  enterpriseId: enterpriseIdSchema,
  meterIds: z.array(meterIdSchema).max(5000),
  protocol: z.enum(["mqtt", "hj212"]).default("mqtt"),
  mn: z.string().max(32).optional(),
  pw: z.string().max(32).optional(),
});
export const devicePatch = z.strictObject({
  meterIds: z.array(meterIdSchema).max(5000).optional(),
  enabled: z.boolean().optional(),
});
export const deviceCreated = z.object({ username: z.string(), password: z.string() });
export const deviceBody = z.object({
  id: z.string(),
  enterpriseId: z.string(),
  meterIds: z.array(z.string()),
  protocol: z.enum(["mqtt", "hj212"]),
  enabled: z.boolean(),
});

// --- readings --------------------------------------------------------------------------------------------------
export const readingsQuery = z.strictObject({
  from: instantSchema,
  to: instantSchema,
  step: z.enum(["raw", "1m", "15m", "1h", "1d", "1mo", "auto"]).default("auto"),
  stat: z.enum(stats).optional(),
});
export const coverage = z.object({ measured: z.number(), estimated: z.number(), missing: z.number() });
export const readingsBody = z.object({
  point: z.string(),
  unit: z.string(),
  step: z.enum(["raw", "1m", "15m", "1h", "1d", "1mo"]),
  stat: z.enum(stats),
  coverage,
  rows: z.array(z.object({ at: isoSchema, value: z.number().nullable(), quality: z.enum(qualities) })),
});
export type ReadingsBody = z.infer<typeof readingsBody>;
export const seriesBody = z.object({ series: z.array(readingsBody) });

export const importLimits = { readings: 10_000 } as const;
export const importRequest = z.strictObject({
  meterId: meterIdSchema,
  readings: z
    .array(z.strictObject({ ts: instantSchema, values: z.record(z.string().max(64), z.number()) }))
    .min(1)
    .max(importLimits.readings),
});
export type ImportRequest = z.input<typeof importRequest>;
export const importBody = z.object({
  received: z.number(),
  stored: z.number(),
  duplicate: z.number(),
  rejected: z.array(z.object({ index: z.number(), quantity: z.string(), reason: z.string() })),
});
export const telemetryAccepted = z.object({ received: z.number() });

// --- alerts ----------------------------------------------------------------------------------------------------
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

// --- books, quarantine, raw messages, audit ---------------------------------------------------------------------
const bookLine = {
  received: z.number(),
  stored: z.number(),
  duplicate: z.number(),
  quarantined: z.number(),
  rejected: z.number(),
  pending: z.number(),
  overwritten: z.number(),
};
export const booksBody = z.object({
  at: isoSchema,
  enterprises: z.array(z.object({ id: z.string(), ...bookLine })),
  unattributed: z.object(bookLine),
});
export type BooksBody = z.infer<typeof booksBody>;
export const quarantineBody = z.object({
  id: z.string(),
  receivedAt: isoSchema,
  source: z.string(),
  enterpriseId: z.string().nullable(),
  deviceId: z.string().nullable(),
  topic: z.string(),
  reason: z.string(),
  detail: z.string(),
  count: z.number(),
  payload: z.string(),
});
/** A raw message as it came, newest first, and what became of it. */
export const messageBody = z.object({
  receivedAt: isoSchema,
  source: z.string(),
  deviceId: z.string(),
  topic: z.string(),
  payload: z.string(),
  outcome: z.string(),
  sequence: z.number(),
});
export type MessageBody = z.infer<typeof messageBody>;
export const auditBody = z.object({
  id: z.number(),
  at: isoSchema,
  actor: z.string(),
  address: z.string(),
  action: z.string(),
  object: z.string(),
  enterpriseId: z.string().nullable(),
  result: z.string(),
  detail: z.string(),
});

// --- overview --------------------------------------------------------------------------------------------------
export const watchKinds = ["hourlyMean", "dailyMean", "nightFlow", "demand"] as const;
/** Something to watch, with the numbers behind it: an outlet's running hour, a night flow, a demand window. */
export const watchTarget = z.object({
  id: z.string(),
  kind: z.enum(watchKinds),
  point: z.string(),
  limit: z.number(),
  lowerLimit: z.number().nullable(),
  decimals: z.number().nullable(),
  /** % */
  referenceOxygen: z.number().nullable(),
  unit: z.string(),
  title: z.string(),
  source: z.string(),
  effectiveFrom: isoSchema,
  status: z.enum(["verified", "secondary", "unverified"]),
});
export const watchTargetRequest = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,48}$/),
  kind: z.enum(watchKinds),
  point: pointIdSchema,
  limit: z.number(),
  lowerLimit: z.number().nullable().default(null),
  decimals: z.number().int().min(0).max(6).nullable().default(null),
  referenceOxygen: z.number().min(0).max(20).nullable().default(null),
  title: nameSchema,
  source: nameSchema,
  effectiveFrom: instantSchema,
  status: z.enum(["verified", "secondary", "unverified"]).default("unverified"),
});
/** A daily mean is judged when its day is over: nothing of it runs. */
export const watchCardKinds = ["hourlyMean", "nightFlow", "demand"] as const;
export const watchCard = watchTarget.extend({
  kind: z.enum(watchCardKinds),
  enterpriseId: z.string(),
  state: z.enum(["normal", "warning", "alarm", "unknown"]),
  /** The running figure: mean of this hour, last night's minimum flow, mean power of this window. */
  value: z.number().nullable(),
  /** Where it will end: projected hour mean, night flow's usual value, projected demand. */
  projected: z.number().nullable(),
  /** hourlyMean and demand: minutes until the window ends; nightFlow: nights above the usual. */
  remaining: z.number().nullable(),
  from: isoSchema,
  to: isoSchema,
  alertId: z.string().nullable(),
});
export type WatchCard = z.infer<typeof watchCard>;
export const overviewBody = z.object({
  at: isoSchema,
  activePowerKw: z.number().nullable(),
  energyTodayKwh: z.number().nullable(),
  energyYesterdaySameTimeKwh: z.number().nullable(),
  waterTodayM3: z.number().nullable(),
  waterYesterdaySameTimeM3: z.number().nullable(),
  pvTodayKwh: z.number().nullable(),
  coverage: z.number(),
  meters: z.object({ total: z.number(), live: z.number(), late: z.number(), offline: z.number(), none: z.number() }),
  alerts: z.object({ P1: z.number(), P2: z.number(), P3: z.number(), P4: z.number(), unacknowledged: z.number() }),
  watch: z.array(watchCard),
  demo: z.boolean(),
});
export type OverviewBody = z.infer<typeof overviewBody>;
export const quantityBody = z.object({ quantity: z.string(), unit: z.string(), kind: z.string(), label: z.string() });
export type { Quantity };
