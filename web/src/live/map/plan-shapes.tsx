import type { SitePlanBody, SiteShapeBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useCatalog } from "../../lib/catalog.ts";
import { useLanguage } from "../../lib/park.ts";
import { headOf, ShapeNames } from "./plan-ground.tsx";
import type { Place } from "./view.ts";

/** Where a meter goes that was not placed by hand: the middle of its owner's first plot. */
export function plotMiddle(plan: SitePlanBody, enterpriseId: string): Place | null {
  const plot = plan.shapes.find((shape) => shape.kind === "plot" && shape.enterpriseId === enterpriseId);
  if (!plot) return null;
  const ys = plot.outline.map(([, y]) => y);
  return { x: headOf(plot).middle, y: (Math.min(...ys) + Math.max(...ys)) / 2 };
}

/** What a shape is called: by its own name, a plot else by its owner's. */
function useShapeName(): (shape: SiteShapeBody) => string | null {
  const language = useLanguage();
  const { enterpriseName } = useCatalog();
  return ({ kind, name, nameEn, enterpriseId }) => {
    if (name !== null) return language === "en" && nameEn !== null ? nameEn : name;
    return kind === "plot" && enterpriseId !== null ? enterpriseName(enterpriseId) : null;
  };
}

interface PlanNamesProps {
  readonly plan: SitePlanBody;
  readonly toScreen: (place: Place) => Place;
  readonly scale: number;
}

/** Names of the ground as this person may know them. */
export const PlanNames = (props: PlanNamesProps): ReactNode => (
  <ShapeNames {...props} nameOf={useShapeName()} letterPx={12} />
);
