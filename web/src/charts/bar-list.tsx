import type { CSSProperties, ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import classes from "./bar-list.module.css";

export interface BarRow {
  readonly id: string;
  readonly name: ReactNode;
  /** null = not known: no bar. */
  readonly value: number | null;
  /** What it is compared with, as a thin mark. */
  readonly before?: number | null;
  readonly text: string;
  readonly side?: ReactNode;
  /** Too little is known of it. */
  readonly isLow?: boolean;
}

/** Values of one unit side by side, as lengths; words and digits stand beside them, so it is its own table. */
export function BarList({
  label,
  rows,
  colour,
}: {
  label: string;
  rows: readonly BarRow[];
  colour: string;
}): ReactNode {
  const most = rows.reduce((largest, { value, before }) => Math.max(largest, value ?? 0, before ?? 0), 0);
  const share = (value: number): string => `${most === 0 ? 0 : Math.max(0, (value / most) * 100)}%`;
  const style: CSSProperties & { "--bar": string } = { "--bar": `var(${colour})` };
  return (
    <ul className={classes.list} aria-label={label} style={style}>
      {rows.map((row) => (
        <li key={row.id} className={classNames(classes.row, row.isLow && classes.low)}>
          <span className={classes.name}>{row.name}</span>
          <span className={classes.track} aria-hidden="true">
            {row.value !== null && <span className={classes.fill} style={{ width: share(row.value) }} />}
            {row.before != null && <span className={classes.before} style={{ left: share(row.before) }} />}
          </span>
          <span className={classes.value}>{row.text}</span>
          <span className={classes.side}>{row.side}</span>
        </li>
      ))}
    </ul>
  );
}
