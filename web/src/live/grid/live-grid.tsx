import type { MeterBody } from "@smart-park/core/wire";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  memo,
  useEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
} from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { classNames } from "../../lib/class-names.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { unitLabel } from "../../lib/format.ts";
import { usePreferences } from "../../lib/preferences.ts";
import { useRowKeys } from "../../lib/single-keys.ts";
import { phoneQuery, useMedia } from "../../lib/use-media.ts";
import { useColumnTitle } from "./column-chooser.tsx";
import { countsUse, mainPointOf, type GridColumn } from "./columns.ts";
import { GridCells } from "./grid-cells.tsx";
import classes from "./live-grid.module.css";
import { parseSort } from "./order.ts";
import { idsOf, type RowFacts } from "./row-facts.ts";

interface LiveGridProps {
  readonly label: string;
  readonly meters: readonly MeterBody[];
  readonly columns: readonly GridColumn[];
  readonly facts: RowFacts;
  readonly sort: string;
  readonly openId: string | null;
  readonly onSort: (sort: string) => void;
  readonly onOpen: (meter: MeterBody) => void;
  /** Pointer or focus came in or went out. */
  readonly onAttention: (isInside: boolean) => void;
}

const headHeight = 54;

/** Thousands of meters, a few dozen rows in the page; each row renders by itself. */
export const LiveGrid = memo(function LiveGrid(props: LiveGridProps): ReactNode {
  const { label, meters, columns, facts, sort, openId, onSort, onOpen, onAttention } = props;
  const navigate = useNavigate();
  const { enterpriseName } = useCatalog();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const [isMoving, setIsMoving] = useState(false);
  const isPhone = useMedia(phoneQuery);
  const { density } = usePreferences();
  const rowHeight = isPhone ? 56 : density === "compact" ? 28 : 36;
  const shownColumns = useMemo(
    () => (isPhone ? columns.filter(({ shape }) => shape === "value").slice(0, 1) : columns),
    [columns, isPhone],
  );
  const virtualizer = useVirtualizer({
    count: meters.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 3,
    scrollPaddingStart: headHeight,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  const inSight = virtualizer.getVirtualItems().flatMap(({ index }) => meters[index] ?? []);
  const hasToday = columns.some(({ shape }) => shape === "today");
  useFactsInSight(facts, inSight, { hasToday, hasHour: shownColumns.some(({ shape }) => shape === "hour") });
  const current = Math.min(active, Math.max(0, meters.length - 1));

  useEffect(() => {
    if (!isMoving) return;
    virtualizer.scrollToIndex(current);
    const frame = requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${current + 2}"]`)?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [current, isMoving, virtualizer]);

  useRowKeys(scroller, () => {
    const row = scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${current + 2}"]`);
    if (row) row.focus();
    else setIsMoving(true); // scrolled away: brought back first
  });

  const press = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    // Ctrl+K and its like are the page's.
    const isChord = event.ctrlKey || event.metaKey || event.altKey;
    const target = new Map([
      ["ArrowDown", current + 1],
      ["j", current + 1],
      ["ArrowUp", current - 1],
      ["k", current - 1],
      ["PageDown", current + page],
      ["PageUp", current - page],
      ["Home", 0],
      ["End", meters.length - 1],
    ]).get(event.key);
    if (target !== undefined && !isChord) {
      event.preventDefault();
      setIsMoving(true);
      setActive(Math.min(meters.length - 1, Math.max(0, target)));
    }
    const meter = meters[current];
    if (event.key === "Enter" && meter && (event.target as HTMLElement).role === "row") {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) void navigate(`/meters/${meter.id}`);
      else onOpen(meter);
    }
  };
  const least = isPhone ? 0 : leastOthers + shownColumns.length * leastColumn;
  const style: CSSProperties & { "--columns": string; "--least": string } = {
    "--columns": trackList(shownColumns, isPhone),
    "--least": `${least}px`,
  };
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={meters.length + 1}
      className={classNames(
        classes.grid,
        meters.length < 12 && classes.short,
        least > (virtualizer.scrollRect?.width ?? Infinity) && classes.wide,
      )}
      style={style}
      onKeyDown={press}
      onPointerEnter={() => onAttention(true)}
      onPointerLeave={() => onAttention(false)}
      onFocus={() => onAttention(true)}
      onBlur={(event) => {
        if (event.currentTarget.contains(event.relatedTarget)) return;
        onAttention(false);
        setIsMoving(false);
      }}
    >
      <Head columns={shownColumns} sort={sort} onSort={onSort} isPhone={isPhone} />
      <div role="rowgroup" className={classes.body} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const meter = meters[item.index];
          return (
            meter && (
              <div
                key={item.index} // a place, not a meter: other meters in it cost new texts instead of new rows
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={meter.id === openId}
                tabIndex={item.index === current ? 0 : -1}
                className={classNames(classes.row, classes.line, meter.id === openId && classes.open)}
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={() => {
                  setActive(item.index);
                  onOpen(meter);
                }}
              >
                <GridCells
                  meter={meter}
                  enterpriseName={enterpriseName(meter.enterpriseId)}
                  columns={shownColumns}
                  facts={facts}
                  isPhone={isPhone}
                  hasToday={isPhone && hasToday}
                />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
});

/** px; code, name, enterprise and state, and each column beside them. */
const [leastOthers, leastColumn] = [514, 108];

const trackList = (columns: readonly GridColumn[], isPhone: boolean): string => {
  if (isPhone) return "minmax(0, 1fr) minmax(96px, auto) 96px";
  const tracks = columns.map(({ shape }) => (shape === "hour" ? "120px" : `minmax(${leastColumn}px, 0.8fr)`));
  return `minmax(118px, 0.8fr) minmax(150px, 1.4fr) minmax(110px, 1fr) ${tracks.join(" ")} 136px`;
};

/** Rows that are scrolled past are not asked for. */
const restMs = 150;

/** Says of which rows facts are wanted: those in sight, as far as their column is shown. */
function useFactsInSight(
  { today, hour }: RowFacts,
  inSight: readonly MeterBody[],
  { hasToday, hasHour }: { readonly hasToday: boolean; readonly hasHour: boolean },
): void {
  const meters = hasToday ? idsOf(inSight, (meter) => (countsUse(meter) ? meter.id : undefined)).join(",") : "";
  const points = hasHour ? idsOf(inSight, (meter) => mainPointOf(meter)?.id).join(",") : "";
  useEffect(() => {
    const timer = setTimeout(() => {
      today.show(meters === "" ? [] : meters.split(","));
      hour.show(points === "" ? [] : points.split(","));
    }, restMs);
    return () => clearTimeout(timer);
  }, [today, hour, meters, points]);
}

interface HeadProps extends Pick<LiveGridProps, "columns" | "sort" | "onSort"> {
  readonly isPhone: boolean;
}

const Head = memo(function Head({ columns, sort, onSort, isPhone }: HeadProps): ReactNode {
  const { t } = useTranslation();
  const titleOf = useColumnTitle();
  return (
    <div role="rowgroup" className={classNames(classes.head)}>
      <div role="row" aria-rowindex={1} className={classes.row}>
        {!isPhone && <HeadCell id="id" title={t("live.meter")} sort={sort} onSort={onSort} />}
        <HeadCell id="name" title={t("live.name")} sort={sort} onSort={onSort} />
        {!isPhone && <HeadCell id="ent" title={t("live.enterprise")} sort={sort} onSort={onSort} />}
        {columns.map((column) =>
          column.shape === "hour" ? (
            <span key={column.key} role="columnheader" className={classNames(classes.cell, classes.plainHead)}>
              {titleOf(column)}
            </span>
          ) : (
            <HeadCell
              key={column.key}
              id={column.key}
              title={titleOf(column)}
              unit={column.unit ?? ""}
              isNumber
              sort={sort}
              onSort={onSort}
            />
          ),
        )}
        <HeadCell id="state" title={t("live.state")} sort={sort} onSort={onSort} />
      </div>
    </div>
  );
});

interface HeadCellProps extends Pick<LiveGridProps, "sort" | "onSort"> {
  readonly id: string;
  readonly title: string;
  readonly unit?: string;
  readonly isNumber?: boolean;
}

function HeadCell({ id, title, unit = "", isNumber = false, sort, onSort }: HeadCellProps): ReactNode {
  const { t } = useTranslation();
  const { key, isDescending } = parseSort(sort);
  const isSorted = key === id;
  // Figures are looked at from the largest down first, texts from A.
  const next = isSorted ? (isDescending ? id : `-${id}`) : isNumber ? `-${id}` : id;
  const mark = <span aria-hidden="true">{isDescending ? "↓" : "↑"} </span>;
  return (
    <span
      role="columnheader"
      aria-sort={isSorted ? (isDescending ? "descending" : "ascending") : "none"}
      className={classNames(classes.cell, isNumber && classes.number, isNumber && unit === "" && classes.mixed)}
    >
      <button
        type="button"
        className={classes.sort}
        title={t("live.sortBy", { column: title })}
        onClick={() => onSort(next)}
      >
        {isNumber && isSorted && mark}
        {title}
        {unitLabel(unit) !== "" && <small> {unitLabel(unit)}</small>} {!isNumber && isSorted && mark}
      </button>
    </span>
  );
}
