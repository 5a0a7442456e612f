import {
  days,
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
  type ReadingStore,
  type TimeRange,
} from "@smart-park/core";
import type { ApiContext } from "./context.ts";

type RecalculationContext = Pick<ApiContext, "registry" | "store">;
const maxUsable = qualityCode("estimated");
/** So much history of a point is in memory at a time. */
const pieceMs = days(14);

/**
 * Runs limit rules over stored history and keeps the alerts they would have raised, marked as recalculated (回算). An
 * alert that still stands at the end of the range is left out: its end is not history yet, and the live engine raises its
 * own. Gives how many alerts are new.
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
      const changes = await judge({ rule, point, range: order.range }, context.store);
      if (changes.length > 0) raised += context.registry.addRecalculated(systemPrincipal, changes, audit);
    }
  }
  return raised;
}

interface Question {
  readonly rule: LimitRule;
  readonly point: Point;
  readonly range: TimeRange;
}

async function judge(question: Question, store: ReadingStore): Promise<AlertChange[]> {
  const transitions = await transitionsOf(question, store);
  const { rule, point } = question;
  const ended = transitions.at(-1)?.type === "raised" ? transitions.slice(0, -1) : transitions;
  const { severity } = rule;
  const { enterpriseId } = point;
  return ended.map((transition) => ({ transition, enterpriseId, severity, late: false, recalculated: true }));
}

async function transitionsOf({ rule, point, range }: Question, store: ReadingStore): Promise<AlertTransition[]> {
  const transitions: AlertTransition[] = [];
  let state = initialRuleState;
  for (let from = range.from; from < range.to; from += pieceMs) {
    const series = await store.read(point.id, { from, to: Math.min(from + pieceMs, range.to) });
    for (let i = 0; i < series.at.length; i++) {
      if ((series.quality[i] ?? 0) > maxUsable) continue;
      const reading = { observedAt: series.at[i] ?? 0, value: series.value[i] ?? 0 };
      const stepped = stepLimit(rule, point.id, state, reading);
      state = stepped.state;
      if (stepped.transition !== null) transitions.push(stepped.transition);
    }
  }
  return transitions;
}
