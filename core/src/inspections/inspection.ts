import type { EnterpriseId, MeterId } from "../park.ts";
import type { EpochMs, LocalDay } from "../time.ts";

/** What was looked at. */
export const inspectionTopics = ["outlet", "treatment", "monitoring", "waste", "energy", "water", "other"] as const;
export type InspectionTopic = (typeof inspectionTopics)[number];

/** noted: nothing to do; open: to be put right; rectified: said to be put right; closed: seen to be. */
export const inspectionStates = ["noted", "open", "rectified", "closed"] as const;
export type InspectionState = (typeof inspectionStates)[number];

export const inspectionStepKinds = ["rectified", "accepted", "rejected"] as const;

/** What happened to a finding afterwards. */
export interface InspectionStep {
  readonly kind: (typeof inspectionStepKinds)[number];
  readonly note: string;
  readonly by: string;
  readonly at: EpochMs;
}

/** What somebody found at an enterprise (巡查记录) and how it was put right (整改); a record, so nothing of it changes or goes. */
export interface Inspection {
  readonly id: string;
  readonly enterpriseId: EnterpriseId;
  /** What it is about, when that has a meter: an outlet, a line. */
  readonly meterId: MeterId | null;
  /** When it was found. */
  readonly at: EpochMs;
  readonly topic: InspectionTopic;
  readonly finding: string;
  /** The last day by which it must be put right; null = nothing is to be done. */
  readonly dueOn: LocalDay | null;
  readonly createdBy: string;
  readonly createdAt: EpochMs;
  /** Oldest first. */
  readonly steps: readonly InspectionStep[];
}

/** Follows from the last step alone. */
export function inspectionState({ dueOn, steps }: Pick<Inspection, "dueOn" | "steps">): InspectionState {
  if (dueOn === null) return "noted";
  const last = steps.at(-1)?.kind ?? "rejected";
  return last === "rejected" ? "open" : last === "rectified" ? "rectified" : "closed";
}

/** Still to be put right although its day is over. */
export const isOverdue = (inspection: Pick<Inspection, "dueOn" | "steps">, today: LocalDay): boolean =>
  inspection.dueOn !== null && inspection.dueOn < today && inspectionState(inspection) === "open";

/** Whether a step may follow: what is open is put right, what was put right is accepted or rejected. */
export const mayFollow = (state: InspectionState, kind: InspectionStep["kind"]): boolean =>
  kind === "rectified" ? state === "open" : state === "rectified";
