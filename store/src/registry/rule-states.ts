import { moreLearnt, type AlertPhase, type RuleLearning, type RuleStateRow } from "@smart-park/core";
import { decodeRuleLearning, decodeRuleMemory, encodeRuleLearning, encodeRuleMemory } from "@smart-park/core/wire";
import { sql } from "kysely";
import type { RuleStateTableRow } from "./rows/alert-rows.ts";
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

export const unlearntPoints = (db: SqlConnection) =>
  db.all(
    db.query
      .selectFrom("alert_rule")
      .innerJoin("alert_rule_point", "alert_rule_point.rule_id", "alert_rule.id")
      .leftJoin("rule_state", (join) =>
        join
          .onRef("rule_state.rule_id", "=", "alert_rule_point.rule_id")
          .onRef("rule_state.point_id", "=", "alert_rule_point.point_id"),
      )
      .select(["alert_rule.id as ruleId", "alert_rule_point.point_id as pointId"])
      .where("alert_rule.kind", "=", "history")
      .where("alert_rule.is_enabled", "=", 1)
      .where("rule_state.learnt", "is", null),
  );

/** Ingest goes on from what it holds of the running hour; only what was learnt is news to it. */
export function keepLearnt(db: SqlConnection, rows: readonly RuleStateRow[]): void {
  for (const row of rows) {
    const { learnt } = row.state;
    if (learnt === undefined) continue;
    const state = db.query.selectFrom("rule_state").select("learnt");
    const known = db.first(state.where("rule_id", "=", row.ruleId).where("point_id", "=", row.pointId));
    if (known === undefined) {
      keepRuleStates(db, [row]);
      continue;
    }
    const before = decodeRuleLearning(known.learnt).learnt;
    const text = encodeRuleLearning(before === undefined ? learnt : moreLearnt(before, learnt));
    const change = db.query.updateTable("rule_state").set({ learnt: text });
    db.run(change.where("rule_id", "=", row.ruleId).where("point_id", "=", row.pointId));
  }
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
