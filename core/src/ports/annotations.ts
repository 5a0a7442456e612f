import type { Annotation } from "../annotations/annotation.ts";
import type { EnterpriseId, MeterId } from "../park.ts";
import type { Principal } from "../principal.ts";
import type { EpochMs } from "../time.ts";
import type { AuditContext, Page } from "./registry.ts";

export interface AnnotationFilter {
  /** What stands on the charts of an enterprise: its own, its meters' and, for who sees the whole park, the park's. */
  readonly enterpriseId?: EnterpriseId;
  /** What stands on the charts of a meter: its own, its enterprise's and, for who sees the whole park, the park's. */
  readonly meterId?: MeterId;
  /** Leaves out those of single meters. */
  readonly isWithoutMeters?: boolean;
  /** Only those that touch [from, to). */
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  readonly cursor?: string;
  readonly limit: number;
}

/** Remarks about stretches of time. Those of the park as a whole exist only for who sees all of it. */
export interface Annotations {
  /** Those that begin last come first. */
  annotations(principal: Principal, filter: AnnotationFilter): Page<Annotation>;
  annotation(principal: Principal, id: string): Annotation | null;
  /**
   * unprocessable when the span cannot be (`spanProblem`), the meter is not the enterprise's, or there are too many.
   * forbidden for the park as a whole by who does not see all of it.
   */
  createAnnotation(
    principal: Principal,
    given: Pick<Annotation, "enterpriseId" | "meterId" | "from" | "to" | "tag" | "text">,
    audit: AuditContext,
  ): Annotation;
  /** forbidden when it is not theirs to change (`mayChangeAnnotation`). */
  updateAnnotation(
    principal: Principal,
    id: string,
    change: Partial<Pick<Annotation, "from" | "to" | "tag" | "text">>,
    audit: AuditContext,
  ): Annotation;
  /** It can be brought back for a day. */
  deleteAnnotation(principal: Principal, id: string, audit: AuditContext): void;
  /** As it was; conflict when it was not deleted. */
  restoreAnnotation(principal: Principal, id: string, audit: AuditContext): Annotation;
}
