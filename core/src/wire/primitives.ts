import { z } from "zod";
import { idPattern, type DeviceId, type EnterpriseId, type MeterId, type PointId, type UserId } from "../park.ts";
import { parseInstant, type EpochMs } from "../time.ts";

const id = z.string().regex(idPattern, "1 to 48 letters, digits, _ or -");
// The brand only marks a string that passed the check, so the cast adds nothing that was not proven.
const branded = <T extends string>() => id.transform((value) => value as T);

export const enterpriseIdSchema = branded<EnterpriseId>();
export const meterIdSchema = branded<MeterId>();
export const deviceIdSchema = branded<DeviceId>();
export const userIdSchema = branded<UserId>();
export const pointIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,48}\.[A-Za-z0-9]{1,40}$/, "meterId.quantity")
  .transform((value) => value as PointId);

/** Nothing of a park is older or later, and every calendar can count it. */
const [firstInstant, afterLastInstant] = [Date.UTC(1900, 0, 1), Date.UTC(3000, 0, 1)];

/** ISO 8601 with offset, or epoch ms, of the years 1900 to 2999; gives epoch ms. */
export const instantSchema = z.union([z.string(), z.number()]).transform((value, context): EpochMs => {
  const at = parseInstant(value);
  const isOfOurTime = at !== null && at >= firstInstant && at < afterLastInstant;
  if (isOfOurTime) return at;
  const message =
    at === null ? "a time is ISO 8601 with offset, or epoch milliseconds" : "a time lies in the years 1900 to 2999";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

/** A name people read: no control characters, trimmed. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^[^\p{Cc}]*$/u, "no control characters");

/** An ISO time with the park's offset, as every answer carries it. */
export const isoSchema = z.string();
