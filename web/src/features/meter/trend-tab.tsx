import type { MeterBody, ReadingsBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { AnnotationPanel } from "../../annotations/annotation-panel.tsx";
import { useAnnotations, type Annotations } from "../../annotations/use-annotations.ts";
import { TimeChart, type ChartLimit } from "../../charts/time-chart.tsx";
import { download, toCsv } from "../../lib/csv.ts";
import { decimalsOf, decimalsOfLimit, fmt, fmtShare } from "../../lib/format.ts";
import { usePark } from "../../lib/park.ts";
import { readingsQuery, watchTargetsQuery, type Step } from "../../lib/queries.ts";
import { align, toSamples } from "../../lib/series.ts";
import { parseRange, rangePresets, readingPresets, type ParsedRange, type RangeText } from "../../lib/time-range.ts";
import { useSecond } from "../../live/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/field.tsx";
import { Empty, Failed, Panel, Skeleton } from "../../ui/panel.tsx";
import { RangeControl } from "../../ui/range-control.tsx";
import { toast } from "../../ui/toast.tsx";
import classes from "./page.module.css";
import { gaugesFirst, type PointBody } from "../../lib/point-groups.ts";

const steps: readonly Step[] = ["auto", "raw", "1m", "15m", "1h", "1d", "1mo"];
const minuteMs = 60_000;
const mostPoints = 8;

interface TrendView {
  readonly text: RangeText;
  readonly range: ParsedRange;
  readonly step: Step;
  readonly points: readonly PointBody[];
  readonly change: (change: Record<string, string | null>) => void;
}

/** What the address asks for: range, step, points. What it asks wrongly falls back to the last 24 hours. */
function useTrendView(meter: MeterBody): TrendView {
  const { t } = useTranslation();
  const { format } = usePark();
  const [search, setSearch] = useSearchParams();
  // A range that ends now moves on once a minute, not with every tick.
  const now = Math.floor(useSecond() / minuteMs) * minuteMs;
  const asked = { from: search.get("from") ?? rangePresets.h24.from, to: search.get("to") ?? rangePresets.h24.to };
  const parsed = parseRange(asked, now, format.time);
  const text = parsed ? asked : rangePresets.h24;
  const isBad = parsed === null;
  useEffect(() => {
    if (isBad) toast(t("error.badLink"), "failed");
  }, [isBad, t]);
  const fallback = { from: now - 1440 * minuteMs, to: now };
  const ordered = gaugesFirst(meter.points, null);
  const wanted = (search.get("ch") ?? "").split(",");
  const chosen = ordered.filter((point) => wanted.includes(point.quantity)).slice(0, mostPoints);
  return {
    text,
    range: parsed ?? fallback,
    step: steps.find((step) => step === search.get("agg")) ?? "auto",
    points: chosen.length > 0 ? chosen : ordered.slice(0, 1),
    change: (some) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [key, value] of Object.entries(some)) {
            if (value === null) after.delete(key);
            else after.set(key, value);
          }
          return after;
        },
        { preventScrollReset: true },
      ),
  };
}

/** History of chosen points over a chosen range. */
export function TrendTab({ meter }: { meter: MeterBody }): ReactNode {
  const { t } = useTranslation();
  const view = useTrendView(meter);
  const { range, step, points } = view;
  const query = useTrend(points, range, step);
  const series = query.data?.filter((body) => points.some((point) => point.id === body.point));
  return (
    <Panel title={t("meter.trend")} actions={series && <Export meter={meter} series={series} />}>
      <Controls meter={meter} view={view} />
      {query.error && !query.isPlaceholderData && !query.data ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : series ? (
        <Charts meter={meter} series={series} view={view} />
      ) : (
        <Skeleton lines={6} />
      )}
    </Panel>
  );
}

const sparseShare = 0.5;

/**
 * The series of the view. Where the server's own step leaves most buckets empty, because the meter sent less often
 * then, `auto` takes the 15-minute step instead: a line, not dust.
 */
function useTrend(points: readonly PointBody[], range: ParsedRange, step: Step) {
  const ids = points.map((point) => point.id);
  const own = useQuery({ ...readingsQuery({ points: ids, ...range, step }), placeholderData: (before) => before });
  const isSparse =
    step === "auto" &&
    range.to - range.from > 3 * 60 * minuteMs &&
    (own.data ?? []).some((body) => body.step === "1m" && body.coverage.missing > sparseShare);
  const coarse = useQuery({
    ...readingsQuery({ points: ids, ...range, step: "15m" }),
    enabled: isSparse,
    placeholderData: (before) => before,
  });
  return isSparse && coarse.data ? coarse : own;
}

function Controls({ meter, view }: { meter: MeterBody; view: TrendView }): ReactNode {
  const { t } = useTranslation();
  const { text, range, step, points, change } = view;
  const toggle = (point: PointBody): void => {
    const is = points.some((chosen) => chosen.id === point.id);
    const next = is ? points.filter((chosen) => chosen.id !== point.id) : [...points, point];
    if (next.length > 0) change({ ch: next.map((chosen) => chosen.quantity).join(",") });
  };
  return (
    <div className={classes.controls}>
      <RangeControl
        text={text}
        range={range}
        presets={readingPresets}
        onChange={({ from, to }) => change({ from, to })}
      />
      <Select
        label={t("meter.step")}
        value={step}
        options={steps.map((value) => ({ value, label: t(`meter.stepName.${value}`) }))}
        onChange={(agg) => change({ agg: agg === "auto" ? null : agg })}
      />
      {meter.points.length > 1 && (
        <fieldset className={classes.points}>
          <legend className="visually-hidden">{t("meter.points")}</legend>
          {gaugesFirst(meter.points, null).map((point) => {
            const isChosen = points.some((chosen) => chosen.id === point.id);
            return (
              <label key={point.id}>
                <input
                  type="checkbox"
                  checked={isChosen}
                  disabled={!isChosen && points.length >= mostPoints}
                  onChange={() => toggle(point)}
                />
                {t(`quantity.${point.quantity}`)}
              </label>
            );
          })}
        </fieldset>
      )}
    </div>
  );
}

function Charts({
  meter,
  series,
  view,
}: {
  meter: MeterBody;
  series: readonly ReadingsBody[];
  view: TrendView;
}): ReactNode {
  const { t } = useTranslation();
  const annotations = useAnnotations({ meter: meter.id }, view.range);
  const groups = useMemo(() => {
    const byUnit = new Map<string, ReadingsBody[]>();
    for (const body of series) {
      const key = `${body.unit} ${body.stat === "consumption" ? "use" : "value"}`;
      byUnit.set(key, [...(byUnit.get(key) ?? []), body]);
    }
    return [...byUnit].map(([key, bodies]) => ({ key, bodies }));
  }, [series]);
  const hasData = series.some((body) => body.rows.some((row) => row.value !== null));
  if (!hasData) return <Empty title={t("meter.noData")} hint={t("meter.noDataHint")} />;
  return (
    <div className={classes.charts}>
      {groups.map(({ key, bodies }) => (
        <Chart key={key} meter={meter} bodies={bodies} view={view} annotations={annotations} />
      ))}
      <AnnotationPanel annotations={annotations} />
    </div>
  );
}

const mostBars = 400;

/** Limits of what is watched here, on the scale of the shown values; a usual night is no limit to draw. */
function useWatchLimits(bodies: readonly ReadingsBody[]): readonly ChartLimit[] {
  const { t } = useTranslation();
  const { data: targets = [] } = useQuery(watchTargetsQuery());
  return targets.flatMap(({ kind, point, limit, unit }) => {
    const isShown = bodies.some((body) => body.point === point && body.unit === unit && body.stat !== "consumption");
    if (!isShown || kind === "nightFlow") return [];
    const value = fmt(limit, unit, { decimals: decimalsOfLimit(limit) });
    return [{ value: limit, label: kind === "demand" ? t("watch.declared", { value }) : t("watch.limit", { value }) }];
  });
}

interface ChartProps {
  readonly meter: MeterBody;
  readonly bodies: readonly ReadingsBody[];
  readonly view: TrendView;
  readonly annotations: Annotations;
}

function Chart({ meter, bodies, view, annotations }: ChartProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const aligned = useMemo(
    () => align(bodies.map((body) => toSamples(body, meter.intervalS))),
    [bodies, meter.intervalS],
  );
  const limits = useWatchLimits(bodies);
  const [first] = bodies;
  if (!first) return null;
  const names = bodies.map((body) => nameOf(body, meter, (quantity) => t(`quantity.${quantity}`)));
  const isUse = first.stat === "consumption";
  const { measured, estimated, missing } = first.coverage;
  return (
    <div>
      <TimeChart
        name={names.join(" · ")}
        unit={first.unit}
        decimals={decimalsOf(first.unit)}
        format={format}
        kind={isUse && bodies.length === 1 && aligned.at.length <= mostBars ? "bar" : "line"}
        height={300}
        at={aligned.at}
        limits={limits}
        lines={aligned.lines.map((line, index) => ({ ...line, name: names[index] ?? "" }))}
        marks={annotations.marks}
        onMark={annotations.choose}
        onZoom={
          annotations.onPick ?? ((from, to) => view.change({ from: iso(from, format.time), to: iso(to, format.time) }))
        }
      />
      <p className={classes.note}>
        {t("meter.aggregated", { step: t(`meter.stepName.${first.step}`) })} · {t(`meter.statName.${first.stat}`)} ·{" "}
        {t("meter.coverage", {
          measured: fmtShare(measured),
          estimated: fmtShare(estimated),
          missing: fmtShare(missing),
        })}{" "}
        · {t("chart.zoomHint")}
      </p>
    </div>
  );
}

const iso = (at: number, time: { toIso(at: number): string }): string => time.toIso(Math.round(at / 1000) * 1000);

const nameOf = (body: ReadingsBody, meter: MeterBody, label: (quantity: PointBody["quantity"]) => string): string => {
  const point = meter.points.find((candidate) => candidate.id === body.point);
  return point ? label(point.quantity) : body.point;
};

/** The shown series, row by row as shown. */
function Export({ meter, series }: { meter: MeterBody; series: readonly ReadingsBody[] }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const save = (): void => {
    const { at, lines } = align(series.map((body) => toSamples(body, Number.POSITIVE_INFINITY)));
    const heads = series.flatMap((body) => [
      `${nameOf(body, meter, (quantity) => t(`quantity.${quantity}`))} (${body.unit})`,
      t("chart.quality"),
    ]);
    const rows = at.map((time, n) => [
      format.full(time),
      ...lines.flatMap((line, index) => {
        const value = line.values[n];
        const quality = line.qualities[n];
        const decimals = decimalsOf(series[index]?.unit ?? "1");
        const isKnown = typeof value === "number";
        return [isKnown ? Number(value.toFixed(decimals)) : null, isKnown && quality ? t(`quality.${quality}`) : null];
      }),
    ]);
    const zone = format.offset(at[0] ?? 0);
    download(
      `${meter.id}_${format.full(at[0] ?? 0)}.csv`,
      toCsv([[`${t("chart.time")} (${zone})`, ...heads], ...rows]),
    );
  };
  return (
    <Button isSmall look="quiet" icon="download" onClick={save}>
      {t("action.csv")}
    </Button>
  );
}
