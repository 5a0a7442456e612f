import type { MeterBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../lib/class-names.ts";
import { dataStates, stateGlyph, type DataState } from "../lib/data-state.ts";
import { useIsCut } from "./hooks.ts";
import { shownState } from "./meter-state-codes.ts";
import { useMeterStates } from "./meter-states.ts";
import classes from "./state-legend.module.css";

interface StateLegendProps {
  /** Those that are counted. */
  readonly meters: readonly MeterBody[];
  /** The one that is filtered by. */
  readonly chosen: string;
  readonly onChoose: (state: DataState | "all") => void;
}

/** What each glyph means and how many there are; chosen, only those are shown. */
export function StateLegend({ meters, chosen, onChoose }: StateLegendProps): ReactNode {
  const { t } = useTranslation();
  const isCut = useIsCut();
  const states = useMeterStates(meters);
  const counts = new Map<DataState, number>();
  for (const own of states.values()) {
    const state = shownState(own, isCut);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return (
    <div className={classes.legend} role="group" aria-label={t("live.stateFilter")}>
      {dataStates.map((state) => (
        <button
          key={state}
          type="button"
          className={classNames(classes.state, classes[state])}
          aria-pressed={chosen === state}
          onClick={() => onChoose(chosen === state ? "all" : state)}
        >
          <b aria-hidden="true">{stateGlyph[state]}</b>
          {t(`state.${state}`)}
          <span>{counts.get(state) ?? 0}</span>
        </button>
      ))}
    </div>
  );
}
