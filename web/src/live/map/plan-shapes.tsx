import type { SitePlanBody, SiteShapeBody } from "@smart-park/core/wire";
import { memo, type ReactNode } from "react";
import { useCatalog } from "../../lib/catalog.ts";
import { classNames } from "../../lib/class-names.ts";
import { useLanguage } from "../../lib/park.ts";
import classes from "./site-map.module.css";
import type { Place } from "./view.ts";

/** The ground itself, in metres; a group above it scales and moves it. */
export const PlanShapes = memo(function PlanShapes({ plan }: { plan: SitePlanBody }): ReactNode {
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
function headOf({ outline }: SiteShapeBody): { readonly top: number; readonly middle: number; readonly width: number } {
  const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  return { top: Math.min(...ys), middle: (left + right) / 2, width: right - left };
}

/** Where a meter goes that was not placed by hand: the middle of its owner's first plot. */
export function plotMiddle(plan: SitePlanBody, enterpriseId: string): Place | null {
  const plot = plan.shapes.find((shape) => shape.kind === "plot" && shape.enterpriseId === enterpriseId);
  if (!plot) return null;
  const ys = plot.outline.map(([, y]) => y);
  return { x: headOf(plot).middle, y: (Math.min(...ys) + Math.max(...ys)) / 2 };
}

const letterPx = 12;
const roomPx = 8;

/** What a shape is called: by its own name, a plot else by its owner's. */
function useShapeName(): (shape: SiteShapeBody) => string | null {
  const language = useLanguage();
  const { enterpriseName } = useCatalog();
  return ({ kind, name, nameEn, enterpriseId }) => {
    if (name !== null) return language === "en" && nameEn !== null ? nameEn : name;
    return kind === "plot" && enterpriseId !== null ? enterpriseName(enterpriseId) : null;
  };
}

/** Names at the head of plots and along roads and water, in screen pixels; one that does not fit is left out. */
export function PlanNames({ plan, toScreen, scale }: PlanNamesProps): ReactNode {
  const nameOf = useShapeName();
  return plan.shapes.map((shape, n) => {
    const name = nameOf(shape);
    const { top, middle, width } = headOf(shape);
    const isArea = shape.kind === "plot" || shape.kind === "building";
    if (name === null || widthOf(name) > width * scale - roomPx) return null;
    const ys = shape.outline.map(([, y]) => y);
    const height = Math.max(...ys) - top;
    if (!isArea && height * scale < letterPx + 2) return null;
    const { x, y } = toScreen({ x: middle, y: isArea ? top : top + height / 2 });
    return (
      <text
        key={n}
        className={classNames(classes.name, !isArea && classes.wayName)}
        x={x}
        y={isArea ? y + letterPx + 5 : y + 4}
      >
        {name}
      </text>
    );
  });
}

interface PlanNamesProps {
  readonly plan: SitePlanBody;
  readonly toScreen: (place: Place) => Place;
  readonly scale: number;
}

/** Near enough to know whether a name fits: Chinese letters are twice as wide as others. */
const widthOf = (name: string): number =>
  [...name].reduce((sum, letter) => sum + ((letter.codePointAt(0) ?? 0) > 0x2e80 ? letterPx : letterPx * 0.56), 0);
