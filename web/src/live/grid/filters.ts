import { meterKinds, type MeterKind } from "@smart-park/core";
import type { MeterBody } from "@smart-park/core/wire";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { dataStates, type DataState } from "../../lib/data-state.ts";
import { useSameFunction } from "../../lib/same-function.ts";
import { isCovered } from "../meter-states.ts";

export type StateFilter = DataState | "missing" | "all";

/** What the grid shows; lives in the address, so a copied link shows the same. */
export interface GridFilters {
  readonly q: string;
  readonly enterprise: string;
  readonly type: MeterKind | "all";
  readonly state: StateFilter;
  /** Column key, `-` before it for largest first. */
  readonly sort: string;
  /** Keys of the columns shown beside those that are always there; null = the usual ones of the type. */
  readonly cols: readonly string[] | null;
}

const stateFilters: readonly StateFilter[] = ["all", "missing", ...dataStates];

function readFilters(search: URLSearchParams): GridFilters {
  const type = meterKinds.find((kind) => kind === search.get("type")) ?? "all";
  const state = stateFilters.find((candidate) => candidate === search.get("state")) ?? "all";
  return {
    q: search.get("q") ?? "",
    enterprise: search.get("ent") ?? "",
    type,
    state,
    sort: /^-?[A-Za-z][A-Za-z0-9]{0,40}$/.test(search.get("sort") ?? "") ? (search.get("sort") ?? "id") : "id",
    cols: search.get("cols")?.split(",").filter(Boolean) ?? null,
  };
}

const keys = { q: "q", enterprise: "ent", type: "type", state: "state", sort: "sort" } as const;
const defaults: Omit<GridFilters, "cols"> = { q: "", enterprise: "", type: "all", state: "all", sort: "id" };

/** Whether the order moves with what is measured. */
export const isLiveSort = (sort: string): boolean => !/^-?(id|name|ent)$/.test(sort);

/** Filters from the address and a way to change some of them; other keys stay as they are. Both stay the same objects while nothing of theirs changes. */
export function useFilters(): [GridFilters, (change: Partial<GridFilters>) => void] {
  const [search, setSearch] = useSearchParams();
  const asked = JSON.stringify(readFilters(search));
  // The text is the same as long as the filters are, whatever else the address says.
  const filters = useMemo(() => JSON.parse(asked) as GridFilters, [asked]);
  const change = useSameFunction((some: Partial<GridFilters>) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        const next = { ...readFilters(before), ...some };
        for (const name of ["q", "enterprise", "type", "state", "sort"] as const) {
          if (next[name] === defaults[name]) after.delete(keys[name]);
          else after.set(keys[name], next[name]);
        }
        if (next.cols === null) after.delete("cols");
        else after.set("cols", next.cols.join(","));
        return after;
      },
      { replace: true, preventScrollReset: true },
    ),
  );
  return [filters, change];
}

export const isFiltered = ({ q, enterprise, type, state }: GridFilters): boolean =>
  q !== "" || enterprise !== "" || type !== "all" || state !== "all";

/** Whether a meter passes, as a function of the meter, its state and everything that is searched of it in lower case. */
export function passerOf(filters: GridFilters): (meter: MeterBody, state: DataState, text: string) => boolean {
  const { enterprise, type, state: wanted } = filters;
  const words = filters.q.toLowerCase().split(/\s+/).filter(Boolean);
  return (meter, state, text) =>
    (enterprise === "" || meter.enterpriseId === enterprise) &&
    (type === "all" || meter.kind === type) &&
    (wanted === "all" || (wanted === "missing" ? !isCovered(state) : wanted === state)) &&
    words.every((word) => text.includes(word));
}
