import type { MeterBody } from "@smart-park/core/wire";
import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import {
  memo,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
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
import { RowPlaces } from "./row-places.ts";

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
  const [places] = useState(() => new RowPlaces());
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
    overscan: 2,
    scrollPaddingStart: headHeight,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  const items = useSoonInSight(virtualizer.getVirtualItems());
  const rows = places.rowsFor(items.map(({ index }) => index));
  const inSight = items.flatMap(({ index }) => meters[index] ?? []);
  const hasToday = columns.some(({ shape }) => shape === "today");
  useFactsInSight(facts, inSight, { hasToday, hasHour: shownColumns.some(({ shape }) => shape === "hour") });
  const current = Math.min(active, Math.max(0, meters.length - 1));

  /** Where keys have led to, while its row is not there yet. */
  const awaited = useRef<number | null>(null);
  const focusAwaited = (): void => {
    const row = scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${(awaited.current ?? -1) + 2}"]`);
    if (!row) return;
    awaited.current = null;
    row.focus({ preventScroll: true });
  };
  useLayoutEffect(() => {
    if (awaited.current !== null) focusAwaited();
  });
  const moveTo = (index: number): void => {
    setActive(index);
    awaited.current = index;
    if (scroller.current) bringIntoSight(scroller.current, index * rowHeight, rowHeight);
    focusAwaited();
  };
  useRowKeys(scroller, () => moveTo(current));

  const press = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const from = awaited.current ?? rowOf(event.target) ?? current;
    // Ctrl+K and its like are the page's.
    const isChord = event.ctrlKey || event.metaKey || event.altKey;
    const target = new Map([
      ["ArrowDown", from + 1],
      ["j", from + 1],
      ["ArrowUp", from - 1],
      ["k", from - 1],
      ["PageDown", from + page],
      ["PageUp", from - page],
      ["Home", 0],
      ["End", meters.length - 1],
    ]).get(event.key);
    if (target !== undefined && !isChord) {
      event.preventDefault();
      moveTo(Math.min(meters.length - 1, Math.max(0, target)));
    }
    const meter = meters[rowOf(event.target) ?? -1];
    if (event.key === "Enter" && meter) {
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
        awaited.current = null;
        onAttention(false);
      }}
    >
      <Head columns={shownColumns} sort={sort} onSort={onSort} isPhone={isPhone} />
      <div role="rowgroup" className={classes.body} style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item, n) => {
          const meter = meters[item.index];
          return (
            meter && (
              <div
                key={rows[n]}
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

/**
 * What is to be in sight: at once where most rows stay, as while scrolling. All rows at a time cost a slow PC a tenth of a
 * second, so those of a jump are made in steps that the next key may interrupt.
 */
function useSoonInSight(items: readonly VirtualItem[]): readonly VirtualItem[] {
  const soon = useDeferredValue(items);
  const [first, last] = [soon[0]?.index ?? 0, soon.at(-1)?.index ?? 0];
  const stay = items.filter(({ index }) => index >= first && index <= last).length;
  return stay * 2 >= items.length || soon.length === 0 ? items : soon;
}

/**
 * Scrolls as little as needed. The virtualizer's own way asks in each frame until it is there how far the page can be
 * scrolled, which lays all of it out.
 */
function bringIntoSight(scroller: HTMLElement, top: number, height: number): void {
  const lowest = top + height - (scroller.clientHeight - headHeight);
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (lowest > scroller.scrollTop) scroller.scrollTop = lowest;
}

/** Place among the meters of a row that has the focus: after scrolling not always the one that keys went to last. */
function rowOf(target: EventTarget): number | null {
  const index = target instanceof HTMLElement && target.role === "row" ? Number(target.ariaRowIndex) - 2 : -1;
  return index < 0 ? null : index;
}

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
