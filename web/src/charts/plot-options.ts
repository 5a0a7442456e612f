import uPlot from "uplot";
import type { ParkFormat } from "../lib/format.ts";
import { token } from "./theme.ts";
import { drawMarks, type ChartMark } from "./chart-marks.ts";
import { patternOf } from "./patterns.ts";
import { valueMarks } from "./value-marks.ts";
import type { ChartBand, ChartLimit, ChartLine } from "./time-chart.tsx";

export interface PlotSettings {
  readonly kind: "line" | "bar";
  readonly lines: readonly ChartLine[];
  readonly limits: readonly ChartLimit[];
  readonly bands: readonly ChartBand[];
  readonly marks: readonly ChartMark[];
  /** After each painting: where the plot stands now. */
  readonly onPaint: (plot: uPlot) => void;
  readonly isFromZero: boolean;
  readonly span: { readonly from: number; readonly to: number } | null;
  readonly format: ParkFormat;
  readonly size: { readonly width: number; readonly height: number };
  /** null = times of the calendar. */
  readonly axisLabel: ((at: number) => string) | null;
  readonly onCursor: (index: number | null) => void;
  readonly onZoom: ((from: number, to: number) => void) | null;
}

const daySeconds = 86_400;
const hourSeconds = 3600;
const dashOf = (line: ChartLine, index: number): number[] | undefined =>
  line.isDashed || index >= 3 ? [6, 4] : undefined;

/** Colour of the n-th line, from the tokens. */
export const colourToken = ({ colour }: Pick<ChartLine, "colour">, index: number): `--${string}` =>
  typeof colour === "string" ? colour : `--series-${colour ?? (index % 7) + 1}`;

/** Times under the axis: seconds to months, whatever the step between two marks asks for; midnight shows its date. */
function timeMarks(format: ParkFormat, splits: readonly number[], stepS: number): string[] {
  return splits.map((split) => {
    const at = split * 1000;
    if (stepS >= 28 * daySeconds) return format.month(at);
    if (stepS >= daySeconds || format.minute(at) === "00:00") return format.day(at);
    return stepS < 60 ? format.clock(at) : format.minute(at);
  });
}

/** Range of the value axis: all data, limits that are near, zero where a length is read from it. */
function valueRange(settings: PlotSettings): uPlot.Scale.Range {
  return (_plot, dataMin, dataMax) => {
    const known = Number.isFinite(dataMin) && Number.isFinite(dataMax);
    let [low, high] = known ? [dataMin, dataMax] : [0, 1];
    for (const { value } of settings.limits) [low, high] = [Math.min(low, value), Math.max(high, value)];
    if (settings.isFromZero || settings.kind === "bar") [low, high] = [Math.min(0, low), Math.max(0, high)];
    if (low === high) [low, high] = [low - Math.abs(low || 1) * 0.1, high + Math.abs(high || 1) * 0.1];
    const room = (high - low) * 0.08;
    return [low === 0 ? 0 : low - room, high === 0 ? 0 : high + room];
  };
}

/** The asked stretch where there is one; else the data, with half a bar of room so that the first and the last are whole. */
function timeRange({ span, kind }: PlotSettings): uPlot.Scale.Range {
  return (plot, min, max) => {
    const times = plot.data[0];
    const isZoomed = times.length > 1 && (min > (times[0] ?? 0) || max < (times.at(-1) ?? 0));
    if (span !== null && !isZoomed) return [span.from / 1000, span.to / 1000];
    // One value alone: the plot would show years around it.
    const end = times.length > 1 ? max : min;
    const half = times.length > 1 ? ((times[1] ?? 0) - (times[0] ?? 0)) / 2 : hourSeconds;
    return kind === "bar" || times.length < 2 ? [min - half, end + half] : [min, end];
  };
}

/** Values between two gaps: no line reaches them, so they get a dot. */
const lonely = (plot: uPlot, series: number): number[] => {
  const values = plot.data[series] ?? [];
  const indices: number[] = [];
  for (let n = 0; n < values.length; n++) {
    if (typeof values[n] === "number" && values[n - 1] == null && values[n + 1] == null) indices.push(n);
  }
  return indices;
};

const marks = { estimated: "--state-estimated", suspect: "--state-suspect", bad: "--p1-plain" } as const;

/** Rings around values that are not good: bad quality looks bad. */
function drawFlags(lines: readonly ChartLine[]): (plot: uPlot) => void {
  return (plot) => {
    const { ctx } = plot;
    ctx.save();
    ctx.lineWidth = 1.5 * devicePixelRatio;
    lines.forEach((line, index) => {
      const values = plot.data[index + 1] ?? [];
      line.qualities?.forEach((quality, n) => {
        const value = values[n];
        if (quality === undefined || quality === "good" || typeof value !== "number") return;
        ctx.strokeStyle = token(marks[quality]);
        ctx.beginPath();
        ctx.arc(
          plot.valToPos(plot.data[0][n] ?? 0, "x", true),
          plot.valToPos(value, "y", true),
          3 * devicePixelRatio,
          0,
          2 * Math.PI,
        );
        ctx.stroke();
      });
    });
    ctx.restore();
  };
}

function toSeries(settings: PlotSettings, line: ChartLine, index: number): uPlot.Series {
  const stroke = token(colourToken(line, index));
  const dash = dashOf(line, index);
  if (settings.kind === "bar") {
    const paths = uPlot.paths.bars?.({ size: [0.72, 48], radius: 0.08 });
    const fill = line.pattern === undefined ? stroke : patternOf(line.pattern, stroke);
    return { label: line.name, stroke, fill, width: 0, points: { show: false }, ...(paths ? { paths } : {}) };
  }
  return {
    label: line.name,
    stroke,
    width: line.isDashed ? 1.4 : 1.8,
    spanGaps: false,
    ...(dash ? { dash } : {}),
    ...(line.isFilled ? { fill: `color-mix(in srgb, ${stroke} 12%, transparent)` } : {}),
    points: { show: true, size: 4, width: 1, fill: stroke, stroke, filter: lonely },
  };
}

/** Limit lines with their names, above the data. */
function drawLimits(limits: readonly ChartLimit[]): (plot: uPlot) => void {
  return (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.font = `${12 * devicePixelRatio}px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif`;
    ctx.textAlign = "left";
    ctx.lineJoin = "round";
    ctx.strokeStyle = token("--p1-plain");
    ctx.fillStyle = token("--p1-plain");
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.setLineDash([8 * devicePixelRatio, 4 * devicePixelRatio]);
    for (const { value, label } of limits) {
      const y = plot.valToPos(value, "y", true);
      if (y < bbox.top || y > bbox.top + bbox.height) continue;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      const place = [bbox.left + 6 * devicePixelRatio, y - 6 * devicePixelRatio] as const;
      // A rim in the colour of the surface keeps the words readable across a line.
      ctx.save();
      ctx.setLineDash([]);
      ctx.strokeStyle = token("--surface");
      ctx.lineWidth = 4 * devicePixelRatio;
      ctx.strokeText(label, ...place);
      ctx.restore();
      ctx.fillText(label, ...place);
    }
    ctx.restore();
  };
}

/** Stretches of time behind everything, with a letter where there is room for it. */
function drawBands(bands: readonly ChartBand[]): (plot: uPlot) => void {
  return (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.font = `${11 * devicePixelRatio}px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif`;
    ctx.textAlign = "center";
    for (const { from, to, colour, letter } of bands) {
      const [left, right] = [plot.valToPos(from / 1000, "x", true), plot.valToPos(to / 1000, "x", true)];
      ctx.fillStyle = token(colour);
      ctx.globalAlpha = 0.13;
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
      ctx.globalAlpha = 1;
      ctx.fillRect(left, bbox.top, right - left, 2 * devicePixelRatio);
      const room = Math.min(right, bbox.left + bbox.width) - Math.max(left, bbox.left);
      if (room < ctx.measureText(letter).width + 6) continue;
      ctx.fillStyle = token("--text-2");
      ctx.fillText(letter, Math.max(left, bbox.left) + room / 2, bbox.top + 14 * devicePixelRatio);
    }
    ctx.restore();
  };
}

/** Everything uPlot needs to know, from our plain description. */
export function plotOptions(settings: PlotSettings): uPlot.Options {
  const { format, size, axisLabel, onZoom } = settings;
  const grid = { stroke: token("--grid-line"), width: 1 };
  const axis = { stroke: token("--text-2"), font: "12px system-ui, sans-serif", grid, ticks: { ...grid, size: 4 } };
  return {
    ...size,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), format.time.zone),
    legend: { show: false },
    // Above, the flags of marks; on the right, half of the last label.
    padding: [settings.marks.length > 0 ? 26 : 10, axisLabel ? 28 : 24, 0, 4],
    cursor: { y: false, drag: { x: true, y: false, setScale: onZoom === null }, points: { size: 7 } },
    scales: {
      x: { time: true, range: timeRange(settings) },
      y: { range: valueRange(settings) },
    },
    axes: [
      {
        ...axis,
        values: (_plot, splits, _axis, _space, stepS) =>
          axisLabel ? splits.map((split) => axisLabel(split * 1000)) : timeMarks(format, splits, stepS),
        space: axisLabel ? 84 : 68,
        size: 30,
      },
      { ...axis, values: (_plot, splits) => valueMarks(splits), size: axisWidth },
    ],
    series: [{}, ...settings.lines.map((line, index) => toSeries(settings, line, index))],
    hooks: {
      setCursor: [(plot) => settings.onCursor(plot.cursor.idx ?? null)],
      drawClear: [drawBands(settings.bands), drawMarks(settings.marks)],
      draw: [drawFlags(settings.lines), drawLimits(settings.limits), settings.onPaint],
      ...(onZoom
        ? {
            setSelect: [
              (plot: uPlot) => {
                const { left, width } = plot.select;
                if (width < 4) return;
                onZoom(plot.posToVal(left, "x") * 1000, plot.posToVal(left + width, "x") * 1000);
                plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              },
            ],
          }
        : {}),
    },
  };
}

/** Room for the longest value mark, so that figures are never cut. */
function axisWidth(_plot: uPlot, values: readonly string[] | null): number {
  const longest = (values ?? []).reduce((most, value) => Math.max(most, value.length), 0);
  return Math.max(36, 16 + longest * 7);
}
