import type { MeterBody } from "@smart-park/core/wire";
import { dataStates, type DataState } from "../lib/data-state.ts";
import { meterStateOf } from "./meter-states.ts";
import type { LiveStore } from "./live-store.ts";

/** States of meters as numbers in `dataStates`, for what is painted: a look that finds nothing new costs no paint. */
export class MeterStateCodes {
  readonly codes: Uint8Array;
  readonly #meters: readonly MeterBody[];

  constructor(meters: readonly MeterBody[]) {
    this.#meters = meters;
    this.codes = new Uint8Array(meters.length).fill(dataStates.indexOf("none"));
  }

  /** Looks at all of them; true = at least one is another than before. */
  refresh(store: LiveStore, now: number, isCut: boolean): boolean {
    let isChanged = false;
    this.#meters.forEach((meter, i) => {
      const code = dataStates.indexOf(shownState(meterStateOf(store, meter, now), isCut));
      if (code === this.codes[i]) return;
      this.codes[i] = code;
      isChanged = true;
    });
    return isChanged;
  }
}

/** Nothing is live while the link has been down for a minute. */
export const shownState = (state: DataState, isCut: boolean): DataState =>
  isCut && (state === "live" || state === "late") ? "stale" : state;

/** From well to worse: what one sign for several meters says. */
const badness: readonly DataState[] = ["live", "estimated", "late", "none", "suspect", "stale", "offline"];

/** The worst of some states; none of nothing. */
export const worstState = (states: Iterable<DataState>): DataState => {
  let worst = -1;
  for (const state of states) worst = Math.max(worst, badness.indexOf(state));
  return badness[worst] ?? "none";
};
