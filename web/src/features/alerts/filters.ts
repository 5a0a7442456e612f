import { severities, type Severity } from "@smart-park/core";
import type { AlertBody } from "@smart-park/core/wire";
import { useSearchParams } from "react-router";
import type { AlertsParams } from "../../lib/queries.ts";
import { isShelved } from "../../live/alerts/alert-row.tsx";

export const alertTabs = ["unacknowledged", "active", "cleared", "shelved", "suppressed", "all"] as const;
export type AlertTab = (typeof alertTabs)[number];

export interface AlertFilters {
  readonly tab: AlertTab;
  readonly severity: Severity | "all";
  readonly enterprise: string;
  readonly q: string;
}

const mostListed = 500;

/** What the server is asked for a tab; the rest of the filters narrow that list on the page. */
export const paramsOf = ({ tab, enterprise }: AlertFilters): AlertsParams => ({
  ...(tab === "suppressed" ? { suppressed: "true" } : tab === "all" ? { grouped: "true" } : { state: tab }),
  ...(enterprise === "" ? {} : { enterprise }),
  limit: mostListed,
});

/** "In progress" is what is active and somebody has acknowledged. */
export function inTab(alert: AlertBody, tab: AlertTab, now: number): boolean {
  if (tab === "active") return alert.acknowledged !== null && !isShelved(alert, now);
  return true;
}

export function useAlertFilters(): [AlertFilters, (change: Partial<AlertFilters>) => void] {
  const [search, setSearch] = useSearchParams();
  const filters: AlertFilters = {
    tab: alertTabs.find((tab) => tab === search.get("state")) ?? "unacknowledged",
    severity: severities.find((severity) => severity === search.get("sev")) ?? "all",
    enterprise: search.get("ent") ?? "",
    q: search.get("q") ?? "",
  };
  const change = (some: Partial<AlertFilters>): void => {
    const next = { ...filters, ...some };
    const set: Record<string, string> = {};
    if (next.tab !== "unacknowledged") set["state"] = next.tab;
    if (next.severity !== "all") set["sev"] = next.severity;
    if (next.enterprise !== "") set["ent"] = next.enterprise;
    if (next.q !== "") set["q"] = next.q;
    setSearch(set, { replace: true, preventScrollReset: true });
  };
  return [filters, change];
}
