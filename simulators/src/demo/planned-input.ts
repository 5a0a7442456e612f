import type { z } from "zod";
import type { activityInputRequest } from "@smart-park/core/wire";

export type ActivityInputRequest = z.input<typeof activityInputRequest>;

/** One thing that people of the park would enter. */
export interface PlannedInput {
  /** What it is; entered once in the life of a data folder, so that nobody's change or removal is undone. */
  readonly key: string;
  /** Not entered where the platform has this. */
  readonly unless?: string;
  readonly method: "PUT" | "PATCH" | "POST";
  /** Below `/api/v1`. */
  readonly path: string;
  readonly body?: unknown;
  /** Instead of a body: a value that can be entered together with others. */
  readonly value?: ActivityInputRequest;
}

/** The keys of what can be entered, the same for what is planned and for what the platform has. */
export const inputKey = {
  sitePlan: () => "site plan",
  /** A plan that somebody else has entered: our places mean nothing on it. */
  sitePlanOfOthers: () => "site plan of others",
  place: (meterId: string) => `place ${meterId}`,
  regulated: (id: string) => `regulated ${id}`,
  /** Any contract of an enterprise: whoever has one needs none of ours. */
  contract: (enterpriseId: string) => `contract ${enterpriseId}`,
  settlement: (id: string) => `settlement ${id}`,
  /** A place that somebody else has declared a meter for. */
  settledByOthers: (place: string, kind: string) => `settled ${place} ${kind}`,
  purpose: (meterId: string) => `purpose ${meterId}`,
  limit: (id: string) => `limit ${id}`,
  virtualMeter: (id: string) => `virtual ${id}`,
  quota: (id: string) => `quota ${id}`,
  activity: (input: { enterpriseId: string | null; item: string; period: string }) =>
    `activity ${input.enterpriseId ?? "park"} ${input.item} ${input.period}`,
  bill: (bill: { enterpriseId: string; kind: string; month: string }) =>
    `bill ${bill.enterpriseId} ${bill.kind} ${bill.month}`,
  /** Any recorded exchange of a point. */
  exchange: (pointId: string) => `exchange ${pointId}`,
};
