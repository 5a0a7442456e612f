import { randomBytes } from "node:crypto";
import { ParkError, type AlertRule, type Principal, type StoredRule } from "@smart-park/core";
import { alertRuleBody, alertRulePatch, alertRuleRequest, listOf, type AlertRuleRequest } from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { InvalidRequest } from "../problem.ts";
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
    run({ context, caller, body, audit }) {
      const rule = toRule(body);
      checkPoints(context, caller.principal, rule);
      return toRuleBody(context.registry.createRule(caller.principal, rule, audit));
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
    run({ context, caller, params, body, audit }) {
      const { rule } = foundRule(context, caller.principal, params.id);
      const change = given(body);
      checkPoints(context, caller.principal, changedRule(rule, change));
      return toRuleBody(context.registry.updateRule(caller.principal, rule.id, change, audit));
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

const newRuleId = (): string => `rule-${randomBytes(6).toString("hex")}`;

const toRule = (body: AlertRuleRequest): AlertRule => ({
  ...body,
  id: body.id ?? newRuleId(),
  name: body.name ?? `${body.kind} ${body.points[0] ?? ""}`,
});

/** The rule as it would be; a change that its kind does not know, or that leaves it without a limit, is refused. */
function changedRule(rule: AlertRule, change: object): AlertRule {
  const result = alertRuleRequest.safeParse({ ...rule, ...change });
  if (!result.success) throw new InvalidRequest(result.error);
  return toRule(result.data);
}

function checkPoints({ registry }: ApiContext, principal: Principal, rule: AlertRule): void {
  const unknown = rule.points.find((id) => !registry.canReadPoint(principal, id));
  if (unknown !== undefined) throw new ParkError("unprocessable", "the rule names a point that does not exist");
}

function foundRule({ registry }: ApiContext, principal: Principal, id: string): StoredRule {
  const rule = registry.rule(principal, id);
  if (rule === null) throw new ParkError("not_found");
  return rule;
}
