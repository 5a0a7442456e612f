import { days, initialRuleState, type HistoryRule, type RuleStateRow } from "@smart-park/core";
import { expectedReadings } from "./backtest.ts";
import type { ApiContext } from "./context.ts";
import { judgeHistory } from "./rule-history.ts";

/** Enough for the workdays and for three weekends. */
const learnMs = days(35);
/** A rule over more readings than this by its points' intervals begins without: its request would take too long. */
const maxReadings = 2_000_000;

/** What a new rule would know if it had stood for five weeks, by the steps that go on from here; none of its points alerts yet. */
export async function learnUsual(context: ApiContext, rule: HistoryRule): Promise<RuleStateRow[]> {
  const to = context.clock.now();
  const range = { from: to - learnMs, to };
  const points = rule.points.flatMap((id) => context.registry.current().point(id) ?? []);
  if (!rule.enabled || expectedReadings(points, range) > maxReadings) return [];
  const rows: RuleStateRow[] = [];
  for (const point of points) {
    const { state } = await judgeHistory({ rule, point, range }, context);
    rows.push({ ruleId: rule.id, pointId: point.id, state: { ...state, alert: initialRuleState.alert } });
  }
  return rows;
}
