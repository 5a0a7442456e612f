import type { EpochMs, TariffPeriod } from "@smart-park/core";
import type { ConsumptionBody, LoadCurveBody } from "@smart-park/core/wire";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { AnnotationPanel } from "../annotations/annotation-panel.tsx";
import { useAnnotations } from "../annotations/use-annotations.ts";
import { TimeChart, type ChartLine } from "../charts/time-chart.tsx";
import { asks, type Ask } from "../lib/asks.ts";
import { decimalsOf, fmtScaled, fmtShare, scaleOf } from "../lib/format.ts";
import { usePark } from "../lib/park.ts";
import { summarize } from "../lib/series.ts";
import type { ParsedRange } from "../lib/time-range.ts";
import { useAddress } from "../lib/use-address.ts";
import { Segments } from "../ui/field.tsx";
import { Basis, lowCoverage } from "../ui/marks.tsx";
import { Tile, Tiles } from "../ui/tile.tsx";
import { AnswerPanel, useAnswer } from "./answer-panel.tsx";
import classes from "./figures.module.css";
import { periodBands, periodHours, stepMs } from "./tariff.ts";
import { TouKeys } from "./tou-keys.tsx";

const dayMs = 86_400_000;
type Step = LoadCurveBody["step"];

/** Quarter hours for a week, hours for two months, then days. */
const stepOf = ({ from, to }: ParsedRange): Step =>
  to - from <= 8 * dayMs ? "15m" : to - from <= 62 * dayMs ? "1h" : "1d";

export const comparisons = ["none", "prev", "yoy"] as const;
export type Comparison = (typeof comparisons)[number];

interface Power {
  readonly at: readonly EpochMs[];
  readonly kw: readonly (number | null)[];
}

const fromCurve = ({ rows }: LoadCurveBody): Power => ({
  at: rows.map((row) => Date.parse(row.at)),
  kw: rows.map((row) => row.kw),
});

/** Energy of a bucket as its mean power; a bucket of which little is known has none. */
function fromUse({ groups, from, to }: Pick<ConsumptionBody, "groups" | "from" | "to">): Power {
  const buckets = groups[0]?.buckets ?? [];
  const at = buckets.map((bucket) => Date.parse(bucket.at));
  return {
    at,
    kw: buckets.map(({ value, known }, n) => {
      // The first and the last bucket may be cut by the range.
      const start = Math.max(at[n] ?? 0, Date.parse(from));
      const hours = ((at[n + 1] ?? Date.parse(to)) - start) / 3_600_000;
      return value === null || known < lowCoverage || hours <= 0 ? null : value / (hours * known);
    }),
  };
}

interface LoadViewProps {
  /** Empty = the park as a whole. */
  readonly enterprise: string;
  readonly range: ParsedRange;
}

/** Power over time with the tariff behind it, beside the stretch before or the year before. */
export function LoadView({ enterprise, range }: LoadViewProps): ReactNode {
  const { t } = useTranslation();
  const step = stepOf(range);
  const { time } = usePark().format;
  const endOfDay = time.startOfDay(range.to - 1, 1);
  const comparison = useAddress().oneOf("cmp", comparisons, "none");
  const before = useRangeBefore(range, comparison);
  const park = (span: ParsedRange): Ask<ConsumptionBody> =>
    asks.consumption({ kind: "electricity", by: "park", step, ...span });
  const own = (span: ParsedRange): Ask<LoadCurveBody> => asks.loadCurve(enterprise, step, span);
  const parkBefore = useAnswer(park(before ?? range), enterprise === "" && before !== null);
  const ownBefore = useAnswer(own(before ?? range), enterprise !== "" && before !== null);
  // A day that runs is shown whole.
  const shown = { from: range.from, to: Math.max(range.to, Math.min(range.from + dayMs, endOfDay)) };
  const common = { enterprise, range: shown, step, shiftMs: before === null ? 0 : range.from - before.from };
  const actions = <ComparisonChoice />;
  return enterprise === "" ? (
    <AnswerPanel title={t("energy.load")} ask={park(range)} trust={trustOfPark} actions={() => actions}>
      {(body) => (
        <Load {...common} power={fromUse(body)} before={before && parkBefore.data ? fromUse(parkBefore.data) : null} />
      )}
    </AnswerPanel>
  ) : (
    <AnswerPanel title={t("energy.load")} ask={own(range)} trust={(body) => body} actions={() => actions}>
      {(body) => (
        <Load
          {...common}
          power={fromCurve(body)}
          before={before && ownBefore.data ? fromCurve(ownBefore.data) : null}
          curve={body}
        />
      )}
    </AnswerPanel>
  );
}

const trustOfPark = ({ groups }: ConsumptionBody) => {
  const coverage = groups[0]?.total.coverage;
  return coverage ? { coverage } : {};
};

export function ComparisonChoice(): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  return (
    <Segments
      label={t("figure.compare")}
      value={address.oneOf("cmp", comparisons, "none")}
      options={comparisons.map((value) => ({ value, label: t(`figure.cmp.${value}`) }))}
      onChange={(value) => address.change({ cmp: value === "none" ? null : value })}
    />
  );
}

/** Whole days back by the length of the range, or the same dates a year ago. */
function useRangeBefore(range: ParsedRange, comparison: Comparison): ParsedRange | null {
  const { time } = usePark().format;
  if (comparison === "none") return null;
  const lengthDays = Math.max(1, Math.ceil((range.to - range.from) / dayMs - 1e-6));
  const partsOf = time.partsOf(range.from);
  const from =
    comparison === "prev"
      ? range.from - lengthDays * dayMs
      : time.instantOf(partsOf.year - 1, partsOf.month, partsOf.day, partsOf.hour, partsOf.minute);
  return { from, to: from + lengthDays * dayMs };
}

interface LoadProps {
  readonly enterprise: string;
  readonly range: ParsedRange;
  readonly step: Step;
  readonly power: Power;
  readonly before: Power | null;
  readonly shiftMs: number;
  readonly curve?: LoadCurveBody;
}

function Load({ enterprise, range, step, power, before, shiftMs, curve }: LoadProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const address = useAddress();
  const annotations = useAnnotations({ enterprise: enterprise === "" ? undefined : enterprise }, range);
  const chart = useMemo(() => {
    const shifted = new Map(before?.at.map((at, n) => [at + shiftMs, before.kw[n] ?? null]));
    const at = [...new Set([...power.at, ...shifted.keys()])].sort((a, b) => a - b);
    const now = new Map(power.at.map((time, n) => [time, power.kw[n] ?? null]));
    const most = [...power.kw, ...(before?.kw ?? [])].reduce<number>((largest, kw) => Math.max(largest, kw ?? 0), 0);
    const { unit, factor } = scaleOf("kW", most);
    const scaled = (values: Map<EpochMs, number | null>): (number | null)[] =>
      at.map((time) => {
        const value = values.get(time) ?? null;
        return value === null ? null : value / factor;
      });
    return { at, unit, now: scaled(now), before: before === null ? null : scaled(shifted) };
  }, [power, before, shiftMs]);
  const lines: ChartLine[] = [
    { name: t("energy.power"), values: chart.now, colour: 1, isFilled: true },
    ...(chart.before === null
      ? []
      : [{ name: t("figure.before"), values: chart.before, colour: 7 as const, isDashed: true }]),
  ];
  const letter = (period: TariffPeriod): string => t(`tou.letter.${period}`);
  const hasTariff = curve !== undefined && step !== "1d";
  const bands = useMemo(
    () => (curve && step !== "1d" ? periodBands(curve.rows, stepMs[step], letter) : []),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- letters change with t
    [curve, step, t],
  );
  return (
    <div className={classes.stack}>
      <LoadFigures power={power} step={step} />
      <TimeChart
        name={t("energy.load")}
        unit={chart.unit}
        decimals={decimalsOf(chart.unit)}
        format={format}
        height={320}
        at={chart.at}
        lines={lines}
        bands={bands}
        span={range}
        isFromZero
        marks={annotations.marks}
        onMark={annotations.choose}
        onZoom={
          annotations.onPick ??
          ((from, to) => address.change({ from: iso(format.time, from), to: iso(format.time, to) }))
        }
      />
      {hasTariff && <TouKeys hours={periodHours(curve.rows, stepMs[step])} />}
      <p className={classes.note}>
        {t("energy.loadMethod", { step: t(`meter.stepName.${step}`) })} {t("chart.zoomHint")}
      </p>
      <AnnotationPanel annotations={annotations} />
      {curve && <Basis versions={curve.versions} />}
    </div>
  );
}

const iso = (time: { toIso(at: number): string }, at: number): string => time.toIso(Math.round(at / 60_000) * 60_000);

function LoadFigures({ power, step }: { power: Power; step: Step }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { min, max, mean } = summarize(power.kw);
  const when = (value: number | null): string => {
    const at = value === null ? undefined : power.at[power.kw.indexOf(value)];
    return at === undefined ? "" : format.full(at).slice(5, step === "1d" ? 10 : 16);
  };
  return (
    <Tiles isFlat>
      <Tile label={t("energy.peak")} figure={fmtScaled(max, "kW")} sub={when(max)} />
      <Tile label={t("energy.lowest")} figure={fmtScaled(min, "kW")} sub={when(min)} />
      <Tile label={t("energy.mean")} figure={fmtScaled(mean, "kW")} />
      <Tile
        label={t("energy.loadFactor")}
        figure={{ text: fmtShare(max && mean !== null ? mean / max : null), unit: "" }}
        sub={t("energy.loadFactorHint")}
      />
    </Tiles>
  );
}
