import {
  isFigureRule,
  severityOf,
  statePointsOf,
  systemPrincipal,
  type AlertChange,
  type AuditContext,
  type Principal,
  type TimeRange,
} from "@smart-park/core";
import type { ApiContext } from "./context.ts";
import { judgeHistory, type HistoryQuestion } from "./rule-history.ts";

type RecalculationContext = Pick<ApiContext, "registry" | "store" | "time">;

/**
 * Runs rules over stored history and keeps the alerts they would have raised, marked as recalculated (回算). An alert that
 * still stands at the end of the range is left out: its end is not history yet, and the live engine raises its own.
 * Silence is left out too: history does not tell when the platform was up; and so are figures. Gives how many alerts are new.
 */
export async function recalculate(
  context: RecalculationContext,
  order: { principal: Principal; range: TimeRange; ruleIds: ReadonlySet<string> | null },
  audit: AuditContext,
): Promise<number> {
  const rules = context.registry.rules(order.principal).map(({ rule }) => rule);
  let raised = 0;
  for (const rule of rules) {
    if (rule.kind === "silence" || isFigureRule(rule) || !rule.enabled || order.ruleIds?.has(rule.id) === false)
      continue;
    for (const pointId of statePointsOf(rule)) {
      const point = context.registry.current().point(pointId);
      if (point === undefined) continue;
      const changes = await endedAlerts({ rule, point, range: order.range }, context);
      if (changes.length > 0) raised += context.registry.addRecalculated(systemPrincipal, changes, audit);
    }
  }
  return raised;
}

async function endedAlerts(question: HistoryQuestion, context: RecalculationContext): Promise<AlertChange[]> {
  const { transitions } = await judgeHistory(question, context);
  const ended = new Set(transitions.filter(({ type }) => type === "cleared").map(({ alertId }) => alertId));
  const { enterpriseId } = question.point;
  return transitions
    .filter(({ alertId }) => ended.has(alertId))
    .map((transition) => {
      const severity = severityOf(question.rule.severity, transition.level ?? "alarm");
      return { transition, enterpriseId, severity, late: false, recalculated: true };
    });
}
