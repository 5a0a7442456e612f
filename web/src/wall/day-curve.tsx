import { useId, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { decimalsOf, fmt, formatNumber, scaleOf, unitLabel, type ParkFormat } from "../lib/format.ts";
import { summarize } from "../lib/series.ts";
import { useBoxSize } from "../lib/use-box-size.ts";
import { roundTicks, runsOf, type Sample } from "./axis.ts";
import classes from "./day-curve.module.css";

export interface CurveLine {
  readonly name: string;
  /** Within the day that is shown, oldest first. */
  readonly samples: readonly Sample[];
  readonly colour: `--${string}`;
  readonly isDashed?: boolean;
  readonly isFilled?: boolean;
  /** Where the line is now, live; drawn as a dot. */
  readonly now?: Sample | undefined;
}

interface DayCurveProps {
  readonly name: string;
  /** Start of the park's day, epoch ms. */
  readonly day: number;
  readonly unit: string;
  readonly lines: readonly CurveLine[];
  readonly format: ParkFormat;
}

const [left, right, top, bottom] = [104, 44, 14, 44] as const;
const dayMs = 86_400_000;
/** A time of day takes so much room below the curve, px. */
const markPx = 84;

/** A day from midnight to midnight, in vectors: as sharp on 4K as on a laptop. Gaps stay gaps. */
export function DayCurve({ name, day, unit, lines, format }: DayCurveProps): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  // In the pixels of the design, whatever they are scaled to.
  const { width, height } = useBoxSize(ref) ?? { width: 0, height: 0 };
  const { t } = useTranslation();
  const fade = useId();
  const values = lines.flatMap(({ samples, now }) => [...samples, ...(now ? [now] : [])].flatMap((s) => s.value ?? []));
  const scale = scaleOf(unit, Math.max(0, ...values.map(Math.abs)));
  const ticks = roundTicks(Math.min(0, ...values), Math.max(0, ...values), 5).map((tick) => tick / scale.factor);
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const x = (at: number): number => left + ((at - day) / dayMs) * (width - left - right);
  const y = (value: number): number => top + (1 - (value - low) / (high - low)) * (height - top - bottom);
  const path = (run: readonly { at: number; value: number }[]): string =>
    run
      .map(({ at, value }, n) => `${n === 0 ? "M" : "L"}${x(at).toFixed(1)},${y(value / scale.factor).toFixed(1)}`)
      .join("");
  const marks = width - left - right >= 6 * markPx ? 6 : width - left - right >= 4 * markPx ? 4 : 2;
  const decimals = Math.max(0, ...ticks.map((tick) => (String(tick).split(".")[1] ?? "").length));
  const summary = lines.map((line) => {
    const { min, max, mean, last, gaps } = summarize(line.samples.map(({ value }) => value));
    const text = (value: number | null): string => fmt(value, unit, { decimals: decimalsOf(unit) });
    return t("chart.summary", {
      name: line.name,
      min: text(min),
      max: text(max),
      mean: text(mean),
      last: text(last),
      gaps,
    });
  });
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.keys}>
        {lines.map(({ name: line, colour, isDashed }) => (
          <span key={line}>
            <i data-dashed={isDashed === true} style={{ borderColor: `var(${colour})` }} aria-hidden="true" />
            {line}
          </span>
        ))}
        <span className={classes.unit}>{unitLabel(scale.unit)}</span>
      </figcaption>
      <div ref={ref} className={classes.plot}>
        <svg width={width} height={height} role="img" aria-label={`${name}. ${summary.join("; ")}`}>
          {ticks.map((tick) => (
            <g key={tick}>
              <line className={classes.grid} x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} />
              <text className={classes.mark} x={left - 16} y={y(tick) + 9} textAnchor="end">
                {formatNumber(tick, decimals)}
              </text>
            </g>
          ))}
          {Array.from({ length: marks + 1 }, (_, n) => day + (n * dayMs) / marks).map((at, n) => (
            <text key={at} className={classes.mark} x={x(at)} y={height - 8} textAnchor="middle">
              {n === marks ? "24:00" : format.minute(at)}
            </text>
          ))}
          {lines.map(({ name: line, samples, colour, isDashed, isFilled, now }, index) => (
            <g key={line} style={{ color: `var(${colour})` }}>
              {isFilled === true && (
                <linearGradient id={`${fade}${index}`} x1="0" y1="0" x2="0" y2="1">
                  <stop offset="0" stopColor="currentColor" stopOpacity="0.4" />
                  <stop offset="1" stopColor="currentColor" stopOpacity="0.02" />
                </linearGradient>
              )}
              {runsOf(samples).map((run) => (
                <g key={run[0]?.at}>
                  {isFilled === true && run.length > 1 && (
                    <path
                      d={`${path(run)}L${x(run.at(-1)?.at ?? day)},${y(0)}L${x(run[0]?.at ?? day)},${y(0)}Z`}
                      fill={`url(#${fade}${index})`}
                    />
                  )}
                  {run.length === 1 ? (
                    <circle
                      cx={x(run[0]?.at ?? day)}
                      cy={y((run[0]?.value ?? 0) / scale.factor)}
                      r={4}
                      fill="currentColor"
                    />
                  ) : (
                    <path className={classes.line} data-dashed={isDashed === true} d={path(run)} />
                  )}
                </g>
              ))}
              {now?.value != null && (
                <circle
                  className={classes.now}
                  cx={x(now.at)}
                  cy={y(now.value / scale.factor)}
                  r={9}
                  fill="currentColor"
                />
              )}
            </g>
          ))}
        </svg>
      </div>
    </figure>
  );
}
