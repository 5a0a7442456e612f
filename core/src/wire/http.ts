import { z } from "zod";
import { stats } from "../consumption/aggregate.ts";
import { quarantineReasons } from "../ports/ports.ts";
import { tokenStates } from "../ports/registry.ts";
import { roles, tokenScopes } from "../principal.ts";
import { type Quantity } from "../quantity.ts";
import { qualities } from "../reading.ts";
import { coverage, rangeClosing } from "./figures.ts";
import {
  enterpriseIdSchema,
  instantSchema,
  isoSchema,
  meterIdSchema,
  nameSchema,
  pointIdSchema,
} from "./primitives.ts";

/** A field that was not taken: which rule it broke (the codes of zod), of a bound the bound, and whether it is itself too small. */
const problemIssue = z.object({
  path: z.string(),
  message: z.string(),
  rule: z.string(),
  limit: z.number().optional(),
  isExclusive: z.boolean().optional(),
});
export type ProblemIssue = z.infer<typeof problemIssue>;

/** RFC 9457 problem+json; `code` is ours, `requestId` finds the log line. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string().optional(),
  requestId: z.string(),
  issues: z.array(problemIssue).optional(),
});
export type Problem = z.infer<typeof problem>;

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

// --- sign-in ---------------------------------------------------------------------------------------------------
export const sessionRequest = z.strictObject({
  // Whatever is tried stands in the audit log; an id holds no such characters anyway.
  username: z
    .string()
    .max(48)
    .regex(/^[^\p{Cc}]*$/u, "no control characters"),
  password: z.string().max(256),
});
export const me = z.object({
  id: z.string(),
  username: z.string(),
  /** The person's name; null = none was entered, or a token. */
  name: z.string().nullable(),
  role: z.enum(roles),
  enterpriseIds: z.array(z.string()).nullable(),
  mustChangePassword: z.boolean(),
  rights: z.array(z.string()),
  timeZone: z.string(),
  demo: z.boolean(),
  /** The sign-in before this one, and how many tries failed in between; null = none, or a token. */
  previousSignIn: z.object({ at: isoSchema, address: z.string(), failedSince: z.int() }).nullable(),
  /** What a new password must have. */
  passwordRule: z.object({ minLength: z.int(), minKinds: z.int(), former: z.int() }),
  /** Minutes after which somebody who does nothing is signed out, although the page is open; null = an open page counts as use. */
  idleMinutes: z.number().nullable(),
});
export type Me = z.infer<typeof me>;
export const passwordRequest = z.strictObject({ current: z.string().max(256), next: z.string().min(12).max(256) });
export const tokenRequest = z.strictObject({
  name: nameSchema,
  scopes: z.array(z.enum(tokenScopes)).min(1),
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
  /** To the minute; null = never. */
  lastUsedAt: isoSchema.nullable(),
  /** disabled: whoever made it may not sign in, so neither may it. */
  state: z.enum(tokenStates),
});
export type TokenBody = z.infer<typeof tokenBody>;

// --- readings --------------------------------------------------------------------------------------------------
export const readingsQuery = z.strictObject({
  from: instantSchema,
  to: instantSchema,
  step: z.enum(["raw", "1m", "15m", "1h", "1d", "1mo", "auto"]).default("auto"),
  stat: z.enum(stats).optional(),
});
export const readingsBody = z.object({
  point: z.string(),
  unit: z.string(),
  step: z.enum(["raw", "1m", "15m", "1h", "1d", "1mo"]),
  stat: z.enum(stats),
  coverage,
  ...rangeClosing,
  rows: z.array(z.object({ at: isoSchema, value: z.number().nullable(), quality: z.enum(qualities) })),
});
export type ReadingsBody = z.infer<typeof readingsBody>;
export const seriesBody = z.object({ series: z.array(readingsBody) });

export const replacedQuery = z.strictObject({ from: instantSchema, to: instantSchema });
export const replacedBody = z.object({
  point: z.string(),
  unit: z.string(),
  items: z.array(
    z.object({
      at: isoSchema,
      value: z.number(),
      quality: z.enum(qualities),
      replacedAt: isoSchema,
      by: z
        .object({ value: z.number(), quality: z.enum(qualities) })
        .nullable()
        .describe("What took its place"),
    }),
  ),
});
export type ReplacedBody = z.infer<typeof replacedBody>;

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
  reason: z.enum(quarantineReasons),
  detail: z.string(),
  count: z.number(),
  payload: z.string(),
});
export type QuarantineBody = z.infer<typeof quarantineBody>;
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
  /** SHA-256 of the entry and the hash before it. */
  hash: z.string(),
});
const word = z.string().min(1).max(200).optional();
export const auditQuery = z.strictObject({
  actor: word,
  /** One action, or with a dot at its end everything of that kind: `rule.` */
  action: word,
  object: word,
  enterprise: enterpriseIdSchema.optional(),
  result: z.enum(["ok", "denied", "failed"]).optional(),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
  cursor: z.string().max(200).optional(),
  /** 50,000 are as many as fit into a file. */
  limit: z.coerce.number().int().min(1).max(50_000).default(100),
});
export const auditVerifyQuery = z.strictObject({
  /** A hash that was noted before: it must still stand in the log. */
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export const auditChainBody = z.object({
  at: isoSchema,
  /** Entries from the oldest on that are as they were written. */
  entries: z.number(),
  /** Hash of the last of them; noted elsewhere, it shows later whether somebody rewrote the log. */
  head: z.string(),
  /** Number of the first entry that was changed, taken out, put in or moved; null = none. */
  brokenAt: z.number().nullable(),
  isKnown: z.boolean().nullable(),
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
  /** Notifications of alerts that were given up within the last seven days. */
  deadLetters: z.object({ count: z.number(), newestAt: isoSchema.nullable() }),
  watch: z.array(watchCard),
  demo: z.boolean(),
});
export type OverviewBody = z.infer<typeof overviewBody>;
export const quantityBody = z.object({ quantity: z.string(), unit: z.string(), kind: z.string(), label: z.string() });
export type { Quantity };
