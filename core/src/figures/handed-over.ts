import type { EnterpriseId, MeterId, MeterKind } from "../park.ts";
import type { TimeRange } from "../time.ts";
import { makersOf } from "./made-inside.ts";
import { MeterTree } from "./meter-tree.ts";
import { countedRange, countsIn, type CountedMeter } from "./settled-meters.ts";
import { settlementParts } from "./settlement.ts";
import { clipTerms, meterGroup, meterGroups, type Grouping, type GroupSource, type MeterGroup } from "./use-groups.ts";

type Terms = MeterGroup["terms"];

interface Asked {
  readonly kind: MeterKind;
  readonly range: TimeRange;
}

/** A meter of what its owner hands over to others (外供), and those behind it by which others count what they take. */
export interface HandedOver {
  readonly meter: CountedMeter;
  /** In which it counts. */
  readonly range: TimeRange;
  readonly buyers: readonly (Terms[number] & { readonly enterpriseId: EnterpriseId })[];
}

/**
 * Who hands over what of one energy. Behind a meter of it another one of the same owner counts nothing again, and what
 * comes out of a meter that does not count for its owner is in no sum, so that nothing of it is to be deducted.
 */
export function handedOver(source: GroupSource, asked: Asked): HandedOver[] {
  const { kind, range } = asked;
  const sold = source.meters.filter((one) => one.purpose === "sold" && one.kind === kind && countsIn(one, range));
  if (sold.length === 0) return [];
  const [byId, tree] = [new Map(sold.map((one) => [one.id, one])), new MeterTree(source.meters)];
  /** The meter that hands over to a meter: of those of the nearest owner above it the farthest. */
  const sellerOf = (id: MeterId): CountedMeter | undefined => {
    const above = tree.ancestorsOf(id).flatMap((one) => byId.get(one) ?? []);
    const other = above.findIndex(({ enterpriseId }) => enterpriseId !== above[0]?.enterpriseId);
    return above.at(other < 0 ? -1 : other - 1);
  };
  const counted = meterGroups(source, "enterprise", asked).flatMap(({ terms, enterpriseIds: [enterpriseId] }) =>
    enterpriseId === undefined ? [] : terms.map((term) => ({ ...term, enterpriseId })),
  );
  const buyers = counted.flatMap((term) => {
    const seller = term.meterId === null ? undefined : sellerOf(term.meterId);
    return seller === undefined || seller.enterpriseId === term.enterpriseId ? [] : [{ ...term, seller }];
  });
  const [countedIds, makers] = [new Set(counted.map(({ meterId }) => meterId)), makersOf(source.meters)];
  const kindred = new Map(source.meters.filter((one) => one.kind === kind).map((one) => [one.id, one]));
  const comesOfCounted = ({ id, enterpriseId }: CountedMeter): boolean => {
    const above = tree.ancestorsOf(id).filter((one) => kindred.get(one)?.enterpriseId === enterpriseId);
    const isMade = makers.get(id)?.makers.includes(enterpriseId) ?? false;
    return isMade || above.length === 0 || above.some((one) => countedIds.has(one));
  };
  const mains = sold.filter((one) => sellerOf(one.id)?.enterpriseId !== one.enterpriseId && comesOfCounted(one));
  return mains.map((meter) => ({
    meter,
    range: countedRange(meter, range),
    buyers: buyers.filter(({ seller }) => seller === meter),
  }));
}

/**
 * Of one energy what crosses the boundary of a group: `terms` less `given` (GB/T 2589: what was handed to others is
 * deducted). What a member hands over to members whose meters hang behind it stays inside: neither it nor their meters
 * count then, whatever is lost between them. Where one of the buyers is not a member, was there for some of the time, or hangs behind
 * nothing, what was handed over is deducted and what was taken is added. From what the park's own meters show nothing is deducted: they
 * count what crosses its boundary, and what is handed over by a meter behind which nobody hangs may stay inside.
 */
export function whatCrosses(
  source: Pick<GroupSource, "settlements">,
  group: Asked & Pick<MeterGroup, "terms"> & { readonly by: Grouping; readonly members: readonly EnterpriseId[] },
  all: readonly HandedOver[],
): { readonly terms: Terms; readonly given: Terms } {
  const { by, members, terms, kind, range } = group;
  const own = all.filter(({ meter }) => members.includes(meter.enterpriseId));
  const inside = new Set(own.filter((one) => staysInside(one, members)));
  const dropped = new Set([...inside].flatMap(({ buyers }) => buyers.map(({ meterId }) => meterId)));
  const given = own.flatMap((one) => (inside.has(one) ? [] : meterGroup(one.meter, range).terms));
  const parts = by === "park" ? settlementParts(source.settlements, { nodeId: "park", kind, range }) : [];
  const summed = parts.filter(({ meterIds }) => meterIds.length === 0);
  return {
    terms: terms.filter(({ meterId }) => meterId === null || !dropped.has(meterId)),
    given: by === "park" ? summed.flatMap((part) => clipTerms(given, part)) : given,
  };
}

const staysInside = ({ range, buyers }: HandedOver, members: readonly EnterpriseId[]): boolean =>
  buyers.length > 0 &&
  buyers.every(
    (buyer) => members.includes(buyer.enterpriseId) && buyer.range.from <= range.from && buyer.range.to >= range.to,
  );
