import type { SiteShapeBody } from "@smart-park/core/wire";
import { memo, type ReactNode } from "react";
import { classNames } from "../../lib/class-names.ts";
import classes from "./plan-ground.module.css";
import type { Place } from "./view.ts";

/** What is drawn of a shape; screens of the park know no more of it. */
type DrawnShape = Pick<SiteShapeBody, "kind" | "outline">;

interface Ground<S extends DrawnShape> {
  readonly widthM: number;
  readonly heightM: number;
  readonly shapes: readonly S[];
}

/** The ground itself, in metres; a group above it scales and moves it. */
export const PlanShapes = memo(function PlanShapes({ plan }: { plan: Ground<DrawnShape> }): ReactNode {
  return (
    <>
      <rect className={classes.ground} width={plan.widthM} height={plan.heightM} />
      {plan.shapes.map((shape, n) => (
        <polygon
          key={n}
          className={classNames(classes.shape, classes[shape.kind])}
          points={shape.outline.map((corner) => corner.join(",")).join(" ")}
        />
      ))}
    </>
  );
});

/** Middle of a shape's upper edge and how wide it is there, metres. */
export function headOf({ outline }: Pick<SiteShapeBody, "outline">): {
  readonly top: number;
  readonly middle: number;
  readonly width: number;
} {
  const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  return { top: Math.min(...ys), middle: (left + right) / 2, width: right - left };
}

const roomPx = 8;

interface ShapeNamesProps<S extends DrawnShape> {
  readonly plan: Ground<S>;
  readonly nameOf: (shape: S) => string | null;
  readonly toScreen: (place: Place) => Place;
  /** Pixels per metre. */
  readonly scale: number;
  /** Height of a letter. */
  readonly letterPx: number;
}

/** Names at the head of plots and along roads and water, in screen pixels; one that does not fit is left out. */
export function ShapeNames<S extends DrawnShape>(props: ShapeNamesProps<S>): ReactNode {
  const { plan, nameOf, toScreen, scale, letterPx } = props;
  return plan.shapes.map((shape, n) => {
    const name = nameOf(shape);
    const { top, middle, width } = headOf(shape);
    const isArea = shape.kind === "plot" || shape.kind === "building";
    if (name === null || widthOf(name, letterPx) > width * scale - roomPx) return null;
    const ys = shape.outline.map(([, y]) => y);
    const height = Math.max(...ys) - top;
    if (!isArea && height * scale < letterPx + 2) return null;
    const { x, y } = toScreen({ x: middle, y: isArea ? top : top + height / 2 });
    return (
      <text
        key={n}
        className={classNames(classes.name, !isArea && classes.wayName)}
        style={{ fontSize: isArea ? letterPx : letterPx * 0.92 }}
        x={x}
        y={isArea ? y + letterPx * 1.42 : y + letterPx / 3}
      >
        {name}
      </text>
    );
  });
}

/** Near enough to know whether a name fits: Chinese letters are twice as wide as others. */
const widthOf = (name: string, letterPx: number): number =>
  [...name].reduce((sum, letter) => sum + ((letter.codePointAt(0) ?? 0) > 0x2e80 ? letterPx : letterPx * 0.56), 0);
