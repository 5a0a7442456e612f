import type { Inspection, InspectionState, InspectionStep } from "../inspections/inspection.ts";
import type { EnterpriseId } from "../park.ts";
import type { Principal } from "../principal.ts";
import type { EpochMs, LocalDay } from "../time.ts";
import type { AuditContext, Page } from "./registry.ts";

export interface InspectionFilter {
  readonly enterpriseId?: EnterpriseId;
  readonly state?: InspectionState;
  /** Only those still open although their last day came before this one. */
  readonly dueBefore?: LocalDay;
  /** Found at or after, and before. */
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  readonly cursor?: string;
  readonly limit: number;
}

/** Records of what was found at enterprises; only added to, never changed. */
export interface Inspections {
  /** Newest finding first. */
  inspections(principal: Principal, filter: InspectionFilter): Page<Inspection>;
  inspection(principal: Principal, id: string): Inspection | null;
  /** unprocessable when it lies in the future, or the meter is not the enterprise's. */
  createInspection(
    principal: Principal,
    given: Omit<Inspection, "id" | "createdBy" | "createdAt" | "steps">,
    audit: AuditContext,
  ): Inspection;
  /** conflict when nothing of the kind may follow. */
  addInspectionStep(
    principal: Principal,
    id: string,
    step: Pick<InspectionStep, "kind" | "note">,
    audit: AuditContext,
  ): Inspection;
}
