import { createHash } from "node:crypto";
import type { EnterpriseId, Month, MonthClosing, ParkTime, Principal } from "@smart-park/core";
import { signedDocument, type ClosingEntry, type SignedDocument } from "@smart-park/core/wire";
import type { FigureContext } from "./group-source.ts";

/** The signature of a text: SHA-256, hex. */
export const hashOf = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/** The signed text as figures. Written by `closeMonth` only, so a text that does not parse is a damaged database. */
export const documentOf = ({ figures }: Pick<MonthClosing, "figures">): SignedDocument =>
  signedDocument.parse(JSON.parse(figures));

/** What an answer about a month says of its closing. */
export function closingState(
  { registry, time }: Pick<FigureContext, "registry" | "time">,
  principal: Principal,
  { enterpriseId, month }: { readonly enterpriseId: EnterpriseId; readonly month: Month },
) {
  const [newest] = registry.monthClosings(principal, { enterpriseId, month });
  if (newest === undefined || newest.reopened !== null) return { state: "estimated" as const, closing: null };
  const { version, closedBy, closedAt, hash, isIntact } = toClosingEntry(newest, time, true);
  const figures = Object.entries(documentOf(newest).figures).map(
    ([name, { value, unit }]) => [name, { value, unit }] as const,
  );
  const closing = { version, closedBy, closedAt, hash, isIntact, figures: Object.fromEntries(figures) };
  return { state: "closed" as const, closing };
}

export function toClosingEntry(closing: MonthClosing, time: ParkTime, isNewest: boolean): ClosingEntry {
  const { enterpriseId, month, version, closed, figures, hash, reopened } = closing;
  return {
    enterpriseId,
    month,
    version,
    state: reopened === null && isNewest ? "closed" : "reopened",
    closedBy: closed.by,
    closedAt: time.toIso(closed.at),
    hash,
    isIntact: hashOf(figures) === hash,
    reopened: reopened && { by: reopened.by, at: time.toIso(reopened.at), reason: reopened.reason },
  };
}
