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

type Texts = Readonly<Record<"id" | "name" | "ent", (meter: MeterBody) => string>>;

/**
 * How the texts of meters follow each other in a language. To compare texts costs far more than to compare numbers, so
 * each text gets its place once, when it is first asked for.
 */
export class TextPlaces {
  readonly #meters: readonly MeterBody[];
  readonly #texts: Texts;
  readonly #compare: (a: string, b: string) => number;
  readonly #known = new Map<keyof Texts, ReadonlyMap<string, number>>();

  constructor(meters: readonly MeterBody[], texts: Texts, locale: string) {
    this.#meters = meters;
    this.#texts = texts;
    this.#compare = new Intl.Collator(locale, { numeric: true }).compare;
  }

  /** Place of a meter by one of its texts, from 0; the same for equal texts. */
  of(key: keyof Texts): (meter: MeterBody) => number {
    const textOf = this.#texts[key];
    const places = this.#known.get(key) ?? this.#find(key);
    return (meter) => places.get(textOf(meter)) ?? 0;
  }

  #find(key: keyof Texts): ReadonlyMap<string, number> {
    const texts = [...new Set(this.#meters.map(this.#texts[key]))].sort(this.#compare);
    const places = new Map(texts.map((text, place) => [text, place]));
    this.#known.set(key, places);
    return places;
  }
}

interface SortSource {
  readonly store: LiveStore;
  readonly states: ReadonlyMap<string, DataState>;
  readonly columns: readonly GridColumn[];
  /** Today's use; null = not known. */
  readonly todayOf: (meter: MeterBody) => number | null;
  readonly places: TextPlaces;
}

/** Meters in order, equal ones by their ids; what has no value comes last either way. */
export function sortMeters(
  meters: readonly MeterBody[],
  { key, isDescending }: SortKey,
  source: SortSource,
): MeterBody[] {
  const sign = isDescending ? -1 : 1;
  const [valueOf, placeOf] = [numberOf(key, source), source.places.of("id")];
  return meters
    .map((meter) => ({ meter, value: valueOf(meter), place: placeOf(meter) }))
    .sort((a, b) => {
      if (Number.isNaN(a.value) || Number.isNaN(b.value))
        return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value)) || a.place - b.place;
      return sign * (a.value - b.value) || a.place - b.place;
    })
    .map(({ meter }) => meter);
}

/** What meters are ordered by, as a number. */
function numberOf(key: string, { store, states, columns, todayOf, places }: SortSource): (meter: MeterBody) => number {
  const column = columns.find((candidate) => candidate.key === key);
  if (column?.shape === "today") return (meter) => todayOf(meter) ?? Number.NaN;
  if (column?.shape === "value") return (meter) => store.read(column.pointOf(meter)?.id ?? "")?.value ?? Number.NaN;
  if (key === "state") return (meter) => dataStates.indexOf(states.get(meter.id) ?? "none");
  return places.of(key === "name" || key === "ent" ? key : "id");
}
