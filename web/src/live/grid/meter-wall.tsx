import type { MeterBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useCatalog, type Catalog } from "../../lib/catalog.ts";
import { nameIn, useLanguage, usePark } from "../../lib/park.ts";
import { metersQuery } from "../../lib/queries.ts";
import { useSameFunction } from "../../lib/same-function.ts";
import { useAddress } from "../../lib/use-address.ts";
import { phoneQuery, useMedia } from "../../lib/use-media.ts";
import { Button } from "../../ui/button.tsx";
import { FilterBar } from "../../ui/page.tsx";
import { Empty, Failed, Skeleton } from "../../ui/panel.tsx";
import { useLiveVersion } from "../hooks.ts";
import { useLive } from "../live-context.ts";
import { useHasSnapshot, useMeterStates } from "../meter-states.ts";
import { StateLegend } from "../state-legend.tsx";
import { ColumnChooser } from "./column-chooser.tsx";
import { chosenColumns, columnChoice, countsUse, type GridColumn } from "./columns.ts";
import { usableToday } from "./fact-figures.tsx";
import { FilterControls, modes, type Mode } from "./filter-controls.tsx";
import { isLiveSort, passerOf, useFilters, type GridFilters } from "./filters.ts";
import { ExportButton } from "./grid-export.tsx";
import classes from "./live-grid.module.css";
import { LiveGrid } from "./live-grid.tsx";
import { MeterDrawer } from "./meter-drawer.tsx";
import { parseSort, sortMeters, TextPlaces } from "./order.ts";
import { idsOf, useFactsVersion, useRowFacts, type RowFacts } from "./row-facts.ts";

const reorderMs = 2000;

const withTexts = async <T,>(load: Promise<T>): Promise<T> => {
  const [loaded, { addSiteTexts }] = await Promise.all([load, import("../../i18n/site-texts.ts")]);
  addSiteTexts();
  return loaded;
};
const TileWall = lazy(async () => ({ default: (await withTexts(import("../tiles/tile-wall.tsx"))).TileWall }));
const SiteMap = lazy(async () => ({ default: (await withTexts(import("../map/site-map.tsx"))).SiteMap }));

/** A value that stands still while `isHeld` and `of` is the same: rows never move under the pointer. */
function useHeld<T>(value: T, isHeld: boolean, of: unknown = null): T {
  const [kept, keep] = useState({ value, of });
  const isStill = isHeld && kept.of === of;
  if (!isStill && (kept.value !== value || kept.of !== of)) keep({ value, of });
  return isStill ? kept.value : value;
}

const searchText = (meter: MeterBody, catalog: Catalog): string => {
  const enterprise = catalog.enterprise(meter.enterpriseId);
  const names = [
    meter.id,
    meter.name,
    meter.nameEn,
    meter.workshop,
    meter.enterpriseId,
    enterprise?.name,
    enterprise?.nameEn,
  ];
  return names.filter(Boolean).join(" ").toLowerCase();
};

/** What each meter is searched by; made anew only with the catalog. */
function useSearchTexts(): ReadonlyMap<string, string> {
  const catalog = useCatalog();
  const { meters, enterprises } = catalog;
  return useMemo(
    () => new Map(meters.map((meter) => [meter.id, searchText(meter, catalog)])),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the lists stand for the catalog
    [meters, enterprises],
  );
}

/** How names follow each other in the language of the person; made anew only with the catalog. */
function useTextPlaces(): TextPlaces {
  const { meters, enterpriseName } = useCatalog();
  const language = useLanguage();
  return useMemo(() => {
    const texts = {
      id: ({ id }: MeterBody) => id,
      name: (meter: MeterBody) => nameIn(language, meter),
      ent: ({ enterpriseId }: MeterBody) => enterpriseName(enterpriseId),
    };
    return new TextPlaces(meters, texts, language === "zh" ? "zh-CN" : "en");
  }, [meters, enterpriseName, language]);
}

interface Asked {
  readonly filters: GridFilters;
  readonly texts: ReadonlyMap<string, string>;
  readonly columns: readonly GridColumn[];
  readonly facts: RowFacts;
  readonly isHeld: boolean;
}

/**
 * Meters that pass, in order. To order thousands costs more than anything else here, so they are ordered anew
 * only when what they are ordered by may have changed, and filtered after that: the same list while nothing changes in it.
 */
function useShown({ filters, texts, columns, facts, isHeld }: Asked): readonly MeterBody[] {
  const { store, clock } = useLive();
  const { format } = usePark();
  const { meters } = useCatalog();
  const places = useTextPlaces();
  const { key } = parseSort(filters.sort);
  const [isByUse, isByState] = [key === "today", key === "state"];
  const isByValue = isLiveSort(filters.sort) && !isByUse && !isByState;
  const hasSnapshot = useHasSnapshot();
  const isOfStates = isByState || filters.state !== "all";
  // What was held while nobody asked for states, or before any were known, is no answer to hold on to.
  const states = useHeld(useMeterStates(meters, isOfStates), isHeld, isOfStates && hasSnapshot);
  const version = useHeld(useLiveVersion(reorderMs, isByValue), isHeld);
  const factsVersion = useHeld(useFactsVersion(facts.today, reorderMs, isByUse), isHeld);
  const orderedBy = isByUse ? factsVersion : isByState ? states : isByValue ? version : null;
  const ordered = useMemo(
    () =>
      sortMeters(meters, parseSort(filters.sort), {
        store,
        states,
        columns,
        todayOf: ({ id }) => usableToday(facts.today.read(id), format.time.startOfDay(clock.now()))?.value ?? null,
        places,
      }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `orderedBy` stands for store and states
    [meters, orderedBy, store, columns, places, filters.sort],
  );
  const filteredBy = filters.state === "all" ? null : states;
  const passing = useMemo(() => {
    const passes = passerOf(filters);
    return ordered.filter((meter) => passes(meter, states.get(meter.id) ?? "none", texts.get(meter.id) ?? ""));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `filteredBy` stands for the states
  }, [ordered, texts, filteredBy, filters]);
  // Nobody knows which of them are to come first before all are known.
  const wanted = useMemo(
    () => (isByUse ? idsOf(passing, (meter) => (countsUse(meter) ? meter.id : undefined)) : []),
    [passing, isByUse],
  );
  useEffect(() => facts.today.alsoKnow(wanted), [facts, wanted]);
  return passing;
}

/** Filter bar, meters as rows, tiles or on the site plan, and a drawer: for the park and for an enterprise's own. */
export function MeterWall({ label }: { label: string }): ReactNode {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const address = useAddress();
  const mode = address.oneOf<Mode>("mode", modes, "grid");
  const { filters, change, search: searchFor, isBehind } = useFilters();
  const [isHeld, setIsHeld] = useState(false);
  const query = useQuery(metersQuery());
  const { meters, meter } = useCatalog();
  const isPhone = useMedia(phoneQuery);
  const facts = useRowFacts();
  // Before any value is known every meter would pass for missing.
  const isUnknown = !useHasSnapshot() && filters.state !== "all";
  const choice = useMemo(() => columnChoice(filters.type, meters), [filters.type, meters]);
  const cols = filters.cols?.join(",");
  const columns = useMemo(() => chosenColumns(choice, cols?.split(",") ?? null), [choice, cols]);
  const texts = useSearchTexts();
  // The head says at once what was clicked; thousands of meters follow in a moment that others may interrupt.
  // So do those of a search while keys come faster than they are answered; else a key is answered in the same frame.
  const [sort, q] = [useDeferredValue(filters.sort), useDeferredValue(filters.q)];
  const asked = useMemo(() => ({ ...filters, sort, ...(isBehind && { q }) }), [filters, sort, isBehind, q]);
  const shown = useShown({ filters: asked, texts, columns, facts, isHeld });
  const openId = search.get("m");
  const open = openId === null ? undefined : meter(openId);
  const setMode = useSameFunction((chosen: Mode) => address.change({ mode: chosen === "grid" ? null : chosen }));
  const setSort = useSameFunction((chosen: string) => change({ sort: chosen }));
  const setOpen = useSameFunction((id: string | null) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (id === null) after.delete("m");
        else after.set("m", id);
        return after;
      },
      { preventScrollReset: true },
    ),
  );
  const openMeter = useSameFunction(({ id }: MeterBody) => setOpen(id));
  const close = useSameFunction(() => setOpen(null));
  if (!query.data)
    return query.error ? <Failed error={query.error} onRetry={() => void query.refetch()} /> : <Skeleton lines={9} />;
  if (meters.length === 0) return <Empty title={t("live.none")} hint={t("live.noneHint")} />;
  const setColumns = (keys: readonly string[] | null): void => {
    const sorted = parseSort(filters.sort).key;
    const isGone = columns.some(({ key }) => key === sorted) && keys?.includes(sorted) === false;
    change({ cols: keys, ...(isGone ? { sort: "id" } : {}) });
  };
  return (
    <>
      <FilterBar>
        <FilterControls filters={filters} onChange={change} onSearch={searchFor} mode={mode} onMode={setMode} />
        <span className={classes.tools}>
          <span className={classes.status}>
            {isHeld && mode === "grid" && isLiveSort(filters.sort) && (
              <span title={t("live.pausedHint")}>{t("live.paused")} ▸</span>
            )}
            {!isUnknown && <span>{t("live.rows", { n: shown.length, total: meters.length })}</span>}
          </span>
          {mode === "grid" && !isPhone && (
            <ColumnChooser choice={choice} shown={columns} isUsual={filters.cols === null} onChange={setColumns} />
          )}
          <ExportButton meters={shown} columns={columns} facts={facts} />
        </span>
      </FilterBar>
      {mode !== "grid" && <Legend filters={filters} texts={texts} onChoose={(state) => change({ state })} />}
      {isUnknown ? (
        <Skeleton lines={9} />
      ) : mode === "map" ? (
        <Suspense fallback={<Skeleton lines={9} />}>
          <SiteMap label={label} meters={shown} openId={openId} onOpen={openMeter} />
        </Suspense>
      ) : shown.length === 0 ? (
        <Empty
          title={t("live.empty")}
          hint={t("live.emptyHint")}
          action={
            <Button onClick={() => change({ q: "", enterprise: "", type: "all", state: "all" })}>
              {t("action.clear")}
            </Button>
          }
        />
      ) : mode === "tiles" ? (
        <Suspense fallback={<Skeleton lines={9} />}>
          <TileWall label={label} meters={shown} onOpen={openMeter} onAttention={setIsHeld} />
        </Suspense>
      ) : (
        <LiveGrid
          label={label}
          meters={shown}
          columns={columns}
          facts={facts}
          sort={filters.sort}
          openId={openId}
          onSort={setSort}
          onOpen={openMeter}
          onAttention={setIsHeld}
        />
      )}
      {open && <MeterDrawer meter={open} onClose={close} />}
    </>
  );
}

interface LegendProps extends Pick<Asked, "filters" | "texts"> {
  readonly onChoose: (state: GridFilters["state"]) => void;
}

/** Counts those that pass all filters but the one on states. */
function Legend({ filters, texts, onChoose }: LegendProps): ReactNode {
  const { meters } = useCatalog();
  const { q, enterprise, type, state } = filters;
  const counted = useMemo(() => {
    const passes = passerOf({ q, enterprise, type, state: "all", sort: "id", cols: null });
    return meters.filter((meter) => passes(meter, "none", texts.get(meter.id) ?? ""));
  }, [meters, texts, q, enterprise, type]);
  return <StateLegend meters={counted} chosen={state} onChoose={onChoose} />;
}
