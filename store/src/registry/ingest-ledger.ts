import {
  isFigureRule,
  levelOfAlert,
  systemPrincipal,
  type AlertPhase,
  type HeardRow,
  type IngestCommit,
  type IngestLedger,
  type RuleStateRow,
} from "@smart-park/core";
import { decodeRuleMemory, encodeRuleMemory } from "@smart-park/core/wire";
import { sql } from "kysely";
import { loadRules } from "./alert-rules.ts";
import { announceAll, storeTransition } from "./alert-transitions.ts";
import { addEntry, auditWrite, changes } from "./audit-log.ts";
import { addToBook } from "./books.ts";
import type { Notices } from "./change-notices.ts";
import { addQuarantined, trimQuarantine, type QuarantineLimits } from "./quarantine.ts";
import type { RegistryContext } from "./registry-context.ts";
import { loadRuleFacts } from "./rule-facts.ts";
import { found } from "./scope.ts";
import type { RuleStateTableRow } from "./schema.ts";
import type { SqlConnection } from "./sql-connection.ts";

/**
 * Where ingest keeps what a batch of the journal changed beside readings. A batch is one transaction with its position;
 * a batch whose position is not beyond the one kept was kept already, and changes nothing. One from another journal than
 * the one kept is always news: that journal's numbers say nothing about the other's.
 */
export function ingestLedger(
  context: RegistryContext,
  { rulesChanged, limits }: { rulesChanged: Notices; limits: QuarantineLimits },
): IngestLedger {
  const { db, write, clock, logger } = context;
  return {
    load: async () => loadState(db),
    rules: async () => loadRules(db, systemPrincipal).flatMap(({ rule }) => (isFigureRule(rule) ? [] : rule)),
    alarmsOf: async (ruleId, pointId, { from, to }) =>
      db
        .all(
          db.query
            .selectFrom("alert")
            .select(["id", "raised_at", "cleared_at"])
            .where("point_id", "=", pointId)
            .where("rule_id", "=", ruleId)
            .where("raised_at", "<", to)
            .where((where) => where.or([where("cleared_at", "is", null), where("cleared_at", ">", from)])),
        )
        .filter(({ id }) => levelOfAlert(id) === "alarm")
        .map((row) => ({ raisedAt: row.raised_at, clearedAt: row.cleared_at })),
    ruleFacts: async () => loadRuleFacts(db),
    onRulesChange: (listener) => rulesChanged.listen(listener),
    commit: async (change) =>
      write(() => {
        const { sequence, journal_id: known } = engineRow(db);
        const { journalId: given } = change.position;
        const now = clock.now();
        const isOther = known !== null && given !== null && given !== known;
        if (isOther) {
          logger.warn(
            { known, given, sequence },
            "the journal is another one than before; it is read from its beginning",
          );
          noteReplaced(db, { now, known, given });
        }
        if (isOther || change.position.sequence > sequence) return keepBatch(db, change, { now, limits });
        logger.warn({ sequence, given: change.position.sequence }, "a batch of the journal was kept before");
      }),
  };
}

function noteReplaced(db: SqlConnection, { now, known, given }: { now: number; known: string; given: string }): void {
  const audit = { at: now, actor: "system", address: "local" };
  const detail = changes({ journalId: known }, { journalId: given });
  auditWrite(db, audit, { action: "journal.replaced", object: given, enterpriseId: null, detail });
}

const engineRow = (db: SqlConnection) => found(db.first(db.query.selectFrom("engine").selectAll()));

async function loadState(db: SqlConnection): ReturnType<IngestLedger["load"]> {
  const { journal_id, sequence, segment, byte_offset, up_ms, last_tick_at } = engineRow(db);
  const heard = db.all(db.query.selectFrom("heard").selectAll());
  return {
    position: { journalId: journal_id, sequence, segment, offset: byte_offset },
    clock: { upMs: up_ms, lastTickAt: last_tick_at },
    ruleStates: db.all(db.query.selectFrom("rule_state").selectAll()).map(toRuleState),
    heard: heard.map((row) => ({ pointId: row.point_id, heardUpMs: row.heard_up_ms })),
  };
}

function keepBatch(
  db: SqlConnection,
  change: IngestCommit,
  { now, limits }: { now: number; limits: QuarantineLimits },
): void {
  const { position, clock, quarantined, books, alerts, ruleStates, heard, audits } = change;
  const { journalId, sequence, segment, offset } = position;
  const row = {
    ...(journalId !== null && { journal_id: journalId }),
    sequence,
    segment,
    byte_offset: offset,
    up_ms: clock.upMs,
    last_tick_at: clock.lastTickAt,
  };
  db.run(db.query.updateTable("engine").set(row));
  for (const record of quarantined) addQuarantined(db, record);
  trimQuarantine(db, limits, now);
  for (const delta of books) addToBook(db, delta);
  for (const alert of alerts) storeTransition(db, alert, now);
  if (clock.lastTickAt !== null) announceAll(db, { at: clock.lastTickAt, now });
  for (const entry of audits) addEntry(db, entry);
  if (ruleStates.length > 0) keepRuleStates(db, ruleStates);
  if (heard.length > 0) keepHeard(db, heard);
}

/** One statement for all rows, handed over as JSON. States of pairs that no longer belong to a rule in force are left out. */
function keepRuleStates(db: SqlConnection, rows: readonly RuleStateRow[]): void {
  const given = JSON.stringify(
    rows.map(({ ruleId, pointId, state: { alert, evaluatedAt, ...more } }) => [
      ruleId,
      pointId,
      alert.phase,
      "since" in alert ? alert.since : null,
      "raisedAt" in alert ? alert.raisedAt : null,
      evaluatedAt,
      encodeRuleMemory(more),
    ]),
  );
  db.run(sql`
    insert into rule_state (rule_id, point_id, phase, since, raised_at, evaluated_at, memory)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
    from json_each(${given})
    where exists (
      select 1 from alert_rule_point as watched
      join alert_rule on alert_rule.id = watched.rule_id and alert_rule.is_enabled = 1
      where watched.rule_id = value ->> 0 and watched.point_id = value ->> 1
    )
    on conflict (rule_id, point_id) do update set
      phase = excluded.phase, since = excluded.since,
      raised_at = excluded.raised_at, evaluated_at = excluded.evaluated_at,
      memory = excluded.memory`);
}

function keepHeard(db: SqlConnection, rows: readonly HeardRow[]): void {
  const given = JSON.stringify(rows.map(({ pointId, heardUpMs }) => [pointId, heardUpMs]));
  db.run(sql`
    insert into heard (point_id, heard_up_ms)
    select value ->> 0, value ->> 1 from json_each(${given}) where true
    on conflict (point_id) do update set heard_up_ms = excluded.heard_up_ms`);
}

const toRuleState = (row: RuleStateTableRow): RuleStateRow => ({
  ruleId: row.rule_id,
  pointId: row.point_id,
  state: { alert: toPhase(row), evaluatedAt: row.evaluated_at, ...decodeRuleMemory(row.memory) },
});

/** A phase without its times cannot have been kept by us; it counts as normal rather than stopping ingest. */
function toPhase({ phase, since, raised_at: raisedAt }: RuleStateTableRow): AlertPhase {
  if (phase === "pending" && since !== null) return { phase, since };
  if (phase === "firing" && raisedAt !== null) return { phase, raisedAt };
  if (phase === "clearing" && raisedAt !== null && since !== null) return { phase, raisedAt, since };
  return { phase: "normal" };
}
