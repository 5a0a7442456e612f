import type { QuotaBody } from "@smart-park/core/wire";

const longestId = 48;

/** Named after what it is of and when it begins, and never as another one that there is. */
export function newQuotaId(
  of: { readonly enterprise: string | null; readonly medium: string; readonly from: string },
  others: readonly Pick<QuotaBody, "id">[],
): string {
  const parts = [of.enterprise ?? "park", of.medium.replace(".", "-"), of.from.replaceAll("-", "")];
  const name = parts.join("-");
  const taken = new Set(others.map(({ id }) => id));
  for (let n = 1; ; n++) {
    const tail = n === 1 ? "" : `-${n}`;
    const id = `${name.slice(-(longestId - tail.length))}${tail}`;
    if (!taken.has(id)) return id;
  }
}

/** Others of the same owner and medium for some of the same days. */
export const overlapping = (
  quota: Pick<QuotaBody, "id" | "enterpriseId" | "medium" | "from" | "to">,
  others: readonly QuotaBody[],
): readonly QuotaBody[] =>
  others.filter(
    ({ id, enterpriseId, medium, from, to }) =>
      id !== quota.id &&
      enterpriseId === quota.enterpriseId &&
      medium === quota.medium &&
      from < quota.to &&
      quota.from < to,
  );
