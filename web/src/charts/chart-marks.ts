import type { EpochMs } from "@smart-park/core";
import type uPlot from "uplot";
import { token } from "./theme.ts";

/** A numbered remark about a stretch of time; `from` = `to` is a moment. */
export interface ChartMark {
  readonly id: string;
  /** What tells it from the others, on the chart and in the list beneath it. */
  readonly number: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly text: string;
}

/** One or several marks whose flags stand too close to be told apart; `left` in CSS pixels of the plotting area. */
export interface MarkFlag {
  readonly left: number;
  readonly marks: readonly ChartMark[];
}

/** Room that a flag takes, pixels. */
const flagWidth = 30;

/** Flags from left to right; those that would cover each other become one. `marks` by begin. */
export function toFlags(marks: readonly ChartMark[], leftOf: (mark: ChartMark) => number): MarkFlag[] {
  const flags: MarkFlag[] = [];
  for (const mark of marks) {
    const left = leftOf(mark);
    const last = flags.at(-1);
    if (last !== undefined && left - last.left < flagWidth)
      flags[flags.length - 1] = { left: last.left, marks: [...last.marks, mark] };
    else flags.push({ left, marks: [mark] });
  }
  return flags;
}

/** Marks that touch the bucket that begins at one time and ends at the next. */
export const marksIn = (marks: readonly ChartMark[], from: EpochMs, to: EpochMs): readonly ChartMark[] =>
  marks.filter((mark) => mark.from < to && (mark.to > from || mark.from >= from));

/** Spans as a shaded stretch between dashed edges, moments as a dashed line: told apart without colour. */
export function drawMarks(marks: readonly ChartMark[]): (plot: uPlot) => void {
  return (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.strokeStyle = token("--text-2");
    ctx.fillStyle = token("--text-2");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    for (const { from, to } of marks) {
      const [left, right] = [plot.valToPos(from / 1000, "x", true), plot.valToPos(to / 1000, "x", true)];
      ctx.globalAlpha = 0.1;
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
      ctx.globalAlpha = 1;
      for (const x of from === to ? [left] : [left, right]) {
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
      }
    }
    ctx.restore();
  };
}

/** Flags of the marks in view, as the plot stands now; a span that began before stands at the left edge. */
export function flagsOf(plot: uPlot, marks: readonly ChartMark[]): MarkFlag[] {
  const { min = 0, max = 0 } = plot.scales["x"] ?? {};
  const [from, to] = [(min ?? 0) * 1000, (max ?? 0) * 1000];
  const inView = marks.filter((mark) => mark.from <= to && mark.to >= from);
  return toFlags(
    inView,
    (mark) => plot.over.offsetLeft + Math.round(plot.valToPos(Math.max(mark.from, from) / 1000, "x")),
  );
}
