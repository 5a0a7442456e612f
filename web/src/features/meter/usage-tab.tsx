import type { MeterBody, ReadingsBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { AnnotationPanel } from "../../annotations/annotation-panel.tsx";
import { useAnnotations } from "../../annotations/use-annotations.ts";
import { TimeChart } from "../../charts/time-chart.tsx";
import { decimalsOf, fmt, fmtScaled, fmtShare, missing } from "../../lib/format.ts";
import { splitPoint, usePark } from "../../lib/park.ts";
import { readingsQuery, type Stat } from "../../lib/queries.ts";
import { useSecond } from "../../live/hooks.ts";
import { Segments, Select } from "../../ui/field.tsx";
import { StateMark } from "../../ui/marks.tsx";
import { Empty, Failed, Panel, Skeleton } from "../../ui/panel.tsx";
import classes from "./page.module.css";

type Period = "1d" | "1mo";
const daysShown = 34;
const monthsShown = 12;

/** Consumption per day or month of a register, and what the register showed. */
export function UsageTab({ meter }: { meter: MeterBody }): ReactNode {
  const { t } = useTranslation();
  const counters = meter.points.filter((point) => point.kind === "counter");
  const [period, setPeriod] = useState<Period>("1d");
  const [chosen, setChosen] = useState(counters[0]?.id ?? "");
  const point = counters.find((counter) => counter.id === chosen);
  if (!point) return <Empty title={t("meter.noCounter")} hint={t("meter.noCounterHint")} />;
  return (
    <div className={classes.stack}>
      <div className={classes.controls} style={{ marginBottom: 0 }}>
        <Segments
          label={t("meter.usage")}
          value={period}
          options={[
            { value: "1d", label: t("meter.daily") },
            { value: "1mo", label: t("meter.monthly") },
          ]}
          onChange={setPeriod}
        />
        {counters.length > 1 && (
          <Select
            label={t("meter.quantity")}
            value={chosen}
            options={counters.map((counter) => ({ value: counter.id, label: t(`quantity.${counter.quantity}`) }))}
            onChange={setChosen}
          />
        )}
      </div>
      <Usage point={point} period={period} />
    </div>
  );
}

function Usage({ point, period }: { point: MeterBody["points"][number]; period: Period }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const today = format.time.startOfDay(useSecond());
  const tomorrow = format.time.startOfDay(today, 1);
  const from =
    period === "1d" ? format.time.startOfDay(today, -daysShown) : format.time.startOfMonth(today, -monthsShown);
  const to = period === "1d" ? tomorrow : format.time.startOfMonth(today, 1);
  const annotations = useAnnotations({ meter: splitPoint(point.id).meterId }, { from, to });
  const ask = (stat: Stat) => readingsQuery({ points: [point.id], from, to, step: period, stat });
  const use = useQuery(ask("consumption"));
  const register = useQuery(ask("last"));
  const body = use.data?.[0];
  const title = period === "1d" ? t("meter.last35") : t("meter.last13");
  if (!body) {
    return (
      <Panel title={title}>
        {use.error ? <Failed error={use.error} onRetry={() => void use.refetch()} /> : <Skeleton />}
      </Panel>
    );
  }
  const label = (at: number): string => (period === "1d" ? format.full(at).slice(0, 10) : format.month(at));
  return (
    <>
      <Panel title={title} aside={<Total body={body} />}>
        <TimeChart
          name={`${t(`quantity.${point.quantity}`)} · ${title}`}
          unit={body.unit}
          decimals={decimalsOf(body.unit)}
          format={format}
          kind="bar"
          height={260}
          at={body.rows.map((row) => Date.parse(row.at))}
          lines={[
            {
              name: t("meter.consumption"),
              values: body.rows.map((row) => row.value),
              qualities: body.rows.map((row) => row.quality),
            },
          ]}
          timeLabel={label}
          hasTable={false}
          marks={annotations.marks}
          onMark={annotations.choose}
          {...(annotations.onPick && { onZoom: annotations.onPick })}
        />
        <AnnotationPanel annotations={annotations} />
      </Panel>
      <Panel title={t("meter.registerReading")} aside={t("meter.registerHint")} isFlush>
        <RegisterTable use={body} register={register.data?.[0]} label={label} />
      </Panel>
    </>
  );
}

function Total({ body }: { body: ReadingsBody }): ReactNode {
  const { t } = useTranslation();
  const known = body.rows.filter((row) => row.value !== null);
  const sum = known.reduce((total, row) => total + (row.value ?? 0), 0);
  const { text, unit } = fmtScaled(known.length === 0 ? null : sum, body.unit);
  const { measured, estimated, missing: lost } = body.coverage;
  return (
    <>
      <StateMark state={body.state} /> {t("meter.total")} <span className={classes.total}>{text}</span> {unit} ·{" "}
      {t("meter.coverage", { measured: fmtShare(measured), estimated: fmtShare(estimated), missing: fmtShare(lost) })}
    </>
  );
}

interface RegisterTableProps {
  readonly use: ReadingsBody;
  readonly register: ReadingsBody | undefined;
  readonly label: (at: number) => string;
}

/** The last reading within each period beside what was used in it. */
function RegisterTable({ use, register, label }: RegisterTableProps): ReactNode {
  const { t } = useTranslation();
  const registers = new Map(register?.rows.map((row) => [row.at, row.value]));
  const newestFirst = [...use.rows].reverse();
  return (
    <div className={classes.scroll} style={{ maxHeight: 420, overflowY: "auto" }} tabIndex={0}>
      <table className={classes.table} aria-label={t("meter.registerReading")}>
        <thead>
          <tr>
            <th scope="col">{t("chart.time")}</th>
            <th scope="col" className={classes.number}>
              {t("meter.consumption")} ({use.unit})
            </th>
            <th scope="col" className={classes.number} title={t("meter.registerHint")}>
              {t("meter.registerReading")} ({register?.unit ?? missing})
            </th>
            <th scope="col">{t("chart.quality")}</th>
          </tr>
        </thead>
        <tbody>
          {newestFirst.map((row) => (
            <tr key={row.at}>
              <td>{label(Date.parse(row.at))}</td>
              <td className={classes.number}>{fmt(row.value, use.unit, { decimals: 1, unit: false })}</td>
              <td className={classes.number}>
                {fmt(registers.get(row.at), register?.unit ?? "", { decimals: 1, unit: false })}
              </td>
              <td>{row.value === null ? missing : t(`quality.${row.quality}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
