import {
  initialRuleState,
  qualityCode,
  stepLimit,
  systemPrincipal,
  type AlertChange,
  type AlertTransition,
  type AuditContext,
  type LimitRule,
  type Point,
  type Principal,
  type Series,
  type TimeRange,
} from "@smart-park/core";
import type { ApiContext } from "./context.ts";

type RecalculationContext = Pick<ApiContext, "registry" | "store">;
const maxUsable = qualityCode("estimated");

/**
 * Runs limit rules over stored history and keeps the alerts they would have raised, marked as recalculated (回算). An
 * alert that still stands at the end of the range ends there: what follows is the live engine's to judge. Gives how many
 * alerts are new.
 */
export async function recalculate(
  context: RecalculationContext,
  order: { principal: Principal; range: TimeRange; ruleIds: ReadonlySet<string> | null },
  audit: AuditContext,
): Promise<number> {
  const rules = context.registry.rules(order.principal).map(({ rule }) => rule);
  let raised = 0;
  for (const rule of rules) {
    if (rule.kind !== "limit" || !rule.enabled || order.ruleIds?.has(rule.id) === false) continue;
    for (const pointId of rule.points) {
      const point = context.registry.current().point(pointId);
      if (point === undefined) continue;
      const changes = judge(rule, point, await context.store.read(pointId, order.range), order.range);
      if (changes.length > 0) raised += context.registry.addRecalculated(systemPrincipal, changes, audit);
    }
  }
  return raised;
}

function judge(rule: LimitRule, point: Point, series: Series, range: TimeRange): AlertChange[] {
  const transitions = transitionsOf(rule, point, series);
  const last = transitions.at(-1);
  if (last?.type === "raised") transitions.push({ ...last, type: "cleared", at: range.to, value: null });
  const { severity } = rule;
  const { enterpriseId } = point;
  return transitions.map((transition) => ({ transition, enterpriseId, severity, late: false, recalculated: true }));
}

function transitionsOf(rule: LimitRule, point: Point, series: Series): AlertTransition[] {
  const transitions: AlertTransition[] = [];
  let state = initialRuleState;
  for (let i = 0; i < series.at.length; i++) {
    if ((series.quality[i] ?? 0) > maxUsable) continue;
    const reading = { observedAt: series.at[i] ?? 0, value: series.value[i] ?? 0 };
    const stepped = stepLimit(rule, point.id, state, reading);
    state = stepped.state;
    if (stepped.transition !== null) transitions.push(stepped.transition);
  }
  return transitions;
}
