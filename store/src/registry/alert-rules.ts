import {
  groupBy,
  canSee,
  isLinked,
  linkedPoints,
  isFigureRule,
  ParkError,
  type AlertRule,
  type AuditContext,
  type PointCover,
  type PointId,
  type Principal,
  type Registry,
  type StoredRule,
} from "@smart-park/core";
import { alertRulePatch, checkCondition, pointCover, ruleConditions, scheduleSchema } from "@smart-park/core/wire";
import { sql } from "kysely";
import { z } from "zod";
import { endAlertsWithoutRule } from "./alert-transitions.ts";
import { auditWrite, changes } from "./audit-log.ts";
import { coverPoints } from "./covered-points.ts";
import { hasEnterprise } from "./enterprises.ts";
import { loadMeters, visiblePoints } from "./meters.ts";
import type { RegistryContext } from "./registry-context.ts";
import { keepLearnt, unlearntPoints } from "./rule-states.ts";
import { toFlag } from "./flag.ts";
import type { AlertRuleRow } from "./rows/alert-rows.ts";
import { loadRuleFacts } from "./rule-facts.ts";
import { found, inScope, requireWholePark } from "./scope.ts";
import type { SqlConnection } from "./sql-connection.ts";

type RuleQueries = Pick<
  Registry,
  "rules" | "rule" | "ruleFacts" | "createRule" | "updateRule" | "deleteRule" | "unlearntPoints" | "keepLearnt"
>;

/** Alert rules. A principal sees a rule through those of its points that it may see, and changes only rules it sees whole. */
export function alertRuleQueries({ db, write }: RegistryContext): RuleQueries {
  return {
    rules: (principal) => loadRules(db, principal),
    rule: (principal, id) => loadRules(db, principal, id)[0] ?? null,
    ruleFacts: () => loadRuleFacts(db),

    unlearntPoints: () => unlearntPoints(db),
    keepLearnt: (rows) =>
      write((touched) => {
        keepLearnt(db, rows);
        touched.rules = true;
      }),

    createRule: (principal, rule, audit) =>
      write((touched) => {
        requireWatched(db, principal, rule);
        const taken = db.query.selectFrom("alert_rule").select("id").where("id", "=", rule.id);
        if (db.first(taken) !== undefined) throw new ParkError("conflict", "The id is in use");
        const stored = { rule, version: nextVersion(db, rule.id) };
        db.run(db.query.insertInto("alert_rule").values(toRow(stored)));
        replacePoints(db, rule);
        keepVersion(db, stored, audit);
        endAlertsWithoutRule(db, { at: audit.at, by: audit.actor });
        touched.rules = true;
        auditRule(db, audit, { action: "rule.create", rule, detail: changes({}, asEntered(rule)) });
        return found(loadRules(db, principal, rule.id)[0]);
      }),

    updateRule: (principal, id, change, audit) =>
      write((touched) => {
        const before = requireWhole(db, principal, id);
        const rule = changedRule(before.rule, change);
        const watched = change["points"] ?? change["covers"];
        const isMoved = isLinked(rule) && isDifferent(rule.points, before.rule.points);
        if (watched !== undefined || isMoved) requireWatched(db, principal, rule);
        const stored = { rule, version: nextVersion(db, id) };
        db.run(db.query.updateTable("alert_rule").set(toRow(stored)).where("id", "=", id));
        replacePoints(db, rule);
        // A rule that is switched off forgets where it stood, so that switched on again it raises anew.
        if (!rule.enabled) forgetStates(db, id);
        keepVersion(db, stored, audit);
        endAlertsWithoutRule(db, { at: audit.at, by: audit.actor });
        touched.rules = true;
        const detail = changes(asEntered(before.rule), asEntered(rule));
        auditRule(db, audit, { action: "rule.update", rule, detail });
        return found(loadRules(db, principal, id)[0]);
      }),

    deleteRule: (principal, id, audit) =>
      write((touched) => {
        const { rule } = requireWhole(db, principal, id);
        auditRule(db, audit, { action: "rule.delete", rule, detail: changes(asEntered(rule), {}) });
        db.run(db.query.deleteFrom("alert_rule").where("id", "=", id));
        coverPoints(db);
        endAlertsWithoutRule(db, { at: audit.at, by: audit.actor });
        touched.rules = true;
      }),
  };
}

/**
 * Rules with at least one point in scope, or that cover an enterprise in scope (for the whole park also those without any
 * point), showing only points in scope.
 */
export function loadRules(db: SqlConnection, principal: Principal, id?: string): StoredRule[] {
  const watched = watchedPoints(db, principal);
  const rows = db.all(
    db.query
      .selectFrom("alert_rule")
      .selectAll()
      .$if(principal.scope !== "all", (query) =>
        query.where((is) =>
          is.or([is("id", "in", watched.select("alert_rule_point.rule_id")), inScope(principal, coveredEnterprise)]),
        ),
      )
      .$if(id !== undefined, (query) => query.where("id", "=", id ?? ""))
      .orderBy("id"),
  );
  const pointRows = db.all(
    watched
      .select(["alert_rule_point.rule_id", "alert_rule_point.point_id"])
      .$if(id !== undefined, (query) => query.where("alert_rule_point.rule_id", "=", id ?? ""))
      .orderBy("alert_rule_point.rule_id")
      .orderBy("alert_rule_point.position"),
  );
  const points = groupBy(pointRows, (row) => row.rule_id);
  const rules = rows.map((row) => {
    const own = points.get(row.id) ?? [];
    return toStoredRule(
      row,
      own.map(({ point_id }) => point_id),
    );
  });
  // What a linked rule says of one point speaks of the others: who does not see all of them does not see the rule.
  return principal.scope === "all" ? rules : rules.filter(({ rule }) => !isLinked(rule) || hasAllPoints(db, rule));
}

const hasAllPoints = (db: SqlConnection, { id, points }: AlertRule): boolean =>
  db.first(sql<{ points: number }>`select count(*) as points from alert_rule_point where rule_id = ${id}`)?.points ===
  points.length;

/** What covers points of the park is the park's, also while all of them are one enterprise's. */
function isWhole(db: SqlConnection, principal: Principal, rule: AlertRule): boolean {
  if (principal.scope === "all") return true;
  if (!rule.covers) return hasAllPoints(db, rule);
  const { enterpriseId } = rule.covers;
  return enterpriseId !== null && canSee(principal, enterpriseId);
}

const isDifferent = (a: readonly PointId[], b: readonly PointId[]): boolean =>
  a.length !== b.length || a.some((point, i) => point !== b[i]);

const watchedPoints = (db: SqlConnection, principal: Principal) =>
  db.query
    .selectFrom("alert_rule_point")
    .innerJoin("point", "point.id", "alert_rule_point.point_id")
    .innerJoin("meter", "meter.id", "point.meter_id")
    .where(inScope(principal, "meter.enterprise_id"));

const coveredEnterprise = sql`alert_rule.covers ->> 'enterpriseId'`;

/** With the schedule and what a kind of rule has beyond the fields of every rule, checked. */
function toRule(
  given: Omit<AlertRule, "kind">,
  kind: AlertRule["kind"],
  { schedule = null, ...condition }: Readonly<Record<string, unknown>>,
): AlertRule {
  const base = { ...given, ...(schedule !== null && { schedule: scheduleSchema.parse(schedule) }) };
  switch (kind) {
    case "limit":
      return { ...base, kind, ...checked(ruleConditions.limit, kind, condition) };
    case "silence":
      return { ...base, kind, ...ruleConditions.silence.parse(condition) };
    case "rateOfChange":
      return { ...base, kind, ...checked(ruleConditions.rateOfChange, kind, condition) };
    case "stuck":
      return { ...base, kind, ...ruleConditions.stuck.parse(condition) };
    case "hourlyMean":
      return { ...base, kind, ...ruleConditions.hourlyMean.parse(condition) };
    case "demand":
      return { ...base, kind, ...ruleConditions.demand.parse(condition) };
    case "history":
      return { ...base, kind, ...checked(ruleConditions.history, kind, condition) };
    case "counter":
      return { ...base, kind, ...ruleConditions.counter.parse(condition) };
    case "dataQuality":
      return { ...base, kind, ...ruleConditions.dataQuality.parse(condition) };
    case "condition":
      return { ...base, kind, ...ruleConditions.condition.parse(condition) };
    case "treatment":
      return { ...base, kind, ...ruleConditions.treatment.parse(condition) };
    case "quotaPace":
      return { ...base, kind, ...checked(ruleConditions.quotaPace, kind, condition) };
    case "nightFlow":
      return { ...base, kind, ...ruleConditions.nightFlow.parse(condition) };
    case "balanceResidual":
      return { ...base, kind, ...ruleConditions.balanceResidual.parse(condition) };
  }
}

/** Parsed, and sound between its fields. */
const checked = <T extends z.ZodType<object>>(schema: T, kind: AlertRule["kind"], condition: unknown): z.output<T> =>
  schema.superRefine((value, context) => checkCondition({ ...value, kind }, context)).parse(condition);

function conditionOf(rule: AlertRule): object {
  const { id, kind, name, points, covers, template, severity, enabled, onDelayS, offDelayS, ...condition } = rule;
  return condition;
}

/** The rule as somebody said it: what it covers just now is no part of that. */
const asEntered = (rule: AlertRule): AlertRule => (rule.covers ? { ...rule, points: [] } : rule);

const toStoredRule = (row: AlertRuleRow, points: readonly PointId[]): StoredRule => ({
  version: row.version,
  rule: toRule(
    {
      id: row.id,
      name: row.name,
      points,
      severity: row.severity,
      enabled: row.is_enabled === 1,
      onDelayS: row.on_delay_s,
      offDelayS: row.off_delay_s,
      ...(row.covers !== null && { covers: pointCover.parse(JSON.parse(row.covers)) }),
      ...(row.template !== null && { template: row.template }),
    },
    row.kind,
    // Written by `toRow` only: an object.
    JSON.parse(row.condition) as Record<string, unknown>,
  ),
});

const toRow = ({ rule, version }: StoredRule): AlertRuleRow => ({
  id: rule.id,
  version,
  kind: rule.kind,
  name: rule.name,
  severity: rule.severity,
  is_enabled: toFlag(rule.enabled),
  on_delay_s: rule.onDelayS,
  off_delay_s: rule.offDelayS,
  condition: JSON.stringify(conditionOf(rule)),
  covers: rule.covers ? JSON.stringify(rule.covers) : null,
  template: rule.template ?? null,
});

/** The rule after a change from outside; a field of another kind or a value of the wrong shape is unprocessable. */
function changedRule(before: AlertRule, change: Partial<Record<string, unknown>>): AlertRule {
  const patch = alertRulePatch.safeParse(change);
  if (!patch.success) throw new ParkError("unprocessable", z.prettifyError(patch.error));
  const { name, points, covers, severity, enabled, onDelayS, offDelayS, ...condition } = patch.data;
  const base = {
    id: before.id,
    name: name ?? before.name,
    points: points ?? (covers === null ? [] : before.points),
    covers: points && points.length > 0 ? null : covers === undefined ? before.covers : covers,
    template: before.template,
    severity: severity ?? before.severity,
    enabled: enabled ?? before.enabled,
    onDelayS: onDelayS ?? before.onDelayS,
    offDelayS: offDelayS ?? before.offDelayS,
  };
  try {
    const rule = toRule(base, before.kind, { ...conditionOf(before), ...condition });
    return isLinked(rule) ? { ...rule, points: linkedPoints(rule) } : rule;
  } catch (cause) {
    if (cause instanceof z.ZodError) throw new ParkError("unprocessable", z.prettifyError(cause), { cause });
    throw cause;
  }
}

/** A rule that also watches points outside the scope is not the principal's to change: not_found. */
function requireWhole(db: SqlConnection, principal: Principal, id: string): StoredRule {
  const stored = found(loadRules(db, principal, id)[0]);
  return found(isWhole(db, principal, stored.rule) ? stored : null);
}

function requirePoints(db: SqlConnection, principal: Principal, points: readonly PointId[]): void {
  if (new Set(points).size !== points.length) throw new ParkError("unprocessable", "A point is named twice");
  if (visiblePoints(db, principal, points).length !== points.length) throw new ParkError("not_found");
}

/** What covers points of more than an enterprise, or watches figures of the whole park, is the park's to say. */
function requireWatched(db: SqlConnection, principal: Principal, rule: AlertRule): void {
  const { points, covers } = rule;
  if (covers) {
    requireCover(db, principal, covers);
    return;
  }
  if (isFigureRule(rule)) requireWholePark(principal);
  if (points.length === 0 && !isFigureRule(rule)) throw new ParkError("unprocessable", "A rule watches points");
  requirePoints(db, principal, points);
}

function requireCover(db: SqlConnection, principal: Principal, { enterpriseId, meterId }: PointCover): void {
  if (enterpriseId === null) requireWholePark(principal);
  else if (!hasEnterprise(db, principal, enterpriseId)) throw new ParkError("not_found");
  if (meterId === null) return;
  const meter = found(loadMeters(db, principal, [meterId])[0]);
  if (enterpriseId !== null && meter.enterpriseId !== enterpriseId)
    throw new ParkError("unprocessable", "The meter that it covers is not of the enterprise that it covers");
}

function forgetStates(db: SqlConnection, ruleId: string): void {
  for (const table of ["rule_state", "figure_rule_state", "figure_rule_run"] as const)
    db.run(db.query.deleteFrom(table).where("rule_id", "=", ruleId));
}

/** Only points that left lose their state; the others go on where they stood. */
function replacePoints(db: SqlConnection, { id, points, covers }: AlertRule): void {
  if (covers) {
    coverPoints(db);
    return;
  }
  db.run(db.query.deleteFrom("alert_rule_point").where("rule_id", "=", id).where("point_id", "not in", points));
  points.forEach((point_id, position) => {
    const row = { rule_id: id, point_id, position };
    const insert = db.query.insertInto("alert_rule_point").values(row);
    db.run(insert.onConflict((conflict) => conflict.columns(["rule_id", "point_id"]).doUpdateSet({ position })));
  });
  coverPoints(db);
}

/** Versions go on counting when a rule is deleted and made again under its id. */
function nextVersion(db: SqlConnection, ruleId: string): number {
  const newest = db.query.selectFrom("alert_rule_version").select("version").where("rule_id", "=", ruleId);
  return (db.first(newest.orderBy("version", "desc").limit(1))?.version ?? 0) + 1;
}

function keepVersion(db: SqlConnection, { rule, version }: StoredRule, { at, actor }: AuditContext): void {
  const row = { rule_id: rule.id, version, at, by: actor, body: JSON.stringify(asEntered(rule)) };
  db.run(db.query.insertInto("alert_rule_version").values(row));
}

/** A rule over several enterprises, or that covers more than one, is the park's; one within a single enterprise shows in that one's audit log. */
function auditRule(
  db: SqlConnection,
  audit: AuditContext,
  { action, rule, detail }: { action: string; rule: AlertRule; detail: string },
): void {
  const owners = db.all(
    db.query
      .selectFrom("alert_rule_point")
      .innerJoin("point", "point.id", "alert_rule_point.point_id")
      .innerJoin("meter", "meter.id", "point.meter_id")
      .select("meter.enterprise_id")
      .distinct()
      .where("alert_rule_point.rule_id", "=", rule.id),
  );
  const owner = owners.length === 1 ? (owners[0]?.enterprise_id ?? null) : null;
  const enterpriseId = rule.covers ? rule.covers.enterpriseId : owner;
  auditWrite(db, audit, { action, object: rule.id, enterpriseId, detail });
}
