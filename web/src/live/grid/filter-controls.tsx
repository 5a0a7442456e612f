import { meterKinds } from "@smart-park/core";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { dataStates } from "../../lib/data-state.ts";
import { nameIn, useLanguage } from "../../lib/park.ts";
import { Button } from "../../ui/button.tsx";
import { SearchField, Segments, Select } from "../../ui/field.tsx";
import { isFiltered, isLiveSort, type GridFilters, type StateFilter } from "./filters.ts";

export const modes = ["grid", "tiles", "map"] as const;
export type Mode = (typeof modes)[number];

interface FilterControlsProps {
  readonly filters: GridFilters;
  readonly onChange: (change: Partial<GridFilters>) => void;
  readonly onSearch: (q: string, isBehind: boolean) => void;
  readonly mode: Mode;
  readonly onMode: (mode: Mode) => void;
}

/** What meters are chosen by. A hundred enterprises stand in it: it renders again only when a filter changes. */
export const FilterControls = memo(function FilterControls(props: FilterControlsProps): ReactNode {
  const { filters, onChange, onSearch, mode, onMode } = props;
  const { t } = useTranslation();
  const language = useLanguage();
  const { meters, enterprises } = useCatalog();
  const kinds = meterKinds.filter((kind) => meters.some((meter) => meter.kind === kind));
  const states: readonly StateFilter[] = ["all", "missing", ...dataStates];
  const stateLabel = (state: StateFilter): string =>
    state === "all" ? t("live.all") : state === "missing" ? t("live.missing") : t(`state.${state}`);
  return (
    <>
      <Segments
        label={t("live.mode")}
        value={mode}
        options={modes.map((value) => ({ value, label: t(`live.modes.${value}`) }))}
        onChange={onMode}
      />
      <SearchField label={t("live.search")} value={filters.q} onSearch={onSearch} />
      {enterprises.length > 1 && (
        <Select
          label={t("live.enterprise")}
          value={filters.enterprise}
          options={[
            { value: "", label: t("live.all") },
            ...enterprises.map((enterprise) => ({ value: enterprise.id, label: nameIn(language, enterprise) })),
          ]}
          onChange={(enterprise) => onChange({ enterprise })}
        />
      )}
      <Select
        label={t("live.type")}
        value={filters.type}
        options={(["all", ...kinds] as const).map((kind) => ({
          value: kind,
          label: kind === "all" ? t("live.all") : t(`kind.${kind}`),
        }))}
        // Another type has other columns.
        onChange={(type) => onChange({ type, cols: null, ...(isLiveSort(filters.sort) ? { sort: "id" } : {}) })}
      />
      <Select
        label={t("live.stateFilter")}
        value={filters.state}
        options={states.map((state) => ({ value: state, label: stateLabel(state) }))}
        onChange={(state) => onChange({ state })}
      />
      {isFiltered(filters) && (
        <Button look="quiet" isSmall onClick={() => onChange({ q: "", enterprise: "", type: "all", state: "all" })}>
          {t("action.clear")}
        </Button>
      )}
    </>
  );
});
