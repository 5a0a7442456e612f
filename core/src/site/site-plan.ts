import type { EnterpriseId, MeterId } from "../park.ts";

/** What the ground of a park is divided into. */
export const siteShapeKinds = ["plot", "building", "road", "water", "green"] as const;
type SiteShapeKind = (typeof siteShapeKinds)[number];

/** Metres on the plan: x from its left edge to the right, y from its upper edge down. */
export type PlanPlace = readonly [x: number, y: number];

/** An area of the plan; one that is drawn later lies above. */
interface SiteShape {
  readonly kind: SiteShapeKind;
  /** null = it is called as its owner, or not at all. */
  readonly name: string | null;
  readonly nameEn: string | null;
  /** Whose it is; null = the park's. */
  readonly enterpriseId: EnterpriseId | null;
  /** Corners of a polygon that closes by itself, at least three. */
  readonly outline: readonly PlanPlace[];
}

/** The ground of the park, to scale. */
export interface SitePlan {
  readonly widthM: number;
  readonly heightM: number;
  readonly shapes: readonly SiteShape[];
}

/** Where a meter stands on the plan, metres. */
export interface MeterPlace {
  readonly meterId: MeterId;
  readonly x: number;
  readonly y: number;
}

/** Sizes a plan may have. */
export const sitePlanLimits = { minM: 10, maxM: 100_000, shapes: 2000, corners: 500 } as const;

export const isOnPlan = ({ widthM, heightM }: Pick<SitePlan, "widthM" | "heightM">, x: number, y: number): boolean =>
  x >= 0 && x <= widthM && y >= 0 && y <= heightM;

/** Ground that everybody crosses, and that names nobody. */
const openGround: ReadonlySet<SiteShapeKind> = new Set(["road", "water", "green"]);

/** Whether who sees only some enterprises may see a shape: their own ground, and the park's roads, water and greens. */
export const isShapeSeen = (shape: SiteShape, own: ReadonlySet<EnterpriseId>): boolean =>
  shape.enterpriseId === null ? openGround.has(shape.kind) : own.has(shape.enterpriseId);
