import type { MeterBody } from "@smart-park/core/wire";
import { t } from "i18next";
import { memo, useEffect, useMemo, useRef, useSyncExternalStore, type ReactNode, type RefObject } from "react";
import { classNames } from "../../lib/class-names.ts";
import { nameIn, useLanguage, usePark } from "../../lib/park.ts";
import { useLive } from "../live-context.ts";
import { pointIdsOf } from "../meter-states.ts";
import { flash, MeterState, ReadingFigure } from "../reading.tsx";
import { countsUse, type GridColumn, type ValueColumn } from "./columns.ts";
import { HourFigure, TodayFigure } from "./fact-figures.tsx";
import classes from "./live-grid.module.css";
import { LiveRow, type RowNow } from "./live-row.ts";
import type { RowFacts } from "./row-facts.ts";

interface GridCellsProps {
  readonly meter: MeterBody;
  readonly enterpriseName: string;
  readonly columns: readonly GridColumn[];
  readonly facts: RowFacts;
  readonly isPhone: boolean;
  /** Today's use stands below the first value: a phone has no room for a column of it. */
  readonly hasToday: boolean;
}

/** Names and numbers of one meter; renders again when one of its own numbers changes, whatever happens to other rows. */
export const GridCells = memo(function GridCells(props: GridCellsProps): ReactNode {
  const { meter, enterpriseName, columns, facts, isPhone, hasToday } = props;
  const language = useLanguage();
  const live = useLive();
  const { format } = usePark();
  const row = useMemo(
    () => new LiveRow({ live, facts, format }, meter, columns),
    [live, facts, format, meter, columns],
  );
  const now = useSyncExternalStore(row.subscribe, row.read);
  const cells = useRef<(HTMLSpanElement | null)[]>([]);
  useFlashes(cells, row, now);
  const name = nameIn(language, meter);
  const today = { fact: now.today, age: now.todayAge, meter, language };
  return (
    <>
      {!isPhone && (
        <span role="gridcell" className={classNames(classes.cell, classes.code)} title={meter.id}>
          {meter.id}
        </span>
      )}
      <span role="gridcell" className={classes.cell} title={name}>
        {name}
        {isPhone && <span className={classes.sub}>{enterpriseName}</span>}
      </span>
      {!isPhone && (
        <span role="gridcell" className={classes.cell}>
          {enterpriseName}
        </span>
      )}
      {columns.map((column, n) => (
        <span key={column.key} role="gridcell" className={lookOf(column, isPhone)}>
          {column.shape === "hour" ? (
            <HourFigure meter={meter} fact={now.hour} language={language} />
          ) : column.shape === "today" ? (
            <TodayFigure {...today} hasUnit={column.unit === null} isAligned={column.unit === null && !isPhone} />
          ) : (
            valueOf(column, n)
          )}
          {hasToday && countsUse(meter) && (
            <span className={classes.sub}>
              {t("live.todayShort")} <TodayFigure {...today} hasUnit />
            </span>
          )}
        </span>
      ))}
      <span role="gridcell" className={classes.cell}>
        <MeterState points={pointIdsOf(meter)} intervalS={meter.intervalS} />
      </span>
    </>
  );

  function valueOf(column: ValueColumn, n: number): ReactNode {
    const [point, stated] = [column.pointOf(meter), now.readings[n]];
    return (
      point &&
      stated && (
        <ReadingFigure
          {...stated}
          format={format}
          unit={point.unit}
          hasUnit={column.unit !== point.unit}
          isAligned={column.unit === null && !isPhone}
          ref={(cell) => void (cells.current[n] = cell)}
        />
      )
    );
  }
});

const lookOf = (column: GridColumn, isPhone: boolean): string =>
  classNames(
    classes.cell,
    column.shape === "hour" ? classes.hour : classes.number,
    // Each row with a unit of its own, behind the figure.
    column.shape !== "hour" && column.unit === null && !isPhone && classes.mixed,
  );

/** Lights up values that changed, not those of another meter that came into the row. */
function useFlashes(cells: RefObject<(HTMLSpanElement | null)[]>, row: LiveRow, now: RowNow): void {
  const before = useRef({ row, now });
  useEffect(() => {
    const was = before.current;
    before.current = { row, now };
    if (was.row !== row) return;
    now.readings.forEach((stated, n) => {
      const [old, value] = [was.now.readings[n]?.reading?.value, stated?.reading?.value];
      if (old !== undefined && value !== undefined && old !== value) flash(cells.current[n]);
    });
  }, [cells, row, now]);
}
