import { meterKinds, type MeterKind } from "@smart-park/core";
import type { MeterBody } from "@smart-park/core/wire";
import { useEffect, useMemo, useRef, useState } from "react";
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

/** Typing has ended when no key came for this long. */
const typingRestMs = 300;

export interface Filtering {
  /** The same object while nothing in it changes, whatever else the address says. */
  readonly filters: GridFilters;
  readonly change: (some: Partial<GridFilters>) => void;
  /** Filters by a text at once; the address, which the whole page reads, follows when typing rests. */
  readonly search: (q: string, isBehind: boolean) => void;
  /** Keys come faster than this PC answers them. */
  readonly isBehind: boolean;
}

/** Filters from the address and ways to change some of them; other keys stay as they are. The functions stay the same. */
export function useFilters(): Filtering {
  const [search, setSearch] = useSearchParams();
  const inAddress = readFilters(search);
  const [typed, setTyped] = useState<string | null>(null);
  const [isBehind, setIsBehind] = useState(false);
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const stopWaiting = (): void => {
    clearTimeout(rest.current);
    rest.current = undefined;
  };
  const asked = JSON.stringify({ ...inAddress, q: typed ?? inAddress.q });
  const filters = useMemo(() => JSON.parse(asked) as GridFilters, [asked]);
  const change = useSameFunction((some: Partial<GridFilters>) => {
    stopWaiting();
    const q = some.q ?? filters.q;
    setTyped(q);
    setSearch((before) => withFilters(before, { ...some, q }), { replace: true, preventScrollReset: true });
  });
  const searchFor = useSameFunction((q: string, isBehind: boolean) => {
    stopWaiting();
    setTyped(q);
    setIsBehind(isBehind);
    rest.current = setTimeout(() => change({ q }), typingRestMs);
  });
  useEffect(() => {
    // A step back in the history counts; an address that only lags behind what is typed does not.
    if (rest.current === undefined) setTyped(null);
  }, [inAddress.q]);
  useEffect(() => stopWaiting, []);
  return { filters, change, search: searchFor, isBehind };
}

function withFilters(search: URLSearchParams, some: Partial<GridFilters>): URLSearchParams {
  const after = new URLSearchParams(search);
  const next = { ...readFilters(search), ...some };
  for (const name of ["q", "enterprise", "type", "state", "sort"] as const) {
    if (next[name] === defaults[name]) after.delete(keys[name]);
    else after.set(keys[name], next[name]);
  }
  if (next.cols === null) after.delete("cols");
  else after.set("cols", next.cols.join(","));
  return after;
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
