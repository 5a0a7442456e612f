import type { MeterBody } from "@smart-park/core/wire";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { download, toCsv } from "../../lib/csv.ts";
import { dataStateOf, type DataState } from "../../lib/data-state.ts";
import { decimalsOf, unitLabel } from "../../lib/format.ts";
import { usePark } from "../../lib/park.ts";
import { Button } from "../../ui/button.tsx";
import { useErrorText } from "../../ui/panel.tsx";
import { toast } from "../../ui/toast.tsx";
import { useLive } from "../live-context.ts";
import { pointIdsOf } from "../meter-states.ts";
import { useColumnTitle } from "./column-chooser.tsx";
import { countsUse, type GridColumn } from "./columns.ts";
import { usableToday } from "./fact-figures.tsx";
import type { RowFacts } from "./row-facts.ts";

type Cell = string | number | null;

interface ExportButtonProps {
  readonly meters: readonly MeterBody[];
  readonly columns: readonly GridColumn[];
  readonly facts: RowFacts;
}

const rounded = (value: number, unit: string): number => Number(value.toFixed(decimalsOf(unit, value)));

/** The rows as shown, in their order and with the digits of the screen; units in the heads and times in park time. */
export function ExportButton({ meters, columns, facts }: ExportButtonProps): ReactNode {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [isBusy, setIsBusy] = useState(false);
  const toTable = useTable(columns, facts);
  const { clock } = useLive();
  const { format } = usePark();
  const save = async (): Promise<void> => {
    setIsBusy(true);
    try {
      // Rows out of sight were not asked for yet.
      if (columns.some(({ shape }) => shape === "today"))
        await facts.today.load(
          meters.filter(countsUse).map(({ id }) => id),
          AbortSignal.timeout(longestMs),
        );
      download(`${t("live.title")}_${format.full(clock.now())}.csv`, toCsv(toTable(meters)));
    } catch (error) {
      toast(t("live.exportFailed", { detail: errorText(error) }), "failed");
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Button isSmall look="quiet" icon="download" disabled={isBusy} onClick={() => void save()}>
      {isBusy ? t("live.exporting") : t("action.csv")}
    </Button>
  );
}

const longestMs = 120_000;

/** What the cells show, as a table with its head. */
function useTable(columns: readonly GridColumn[], facts: RowFacts): (meters: readonly MeterBody[]) => Cell[][] {
  const { t } = useTranslation();
  const { store, clock } = useLive();
  const { format } = usePark();
  const catalog = useCatalog();
  const titleOf = useColumnTitle();
  const shown = columns.filter(({ shape }) => shape !== "hour"); // a drawing is no cell of a table

  const headsOf = (column: GridColumn): string[] => {
    const title = titleOf(column);
    const unit = unitLabel(column.unit ?? "");
    const heads = column.unit === null ? [title, t("meter.unit")] : [unit === "" ? title : `${title} (${unit})`];
    return column.shape === "today" ? [...heads, t("live.todayKnown")] : heads;
  };
  const withUnit = (column: GridColumn, value: number | null, unit: string): Cell[] =>
    column.unit === null ? [value, value === null ? null : unitLabel(unit)] : [value];
  const cellsOf = (meter: MeterBody, column: GridColumn, now: number): Cell[] => {
    if (column.shape === "hour") return [];
    if (column.shape === "today") {
      const fact = usableToday(facts.today.read(meter.id), format.time.startOfDay(now));
      const value = fact?.value ?? null;
      const share = fact && Math.round(fact.known * 1000) / 10;
      return [...withUnit(column, value === null ? null : rounded(value, fact?.unit ?? ""), fact?.unit ?? ""), share];
    }
    const point = column.pointOf(meter);
    const reading = point ? store.read(point.id) : null;
    if (!point || !reading || dataStateOf(reading, meter.intervalS, now) === "offline")
      return withUnit(column, null, "");
    return withUnit(column, rounded(reading.value, point.unit), point.unit);
  };
  return (meters) => {
    const now = clock.now();
    const head = [
      ...[t("live.meter"), t("live.name"), t("live.enterprise")],
      ...shown.flatMap(headsOf),
      ...[t("live.state"), t("meter.at")],
    ];
    const rows = meters.map((meter): Cell[] => {
      const newest = store.newest(pointIdsOf(meter));
      const state: DataState = dataStateOf(newest, meter.intervalS, now);
      return [
        ...[meter.id, catalog.meterName(meter.id), catalog.enterpriseName(meter.enterpriseId)],
        ...shown.flatMap((column) => cellsOf(meter, column, now)),
        t(`state.${state}`),
        newest === null ? null : format.full(newest.at),
      ];
    });
    return [head, ...rows];
  };
}
