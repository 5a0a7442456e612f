import {
  groupBy,
  isFigureRule,
  levelOfAlert,
  systemPrincipal,
  type AlertTransition,
  type FigureJudgement,
  type PointId,
  type Registry,
  type RuleState,
} from "@smart-park/core";
import { decodeRuleState } from "@smart-park/core/wire";
import { loadRules } from "./alert-rules.ts";
import { storeTransition } from "./alert-transitions.ts";
import type { RegistryContext } from "./registry-context.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** Where the rules on figures stand; what the journal steps is kept by `ingestLedger`. */
export function figureRuleLedger({
  db,
  write,
  clock,
}: RegistryContext): Pick<Registry, "figureRules" | "keepFigureJudgement"> {
  return {
    figureRules() {
      const runs = db.all(db.query.selectFrom("figure_rule_run").selectAll());
      const judged = new Map(runs.map((row) => [row.rule_id, { from: row.judged_from, to: row.judged_to }]));
      const states = groupBy(db.all(db.query.selectFrom("figure_rule_state").selectAll()), (row) => row.rule_id);
      return loadRules(db, systemPrincipal).flatMap(({ rule }) =>
        isFigureRule(rule) && rule.enabled
          ? [{ rule, judged: judged.get(rule.id) ?? null, states: toStates(states.get(rule.id) ?? []) }]
          : [],
      );
    },
    keepFigureJudgement: (judgement) => write(() => keep(db, judgement, clock.now())),
  };
}

const toStates = (rows: readonly { subject: string; state: string }[]): ReadonlyMap<PointId, RuleState> =>
  // Keys that `subjectKey` or a point's id gave when the state was kept.
  new Map(rows.map(({ subject, state }) => [subject as PointId, decodeRuleState(state)]));

function keep(db: SqlConnection, { ruleId, judgedTo, states, alerts }: FigureJudgement, now: number): string[] {
  const rule = db.query.selectFrom("alert_rule").select("id").where("id", "=", ruleId).where("is_enabled", "=", 1);
  if (db.first(rule) === undefined) return [];
  const run = { rule_id: ruleId, judged_from: judgedTo, judged_to: judgedTo };
  const insert = db.query.insertInto("figure_rule_run").values(run);
  db.run(insert.onConflict((conflict) => conflict.column("rule_id").doUpdateSet({ judged_to: judgedTo })));
  db.run(db.query.deleteFrom("figure_rule_state").where("rule_id", "=", ruleId));
  for (const [subject, state] of states)
    db.run(db.query.insertInto("figure_rule_state").values({ rule_id: ruleId, subject, state: JSON.stringify(state) }));
  const told = new Set<string>();
  for (const change of alerts) {
    const { transition } = change;
    const isCovered = change.late && transition.type === "raised" && standsAt(db, transition);
    if (!isCovered && storeTransition(db, change, now)) told.add(transition.alertId);
  }
  return [...told];
}

/** Whether an alert of this rule, subject and level stands at that time already. */
function standsAt(db: SqlConnection, { ruleId, pointId, alertId, raisedAt }: AlertTransition): boolean {
  const level = levelOfAlert(alertId);
  const standing = db.all(
    db.query
      .selectFrom("alert")
      .select("id")
      .where("rule_id", "=", ruleId)
      .where("point_id", "=", pointId)
      .where("raised_at", "<=", raisedAt)
      .where((either) => either.or([either("cleared_at", "is", null), either("cleared_at", ">", raisedAt)])),
  );
  return standing.some(({ id }) => levelOfAlert(id) === level);
}
