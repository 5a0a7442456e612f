import type { MeterBody } from "@smart-park/core/wire";
import { t } from "i18next";
import { memo, type ReactNode } from "react";
import { sparkPath } from "../../charts/spark-path.ts";
import { classNames } from "../../lib/class-names.ts";
import { fmt, fmtShare, missing, unitLabel } from "../../lib/format.ts";
import { kindColours } from "../../lib/kind-colours.ts";
import { usePark } from "../../lib/park.ts";
import type { Language } from "../../lib/preferences.ts";
import look from "../reading.module.css";
import { countsUse } from "./columns.ts";
import classes from "./live-grid.module.css";
import type { RowNow } from "./live-row.ts";
import type { HourFact, TodayFact } from "./row-facts.ts";

interface TodayFigureProps {
  readonly fact: RowNow["today"];
  readonly age: RowNow["todayAge"];
  readonly meter: MeterBody;
  /** The unit stands in the cell: not all rows of the column have the same. */
  readonly hasUnit: boolean;
  /** Figures end in one line below each other, the unit hangs behind. */
  readonly isAligned?: boolean;
  /** Draws it again with words of another language. */
  readonly language: Language;
}

// They take their words from i18next itself, as values do (see reading.tsx); the row around them follows the language.

/** Below this share of its time a sum says little (as everywhere). */
const enoughShare = 0.8;

/** Today's use of a meter, with what makes it doubtful; drawn again only when it is another. */
export const TodayFigure = memo(function TodayFigure(props: TodayFigureProps): ReactNode {
  const { fact, age, meter, hasUnit, isAligned = false } = props;
  const { format } = usePark();
  if (!countsUse(meter)) return null;
  if (fact === undefined) return <span className={look.none}>…</span>;
  if (fact === null || age === "over" || fact.value === null)
    return (
      <span className={look.none} title={t("live.todayUnknown")}>
        {missing}
      </span>
    );
  const isThin = fact.known < enoughShare;
  const said = { share: fmtShare(fact.known), at: format.minute(fact.at) };
  return (
    <span
      className={classNames(
        look.value,
        isAligned && look.aligned,
        (isThin || age === "old") && look.stale,
        fact.isEstimated && look.estimated,
      )}
      title={isThin ? t("live.todayThin", said) : t("live.todayUntil", said)}
    >
      {fact.isEstimated && <span aria-label={t("state.estimated")}>≈ </span>}
      {fmt(fact.value, fact.unit, { unit: false })}
      {hasUnit && <span className={look.unit}>{unitLabel(fact.unit)}</span>}
    </span>
  );
});

/** What of today's use may be shown or ordered by now; null = not known, or of a day that has ended. */
export const usableToday = (fact: TodayFact | null | undefined, dayStart: number): TodayFact | null =>
  fact?.from === dayStart ? fact : null;

interface HourFigureProps {
  readonly meter: MeterBody;
  readonly fact: HourFact | null | undefined;
  readonly language: Language;
}

/** The last hour of the meter's main value. */
export function HourFigure({ meter, fact, language }: HourFigureProps): ReactNode {
  if (meter.points.length === 0 || fact === undefined) return null;
  return fact?.values.some((value) => value !== null) ? (
    <Sparkline
      fact={fact}
      intervalS={meter.intervalS}
      colour={kindColours[meter.kind] ?? "--series-7"}
      language={language}
    />
  ) : (
    <span className={look.none} title={t("live.hourNone")}>
      {missing}
    </span>
  );
}

const [width, height, edge] = [96, 22, 2];

interface SparklineProps {
  readonly fact: HourFact;
  readonly intervalS: number;
  readonly colour: string;
  /** Draws it again with words of another language. */
  readonly language: Language;
}

/** From zero, so that a steady value is a steady line; drawn again only when a minute is over. */
const Sparkline = memo(function Sparkline({ fact, intervalS, colour }: SparklineProps): ReactNode {
  const { values, unit } = fact;
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const [low, high] = [Math.min(0, least), Math.max(0, most)];
  const x = (index: number): number => edge + (index / (values.length - 1)) * (width - 2 * edge);
  const y = (value: number): number => height - edge - ((value - low) / (high - low || 1)) * (height - 2 * edge);
  const last = values.findLastIndex((value) => value !== null);
  const reach = Math.max(1, Math.ceil((3 * intervalS) / 60));
  const label = t("live.hourLabel", { least: fmt(least, unit, { unit: false }), most: fmt(most, unit) });
  return (
    <svg className={classes.spark} viewBox={`0 0 ${width} ${height}`} style={{ color: `var(${colour})` }} role="img">
      <title>{label}</title>
      <line x1={0} x2={width} y1={y(0)} y2={y(0)} />
      <path d={sparkPath(values, x, y, reach)} />
      <circle cx={x(last)} cy={y(values[last] ?? 0)} r={1.8} />
    </svg>
  );
});
