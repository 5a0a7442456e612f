import { z } from "zod";
import { severities } from "../alerts/alert-rule.ts";
import { languages } from "../notifications/channel.ts";
import { deliveryKinds, deliveryStates, deliveryWaits } from "../notifications/delivery-states.ts";
import { roles } from "../principal.ts";
import { enterpriseIdSchema, isoSchema, meterIdSchema, nameSchema, userIdSchema } from "./primitives.ts";

const channelId = z.string().regex(/^[A-Za-z0-9_-]{1,48}$/);
/** A name and password in it would be shown by every tool that shows addresses; webhooks are signed instead. */
const hasNoSignIn = (url: string): boolean =>
  !URL.canParse(url) || new URL(url).username + new URL(url).password === "";
const urlSchema = z
  .url({ protocol: /^https?$/, error: "must be an http or https URL" })
  .max(2000)
  .refine(hasNoSignIn, "must hold no user name or password");
const signingKey = z.string().min(8).max(256);
const mailAddress = z.email().max(254);

const email = z.strictObject({
  kind: z.literal("email"),
  host: z.hostname().max(253),
  port: z.number().int().min(1).max(65_535).default(465),
  security: z.enum(["tls", "starttls", "none"]).default("tls"),
  from: mailAddress,
  username: z.string().min(1).max(254).nullable().default(null),
  password: z.string().min(1).max(256).optional(),
});
const webhook = z.strictObject({ kind: z.literal("webhook"), url: urlSchema, signingKey });
const wecom = z.strictObject({ kind: z.literal("wecom"), url: urlSchema });
const dingtalk = z.strictObject({ kind: z.literal("dingtalk"), url: urlSchema, signingKey: signingKey.optional() });
const feishu = z.strictObject({ kind: z.literal("feishu"), url: urlSchema, signingKey: signingKey.optional() });
const mqtt = z.strictObject({ kind: z.literal("mqtt"), meterId: meterIdSchema });

/** How a channel reaches its receiver; url, signingKey and password are never given back. */
const channelConfig = z.discriminatedUnion("kind", [email, webhook, wecom, dingtalk, feishu, mqtt]);
const changedConfig = z.discriminatedUnion("kind", [
  email,
  webhook.partial({ url: true, signingKey: true }),
  wecom.partial({ url: true }),
  dingtalk.partial({ url: true }),
  feishu.partial({ url: true }),
  mqtt,
]);
export type ChannelConfig = z.infer<typeof changedConfig>;

export const channelRequest = z.strictObject({
  id: channelId,
  name: nameSchema,
  enterpriseId: enterpriseIdSchema.nullable().default(null),
  language: z.enum(languages).default("zh"),
  enabled: z.boolean().default(true),
  config: channelConfig,
});
/** `config` replaces the old one of the same kind; secrets that are left out stay. */
export const channelPatch = z.strictObject({
  name: nameSchema.optional(),
  language: z.enum(languages).optional(),
  enabled: z.boolean().optional(),
  config: changedConfig.optional(),
});
/** `settings` and `health` are null for who does not manage channels. */
export const channelBody = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  enterpriseId: z.string().nullable(),
  language: z.enum(languages),
  enabled: z.boolean(),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).nullable(),
  secrets: z.array(z.string()),
  health: z
    .object({
      waiting: z.number(),
      dead: z.number(),
      lastSentAt: isoSchema.nullable(),
      lastFailedAt: isoSchema.nullable(),
      lastFailure: z.string().nullable(),
    })
    .nullable(),
});
export const channelTestRequest = z.strictObject({ address: mailAddress.optional() });
export const channelTestBody = z.object({ ok: z.boolean(), detail: z.string(), tookMs: z.number() });

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day is HH:MM");
const subscriptionFields = {
  address: mailAddress.or(z.literal("")).default(""),
  severities: z.array(z.enum(severities)).min(1).max(4).default(["P1", "P2"]),
  enterpriseIds: z.array(enterpriseIdSchema).min(1).max(200).nullable().default(null),
  quietHours: z.strictObject({ from: clockTime, to: clockTime }).nullable().default(null),
  wantsCleared: z.boolean().default(true),
  escalateAfterMinutes: z.number().int().min(1).max(1440).nullable().default(null),
  enabled: z.boolean().default(true),
};
/** Without userId or role it is the caller's own. */
export const subscriptionRequest = z.strictObject({
  userId: userIdSchema.optional(),
  role: z.enum(roles).optional(),
  channelId,
  ...subscriptionFields,
});
export const subscriptionPatch = z.strictObject({ channelId, ...subscriptionFields }).partial();
export const subscriptionBody = z.object({
  id: z.string(),
  userId: z.string().nullable(),
  role: z.string().nullable(),
  channelId: z.string(),
  address: z.string(),
  severities: z.array(z.enum(severities)),
  enterpriseIds: z.array(z.string()).nullable(),
  quietHours: z.object({ from: z.string(), to: z.string() }).nullable(),
  wantsCleared: z.boolean(),
  escalateAfterMinutes: z.number().nullable(),
  enabled: z.boolean(),
});
export const subscriptionsQuery = z.strictObject({
  all: z.enum(["true", "false"]).default("false"),
  limit: z.coerce.number().int().min(1).max(10_000).optional(),
  cursor: z.string().max(200).optional(),
});

export const deliveriesQuery = z.strictObject({
  state: z.enum(deliveryStates).optional(),
  channel: channelId.optional(),
  alert: z.string().max(200).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
/** A test of a channel has no `alertId`, one of a channel of the park no `enterpriseId`; `askedBy` is who asked for it. */
export const deliveryBody = z.object({
  id: z.string(),
  key: z.string(),
  alertId: z.string().nullable(),
  enterpriseId: z.string().nullable(),
  kind: z.enum(deliveryKinds),
  channelId: z.string(),
  address: z.string(),
  state: z.enum(deliveryStates),
  waitsFor: z.enum(deliveryWaits),
  nextAt: isoSchema,
  groupKey: z.string().nullable(),
  attempts: z.number(),
  createdAt: isoSchema,
  endedAt: isoSchema.nullable(),
  detail: z.string(),
  askedBy: z.string().nullable(),
});
export const attemptBody = z.object({ at: isoSchema, tookMs: z.number(), ok: z.boolean(), detail: z.string() });
