import type { ReactNode } from "react";
import { sparkPath } from "../../charts/spark-path.ts";
import classes from "./page.module.css";

interface SparkProps {
  /** Oldest first; null = a gap. */
  readonly values: readonly (number | null)[];
  /** Drawn where the line comes near it. */
  readonly limit: number | null;
}

const [width, height, edge] = [132, 36, 3];
/** A bound far above the line would press it flat. */
const nearLimit = 0.4;

/** The course of a figure without axes; its newest value stands beside it in digits. */
export function Spark({ values, limit }: SparkProps): ReactNode {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return <span className={classes.spark} />;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const isLimitShown = limit !== null && limit > 0 && most >= limit * nearLimit;
  const [low, high] = [Math.min(least, 0), Math.max(most, isLimitShown ? limit : 0)];
  const x = (index: number): number => edge + (index / (values.length - 1)) * (width - 2 * edge);
  const y = (value: number): number => height - edge - ((value - low) / (high - low || 1)) * (height - 2 * edge);
  const last = values.findLastIndex((value) => value !== null);
  return (
    <svg className={classes.spark} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
      {isLimitShown && <line className={classes.limit} x1={0} x2={width} y1={y(limit)} y2={y(limit)} />}
      <path d={sparkPath(values, x, y)} />
      <circle cx={x(last)} cy={y(values[last] ?? 0)} r={2.2} />
    </svg>
  );
}
