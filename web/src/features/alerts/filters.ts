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
  /** Id of a rule. */
  readonly rule: string;
  readonly q: string;
  /** Each alert a row of its own: nothing is folded, no storm gathered. */
  readonly isFlat: boolean;
}

export const noFilters: AlertFilters = {
  ...{ tab: "unacknowledged", severity: "all", enterprise: "", rule: "", q: "" },
  isFlat: false,
};

const mostListed = 500;

/** What the server is asked for a tab; the rest of the filters narrow that list on the page. */
export const paramsOf = ({ tab, enterprise, rule }: AlertFilters): AlertsParams => ({
  ...(tab === "suppressed" ? { suppressed: "true" } : tab === "all" ? { grouped: "true" } : { state: tab }),
  ...(enterprise === "" ? {} : { enterprise }),
  ...(rule === "" ? {} : { rule }),
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
    rule: search.get("rule") ?? "",
    q: search.get("q") ?? "",
    isFlat: search.get("flat") === "1",
  };
  const change = (some: Partial<AlertFilters>): void =>
    setSearch(searchOf({ ...filters, ...some }), { replace: true, preventScrollReset: true });
  return [filters, change];
}

/** The address of the inbox with these filters, without those that leave all in. */
export function searchOf({ tab, severity, enterprise, rule, q, isFlat }: AlertFilters): URLSearchParams {
  const search = new URLSearchParams();
  if (tab !== "unacknowledged") search.set("state", tab);
  if (severity !== "all") search.set("sev", severity);
  if (enterprise !== "") search.set("ent", enterprise);
  if (rule !== "") search.set("rule", rule);
  if (q !== "") search.set("q", q);
  if (isFlat) search.set("flat", "1");
  return search;
}
