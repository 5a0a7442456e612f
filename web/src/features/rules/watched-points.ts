import { isCovered } from "@smart-park/core";
import type { AlertRuleBody } from "@smart-park/core/wire";
import { useCatalog, type Catalog } from "../../lib/catalog.ts";
import { unitLabel } from "../../lib/format.ts";
import type { PointBody } from "../../lib/point-groups.ts";

type Cover = NonNullable<AlertRuleBody["covers"]>;

/** The points of the park that a cover means now. */
export const coveredPoints = (meters: Catalog["meters"], cover: Cover): readonly PointBody[] =>
  meters.flatMap(({ id: meterId, enterpriseId, kind, points }) =>
    points.filter(({ quantity }) => isCovered(cover, { quantity, enterpriseId, meterId }, kind)),
  );

/** Meters of which something is covered, whatever they measure. */
export const coveredMeters = (meters: Catalog["meters"], cover: Omit<Cover, "quantities">): Catalog["meters"] =>
  meters.filter((meter) => coveredPoints([meter], { ...cover, quantities: null }).length > 0);

/** Every point of the park. */
export const coverAll: Cover = { meterKinds: null, quantities: null, enterpriseId: null, meterId: null };

/** What a rule watches, and the unit that its numbers are in; "" where the points have several. */
export function useWatched({ points, covers }: Pick<AlertRuleBody, "points" | "covers">): {
  readonly points: readonly PointBody[];
  readonly unit: string;
} {
  const { meters, pointOf } = useCatalog();
  const watched = covers ? coveredPoints(meters, covers) : points.flatMap((id) => pointOf(id) ?? []);
  const units = new Set(watched.map(({ unit }) => unit));
  const [unit = ""] = units;
  return { points: watched, unit: units.size === 1 ? unitLabel(unit) : "" };
}
