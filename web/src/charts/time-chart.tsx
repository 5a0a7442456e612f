import type { EpochMs, Quality } from "@smart-park/core";
import {
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
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { classNames } from "../lib/class-names.ts";
import { fmt, unitLabel, type ParkFormat } from "../lib/format.ts";
import { summarize } from "../lib/series.ts";
import { Button } from "../ui/button.tsx";
import { flagsOf, type ChartMark, type MarkFlag } from "./chart-marks.ts";
import { ChartTable } from "./chart-table.tsx";
import { MarkFlags } from "./mark-flags.tsx";
import { type Pattern } from "./patterns.ts";
import { colourToken, plotOptions } from "./plot-options.ts";
import { useTheme } from "./theme.ts";
import classes from "./time-chart.module.css";

/** null = a gap; undefined = nothing of this line at this time. */
export interface ChartLine {
  readonly name: string;
  readonly values: readonly (number | null | undefined)[];
  readonly qualities?: readonly (Quality | undefined)[];
  /** 1…7, or a token; by position when left out. */
  readonly colour?: 1 | 2 | 3 | 4 | 5 | 6 | 7 | `--${string}`;
  /** On bars: tells them apart where colours are not seen. */
  readonly pattern?: Pattern;
  readonly isDashed?: boolean;
  readonly isFilled?: boolean;
}

export interface ChartLimit {
  readonly value: number;
  /** Its name and its value with unit: stands at the line, above the table and in what is read out. */
  readonly label: string;
}

/** A stretch of time behind the lines, as a tariff period. */
export interface ChartBand {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly colour: `--${string}`;
  /** One or two characters at its top, where there is room. */
  readonly letter: string;
}

export interface TimeChartProps {
  /** What is shown; the first words of the summary that screen readers get. */
  readonly name: string;
  readonly unit: string;
  readonly decimals: number;
  readonly format: ParkFormat;
  readonly at: readonly EpochMs[];
  readonly lines: readonly ChartLine[];
  readonly limits?: readonly ChartLimit[];
  readonly bands?: readonly ChartBand[];
  /** By begin. */
  readonly marks?: readonly ChartMark[];
  readonly onMark?: (id: string) => void;
  readonly kind?: "line" | "bar";
  /** Bars stand on each other: lines are parts of a sum. */
  readonly isStacked?: boolean;
  readonly height?: number;
  readonly isFromZero?: boolean;
  /** What was asked for: shown whole, also where there is no data yet. */
  readonly span?: { readonly from: EpochMs; readonly to: EpochMs };
  /** How a time reads in legend and table; full date and time when left out. */
  readonly timeLabel?: (at: EpochMs) => string;
  /** What stands below the axis, where it is no time of the calendar. */
  readonly axisLabel?: (at: EpochMs) => string;
  readonly onZoom?: (from: EpochMs, to: EpochMs) => void;
  readonly hasTable?: boolean;
}

const noLimits: readonly ChartLimit[] = [];
const noBands: readonly ChartBand[] = [];
const noMarks: readonly ChartMark[] = [];

/** Running sums, the whole sum first: bars are painted over each other, the shortest last. */
function stack(lines: readonly ChartLine[]): readonly ChartLine[] {
  const sums: (number | null)[] = [];
  const risen = lines.map((line) => {
    line.values.forEach((value, n) => {
      const below = sums[n] ?? null;
      sums[n] = typeof value === "number" ? (below ?? 0) + value : below;
    });
    return { ...line, values: sums.slice() };
  });
  return risen.reverse();
}

/** Lines or bars over park time. Gaps stay gaps; the same data is one click away as a table. */
export function TimeChart(props: TimeChartProps): ReactNode {
  const { name, unit, decimals, lines, limits = noLimits, at, kind = "line", height = 260, hasTable = true } = props;
  const { t } = useTranslation();
  const [isTable, setIsTable] = useState(false);
  const [cursor, setCursor] = useState<number | null>(null);
  const isEmpty = !lines.some((line) => line.values.some((value) => typeof value === "number"));
  const summary = [...lines.map((line) => sentence(line)), ...limits.map(({ label }) => label)].join("; ");
  function sentence(line: ChartLine): string {
    const { min, max, mean, last, gaps } = summarize(line.values);
    const text = (value: number | null): string => fmt(value, unit, { decimals });
    return t("chart.summary", {
      name: line.name,
      min: text(min),
      max: text(max),
      mean: text(mean),
      last: text(last),
      gaps,
    });
  }
  return (
    <figure className={classes.chart} aria-label={name}>
      <figcaption className="visually-hidden">{`${name}. ${summary}`}</figcaption>
      <Legend {...props} cursor={cursor}>
        {hasTable && (
          <Button
            look="quiet"
            isSmall
            icon={isTable ? "chart" : "table"}
            aria-pressed={isTable}
            onClick={() => setIsTable(!isTable)}
          >
            {isTable ? t("action.chart") : t("action.table")}
          </Button>
        )}
      </Legend>
      {isEmpty ? (
        <div className={classes.empty} style={{ height }}>
          {t("chart.empty")}
        </div>
      ) : isTable ? (
        <ChartTable {...props} height={height} />
      ) : (
        <Plot {...props} kind={kind} height={height} at={at} onCursor={setCursor} />
      )}
    </figure>
  );
}

function Legend({
  unit,
  decimals,
  at,
  lines,
  kind = "line",
  format,
  timeLabel,
  cursor,
  children,
}: TimeChartProps & { cursor: number | null; children: ReactNode }): ReactNode {
  const time = cursor === null ? undefined : at[cursor];
  return (
    <div className={classes.legend} aria-hidden={false}>
      {lines.map((line, index) => {
        const value = cursor === null ? undefined : valueNear(line.values, cursor);
        const colour: CSSProperties & { "--key": string } = { "--key": `var(${colourToken(line, index)})` };
        return (
          <span key={line.name} className={classes.key} style={colour}>
            <i className={classNames(kind === "bar" && classes.bar, (line.isDashed || index >= 3) && classes.dashed)} />
            {line.name}
            {time !== undefined && <b>{fmt(value ?? null, unit, { decimals, unit: false })}</b>}
          </span>
        );
      })}
      <span>{unitLabel(unit)}</span>
      {time !== undefined && <span className={classes.time}>{(timeLabel ?? ((when) => format.full(when)))(time)}</span>}
      <span className={classes.tools}>{children}</span>
    </div>
  );
}

/** The value at the cursor, or the last one before it where lines are sampled at different times. */
function valueNear(values: ChartLine["values"], index: number): number | null {
  for (let n = index; n >= Math.max(0, index - 20); n--) {
    const value = values[n];
    if (value !== undefined) return value;
  }
  return null;
}

interface PlotProps extends TimeChartProps {
  readonly kind: "line" | "bar";
  readonly height: number;
  readonly onCursor: (index: number | null) => void;
}

const phoneHeight = 200;

function Plot(props: PlotProps): ReactNode {
  const { at, limits = noLimits, bands = noBands, kind, height, isFromZero = false, format, onCursor, onZoom } = props;
  const { lines: parts, isStacked = false, span = null, axisLabel, marks = noMarks } = props;
  const [flags, setFlags] = useState<readonly MarkFlag[]>([]);
  const lines = useMemo(() => {
    const coloured = parts.map((line, index) => ({ ...line, colour: colourToken(line, index) }));
    return isStacked ? stack(coloured) : coloured;
  }, [parts, isStacked]);
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const zoom = useRef(onZoom);
  const axis = useRef(axisLabel);
  const theme = useTheme();
  const [canZoom, hasAxisLabel] = [onZoom !== undefined, axisLabel !== undefined];
  const data = useMemo((): uPlot.AlignedData => {
    return [at.map((time) => time / 1000), ...lines.map((line) => line.values.slice())];
  }, [at, lines]);
  const latest = useRef({ data, lines });
  useLayoutEffect(() => {
    zoom.current = onZoom;
    axis.current = axisLabel;
    latest.current = { data, lines };
  });
  // The plot is made anew only when its make-up changes; new values are handed to the one that stands.
  const makeUp = JSON.stringify([
    lines.map((l, n) => [l.name, colourToken(l, n), l.isDashed, l.isFilled]),
    limits,
    bands,
    marks,
  ]);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const size = {
      width: element.clientWidth,
      height: element.clientWidth < 480 ? Math.min(height, phoneHeight) : height,
    };
    const onPaint = (plot: uPlot): void => {
      const next = flagsOf(plot, marks);
      setFlags((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    const painted = { kind, lines: latest.current.lines, limits, bands, marks, span };
    const settings = { ...painted, isFromZero, format, size, onCursor, onPaint };
    const handLabel = hasAxisLabel ? (at: number) => axis.current?.(at) ?? "" : null;
    const handZoom = canZoom ? (from: number, to: number) => zoom.current?.(from, to) : null;
    const made = new uPlot(
      plotOptions({ ...settings, onZoom: handZoom, axisLabel: handLabel }),
      latest.current.data,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: size.height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- makeUp stands for lines, limits, bands, marks and span
  }, [makeUp, theme, kind, height, isFromZero, format, canZoom, hasAxisLabel, onCursor]);

  useEffect(() => plot.current?.setData(data), [data]);

  const step = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const made = plot.current;
    if (by === 0 || !made) return;
    event.preventDefault();
    const index = Math.min(at.length - 1, Math.max(0, (made.cursor.idx ?? at.length - 1) + by));
    made.setCursor({ left: made.valToPos((at[index] ?? 0) / 1000, "x"), top: 0 });
  };
  return (
    <div className={classes.frame}>
      <div ref={host} className={classes.plot} tabIndex={0} role="img" aria-label={props.name} onKeyDown={step} />
      <MarkFlags flags={flags} {...(props.onMark && { onOpen: props.onMark })} />
    </div>
  );
}
