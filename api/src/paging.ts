import { z } from "zod";

/** Query of every list: without a limit all items, in one page. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(10_000).optional(),
  cursor: z.string().max(200).optional(),
});

/** Query of lists that grow without end. */
export const longListQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(200).optional(),
});

/** One page of a short list in the order of its ids; the cursor is the id of the last item before the page. */
export function pageOf<T extends { readonly id: string }>(
  items: readonly T[],
  { limit, cursor }: z.output<typeof pageQuery>,
): { items: T[]; nextCursor: string | null } {
  const start = cursor === undefined ? 0 : startAfter(items, cursor);
  const page = items.slice(start, limit === undefined ? undefined : start + limit);
  const isLast = start + page.length >= items.length;
  return { items: page, nextCursor: isLast ? null : (page.at(-1)?.id ?? null) };
}

/** The item that the cursor names may be gone by now; the list goes on behind its place, it does not begin again. */
function startAfter(items: readonly { readonly id: string }[], cursor: string): number {
  const known = items.findIndex(({ id }) => id === cursor);
  if (known >= 0) return known + 1;
  const next = items.findIndex(({ id }) => id > cursor);
  return next < 0 ? items.length : next;
}
