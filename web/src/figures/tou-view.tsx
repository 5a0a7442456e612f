import { tariffPeriods } from "@smart-park/core";
import type { LoadCurveBody } from "@smart-park/core/wire";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { TimeChart, type ChartLine } from "../charts/time-chart.tsx";
import { asks } from "../lib/asks.ts";
import { decimalsOf, fmt, fmtShare, scaleOf } from "../lib/format.ts";
import { usePark } from "../lib/park.ts";
import type { ParsedRange } from "../lib/time-range.ts";
import { DataTable } from "../ui/data-table.tsx";
import { Basis } from "../ui/marks.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import classes from "./figures.module.css";
import { periodColours, periodHours, periodPatterns, stepMs, sumByPeriod, type PeriodSum } from "./tariff.ts";
import { TouKeys } from "./tou-keys.tsx";

interface TouViewProps {
  readonly enterprise: string;
  readonly range: ParsedRange;
}

/** Longer ranges would be more rows than a browser likes to add up. */
const mostMs = 62 * 86_400_000;

/** Energy and its cost by tariff period, day by day. */
export function TouView({ enterprise, range }: TouViewProps): ReactNode {
  const { t } = useTranslation();
  const step = range.to - range.from > mostMs ? "1h" : "15m";
  return (
    <AnswerPanel title={t("energy.tou")} ask={asks.loadCurve(enterprise, step, range)} trust={(body) => body}>
      {(body) => <Tou body={body} />}
    </AnswerPanel>
  );
}

function Tou({ body }: { body: LoadCurveBody }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const nameOf = (period: PeriodSum["period"]): string =>
    period === null ? t("tou.unknown") : t(`tou.name.${period}`);
  const chart = useMemo(() => byDay(body), [body]);
  const sums = sumByPeriod(body.rows);
  const total = sums.reduce((sum, { kwh }) => sum + (kwh ?? 0), 0);
  const yuan =
    sums.length === 0 || sums.some((sum) => sum.yuan === null)
      ? null
      : sums.reduce((sum, one) => sum + (one.yuan ?? 0), 0);
  const lines: ChartLine[] = [...tariffPeriods, null].flatMap((period) => {
    const values = chart.values.get(period);
    if (values === undefined) return [];
    const colour = period === null ? ("--border-strong" as const) : periodColours[period];
    const pattern = period === null ? undefined : periodPatterns[period];
    return [
      {
        name: nameOf(period),
        values: values.map((v) => (v === null ? null : v / chart.factor)),
        colour,
        ...(pattern ? { pattern } : {}),
      },
    ];
  });
  return (
    <div className={classes.stack}>
      <TimeChart
        name={t("energy.tou")}
        unit={chart.unit}
        decimals={decimalsOf(chart.unit)}
        format={format}
        kind="bar"
        isStacked
        height={280}
        at={chart.at}
        lines={lines.reverse()}
        timeLabel={(at) => format.full(at).slice(0, 10)}
      />
      <TouKeys hours={periodHours(body.rows, stepMs[body.step])} />
      <DataTable
        label={t("energy.touTable")}
        rows={sums}
        keyOf={({ period }) => period ?? "none"}
        columns={[
          { key: "period", head: t("tou.period"), cell: ({ period }) => nameOf(period) },
          { key: "kwh", head: "kWh", isNumber: true, cell: ({ kwh }) => fmt(kwh, "kWh", { unit: false }) },
          {
            key: "share",
            head: t("figure.share"),
            isNumber: true,
            cell: ({ kwh }) => fmtShare(kwh === null || total === 0 ? null : kwh / total),
          },
          { key: "yuan", head: t("energy.cost"), isNumber: true, cell: (sum) => fmt(sum.yuan, "元", { unit: false }) },
          {
            key: "price",
            head: "¥/kWh",
            isNumber: true,
            cell: (sum) => fmt(sum.yuan === null || !sum.kwh ? null : sum.yuan / sum.kwh, "元/kWh", { unit: false }),
          },
        ]}
        foot={{
          period: t("meter.total"),
          kwh: fmt(total, "kWh", { unit: false }),
          yuan: fmt(yuan, "元", { unit: false }),
          price: fmt(yuan === null || total === 0 ? null : yuan / total, "元/kWh", { unit: false }),
        }}
      />
      <Basis versions={body.versions} method={t("energy.touMethod")} />
    </div>
  );
}

function byDay({ rows }: LoadCurveBody) {
  const days = [...new Set(rows.map(({ at }) => at.slice(0, 10)))];
  const offset = rows[0]?.at.slice(19) ?? "Z";
  const grouped = new Map(days.map((day) => [day, sumByPeriod(rows.filter(({ at }) => at.startsWith(day)))]));
  const values = new Map(
    [...tariffPeriods, null].flatMap((period) => {
      const ofDays = days.map((day) => grouped.get(day)?.find((sum) => sum.period === period)?.kwh ?? null);
      return ofDays.every((value) => value === null) ? [] : [[period, ofDays] as const];
    }),
  );
  const most = Math.max(0, ...days.map((day) => grouped.get(day)?.reduce((sum, { kwh }) => sum + (kwh ?? 0), 0) ?? 0));
  return { at: days.map((day) => Date.parse(`${day}T00:00:00${offset}`)), values, ...scaleOf("kWh", most) };
}
