import { quarantineReasons, type BookLine } from "@smart-park/core";
import {
  auditBody,
  auditChainBody,
  auditQuery,
  auditVerifyQuery,
  booksBody,
  deviceIdSchema,
  listOf,
  quarantineBody,
} from "@smart-park/core/wire";
import { z } from "zod";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { longListQuery } from "../paging.ts";
import type { TableColumn } from "../spreadsheet/table-answer.ts";
import { toText } from "../to-body.ts";

/** Books, quarantine and audit: what came in, what was set aside, and who did what. */
export const bookRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/books",
    summary: "Values received and what became of them, by enterprise",
    right: "books.read",
    responses: { 200: booksBody },
    run({ context, caller }) {
      const { enterprises, unattributed, sequence } = context.registry.books(caller.principal);
      // Messages nobody has opened yet belong to nobody; each counts as one value until it is read.
      const pending = caller.principal.scope === "all" ? pendingAfter(context, sequence) : 0;
      return {
        at: context.time.toIso(context.clock.now()),
        enterprises: enterprises.map(({ id, ...line }) => ({ id, ...withPending(line, 0) })),
        unattributed: withPending(unattributed, pending),
      };
    },
  }),
  defineRoute({
    method: "get",
    path: "/quarantine",
    summary: "Messages that could not be used, newest first; of one device, or for one reason",
    right: "quarantine.read",
    query: longListQuery.extend({ device: deviceIdSchema.optional(), reason: z.enum(quarantineReasons).optional() }),
    responses: { 200: listOf(quarantineBody) },
    run({ context, caller, query: { device: deviceId, limit, ...rest } }) {
      const filter = { limit, ...given({ deviceId, ...rest }) };
      const { items, nextCursor } = context.registry.quarantine(caller.principal, filter);
      const bodies = items.map(({ payload, receivedAt, ...item }) => ({
        ...item,
        receivedAt: context.time.toIso(receivedAt),
        payload: toText(payload),
      }));
      return { items: bodies, nextCursor };
    },
  }),
  defineRoute({
    method: "get",
    path: "/audit",
    summary: "Who did what, newest first",
    right: "audit.read",
    query: auditQuery,
    responses: { 200: listOf(auditBody) },
    run({ context, caller, query: { enterprise, ...filter } }) {
      const wanted = { ...given({ ...filter, enterpriseId: enterprise }), limit: filter.limit };
      const { items, nextCursor } = context.registry.audit(caller.principal, wanted);
      return { items: items.map((entry) => ({ ...entry, at: context.time.toIso(entry.at) })), nextCursor };
    },
    table: ({ items, nextCursor }) => {
      const rest = nextCursor === null ? [] : [`仅含最新的 ${items.length} 条，更早的未导出`];
      return { title: "审计日志", columns: auditColumns, rows: items, notes: [auditNote, ...rest] };
    },
  }),
  defineRoute({
    method: "get",
    path: "/audit/verify",
    summary: "Whether the audit log is as it was written, from its first entry to its last",
    right: "audit.read",
    query: auditVerifyQuery,
    responses: { 200: auditChainBody },
    async run({ context, caller, query, audit }) {
      const chain = await context.registry.verifyAudit(caller.principal, query.hash ?? null);
      const { head, ...detail } = chain;
      const isIntact = chain.brokenAt === null && chain.isKnown !== false;
      const entry = { action: "audit.verify", object: head, enterpriseId: null, detail: JSON.stringify(detail) };
      context.registry.addAudit({ ...audit, ...entry, result: isIntact ? "ok" : "failed" });
      return { at: context.time.toIso(audit.at), ...chain };
    },
  }),
];

const auditColumns: readonly TableColumn[] = [
  { key: "id", label: "序号", type: "number" },
  { key: "at", label: "时间", type: "instant" },
  { key: "actor", label: "操作人" },
  { key: "address", label: "地址" },
  { key: "action", label: "动作" },
  { key: "object", label: "对象" },
  { key: "enterpriseId", label: "企业编号" },
  { key: "result", label: "结果" },
  { key: "detail", label: "内容" },
  { key: "hash", label: "校验值" },
];
const auditNote = "校验值：本条与上一条校验值的 SHA-256；GET /audit/verify 核对整个日志";

const pendingAfter = ({ edge }: ApiContext, sequence: number): number =>
  Math.max(0, (edge.state()?.sequence ?? sequence) - sequence);

function withPending({ received, stored, duplicate, overwritten, quarantined, rejected }: BookLine, pending: number) {
  return { received: received + pending, stored, duplicate, overwritten, quarantined, rejected, pending };
}
