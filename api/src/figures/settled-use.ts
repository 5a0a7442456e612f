import {
  enterprisePlace,
  settledMeters,
  settledTotal,
  toSettlements,
  useQuantity,
  type EnterpriseId,
  type Figure,
  type Meter,
  type MeterId,
  type MeterKind,
  type SettlementMeter,
  type TimeRange,
} from "@smart-park/core";
import { registerOf, unknownFigure, useFigure, type FigureSource } from "./use-figure.ts";

export interface SettledUse {
  readonly total: Figure;
  readonly isDeclared: boolean;
  /** Each meter with the part of the range in which it settles. */
  readonly meters: readonly { readonly meterId: MeterId; readonly range: TimeRange; readonly figure: Figure }[];
}

/** What an enterprise used of one medium, by the meters that settle it. `meters`: those that may count. */
export async function settledUse(
  source: FigureSource,
  table: readonly SettlementMeter[],
  meters: readonly Meter[],
  asked: {
    readonly enterpriseId: EnterpriseId;
    readonly kind: MeterKind;
    readonly range: TimeRange;
    readonly unit: string;
  },
): Promise<SettledUse> {
  const { enterpriseId, kind, range, unit } = asked;
  const { parts, isDeclared } = settledMeters(toSettlements(table, source.time), meters, { enterpriseId, kind, range });
  const quantity = useQuantity[kind];
  const byId = new Map(meters.map((meter) => [meter.id, meter]));
  const known: { meterId: MeterId; range: TimeRange; figure: Figure }[] = [];
  for (const { from, to, meterIds } of parts) {
    for (const meterId of meterIds) {
      const point = quantity === null ? null : registerOf(byId.get(meterId)?.points ?? [], quantity);
      const figure = point === null ? unknownFigure(unit) : await useFigure(source, point, { from, to });
      known.push({ meterId, range: { from, to }, figure });
    }
  }
  const nodeId = enterprisePlace(enterpriseId);
  const total = settledTotal(
    { id: nodeId, level: "enterprise", children: [], meterIds: [] },
    {
      ...{ kind, range, unit },
      table: known.map(({ meterId, range: part }) => ({ nodeId, kind, meterId, ...part })),
      figureOf: (meterId, part) =>
        known.find((one) => one.meterId === meterId && one.range.from === part.from)?.figure ?? unknownFigure(unit),
    },
  );
  return { total, isDeclared, meters: known };
}
