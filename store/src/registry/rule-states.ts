import type { AlertPhase, RuleLearning, RuleStateRow } from "@smart-park/core";
import { decodeRuleLearning, decodeRuleMemory, encodeRuleLearning, encodeRuleMemory } from "@smart-park/core/wire";
import { sql } from "kysely";
import type { RuleStateTableRow } from "./schema.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** Where every rule stands for every point. */
export const loadRuleStates = (db: SqlConnection): RuleStateRow[] =>
  db.all(db.query.selectFrom("rule_state").selectAll()).map(toRuleState);

/** One statement for all rows, handed over as JSON. States of pairs that no longer belong to a rule in force are left out, and what is `known` to be learnt already. */
export function keepRuleStates(
  db: SqlConnection,
  rows: readonly RuleStateRow[],
  known = new WeakSet<RuleLearning>(),
): void {
  const given = JSON.stringify(
    rows.map(({ ruleId, pointId, state: { alert, evaluatedAt, learnt, ...more } }) => [
      ruleId,
      pointId,
      alert.phase,
      "since" in alert ? alert.since : null,
      "raisedAt" in alert ? alert.raisedAt : null,
      evaluatedAt,
      encodeRuleMemory(more),
      learnt === undefined || known.has(learnt) ? null : encodeRuleLearning(learnt),
    ]),
  );
  db.run(sql`
    insert into rule_state (rule_id, point_id, phase, since, raised_at, evaluated_at, memory, learnt)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
    from json_each(${given})
    where exists (
      select 1 from alert_rule_point as watched
      join alert_rule on alert_rule.id = watched.rule_id and alert_rule.is_enabled = 1
      where watched.rule_id = value ->> 0 and watched.point_id = value ->> 1
    )
    on conflict (rule_id, point_id) do update set
      phase = excluded.phase, since = excluded.since,
      raised_at = excluded.raised_at, evaluated_at = excluded.evaluated_at,
      memory = excluded.memory, learnt = coalesce(excluded.learnt, rule_state.learnt)`);
}

const toRuleState = (row: RuleStateTableRow): RuleStateRow => ({
  ruleId: row.rule_id,
  pointId: row.point_id,
  state: {
    alert: toPhase(row),
    evaluatedAt: row.evaluated_at,
    ...decodeRuleMemory(row.memory),
    ...decodeRuleLearning(row.learnt),
  },
});

/** A phase without its times cannot have been kept by us; it counts as normal rather than stopping ingest. */
function toPhase({ phase, since, raised_at: raisedAt }: RuleStateTableRow): AlertPhase {
  if (phase === "pending" && since !== null) return { phase, since };
  if (phase === "firing" && raisedAt !== null) return { phase, raisedAt };
  if (phase === "clearing" && raisedAt !== null && since !== null) return { phase, raisedAt, since };
  return { phase: "normal" };
}
