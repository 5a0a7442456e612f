import { isEnterpriseRole, severities, type Role, type Severity } from "@smart-park/core";
import type { subscriptionPatch, subscriptionRequest } from "@smart-park/core/wire";
import type { z } from "zod";
import type { SubscriptionBody } from "./queries.ts";

export const owners = ["me", "person", "role"] as const;

/** A subscription as a form holds it. */
export interface SubscriptionDraft {
  readonly owner: (typeof owners)[number];
  readonly userId: string;
  readonly role: Role;
  readonly channelId: string;
  readonly address: string;
  readonly severities: readonly Severity[];
  /** None = all that the owner may see. */
  readonly enterpriseIds: readonly string[];
  /** Times of day; null = none. */
  readonly quietHours: { readonly from: string; readonly to: string } | null;
  readonly wantsCleared: boolean;
  /** Null = at once; NaN = no number. */
  readonly escalateAfterMinutes: number | null;
}

export const newSubscription = (channelId: string): SubscriptionDraft => ({
  owner: "me",
  userId: "",
  role: "operator",
  channelId,
  address: "",
  severities: ["P1", "P2"],
  enterpriseIds: [],
  quietHours: null,
  wantsCleared: true,
  escalateAfterMinutes: null,
});

export const draftOfSubscription = (one: SubscriptionBody, myId: string): SubscriptionDraft => ({
  owner: one.role !== null ? "role" : one.userId === myId ? "me" : "person",
  userId: one.userId ?? "",
  role: (one.role ?? "operator") as Role, // the API knows no other roles
  channelId: one.channelId,
  address: one.address,
  severities: one.severities,
  enterpriseIds: one.enterpriseIds ?? [],
  quietHours: one.quietHours,
  wantsCleared: one.wantsCleared,
  escalateAfterMinutes: one.escalateAfterMinutes,
});

export type SubscriptionProblem = "person" | "channel" | "address" | "severities" | "enterprises" | "quiet" | "minutes";

const maxMinutes = 1440;

/** What keeps a draft from being saved, in the order of the form. */
export function problemsOf(draft: SubscriptionDraft, isMail: boolean): SubscriptionProblem[] {
  const { owner, userId, role, channelId, address, enterpriseIds, quietHours, escalateAfterMinutes: minutes } = draft;
  const problems: SubscriptionProblem[] = [];
  if (owner === "person" && userId.trim() === "") problems.push("person");
  if (channelId === "") problems.push("channel");
  if (isMail && !/^\S+@\S+$/.test(address.trim())) problems.push("address");
  if (draft.severities.length === 0) problems.push("severities");
  if (owner === "role" && isEnterpriseRole(role) && enterpriseIds.length === 0) problems.push("enterprises");
  if (quietHours !== null && (quietHours.from === "" || quietHours.to === "")) problems.push("quiet");
  if (minutes !== null && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= maxMinutes))
    problems.push("minutes");
  return problems;
}

export const toPatch = (draft: SubscriptionDraft, isMail: boolean): z.input<typeof subscriptionPatch> => ({
  channelId: draft.channelId,
  address: isMail ? draft.address.trim() : "",
  severities: severities.filter((one) => draft.severities.includes(one)),
  enterpriseIds: draft.enterpriseIds.length === 0 ? null : [...draft.enterpriseIds],
  quietHours: draft.quietHours,
  wantsCleared: draft.wantsCleared,
  escalateAfterMinutes: draft.escalateAfterMinutes,
});

export const toRequest = (draft: SubscriptionDraft, isMail: boolean): z.input<typeof subscriptionRequest> => ({
  ...toPatch(draft, isMail),
  channelId: draft.channelId,
  ...(draft.owner === "person" && { userId: draft.userId.trim() }),
  ...(draft.owner === "role" && { role: draft.role }),
});
