import { z } from "zod";
import { commandLimits, commandStates } from "../commands/command.ts";
import { deviceIdSchema, instantSchema, isoSchema, meterIdSchema } from "./primitives.ts";

const fits = (value: unknown): boolean =>
  new TextEncoder().encode(JSON.stringify(value ?? null)).length <= commandLimits.bytes;
const tooLong = `no more than ${commandLimits.bytes} bytes of JSON`;

/** What a device is told on `park/{enterpriseId}/{meterId}/command`. It must ignore an id that it has seen. */
export interface CommandMessage {
  readonly id: string;
  readonly command: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** ISO 8601; not to be carried out at or after it. */
  readonly expiresAt: string;
}

/** What it answers on `park/{enterpriseId}/{meterId}/reply`. */
export const commandReply = z.object({
  id: z.string().min(1).max(64),
  ok: z.boolean(),
  detail: z.string().max(1000).default(""),
  result: z.unknown().refine(fits, tooLong).optional(),
});

/** Edge's own record that the device acknowledged a command. */
export const commandReceipt = z.object({ id: z.string() });
export type CommandReceipt = z.infer<typeof commandReceipt>;

export const commandRequest = z.strictObject({
  /** Left out = the device's only meter. */
  meterId: meterIdSchema.optional(),
  command: z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, "1 to 64 letters, digits, _ . or -, a letter first"),
  params: z.record(z.string().max(64), z.unknown()).refine(fits, tooLong).default({}),
  /** At most 24 hours ahead; left out = in 5 minutes. */
  expiresAt: instantSchema.optional(),
});
export const commandsQuery = z.strictObject({
  device: deviceIdSchema.optional(),
  meter: meterIdSchema.optional(),
  state: z.enum(commandStates).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const commandBody = z.object({
  id: z.string(),
  deviceId: z.string(),
  meterId: z.string(),
  enterpriseId: z.string(),
  command: z.string(),
  params: z.record(z.string(), z.unknown()),
  state: z.enum(commandStates),
  createdAt: isoSchema,
  createdBy: z.string(),
  expiresAt: isoSchema,
  sentAt: isoSchema.nullable(),
  /** When the device acknowledged it. */
  deliveredAt: isoSchema.nullable(),
  endedAt: isoSchema.nullable(),
  answer: z.object({ at: isoSchema, ok: z.boolean(), detail: z.string(), result: z.unknown() }).nullable(),
});
export type CommandBody = z.infer<typeof commandBody>;
