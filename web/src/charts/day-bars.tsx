import type { ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import classes from "./day-bars.module.css";

export interface DayBar {
  /** YYYY-MM-DD. */
  readonly day: string;
  /** What is drawn solid, and what is drawn striped above it. */
  readonly solid: number;
  readonly striped: number;
}

interface DayBarsProps {
  /** One sentence that says what is drawn: numbers stand beside it in words. */
  readonly label: string;
  readonly days: readonly DayBar[];
  /** What a bar says when it is pointed at. */
  readonly titleOf: (day: DayBar) => string;
}

/** Counts by day as small bars. */
export function DayBars({ label, days, titleOf }: DayBarsProps): ReactNode {
  const most = Math.max(1, ...days.map(({ solid, striped }) => solid + striped));
  const height = (count: number): string => `${(count / most) * 100}%`;
  const first = days[0]?.day;
  const last = days.at(-1)?.day;
  return (
    <figure className={classes.chart}>
      <div className={classes.plot} role="img" aria-label={label}>
        <span className={classes.most} aria-hidden="true">
          {most}
        </span>
        {days.map((day) => (
          <span
            key={day.day}
            className={classNames(classes.day, isSunday(day.day) && classes.week)}
            title={titleOf(day)}
          >
            {day.striped > 0 && <i className={classes.striped} style={{ height: height(day.striped) }} />}
            {day.solid > 0 && <i className={classes.solid} style={{ height: height(day.solid) }} />}
          </span>
        ))}
      </div>
      <figcaption className={classes.axis} aria-hidden="true">
        <span>{first?.slice(5)}</span>
        {days.length > 2 && <span>{last?.slice(5)}</span>}
      </figcaption>
    </figure>
  );
}

const isSunday = (day: string): boolean => new Date(`${day}T00:00:00Z`).getUTCDay() === 0;
