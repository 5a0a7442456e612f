import { ParkError } from "@smart-park/core";
import {
  closeMonthRequest,
  closingBody,
  closingEntry,
  closingsQuery,
  enterpriseIdSchema,
  listOf,
  monthSchema,
  reopenRequest,
} from "@smart-park/core/wire";
import { z } from "zod";
import { defineRoute, type Route } from "../define-route.ts";
import { toClosingEntry } from "../figures/closing-state.ts";
import { closedMonth, closeMonth } from "../figures/month-closing.ts";
import { closingsTable, closingTable } from "../figures/tables/closing-tables.ts";
import { requireEnterprise } from "../visible-enterprise.ts";
import { given } from "../given.ts";
import { enterpriseParams } from "./path-params.ts";

const closingParams = z.object({ id: enterpriseIdSchema, month: monthSchema });

/** Months that are signed (月结), what changed since, and their reopening. */
export const monthClosingRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/month-closings",
    summary: "Closed months that the caller may see, with all versions, newest first",
    right: "readings.read",
    query: closingsQuery,
    responses: { 200: listOf(closingEntry) },
    table: ({ items }) => closingsTable(items),
    run({ context, caller, query: { enterprise, month } }) {
      const filter = given({ enterpriseId: enterprise, month });
      const all = context.registry.monthClosings(caller.principal, filter);
      const isNewest = (i: number): boolean =>
        all[i - 1]?.enterpriseId !== all[i]?.enterpriseId || all[i - 1]?.month !== all[i]?.month;
      const items = all.map((closing, i) => toClosingEntry(closing, context.time, isNewest(i)));
      return { items, nextCursor: null };
    },
  }),
  defineRoute({
    method: "post",
    path: "/enterprises/{id}/month-closings",
    summary: "Sign a month: its figures as they stand now are kept, with a hash",
    right: "months.close",
    params: enterpriseParams,
    body: closeMonthRequest,
    responses: { 201: closingEntry },
    async run({ context, caller, params, body, audit }) {
      requireEnterprise(context, caller.principal, params.id);
      const asked = { principal: caller.principal, enterpriseId: params.id, month: body.month };
      return toClosingEntry(await closeMonth(context, asked, audit), context.time, true);
    },
  }),
  defineRoute({
    method: "get",
    path: "/enterprises/{id}/month-closings/{month}",
    summary: "The signed figures of a month, and what would be different now",
    right: "readings.read",
    params: closingParams,
    responses: { 200: closingBody },
    table: closingTable,
    async run({ context, caller, params: { id, month } }) {
      requireEnterprise(context, caller.principal, id);
      const closed = await closedMonth(context, { principal: caller.principal, enterpriseId: id, month });
      if (closed === null) throw new ParkError("not_found");
      return closed;
    },
  }),
  defineRoute({
    method: "post",
    path: "/enterprises/{id}/month-closings/{month}/reopen",
    summary: "Reopen a closed month, with the reason; its signed figures stay",
    right: "months.close",
    params: closingParams,
    body: reopenRequest,
    responses: { 200: closingEntry },
    run({ context, caller, params: { id, month }, body, audit }) {
      const reopened = context.registry.reopenMonth(caller.principal, id, month, body.reason, audit);
      return toClosingEntry(reopened, context.time, true);
    },
  }),
];
