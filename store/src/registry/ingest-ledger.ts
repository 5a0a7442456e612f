import {
  isFigureRule,
  levelOfAlert,
  systemPrincipal,
  type HeardRow,
  type IngestCommit,
  type IngestLedger,
  type RuleLearning,
  type RuleStateRow,
} from "@smart-park/core";
import { sql } from "kysely";
import { loadRules } from "./alert-rules.ts";
import { announceAll, storeTransition } from "./alert-transitions.ts";
import { addEntry, auditWrite, changes } from "./audit-log.ts";
import { addToBook } from "./books.ts";
import type { Notices, Touched } from "./change-notices.ts";
import { loadMentioned, takeCommandNews } from "./command-steps.ts";
import { isOfWaiting, keepWaiting } from "./onboarding.ts";
import { addQuarantined, trimQuarantine, type QuarantineLimits } from "./quarantine.ts";
import type { RegistryContext } from "./registry-context.ts";
import { loadRuleFacts } from "./rule-facts.ts";
import { keepRuleStates, loadRuleStates } from "./rule-states.ts";
import { found } from "./scope.ts";
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
  /** What rules learnt and is in the database already: an object that has not changed is not written again. */
  const known = new WeakSet<RuleLearning>();
  const note = (rows: readonly RuleStateRow[]): void => {
    for (const { state } of rows) if (state.learnt !== undefined) known.add(state.learnt);
  };
  return {
    load: async () => {
      const loaded = await loadState(db);
      note(loaded.ruleStates);
      return loaded;
    },
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
    sentCommands: async (mentions) => loadMentioned(db, mentions),
    ruleFacts: async () => loadRuleFacts(db),
    onRulesChange: (listener) => rulesChanged.listen(listener),
    commit: async (change) => {
      write((touched) => {
        const { sequence, journal_id: before } = engineRow(db);
        const { journalId: given } = change.position;
        const now = clock.now();
        const isOther = before !== null && given !== null && given !== before;
        if (isOther) {
          logger.warn(
            { known: before, given, sequence },
            "the journal is another one than before; it is read from its beginning",
          );
          noteReplaced(db, { now, known: before, given });
        }
        if (isOther || change.position.sequence > sequence)
          return keepBatch(db, touched, change, { now, limits, known });
        logger.warn({ sequence, given: change.position.sequence }, "a batch of the journal was kept before");
      });
      note(change.ruleStates);
    },
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
    ruleStates: loadRuleStates(db),
    heard: heard.map((row) => ({ pointId: row.point_id, heardUpMs: row.heard_up_ms })),
  };
}

function keepBatch(
  db: SqlConnection,
  touched: Touched,
  change: IngestCommit,
  { now, limits, known }: { now: number; limits: QuarantineLimits; known: WeakSet<RuleLearning> },
): void {
  const { position, clock, quarantined, books, alerts, ruleStates, heard, audits, commandNews } = change;
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
  for (const record of quarantined) {
    if (isOfWaiting(record)) keepWaiting(db, record);
    else addQuarantined(db, record);
  }
  trimQuarantine(db, limits, now);
  for (const delta of books) addToBook(db, delta);
  for (const alert of alerts) storeTransition(db, alert, now);
  if (clock.lastTickAt !== null) announceAll(db, { at: clock.lastTickAt, now });
  for (const entry of audits) addEntry(db, entry);
  for (const news of commandNews) takeCommandNews(db, touched, news);
  if (ruleStates.length > 0) keepRuleStates(db, ruleStates, known);
  if (heard.length > 0) keepHeard(db, heard);
}

function keepHeard(db: SqlConnection, rows: readonly HeardRow[]): void {
  const given = JSON.stringify(rows.map(({ pointId, heardUpMs }) => [pointId, heardUpMs]));
  db.run(sql`
    insert into heard (point_id, heard_up_ms)
    select value ->> 0, value ->> 1 from json_each(${given}) where true
    on conflict (point_id) do update set heard_up_ms = excluded.heard_up_ms`);
}
