import type { EnterpriseId, Meter, MeterId, MeterKind, MeterPurpose } from "../park.ts";
import type { SettlementMeter } from "../ports/figure-inputs.ts";
import type { Quantity } from "../quantity.ts";
import type { EpochMs, ParkTime, TimeRange } from "../time.ts";
import { mainsOf, MeterTree } from "./meter-tree.ts";
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

/** Purposes of what was counted when it came in, or is counted where it goes. */
const countedElsewhere: ReadonlySet<string> = new Set([
  "reusedWater",
  "circulatedCooling",
  "wastewater",
  "forOthers",
  "sold",
] satisfies MeterPurpose[]);

/** Whether what a meter shows is its owner's use: what goes round again, leaves, or belongs to others is none. */
export const countsAsUse = ({ purpose = null }: Pick<Meter, "purpose">): boolean =>
  purpose === null || !countedElsewhere.has(purpose);

/** Whether water in it is on its way to a use, its owner's or others': where water can be lost. */
export const leadsToUse = (meter: Pick<Meter, "purpose">): boolean =>
  countsAsUse(meter) || meter.purpose === "forOthers" || meter.purpose === "sold";

/**
 * A meter as it counts in figures: one that was removed up to the end of its last park day, one that came with a device from
 * another enterprise from the start of its first.
 */
export interface CountedMeter extends Meter {
  readonly countsFrom?: EpochMs;
  readonly countsUntil?: EpochMs;
}

/** Whether any of a range is time in which the meter counts. */
export const countsIn = (
  { countsFrom = -Infinity, countsUntil = Infinity }: CountedMeter,
  { from, to }: TimeRange,
): boolean => countsUntil > from && countsFrom < to;

/** The part of a range in which a meter counts, when any of it is (`countsIn`). */
export const countedRange = (
  { countsFrom = -Infinity, countsUntil = Infinity }: CountedMeter,
  { from, to }: TimeRange,
): TimeRange => ({
  from: Math.max(from, countsFrom),
  to: Math.min(to, countsUntil),
});

/** A range cut where meters begin or cease to count, each piece with those that still do. */
export function countedParts(meters: readonly CountedMeter[], { from, to }: TimeRange): SettlementPart[] {
  const ends = meters
    .flatMap(({ countsFrom = from, countsUntil = to }) => [countsFrom, countsUntil])
    .filter((at) => at > from && at < to);
  const edges = [...new Set([from, ...ends, to])].sort((a, b) => a - b);
  return edges.slice(1).map((end, i) => {
    const piece = { from: edges[i] ?? from, to: end };
    return { ...piece, meterIds: meters.filter((meter) => countsIn(meter, piece)).map(({ id }) => id) };
  });
}

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

/**
 * The uses of a place where several enterprises have meters: what hangs below none of them that counts, nor below one of
 * its own enterprise. Below a line by which another one supplies others, each of these has a use of its own.
 */
export function usesOfPlace<T extends Pick<Meter, "id" | "enterpriseId" | "purpose">>(
  meters: readonly T[],
  tree: MeterTree,
): T[] {
  const known = new Map<MeterId, T>(meters.map((meter) => [meter.id, meter]));
  return meters.filter((meter) => {
    const above = tree.ancestorsOf(meter.id).flatMap((id) => known.get(id) ?? []);
    const isCounted = above.some((one) => countsAsUse(one) || one.enterpriseId === meter.enterpriseId);
    return countsAsUse(meter) && !isCounted;
  });
}

/** The meters whose sum is an enterprise's total of one medium over a range; `tree` = with what stands between them. */
export function settledMeters(
  table: readonly Settlement[],
  meters: readonly CountedMeter[],
  asked: { readonly enterpriseId: EnterpriseId; readonly kind: MeterKind; readonly range: TimeRange },
  tree: MeterTree = new MeterTree(meters),
): SettledMeters {
  const { enterpriseId, kind, range } = asked;
  const nodeId = enterprisePlace(enterpriseId);
  if (table.some((row) => row.nodeId === nodeId && row.kind === kind))
    return { parts: settlementParts(table, { nodeId, kind, range }), isDeclared: true };
  const own = meters.filter((meter) => meter.enterpriseId === enterpriseId && meter.kind === kind);
  const mains = mainsOf(
    own.filter((meter) => countsIn(meter, range)),
    tree,
  );
  return { parts: countedParts(mains.filter(countsAsUse), range), isDeclared: false };
}
