import type { Severity } from "@smart-park/core";
import type { PointerEvent, ReactNode } from "react";
import { classNames } from "../../lib/class-names.ts";
import { stateGlyph, type DataState } from "../../lib/data-state.ts";
import { severityGlyph } from "../../ui/severity.tsx";
import classes from "./site-map.module.css";
import type { Place } from "./view.ts";

interface MarkerProps {
  /** The first of the meters it stands for. */
  readonly id: string;
  readonly at: Place;
  readonly label: string;
  readonly count: number;
  /** The worst of its meters. */
  readonly state: DataState;
  /** The most urgent of their open alerts. */
  readonly severity: Severity | null;
  readonly isTabStop: boolean;
  readonly isOpen: boolean;
  readonly isMovable: boolean;
  readonly onPress: () => void;
  readonly onFocus: () => void;
  readonly onPointerDown?: (event: PointerEvent<SVGGElement>) => void;
}

const markerPx = 13;

/** One meter, or how many stand there; the sign of the state, and the shape of the worst alert at its corner. */
export function Marker(props: MarkerProps): ReactNode {
  const { id, at, label, count, state, severity, isTabStop, isOpen, isMovable, onPress, onFocus } = props;
  const isCluster = count > 1;
  const half = isCluster ? 13 + 4 * String(count).length : markerPx;
  return (
    <g
      role="button"
      tabIndex={isTabStop ? 0 : -1}
      aria-label={label}
      data-marker={id}
      data-moves={isMovable || undefined}
      className={classNames(classes.marker, classes[state], isOpen && classes.isOpen, isMovable && classes.movable)}
      transform={`translate(${at.x} ${at.y})`}
      onClick={onPress}
      onFocus={onFocus}
      onPointerDown={props.onPointerDown}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        onPress();
      }}
    >
      <title>{label}</title>
      <rect className={classes.back} x={-half} y={-markerPx} width={2 * half} height={2 * markerPx} rx={markerPx} />
      <text className={classes.glyph} x={isCluster ? 11 - half : 0} y={4}>
        {stateGlyph[state]}
      </text>
      {isCluster && (
        <text className={classes.count} x={7} y={4}>
          {count}
        </text>
      )}
      {severity && (
        <g className={classes[severity]} transform={`translate(${half - 3} ${4 - markerPx})`}>
          <circle className={classes.badge} r={7.5} />
          <text className={classes.badgeGlyph} y={3}>
            {severityGlyph[severity]}
          </text>
        </g>
      )}
    </g>
  );
}
