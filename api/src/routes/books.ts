import type { BookLine } from "@smart-park/core";
import { auditBody, booksBody, listOf, quarantineBody } from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { longListQuery } from "../paging.ts";
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
    summary: "Messages that could not be used, newest first",
    right: "quarantine.read",
    query: longListQuery,
    responses: { 200: listOf(quarantineBody) },
    run({ context, caller, query }) {
      const { items, nextCursor } = context.registry.quarantine(caller.principal, toPage(query));
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
    query: longListQuery,
    responses: { 200: listOf(auditBody) },
    run({ context, caller, query }) {
      const { items, nextCursor } = context.registry.audit(caller.principal, toPage(query));
      return { items: items.map((entry) => ({ ...entry, at: context.time.toIso(entry.at) })), nextCursor };
    },
  }),
];

const toPage = ({ limit, cursor }: { limit: number; cursor?: string | undefined }) =>
  cursor === undefined ? { limit } : { limit, cursor };

const pendingAfter = ({ edge }: ApiContext, sequence: number): number =>
  Math.max(0, (edge.state()?.sequence ?? sequence) - sequence);

function withPending({ received, stored, duplicate, overwritten, quarantined, rejected }: BookLine, pending: number) {
  return { received: received + pending, stored, duplicate, overwritten, quarantined, rejected, pending };
}
