import { randomBytes } from "node:crypto";
import {
  days,
  isFigureRule,
  isLinked,
  linkedPoints,
  ParkError,
  ruleOfTemplate,
  ruleTemplates,
  unsuitable,
  type AlertRule,
  type PointId,
  type Principal,
  type StoredRule,
} from "@smart-park/core";
import {
  alertRuleBody,
  alertRulePatch,
  alertRuleRequest,
  backtestBody,
  backtestRequest,
  fromTemplateRequest,
  listOf,
  runningThresholdsBody,
  runningThresholdsRequest,
  ruleTemplateBody,
  type AlertRuleRequest,
} from "@smart-park/core/wire";
import type { z } from "zod";
import { backtest } from "../backtest.ts";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { InvalidRequest } from "../problem.ts";
import { runningThresholds } from "../running-thresholds.ts";
import { toRuleBody } from "../to-body.ts";
import { objectParams } from "./path-params.ts";

export const alertRuleRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/alert-rules",
    summary: "Rules that raise alerts",
    right: "alerts.read",
    query: pageQuery,
    responses: { 200: listOf(alertRuleBody) },
    run: ({ context, caller, query }) => pageOf(context.registry.rules(caller.principal).map(toRuleBody), query),
  }),
  defineRoute({
    method: "post",
    path: "/alert-rules",
    summary: "Add a rule; it judges readings from now on",
    right: "rules.write",
    body: alertRuleRequest,
    responses: { 201: alertRuleBody },
    async run({ context, caller, body, audit }) {
      const rule = toRule(body);
      checkReach(context, caller.principal, rule);
      checkPoints(context, caller.principal, rule);
      const stored = context.registry.createRule(caller.principal, rule, audit);
      return toRuleBody(await learnt(context, stored));
    },
  }),
  defineRoute({
    method: "get",
    path: "/alert-rules/templates",
    summary: "Rules as they are usually set, by kind of meter; those marked default are in every park",
    right: "alerts.read",
    responses: { 200: listOf(ruleTemplateBody) },
    run: () => ({
      items: ruleTemplates.map(({ isDefault, ...template }) => ({ ...template, default: isDefault })),
      nextCursor: null,
    }),
  }),
  defineRoute({
    method: "post",
    path: "/alert-rules/from-template",
    summary: "Add a rule by a template: for named points, or for all that the template covers, those added later too",
    right: "rules.write",
    body: fromTemplateRequest,
    responses: { 201: alertRuleBody },
    async run({ context, caller, body, audit }) {
      const rule = ruleFromTemplate(body);
      checkReach(context, caller.principal, rule);
      checkPoints(context, caller.principal, rule);
      const stored = context.registry.createRule(caller.principal, rule, audit);
      return toRuleBody(await learnt(context, stored));
    },
  }),
  defineRoute({
    method: "post",
    path: "/alert-rules/backtest",
    summary: "What a rule would have raised over stored history, at most 400 days; nothing is kept",
    right: "rules.write",
    body: backtestRequest,
    responses: { 200: backtestBody },
    async run({ context, caller, body }) {
      const rule = toRule(body.rule);
      checkReach(context, caller.principal, rule);
      checkPoints(context, caller.principal, rule);
      const range = { from: body.from, to: Math.min(body.to, context.clock.now()) };
      if (range.from >= range.to) throw new ParkError("unprocessable", "from must be before to, and in the past");
      if (range.to - range.from > maxHistoryMs) throw new ParkError("unprocessable", "at most 400 days at once");
      return backtest(context, { rule, range });
    },
  }),
  defineRoute({
    method: "post",
    path: "/alert-rules/running-threshold",
    summary: "Above which value each point runs, as its stored values of at most 92 days part; nothing is kept",
    right: "rules.write",
    body: runningThresholdsRequest,
    responses: { 200: runningThresholdsBody },
    async run({ context, caller, body: { points, from, to } }) {
      if (points.some((id) => !context.registry.canReadPoint(caller.principal, id)))
        throw new ParkError("unprocessable", "a point does not exist");
      if (from >= to || to - from > days(92))
        throw new ParkError("unprocessable", "from must be before to, at most 92 days");
      return runningThresholds(context, { points, range: { from, to } });
    },
  }),
  defineRoute({
    method: "get",
    path: "/alert-rules/{id}",
    summary: "One rule",
    right: "alerts.read",
    params: objectParams,
    responses: { 200: alertRuleBody },
    run: ({ context, caller, params }) => toRuleBody(foundRule(context, caller.principal, params.id)),
  }),
  defineRoute({
    method: "patch",
    path: "/alert-rules/{id}",
    summary: "Change a rule",
    right: "rules.write",
    params: objectParams,
    body: alertRulePatch,
    responses: { 200: alertRuleBody },
    async run({ context, caller, params, body, audit }) {
      const { rule } = foundRule(context, caller.principal, params.id);
      const change = given(body);
      const changed = changedRule(rule, change);
      if (change.covers) checkReach(context, caller.principal, changed);
      checkPoints(context, caller.principal, changed);
      const stored = context.registry.updateRule(caller.principal, rule.id, change, audit);
      return toRuleBody(await learnt(context, stored));
    },
  }),
  defineRoute({
    method: "delete",
    path: "/alert-rules/{id}",
    summary: "Remove a rule; its alerts stay",
    right: "rules.write",
    params: objectParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteRule(caller.principal, params.id, audit);
    },
  }),
];

/** With what stored history tells of its points, if its kind learns. */
async function learnt({ usuals, logger }: ApiContext, stored: StoredRule): Promise<StoredRule> {
  // The rule is kept, whatever the store says now: what it could not learn it learns from here on.
  const onFailure = (error: unknown): void => logger.warn({ error, ruleId: stored.rule.id }, "a rule could not learn");
  if (stored.rule.kind === "history") await usuals.learnRule(stored.rule.id).catch(onFailure);
  return stored;
}

const maxHistoryMs = days(400);
const newRuleId = (): string => `rule-${randomBytes(6).toString("hex")}`;

function toRule(body: AlertRuleRequest): AlertRule {
  const id = body.id ?? newRuleId();
  const named = (points: readonly PointId[]) => ({
    id,
    points,
    name: body.name ?? `${body.kind} ${points[0] ?? body.covers?.meterId ?? body.covers?.enterpriseId ?? ""}`.trim(),
  });
  if (!isLinked(body)) return { ...body, ...named(body.points) };
  const points = linkedPoints(body);
  if (body.points.length > 0 && !isSameSet(body.points, points))
    throw new ParkError("unprocessable", "points are those that the rule names: leave them out");
  return { ...body, ...named(points) };
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));
/** A field that no value fits everywhere is asked for by the schema of the rule's kind, or by name here. */
function ruleFromTemplate({ template: id, ...chosen }: z.output<typeof fromTemplateRequest>): AlertRule {
  const template = ruleTemplates.find((one) => one.id === id);
  if (template === undefined) throw new ParkError("unprocessable", "there is no such template");
  const missing = template.needs.filter((field) => !Object.hasOwn(chosen, field));
  if (missing.length > 0) throw new ParkError("unprocessable", `${id} needs ${missing.join(", ")}`);
  const { covers, ...rest } = ruleOfTemplate(template);
  const { covers: narrowed, ...other } = given(chosen);
  const covered = narrowed === undefined ? covers : { ...covers, ...given(narrowed) };
  const watched = chosen.points === undefined && covered !== undefined ? { covers: covered } : {};
  const result = alertRuleRequest.safeParse({ ...rest, ...watched, ...other });
  if (!result.success) throw new InvalidRequest(result.error);
  return { ...toRule(result.data), template: id };
}

/** The rule as it would be; a change that its kind does not know, or that leaves it without a limit, is refused. */
function changedRule(rule: AlertRule, change: object): AlertRule {
  const { template, ...before } = rule;
  // What a linked rule watches follows from what it names.
  const points = rule.covers || isLinked(rule) ? [] : rule.points;
  const changed = { ...before, points, ...change };
  const named = changed.points.length > 0 && !Object.hasOwn(change, "covers") ? { covers: null } : {};
  const result = alertRuleRequest.safeParse({ ...changed, ...named });
  if (!result.success) throw new InvalidRequest(result.error);
  return { ...toRule(result.data), template };
}

function checkPoints({ registry }: ApiContext, principal: Principal, rule: AlertRule): void {
  const condition = rule.kind === "stuck" ? rule.runningPoint : null;
  const named = condition === null ? rule.points : [...rule.points, condition];
  const unknown = named.find((id) => !registry.canReadPoint(principal, id));
  if (unknown !== undefined) throw new ParkError("unprocessable", "the rule names a point that does not exist");
  const misfit = rule.points
    .flatMap((id) => registry.current().point(id) ?? [])
    .map((point) => unsuitable(rule.kind, point))
    .find((complaint) => complaint !== null);
  if (misfit !== undefined) throw new ParkError("unprocessable", misfit);
  // Whoever sees one of the rule's points reads its condition too, so that may not be somebody else's.
  const owners = new Set<string | null | undefined>(named.map((id) => registry.current().point(id)?.enterpriseId));
  if (rule.covers) owners.add(rule.covers.enterpriseId);
  if (condition !== null && owners.size > 1)
    throw new ParkError("unprocessable", "runningPoint must be of the same enterprise as the rule's points");
}

/** Before anything is read for it: a rule, and a trial of it, reaches no further than whoever makes it sees. */
function checkReach({ registry }: ApiContext, principal: Principal, rule: AlertRule): void {
  const { covers } = rule;
  const isOfPark = covers ? covers.enterpriseId === null : isFigureRule(rule);
  if (isOfPark && principal.scope !== "all")
    throw new ParkError("forbidden", covers ? "name your enterprise in covers.enterpriseId" : undefined);
  const isUnknown =
    (covers?.enterpriseId && registry.enterprises(principal).every(({ id }) => id !== covers.enterpriseId)) ||
    (covers?.meterId && registry.meter(principal, covers.meterId) === null);
  if (isUnknown) throw new ParkError("unprocessable", "the rule covers an enterprise or a meter that does not exist");
}

function foundRule({ registry }: ApiContext, principal: Principal, id: string): StoredRule {
  const rule = registry.rule(principal, id);
  if (rule === null) throw new ParkError("not_found");
  return rule;
}
