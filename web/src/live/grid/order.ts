import type { MeterBody } from "@smart-park/core/wire";
import { dataStates, type DataState } from "../../lib/data-state.ts";
import type { LiveStore } from "../live-store.ts";
import type { GridColumn } from "./columns.ts";

export interface SortKey {
  readonly key: string;
  readonly isDescending: boolean;
}

export const parseSort = (sort: string): SortKey => ({
  key: sort.replace("-", ""),
  isDescending: sort.startsWith("-"),
});

interface SortSource {
  readonly store: LiveStore;
  readonly states: ReadonlyMap<string, DataState>;
  readonly columns: readonly GridColumn[];
  /** Today's use; null = not known. */
  readonly todayOf: (meter: MeterBody) => number | null;
  readonly nameOf: (meter: MeterBody) => string;
  readonly enterpriseOf: (meter: MeterBody) => string;
  readonly locale: string;
}

/** Meters in order; what has no value comes last either way. */
export function sortMeters(
  meters: readonly MeterBody[],
  { key, isDescending }: SortKey,
  source: SortSource,
): MeterBody[] {
  const sign = isDescending ? -1 : 1;
  const collator = new Intl.Collator(source.locale, { numeric: true });
  const column = source.columns.find((candidate) => candidate.key === key);
  if (column?.shape === "today") return byNumber(meters, (meter) => source.todayOf(meter) ?? Number.NaN, sign);
  if (column?.shape === "value") {
    const valueOf = (meter: MeterBody): number =>
      source.store.read(column.pointOf(meter)?.id ?? "")?.value ?? Number.NaN;
    return byNumber(meters, valueOf, sign);
  }
  if (key === "state") {
    return byNumber(meters, (meter) => dataStates.indexOf(source.states.get(meter.id) ?? "none"), sign);
  }
  const textOf =
    key === "name" ? source.nameOf : key === "ent" ? source.enterpriseOf : (meter: MeterBody): string => meter.id;
  return [...meters].sort((a, b) => sign * collator.compare(textOf(a), textOf(b)) || collator.compare(a.id, b.id));
}

function byNumber(meters: readonly MeterBody[], valueOf: (meter: MeterBody) => number, sign: number): MeterBody[] {
  return meters
    .map((meter) => ({ meter, value: valueOf(meter) }))
    .sort((a, b) => {
      if (Number.isNaN(a.value) || Number.isNaN(b.value))
        return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value));
      return sign * (a.value - b.value) || a.meter.id.localeCompare(b.meter.id);
    })
    .map(({ meter }) => meter);
}
