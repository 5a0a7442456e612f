import { z } from "zod";
import { meterRequest } from "./park.ts";
import { enterpriseIdSchema, instantSchema, isoSchema, meterIdSchema, nameSchema } from "./primitives.ts";

export const onboardingTokenRequest = z.strictObject({ name: nameSchema, expiresAt: instantSchema.optional() });
export const onboardingTokenBody = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: isoSchema,
  createdBy: z.string(),
  /** Null = it holds until it is removed. */
  expiresAt: isoSchema.nullable(),
});
/** `token` is told only here. */
export const onboardingTokenCreated = z.object({ id: z.string(), token: z.string() });

export const waitingStates = ["waiting", "approved", "refused"] as const;
/** A device that connected with an onboarding token. What it claims to be stands in its messages. */
export const waitingDeviceBody = z.object({
  id: z.string(),
  state: z.enum(waitingStates),
  firstAt: isoSchema,
  lastAt: isoSchema,
  messages: z.number(),
  /** Of these messages so many wait with their bytes: the first ones. */
  kept: z.number(),
});
export type WaitingDeviceBody = z.infer<typeof waitingDeviceBody>;
export const waitingDeviceDetail = waitingDeviceBody.extend({
  first: z.array(z.object({ receivedAt: isoSchema, topic: z.string(), payload: z.string() })),
});

/** What somebody makes of a device that waits: its owner, new meters, and meters that are there and have no device yet. */
export const approvalRequest = z
  .strictObject({
    enterpriseId: enterpriseIdSchema,
    meterIds: z.array(meterIdSchema).max(100).default([]),
    meters: z
      .array(meterRequest.omit({ enterpriseId: true }))
      .max(100)
      .default([]),
  })
  .refine(({ meterIds, meters }) => meterIds.length + meters.length > 0, {
    path: ["meters"],
    message: "a device speaks for at least one meter",
  });
