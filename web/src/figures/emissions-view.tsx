import type { DailyMeansBody, HourlyMeansBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { TimeChart, type ChartLimit, type ChartLine } from "../charts/time-chart.tsx";
import { asks } from "../lib/asks.ts";
import { useCatalog } from "../lib/catalog.ts";
import { download, toCsv } from "../lib/csv.ts";
import { decimalsOf, decimalsOfLimit, fmt, fmtShare, formatNumber, missing, unitLabel } from "../lib/format.ts";
import { nameIn, splitPoint, useLanguage, usePark } from "../lib/park.ts";
import type { ParsedRange } from "../lib/time-range.ts";
import { DataTable } from "../ui/data-table.tsx";
import { Segments, Select } from "../ui/field.tsx";
import { Basis, ReferenceMark } from "../ui/marks.tsx";
import { Empty, Skeleton } from "../ui/panel.tsx";
import { Tile, Tiles } from "../ui/tile.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import classes from "./figures.module.css";
import { episodesOf, type Episode } from "./episodes.ts";
import { judgedGlyph } from "./judged-glyph.ts";
import { spans } from "./outlet-opening.ts";
import { useOutlet } from "./use-outlet.ts";
import { CsvButton } from "./water-view.tsx";

export interface EmissionsViewProps {
  readonly enterprise?: string;
  readonly range: ParsedRange;
}

/** Means of an outlet against the limit in force, and how long it was exceeded. */
export function EmissionsView({ enterprise, range }: EmissionsViewProps): ReactNode {
  const { t } = useTranslation();
  const { opening, isPending } = useOutlet(enterprise);
  if (opening === null) return <Empty title={t("emissions.none")} hint={t("emissions.noneHint")} />;
  if (isPending) return <Skeleton lines={8} />;
  const { point, span } = opening;
  return span === "hour" ? <Hours point={point.id} range={range} /> : <Days point={point.id} range={range} />;
}

export function OutletChoice({ enterprise }: { enterprise?: string }): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const { enterpriseName } = useCatalog();
  const { outlets, opening, isPending, change } = useOutlet(enterprise);
  if (opening === null || isPending) return null;
  const { outlet, point, span } = opening;
  return (
    <>
      <Select
        label={t("emissions.outlet")}
        value={outlet.meter.id}
        options={outlets.map(({ meter }) => ({
          value: meter.id,
          label:
            enterprise === undefined
              ? `${enterpriseName(meter.enterpriseId)} · ${nameIn(language, meter)}`
              : nameIn(language, meter),
        }))}
        onChange={(chosen) => change({ outlet: chosen, pol: null, span: null })}
      />
      <Select
        label={t("emissions.pollutant")}
        value={point.quantity}
        options={outlet.points.map(({ quantity }) => ({ value: quantity, label: t(`quantity.${quantity}`) }))}
        onChange={(chosen) => change({ outlet: outlet.meter.id, pol: chosen })}
      />
      <Segments
        label={t("emissions.span")}
        value={span}
        options={spans.map((value) => ({ value, label: t(`emissions.spanName.${value}`) }))}
        onChange={(value) => change({ outlet: outlet.meter.id, pol: point.quantity, span: value })}
      />
    </>
  );
}

type Means = HourlyMeansBody | DailyMeansBody;
type Row = Means["rows"][number];

function useTitle(point: string): string {
  const { t } = useTranslation();
  const { meterName, pointOf } = useCatalog();
  const quantity = pointOf(point)?.quantity;
  return `${meterName(splitPoint(point).meterId)} · ${quantity ? t(`quantity.${quantity}`) : point}`;
}

function Hours({ point, range }: { point: string; range: ParsedRange }): ReactNode {
  const title = useTitle(point);
  return (
    <AnswerPanel
      title={title}
      ask={asks.hourlyMeans(point, range)}
      hasFile={false}
      trust={(body) => body}
      actions={(body) => <MeansFile body={body} />}
    >
      {(body) => <MeansOf body={body} valueOf={(row) => ("value" in row ? row.value : null)} />}
    </AnswerPanel>
  );
}

function Days({ point, range }: { point: string; range: ParsedRange }): ReactNode {
  const title = useTitle(point);
  return (
    <AnswerPanel
      title={title}
      ask={asks.dailyMeans(point, range)}
      hasFile={false}
      trust={(body) => body}
      actions={(body) => <MeansFile body={body} />}
    >
      {(body) => <MeansOf body={body} valueOf={(row) => ("mean" in row ? row.mean : null)} />}
    </AnswerPanel>
  );
}

interface MeansProps {
  readonly body: Means;
  readonly valueOf: (row: Row) => number | null;
}

const reasonLetter = { insufficient: "I", stopped: "S", noOxygen: "O", noLimit: "L", running: "…" } as const;

function MeansOf({ body, valueOf }: MeansProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const rows: readonly Row[] = body.rows;
  const at = rows.map((row) => Date.parse(row.at));
  const isDay = !("oxygenPoint" in body && "value" in (rows[0] ?? {}));
  const limit = body.versions.at(-1);
  const decimals = Math.max(limit ? (limit.decimals ?? decimalsOfLimit(limit.max)) : 0, decimalsOf(body.unit));
  const limits: ChartLimit[] = limit
    ? [
        {
          value: limit.max,
          label: t("watch.limit", { value: fmt(limit.max, body.unit, { decimals: decimalsOfLimit(limit.max) }) }),
        },
        ...(limit.min === null
          ? []
          : [
              {
                value: limit.min,
                label: t("emissions.lower", {
                  value: fmt(limit.min, body.unit, { decimals: decimalsOfLimit(limit.min) }),
                }),
              },
            ]),
      ]
    : [];
  const of = (states: readonly Row["state"][]): (number | null)[] =>
    rows.map((row) => (states.includes(row.state) ? shown(row) : null));
  const lines: ChartLine[] = [
    { name: t("emissions.state.compliant"), values: of(["compliant"]), colour: 1 },
    { name: t("emissions.state.warning"), values: of(["warning"]), colour: 2, pattern: "dots" },
    { name: t("emissions.state.exceeded"), values: of(["exceeded"]), colour: "--p1", pattern: "diagonal" },
    { name: t("emissions.state.notJudged"), values: of(["notJudged"]), colour: "--border-strong", pattern: "dense" },
  ];
  const { compliant, warning, exceeded, notJudged } = body.counts;
  const judged = compliant + warning + exceeded;
  const episodes = episodesOf(
    rows.map((row) => ({
      at: Date.parse(row.at),
      state: row.state,
      value: valueOf(row),
      exceedTimes: row.exceedTimes,
    })),
  );
  return (
    <div className={classes.stack}>
      <Tiles isFlat>
        <Tile
          label={t("emissions.compliance")}
          figure={{ text: fmtShare(judged === 0 ? null : (compliant + warning) / judged), unit: "" }}
          sub={t("emissions.judged", { n: judged, total: rows.length })}
        />
        <Tile
          label={t("emissions.exceededCount")}
          figure={{ text: String(exceeded), unit: "" }}
          sub={t(`emissions.count.${isDay ? "day" : "hour"}`)}
        />
        <Tile
          label={t("emissions.warningCount")}
          figure={{ text: String(warning), unit: "" }}
          sub={t("emissions.warningHint")}
        />
        <Tile
          label={t("emissions.notJudged")}
          figure={{ text: String(rows.length - judged), unit: "" }}
          sub={Object.entries(notJudged)
            .map(([reason, count]) => `${t(`emissions.reason.${reason as keyof typeof reasonLetter}`)} ${count}`) // keys of the wire's record
            .join(" · ")}
        />
      </Tiles>
      <TimeChart
        name={t("emissions.means")}
        unit={body.unit}
        decimals={decimals}
        format={format}
        kind="bar"
        isStacked
        height={280}
        at={at}
        limits={limits}
        lines={lines}
        timeLabel={(time) => (isDay ? format.full(time).slice(0, 10) : format.full(time).slice(0, 16))}
        hasTable={false}
      />
      {limit && (
        <p className={classes.note}>
          {t("watch.source", { source: limit.source, from: limit.effectiveFrom.slice(0, 10) })}{" "}
          <ReferenceMark label={limit.label} />
          {limit.referenceOxygen !== null && ` ${t("emissions.referenceOxygen", { percent: limit.referenceOxygen })}`}
        </p>
      )}
      {!limit && <p className={classes.warning}>▲ {t("emissions.noLimit")}</p>}
      {episodes.length > 0 && <Episodes episodes={episodes} unit={body.unit} decimals={decimals} isDay={isDay} />}
      <MeansTable rows={rows} unit={body.unit} decimals={decimals} isDay={isDay} />
      <Basis versions={body.versions} method={t(`emissions.method.${isDay ? "day" : "hour"}`)} />
    </div>
  );

  function shown(row: Row): number | null {
    return valueOf(row) ?? ("measured" in row ? row.measured : null);
  }
}

interface EpisodesProps {
  readonly episodes: readonly Episode[];
  readonly unit: string;
  readonly decimals: number;
  readonly isDay: boolean;
}

function Episodes({ episodes, unit, decimals, isDay }: EpisodesProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const cut = isDay ? 10 : 16;
  return (
    <DataTable<Episode>
      label={t("emissions.episodes")}
      rows={episodes}
      keyOf={({ from }) => String(from)}
      columns={[
        { key: "from", head: t("emissions.episodes"), cell: ({ from }) => format.full(from).slice(0, cut) },
        { key: "last", head: t("emissions.lastOne"), cell: ({ last }) => format.full(last).slice(0, cut) },
        {
          key: "count",
          head: t(`emissions.count.${isDay ? "day" : "hour"}`),
          isNumber: true,
          cell: ({ count }) => count,
        },
        {
          key: "peak",
          head: `${t("energy.peak")} (${unitLabel(unit)})`,
          isNumber: true,
          cell: ({ peak }) => formatNumber(peak, decimals),
        },
        {
          key: "times",
          head: t("emissions.exceedTimes"),
          isNumber: true,
          cell: ({ exceedTimes }) => (exceedTimes === null ? missing : formatNumber(exceedTimes, 2)),
        },
      ]}
    />
  );
}

interface MeansTableProps {
  readonly rows: readonly Row[];
  readonly unit: string;
  readonly decimals: number;
  readonly isDay: boolean;
}

function MeansTable({ rows, unit, decimals, isDay }: MeansTableProps): ReactNode {
  const { t } = useTranslation();
  const number = (value: number | null): string => (value === null ? missing : formatNumber(value, decimals));
  const label = unitLabel(unit) === "" ? "" : ` (${unitLabel(unit)})`;
  return (
    <DataTable<Row>
      label={t("emissions.means")}
      rows={[...rows].reverse()}
      keyOf={({ at }) => at}
      maxHeight={420}
      isMarked={({ state }) => state === "exceeded"}
      columns={[
        {
          key: "at",
          head: t("tou.period"),
          cell: ({ at }) => (isDay ? at.slice(0, 10) : at.slice(0, 16).replace("T", " ")),
        },
        {
          key: "value",
          head: `${t("emissions.compared")}${label}`,
          isNumber: true,
          cell: (row) => number("value" in row ? row.value : row.mean),
        },
        ...(isDay
          ? [
              {
                key: "load",
                head: `${t("emissions.load")} (kg)`,
                isNumber: true,
                cell: (row: Row) => ("loadKg" in row ? number(row.loadKg) : missing),
              },
            ]
          : [
              {
                key: "measured",
                head: `${t("emissions.measured")}${label}`,
                isNumber: true,
                cell: (row: Row) => number("measured" in row ? row.measured : null),
              },
              {
                key: "oxygen",
                head: "O₂ (%)",
                isNumber: true,
                cell: (row: Row) => ("oxygen" in row && row.oxygen !== null ? formatNumber(row.oxygen, 1) : missing),
              },
            ]),
        {
          key: "known",
          head: t(`emissions.knownOf.${isDay ? "day" : "hour"}`),
          isNumber: true,
          cell: (row) => ("validMinutes" in row ? `${row.validMinutes}/60` : `${row.knownHours}/${row.hours}`),
        },
        {
          key: "state",
          head: t("live.state"),
          cell: ({ state, reason }) => (
            <span className={state === "exceeded" ? classes.bad : state === "warning" ? classes.caution : undefined}>
              {judgedGlyph[state]}{" "}
              {reason === null
                ? t(`emissions.state.${state}`)
                : `${reasonLetter[reason]} ${t(`emissions.reason.${reason}`)}`}
            </span>
          ),
        },
        {
          key: "times",
          head: t("emissions.exceedTimes"),
          isNumber: true,
          cell: ({ exceedTimes }) => (exceedTimes === null ? missing : formatNumber(exceedTimes, 2)),
        },
      ]}
    />
  );
}

function MeansFile({ body }: { body: Means }): ReactNode {
  const { t } = useTranslation();
  const save = (): void => {
    const heads = [
      t("tou.period"),
      `${t("emissions.compared")} (${body.unit})`,
      `${t("emissions.measured")} (${body.unit})`,
      "O2 (%)",
      t("emissions.knownOf.hour"),
      t("live.state"),
      t("emissions.exceedTimes"),
    ];
    const rows = body.rows.map((row) => [
      row.at,
      "value" in row ? row.value : row.mean,
      "measured" in row ? row.measured : null,
      "oxygen" in row ? row.oxygen : null,
      "validMinutes" in row ? row.validMinutes : row.knownHours,
      row.reason === null ? t(`emissions.state.${row.state}`) : t(`emissions.reason.${row.reason}`),
      row.exceedTimes,
    ]);
    const notes = body.versions.map(({ name, source, max }) => [`${name} ${max} ${body.unit}`, source]);
    download(`${body.point}_${body.rows[0]?.at.slice(0, 10) ?? ""}.csv`, toCsv([heads, ...rows, [], ...notes]));
  };
  return <CsvButton onClick={save} />;
}
