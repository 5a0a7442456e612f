import type { ReactNode } from "react";
import { Link } from "react-router";
import { classNames } from "../lib/class-names.ts";
import { fmtChange } from "../lib/format.ts";
import classes from "./tile.module.css";

/** Figures in a row; flat where a panel already frames them. */
export const Tiles = ({ isFlat = false, children }: { isFlat?: boolean; children: ReactNode }): ReactNode => (
  <div className={classNames(classes.tiles, isFlat && classes.flat)}>{children}</div>
);

interface TileProps {
  readonly label: string;
  readonly to?: string;
  readonly figure?: { readonly text: string; readonly unit: string };
  /** Too little data behind the figure: it does not look like a sound one. */
  readonly isLow?: boolean;
  readonly sub?: ReactNode;
  readonly children?: ReactNode;
}

/** One figure with its name, unit and what to compare it with; a link to where it comes from. */
export function Tile({ label, to, figure, isLow = false, sub, children }: TileProps): ReactNode {
  const content = (
    <>
      <span className={classes.label}>{label}</span>
      {figure && (
        <span className={classes.figure}>
          {figure.text}
          <span className={classes.unit}>{figure.unit}</span>
        </span>
      )}
      {children}
      <span className={classes.sub}>{sub}</span>
    </>
  );
  const style = classNames(classes.tile, isLow && classes.low);
  return to === undefined ? (
    <div className={style}>{content}</div>
  ) : (
    <Link className={style} to={to}>
      {content}
    </Link>
  );
}

export const TileCounts = ({ children }: { children: ReactNode }): ReactNode => (
  <span className={classes.counts}>{children}</span>
);

/** Change against a baseline in words; neither direction is good or bad by itself, so no colour. */
export function Change({
  value,
  baseline,
  words,
  without,
}: {
  value: number | null;
  baseline: number | null;
  words: string;
  without: string;
}): ReactNode {
  const change = fmtChange(value, baseline);
  return change === null ? (
    without
  ) : (
    <>
      <b>{change}</b> {words}
    </>
  );
}
