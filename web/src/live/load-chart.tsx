import { convert } from "@smart-park/core";
import type { MeterBody, ReadingsBody } from "@smart-park/core/wire";
import { useQueries, type UseQueryResult } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { AnnotationPanel } from "../annotations/annotation-panel.tsx";
import { useAnnotations } from "../annotations/use-annotations.ts";
import { TimeChart } from "../charts/time-chart.tsx";
import { decimalsOf, scaleOf } from "../lib/format.ts";
import { usePark } from "../lib/park.ts";
import { readingsQuery } from "../lib/queries.ts";
import { sumSamples, toSamples, type Samples } from "../lib/series.ts";
import { Empty, Failed, Skeleton } from "../ui/panel.tsx";
import { useSecond } from "./hooks.ts";

const pointsPerRequest = 50;
const minShare = 0.8;
const minuteMs = 60_000;

/** Points whose sum is the load: active power of electricity meters that no other meter contains. */
export const loadPoints = (meters: readonly MeterBody[]): readonly string[] =>
  meters
    .filter((meter) => meter.kind === "electricity" && meter.parentId === null)
    .flatMap((meter) => meter.points.filter((point) => point.quantity === "activePower").map((point) => point.id))
    .sort();

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

interface Combined {
  readonly series: readonly ReadingsBody[] | undefined;
  readonly error: unknown;
  readonly refetch: () => void;
}

function combine(results: readonly UseQueryResult<readonly ReadingsBody[]>[]): Combined {
  const isComplete = results.every((result) => result.data !== undefined);
  return {
    series: isComplete ? results.flatMap((result) => result.data ?? []) : undefined,
    error: results.find((result) => result.error)?.error ?? null,
    refetch: () => results.forEach((result) => void result.refetch()),
  };
}

function useDay(points: readonly string[], from: number, to: number, isRunning: boolean): Combined {
  return useQueries({
    queries: chunks(points, pointsPerRequest).map((some) => ({
      ...readingsQuery({ points: some, from, to, step: "15m", stat: "mean" }),
      staleTime: isRunning ? minuteMs : 10 * minuteMs,
      ...(isRunning ? { refetchInterval: minuteMs } : {}),
    })),
    combine,
  });
}

const inKw = (series: readonly ReadingsBody[], shiftMs: number): Samples =>
  sumSamples(
    series.map((body) => {
      const { at, values, qualities } = toSamples(body, 0);
      return {
        at: at.map((time) => time + shiftMs),
        values: values.map((value) => (value === null ? null : convert(value, body.unit, "kW"))),
        qualities,
      };
    }),
    minShare,
  );

interface LoadChartProps {
  readonly meters: readonly MeterBody[];
  readonly name: string;
  /** Whose meters they are, when they are one enterprise's. */
  readonly enterprise?: string | undefined;
}

/** Sum of the main meters' 15-minute mean power, today over yesterday. */
export function LoadChart({ meters, name, enterprise }: LoadChartProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const second = useSecond();
  const quarter = Math.floor(second / (15 * minuteMs)) * 15 * minuteMs;
  const points = useMemo(() => loadPoints(meters), [meters]);
  const [yesterday, today, tomorrow] = [-1, 0, 1].map((n) => format.time.startOfDay(quarter, n)) as [
    number,
    number,
    number,
  ]; // three in, three out
  const annotations = useAnnotations({ enterprise }, { from: today, to: tomorrow });
  const past = useDay(points, yesterday, today, false);
  const running = useDay(points, today, tomorrow, true);
  const chart = useMemo(() => {
    if (!running.series || !past.series) return null;
    const is = inKw(running.series, 0);
    const was = inKw(past.series, today - yesterday);
    const at = [...new Set([...is.at, ...was.at])].sort((a, b) => a - b);
    const valueAt = (samples: Samples): ((time: number) => number | null) => {
      const known = new Map(samples.at.map((time, n) => [time, samples.values[n] ?? null]));
      return (time) => known.get(time) ?? null;
    };
    const largest = [...is.values, ...was.values].reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
    const scale = scaleOf("kW", largest);
    const scaled = (samples: Samples): (number | null)[] => {
      const of = valueAt(samples);
      return at.map((time) => {
        const value = of(time);
        return value === null ? null : value / scale.factor;
      });
    };
    return { at, unit: scale.unit, today: scaled(is), yesterday: scaled(was) };
  }, [running.series, past.series, today, yesterday]);

  if (points.length === 0) return <Empty title={t("overview.noMain")} hint={t("overview.noMainHint")} />;
  if (!chart) {
    const failed = running.error ?? past.error;
    return failed ? <Failed error={failed} onRetry={running.refetch} /> : <Skeleton lines={6} />;
  }
  return (
    <>
      <TimeChart
        name={name}
        unit={chart.unit}
        decimals={decimalsOf(chart.unit)}
        format={format}
        at={chart.at}
        isFromZero
        timeLabel={(time) => format.minute(time)}
        lines={[
          { name: t("overview.today"), values: chart.today, colour: 1, isFilled: true },
          { name: t("overview.yesterday"), values: chart.yesterday, colour: 7, isDashed: true },
        ]}
        marks={annotations.marks}
        onMark={annotations.choose}
        {...(annotations.onPick && { onZoom: annotations.onPick })}
      />
      <AnnotationPanel annotations={annotations} />
    </>
  );
}
