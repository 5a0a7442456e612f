import type { LinkedRule } from "./alert-rule.ts";
import type { Finding } from "./alert.ts";
import { judgeCondition } from "./condition-watch.ts";
import type { LinkedMemory, RuleMemory } from "./rule-memory.ts";
import type { SeenReading } from "./seen-readings.ts";
import { judgeTreatment } from "./treatment-watch.ts";
import type { PointId } from "../park.ts";

export const isLinked = <R extends { readonly kind: string }>(
  rule: R,
): rule is Extract<R, { kind: LinkedRule["kind"] }> => rule.kind === "condition" || rule.kind === "treatment";

type Links =
  | Pick<Extract<LinkedRule, { kind: "condition" }>, "kind" | "comparisons">
  | Pick<Extract<LinkedRule, { kind: "treatment" }>, "kind" | "productionPoints" | "treatmentPoints" | "outletPoints">;

/** The points that a linked rule names, each once, in order; the alert stands on the first. */
export function linkedPoints(rule: Links): PointId[] {
  const named =
    rule.kind === "condition"
      ? rule.comparisons
      : [...rule.productionPoints, ...rule.treatmentPoints, ...rule.outletPoints];
  return [...new Set(named.map(({ point }) => point))];
}

/** Null when the reading is not newer than what is known of its point. */
export function judgeLinked(
  rule: LinkedRule,
  memory: RuleMemory | undefined,
  reading: SeenReading,
): { findings: Finding[]; memory: LinkedMemory; at: number } | null {
  return rule.kind === "condition"
    ? judgeCondition(rule, memory?.kind === rule.kind ? memory : null, reading)
    : judgeTreatment(rule, memory?.kind === rule.kind ? memory : null, reading);
}
