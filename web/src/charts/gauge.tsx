import type { ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import classes from "./gauge.module.css";

interface GaugeProps {
  readonly value: number | null;
  readonly limit: number;
  readonly tone: "normal" | "warning" | "alarm";
  /** Where it will end. */
  readonly projected?: number | null;
  /** Shares of the limit that have a name, as 0.9 and 1. */
  readonly steps?: readonly number[];
}

/** A value on the way to its limit; the words and digits stand beside it. */
export function Gauge({ value, limit, tone, projected = null, steps = [1] }: GaugeProps): ReactNode {
  const most = Math.max(limit * 1.1, value ?? 0, projected ?? 0);
  const place = (at: number): string => `${Math.min(100, Math.max(0, (at / most) * 100))}%`;
  return (
    <div className={classNames(classes.gauge, classes[tone])} aria-hidden="true">
      {value !== null && <span className={classes.fill} style={{ width: place(value) }} />}
      {projected !== null && value !== null && projected > value && (
        <span
          className={classes.ahead}
          style={{ left: place(value), width: `calc(${place(projected)} - ${place(value)})` }}
        />
      )}
      {steps.map((share) => (
        <span
          key={share}
          className={classNames(classes.step, share === 1 && classes.limit)}
          style={{ left: place(limit * share) }}
        />
      ))}
    </div>
  );
}
