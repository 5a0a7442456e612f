import {
  countsIn,
  sumFigures,
  type CountedMeter,
  type EnterpriseId,
  type Figure,
  type TimeRange,
} from "@smart-park/core";
import type { FigureContext } from "./group-source.ts";
import { plantUse } from "./renewables.ts";
import { totalOf, unknownFigure } from "./use-figure.ts";

/** kWh of own PV that each enterprise used itself; unknown where what went into the grid is. Without a plant it has no entry. */
export async function pvSelfUses(
  context: FigureContext,
  meters: readonly CountedMeter[],
  range: TimeRange,
): Promise<ReadonlyMap<EnterpriseId, Figure>> {
  const found = new Map<EnterpriseId, Figure[]>();
  const plants = meters.filter((meter) => meter.kind === "pv" && countsIn(meter, range));
  for (const plant of plants) {
    const isOnly = plants.every((other) => other === plant || other.enterpriseId !== plant.enterpriseId);
    const { generation, feedIn } = await plantUse(context, { plant, isOnly, range });
    const used = selfUse(generation, feedIn.figure);
    found.set(plant.enterpriseId, [...(found.get(plant.enterpriseId) ?? []), used]);
  }
  return new Map(Array.from(found, ([owner, figures]) => [owner, totalOf(figures, "kWh")]));
}

function selfUse(generation: Figure, feedIn: Figure | null): Figure {
  if (generation.value === null || feedIn === null || feedIn.value === null) return unknownFigure("kWh");
  return sumFigures(
    [
      { figure: generation, coefficient: 1 },
      { figure: feedIn, coefficient: -1 },
    ],
    "kWh",
  );
}
