import { ParkError, unacknowledgeMs, type Alert } from "@smart-park/core";
import {
  acknowledgeAllBody,
  acknowledgeAllRequest,
  acknowledgeRequest,
  alertAssigneeBody,
  alertBody,
  alertDetailBody,
  alertEventBody,
  alertsQuery,
  assignRequest,
  closeRequest,
  commentRequest,
  listOf,
  recalculateBody,
  recalculateRequest,
  shelveRequest,
  unacknowledgeAllBody,
  unacknowledgeAllRequest,
  unacknowledgeRequest,
} from "@smart-park/core/wire";
import type { z } from "zod";
import { alertEventsTable, alertsTable } from "../alert-tables.ts";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Exchange, type Route } from "../define-route.ts";
import { onlyEnterpriseOf, type Caller } from "../access.ts";
import { alertExcess } from "../alert-excess.ts";
import { recalculate } from "../recalculate.ts";
import { alertBodies, toAlertEventBody } from "../to-body.ts";
import { objectParams } from "./path-params.ts";

const maxRecalculatedMs = 400 * 86_400_000;
const unacknowledgeWithin = `within ${unacknowledgeMs / 1000} s and while nothing else happened to it`;

export const alertRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/alerts",
    summary: "Alerts, newest first; `since` = raised, cleared or acted upon at or after",
    right: "alerts.read",
    query: alertsQuery,
    responses: { 200: listOf(alertBody) },
    table: ({ items, nextCursor }) => alertsTable(items, nextCursor),
    run({ context, caller, query }) {
      const { registry, clock } = context;
      const { items, nextCursor } = registry.alerts(caller.principal, toFilter(query), clock.now());
      return { items: items.map(alertBodies(context)), nextCursor };
    },
  }),
  defineRoute({
    method: "post",
    path: "/alerts/recalculate",
    summary: "Run limit rules over stored history and keep what they would have raised, marked recalculated (回算)",
    right: "rules.write",
    body: recalculateRequest,
    responses: { 200: recalculateBody },
    async run({ context, caller, body, audit }) {
      const { from, to } = body;
      if (from >= to) throw new ParkError("unprocessable", "from must be before to");
      if (to - from > maxRecalculatedMs) throw new ParkError("unprocessable", "at most 400 days at once");
      const ruleIds = body.ruleIds === undefined ? null : new Set(body.ruleIds);
      const order = { principal: caller.principal, range: { from, to: Math.min(to, context.clock.now()) }, ruleIds };
      const raised = await recalculate(context, order, audit);
      const detail = JSON.stringify({ ...order.range, rules: body.ruleIds ?? "all", raised });
      const entry = {
        action: "alerts.recalculate",
        object: "",
        enterpriseId: onlyEnterpriseOf(caller.principal),
        detail,
      };
      context.registry.addAudit({ ...audit, ...entry, result: "ok" });
      return { raised };
    },
  }),
  defineRoute({
    method: "get",
    path: "/alerts/{id}",
    summary: "One alert, with what was over its limit since it began, in kWh, m³ or kg and in yuan",
    right: "alerts.read",
    params: objectParams,
    responses: { 200: alertDetailBody },
    async run({ context, caller, params }) {
      const alert = context.registry.alert(caller.principal, params.id);
      if (alert === null) throw new ParkError("not_found");
      return { ...alertBodies(context)(alert), excess: await alertExcess(context, caller.principal, alert) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/alerts/{id}/events",
    summary: "What happened to an alert, oldest first",
    right: "alerts.read",
    params: objectParams,
    responses: { 200: listOf(alertEventBody) },
    table: ({ items }, { params }) => alertEventsTable(items, params.id),
    run({ context, caller, params }) {
      if (context.registry.alert(caller.principal, params.id) === null) throw new ParkError("not_found");
      const events = context.registry.alertEvents(caller.principal, params.id);
      return { items: events.map((event) => toAlertEventBody(event, context.time)), nextCursor: null };
    },
  }),
  defineRoute({
    method: "get",
    path: "/alerts/{id}/assignees",
    summary: "Whom it can be given to: people who may act on it, as far as the caller sees them",
    right: "alerts.act",
    params: objectParams,
    responses: { 200: listOf(alertAssigneeBody) },
    run({ context, caller, params }) {
      if (context.registry.alert(caller.principal, params.id) === null) throw new ParkError("not_found");
      return { items: [...context.registry.alertAssignees(caller.principal, params.id)], nextCursor: null };
    },
  }),
  defineRoute({
    method: "post",
    path: "/alerts/acknowledge",
    summary: "Say of up to 500 alerts that somebody looks after them; those that cannot be acknowledged are named",
    right: "alerts.act",
    body: acknowledgeAllRequest,
    responses: { 200: acknowledgeAllBody },
    run({ context, caller, body, audit }) {
      const { registry } = context;
      const { done, skipped } = actOnEach(context, body.ids, (id) =>
        registry.acknowledgeAlert(caller.principal, id, body.note, audit),
      );
      return { acknowledged: done, skipped };
    },
  }),
  defineRoute({
    method: "post",
    path: "/alerts/unacknowledge",
    summary: `Take up to 500 own acknowledgements back, ${unacknowledgeWithin}; those that stay are named`,
    right: "alerts.act",
    body: unacknowledgeAllRequest,
    responses: { 200: unacknowledgeAllBody },
    run({ context, caller, body, audit }) {
      const { registry } = context;
      const { done, skipped } = actOnEach(context, body.ids, (id) =>
        registry.unacknowledgeAlert(caller.principal, id, audit),
      );
      return { unacknowledged: done, skipped };
    },
  }),
  action("acknowledge", "Say that somebody looks after it", acknowledgeRequest, ({ id, body, by }) =>
    by.registry.acknowledgeAlert(by.principal, id, body.note, by.audit),
  ),
  action(
    "unacknowledge",
    `Take the own acknowledgement back, ${unacknowledgeWithin}`,
    unacknowledgeRequest,
    ({ id, by }) => by.registry.unacknowledgeAlert(by.principal, id, by.audit),
  ),
  action("assign", "Give it to somebody, or to nobody", assignRequest, ({ id, body, by }) =>
    by.registry.assignAlert(by.principal, id, body.assignee, by.audit),
  ),
  action("comment", "Add a note", commentRequest, ({ id, body, by }) =>
    by.registry.commentAlert(by.principal, id, body.note, by.audit),
  ),
  action("shelve", "Hide it until a time, with a reason", shelveRequest, ({ id, body, by }) =>
    by.registry.shelveAlert(by.principal, id, body.until, body.reason, by.audit),
  ),
  action("close", "Close a cleared alert with what it was", closeRequest, ({ id, body, by }) =>
    by.registry.closeAlert(by.principal, id, body.code, body.note, by.audit),
  ),
];

/** Each is judged by itself; everybody who watches those that were done learns of it. */
function actOnEach(
  { feed }: ApiContext,
  ids: readonly string[],
  act: (id: string) => Alert,
): { done: string[]; skipped: { id: string; code: string }[] } {
  const done: string[] = [];
  const skipped: { id: string; code: string }[] = [];
  for (const id of new Set(ids)) {
    try {
      act(id);
    } catch (error) {
      // A foreign alert answers like a missing one; what is closed meanwhile needs nobody any more.
      if (!(error instanceof ParkError) || error.isRetryable) throw error;
      skipped.push({ id, code: error.code });
      continue;
    }
    done.push(id);
    feed.publishAlert(id);
  }
  return { done, skipped };
}

interface Actor extends Pick<Caller, "principal">, Pick<ApiContext, "registry">, Pick<Exchange, "audit"> {}

/** An act of a person upon an alert; everybody who watches it learns of it. */
function action<B extends z.ZodType>(
  name: string,
  summary: string,
  body: B,
  act: (input: { id: string; body: z.output<B>; by: Actor }) => Alert,
): Route {
  return defineRoute({
    method: "post",
    path: `/alerts/{id}/${name}`,
    summary,
    right: "alerts.act",
    params: objectParams,
    body,
    responses: { 200: alertBody },
    run({ context, caller, params, body: input, audit }) {
      const by = { principal: caller.principal, registry: context.registry, audit };
      const alert = act({ id: params.id, body: input, by });
      context.feed.publishAlert(alert.id);
      return alertBodies(context)(alert);
    },
  });
}

function toFilter({
  state,
  severity,
  since,
  point,
  enterprise,
  rule,
  suppressed,
  grouped,
  group,
  cursor,
  limit,
}: z.output<typeof alertsQuery>) {
  return {
    ...(state === undefined ? {} : { state }),
    ...(severity === undefined ? {} : { severity }),
    ...(since === undefined ? {} : { since }),
    ...(point === undefined ? {} : { pointId: point }),
    ...(enterprise === undefined ? {} : { enterpriseId: enterprise }),
    ...(rule === undefined ? {} : { ruleId: rule }),
    ...(suppressed === undefined ? {} : { isSuppressed: suppressed === "true" }),
    ...(grouped === undefined ? {} : { isGrouped: grouped === "true" }),
    ...(group === undefined ? {} : { groupId: group }),
    ...(cursor === undefined ? {} : { cursor }),
    limit,
  };
}
