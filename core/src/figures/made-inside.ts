import type { EnterpriseId, Meter, MeterId } from "../park.ts";
import { meteredCarriers } from "./carriers.ts";
import { MeterTree } from "./meter-tree.ts";
import type { MeterGroup } from "./use-groups.ts";

const carrierKinds = new Set(meteredCarriers.map(({ kind }) => kind));

interface Made {
  readonly ownerId: EnterpriseId;
  readonly makers: readonly EnterpriseId[];
}

type TreeMeter = Pick<Meter, "id" | "parentId" | "enterpriseId" | "kind" | "purpose">;

/**
 * Who made what a meter counts out of another energy that is counted too (steam of a gas boiler): whose meter, it or one
 * above it, is for what its owner makes, or counts another energy. Meters of what was bought are left out.
 */
export function makersOf(meters: readonly TreeMeter[]): ReadonlyMap<MeterId, Made> {
  const carriers = new Map(meters.filter(({ kind }) => carrierKinds.has(kind)).map((meter) => [meter.id, meter]));
  const tree = new MeterTree(meters);
  const made = Array.from(carriers.values(), ({ id, kind, enterpriseId: ownerId }) => {
    const way = [id, ...tree.ancestorsOf(id)].flatMap((above) => carriers.get(above) ?? []);
    const makers = way.filter((above) => above.purpose === "selfMade" || above.kind !== kind);
    return [id, { ownerId, makers: makers.map(({ enterpriseId }) => enterpriseId) }] as const;
  });
  return new Map(made.filter(([, { makers }]) => makers.length > 0));
}

/**
 * A group's meters of one energy as they count beside the others: without those of what a member made of another one, for
 * only what crosses the boundary counts (GB/T 2589). `left` = the meters left out. Of `sellers` what they hand over is
 * deducted: what others take of it counts there.
 */
export function acrossBoundary(
  { terms }: Pick<MeterGroup, "terms">,
  members: readonly EnterpriseId[],
  makers: ReturnType<typeof makersOf>,
  sellers: ReadonlySet<EnterpriseId> = new Set(),
): { readonly terms: MeterGroup["terms"]; readonly left: readonly MeterId[] } {
  const isInside = (meterId: MeterId | null): boolean => {
    const made = meterId === null ? undefined : makers.get(meterId);
    const counts = (maker: EnterpriseId): boolean => maker !== made?.ownerId && sellers.has(maker);
    return made?.makers.some((maker) => members.includes(maker) && !counts(maker)) ?? false;
  };
  return {
    terms: terms.filter(({ meterId }) => !isInside(meterId)),
    left: [...new Set(terms.flatMap(({ meterId }) => (meterId !== null && isInside(meterId) ? meterId : [])))],
  };
}
