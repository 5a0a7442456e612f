import type { EnterpriseId, MeterId } from "../park.ts";
import { hasRight, type Principal } from "../principal.ts";
import { days, type EpochMs } from "../time.ts";

/** What an event was about. */
export const annotationTags = ["maintenance", "production", "weather", "data", "other"] as const;
export type AnnotationTag = (typeof annotationTags)[number];

/** Whose people wrote it: the park's, or the enterprise's own. */
export const annotationSides = ["park", "enterprise"] as const;
export type AnnotationSide = (typeof annotationSides)[number];

/** A stretch of time; `from` = `to` is a moment. */
export interface AnnotationSpan {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** A remark about a stretch of time (标注), shown on every chart of what it is about. */
export interface Annotation extends AnnotationSpan {
  readonly id: string;
  /** null = the park as a whole: then it is for the park's people only, for its words may name anybody. */
  readonly enterpriseId: EnterpriseId | null;
  /** null = all of the enterprise. It outlives the meter. */
  readonly meterId: MeterId | null;
  readonly tag: AnnotationTag;
  readonly text: string;
  readonly side: AnnotationSide;
  readonly createdBy: string;
  readonly createdAt: EpochMs;
  /** The last change; null = as it was written. */
  readonly changedBy: string | null;
  readonly changedAt: EpochMs | null;
}

export const annotationLimits = {
  textLength: 500,
  /** Of one enterprise with its meters, or of the park. */
  perOwner: 2000,
  earliest: Date.UTC(2000, 0, 1),
  /** What is planned is written down beforehand. */
  aheadMs: days(366),
  /** How long a deleted one can be brought back. */
  restorableMs: days(1),
} as const;

/** Why a span cannot be; null = it can. */
export function spanProblem({ from, to }: AnnotationSpan, now: EpochMs): string | null {
  if (from > to) return "from must not be after to";
  if (from < annotationLimits.earliest) return "from lies before the year 2000";
  if (to > now + annotationLimits.aheadMs) return "to lies more than a year ahead";
  return null;
}

export const sideOf = ({ scope }: Pick<Principal, "scope">): AnnotationSide =>
  scope === "all" ? "park" : "enterprise";

/** Of what somebody sees: an enterprise changes what its own people wrote, the park changes all; who only looks, nothing. */
export const mayChangeAnnotation = (principal: Principal, { side }: Pick<Annotation, "side">): boolean =>
  hasRight(principal, "annotations.write") && (principal.scope === "all" || side === "enterprise");
