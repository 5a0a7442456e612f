import type { EnterpriseId, Meter, MeterKind } from "../park.ts";
import type { SettlementMeter } from "../ports/figure-inputs.ts";
import type { Quantity } from "../quantity.ts";
import type { ParkTime, TimeRange } from "../time.ts";
import { settlementParts, type Settlement, type SettlementPart } from "./settlement.ts";

/** The register whose consumption is a meter's use; null = a kind that uses nothing. */
export const useQuantity: Readonly<Record<MeterKind, Quantity | null>> = {
  electricity: "activeEnergyImport",
  water: "waterVolume",
  gas: "gasVolume",
  steam: "steamMass",
  heat: "heat",
  pv: "pvEnergy",
  storage: null,
  emission: null,
  environment: null,
};

/** Whether what a meter shows was taken in: what goes round again, and what leaves, was counted when it came. */
export const countsAsUse = ({ purpose = null }: Pick<Meter, "purpose">): boolean =>
  purpose !== "reusedWater" && purpose !== "circulatedCooling" && purpose !== "wastewater";

export const enterprisePlace = (id: EnterpriseId): string => `enterprise:${id}`;

/** Days of the table as instants of the park's clock. */
export const toSettlements = (table: readonly SettlementMeter[], time: ParkTime): Settlement[] =>
  table.map(({ place, kind, meterId, from, to }) => ({
    nodeId: place,
    kind,
    meterId,
    from: time.startOfLocalDay(from),
    to: to === null ? null : time.startOfLocalDay(to),
  }));

export interface SettledMeters {
  readonly parts: readonly SettlementPart[];
  /** False = nobody declared which meters count: then it is those that hang below no other. */
  readonly isDeclared: boolean;
}

/** The meters whose sum is an enterprise's total of one medium over a range. */
export function settledMeters(
  table: readonly Settlement[],
  meters: readonly Meter[],
  asked: { readonly enterpriseId: EnterpriseId; readonly kind: MeterKind; readonly range: TimeRange },
): SettledMeters {
  const { enterpriseId, kind, range } = asked;
  const nodeId = enterprisePlace(enterpriseId);
  if (table.some((row) => row.nodeId === nodeId && row.kind === kind))
    return { parts: settlementParts(table, { nodeId, kind, range }), isDeclared: true };
  const own = meters.filter((meter) => meter.enterpriseId === enterpriseId && meter.kind === kind);
  const ids = new Set(own.map(({ id }) => id));
  const mains = own.filter(({ parentId }) => parentId === null || !ids.has(parentId)).filter(countsAsUse);
  return { parts: [{ ...range, meterIds: mains.map(({ id }) => id) }], isDeclared: false };
}
