import { resolveVirtualMeter } from "../consumption/virtual-meter.ts";
import type { Enterprise, Meter, MeterId, MeterKind } from "../park.ts";
import type { NamedVirtualMeter } from "../ports/figure-inputs.ts";
import type { TimeRange } from "../time.ts";
import { countsAsUse, settledMeters } from "./settled-meters.ts";
import { settlementParts, type Settlement } from "./settlement.ts";

export const groupings = ["park", "zone", "enterprise", "chain", "workshop", "meter", "virtual"] as const;
export type Grouping = (typeof groupings)[number];

/** Meters that count for one line of an answer, each in its stretch of time. */
export interface MeterGroup {
  /** null = what names none, e.g. enterprises without a chain. */
  readonly id: string | null;
  readonly name: string | null;
  /** `meterId` null = a stretch in which no meter was declared: nothing is known of it. */
  readonly terms: readonly {
    readonly meterId: MeterId | null;
    readonly coefficient: number;
    readonly range: TimeRange;
  }[];
  /** Whether the meters were declared for it; else they are those that hang below no other. */
  readonly isDeclared: boolean;
}

/** What the groups are made of: only what the asker may see. */
export interface GroupSource {
  readonly enterprises: readonly Enterprise[];
  readonly meters: readonly Meter[];
  readonly settlements: readonly Settlement[];
  readonly virtualMeters: readonly NamedVirtualMeter[];
}

type Terms = MeterGroup["terms"];
interface Asked {
  readonly kind: MeterKind;
  readonly range: TimeRange;
}

/** The groups of a park for one medium. A use counts once in each grouping: never a meter and one behind it. */
export function meterGroups(source: GroupSource, by: Grouping, asked: Asked): MeterGroup[] {
  const meters = source.meters.filter(({ kind }) => kind === asked.kind);
  switch (by) {
    case "park":
      return [parkGroup(source, meters, asked)];
    case "enterprise":
      return source.enterprises.map((enterprise) => enterpriseGroup(source, meters, enterprise, asked));
    case "chain":
      return chainGroups(source, meters, asked);
    case "zone":
      return placeGroups(meters, asked, ({ zoneId }) => zoneId, source.settlements);
    case "workshop":
      return placeGroups(meters, asked, (m) => m.workshop && `${m.enterpriseId}/${m.workshop}`, []);
    case "meter":
      return meters.map(({ id, name }) => ({ id, name, isDeclared: true, terms: whole([id], asked.range) }));
    case "virtual":
      return source.virtualMeters.filter(({ kind }) => kind === asked.kind).map((v) => virtualGroup(source, v, asked));
  }
}

const whole = (ids: readonly MeterId[], range: TimeRange): Terms =>
  ids.map((meterId) => ({ meterId, coefficient: 1, range }));

/** Terms of settlement parts; a stretch without a declared meter stays, as one of which nothing is known. */
export const settledTerms = (parts: readonly (TimeRange & { readonly meterIds: readonly MeterId[] })[]): Terms =>
  parts.flatMap(({ from, to, meterIds }) =>
    meterIds.length > 0 ? whole(meterIds, { from, to }) : [{ meterId: null, coefficient: 1, range: { from, to } }],
  );

function enterpriseGroup(
  { settlements }: GroupSource,
  meters: readonly Meter[],
  { id, name }: Enterprise,
  { kind, range }: Asked,
): MeterGroup {
  const { parts, isDeclared } = settledMeters(settlements, meters, { enterpriseId: id, kind, range });
  // Without a declaration and without a meter nothing is expected: not everybody uses gas.
  const terms = isDeclared ? settledTerms(parts) : parts.flatMap((part) => whole(part.meterIds, part));
  return { id, name, isDeclared, terms };
}

/** The park's own settlement meters; while it has none, those of its enterprises. */
function parkGroup(source: GroupSource, meters: readonly Meter[], asked: Asked): MeterGroup {
  const { kind, range } = asked;
  const groups = source.enterprises.map((enterprise) => enterpriseGroup(source, meters, enterprise, asked));
  const parts = settlementParts(source.settlements, { nodeId: "park", kind, range });
  const terms = parts.flatMap((part) =>
    part.meterIds.length > 0 ? settledTerms([part]) : groups.flatMap((group) => clip(group.terms, part)),
  );
  const isOwn = parts.every(({ meterIds }) => meterIds.length > 0);
  return { id: "park", name: null, isDeclared: isOwn || groups.every(({ isDeclared }) => isDeclared), terms };
}

const clip = (terms: Terms, { from, to }: TimeRange): Terms =>
  terms
    .map((term) => ({ ...term, range: { from: Math.max(from, term.range.from), to: Math.min(to, term.range.to) } }))
    .filter(({ range }) => range.from < range.to);

function chainGroups(source: GroupSource, meters: readonly Meter[], asked: Asked): MeterGroup[] {
  const chains = new Map<string | null, MeterGroup[]>();
  for (const enterprise of source.enterprises) {
    const group = enterpriseGroup(source, meters, enterprise, asked);
    chains.set(enterprise.chain, [...(chains.get(enterprise.chain) ?? []), group]);
  }
  return [...chains].map(([chain, groups]) => ({
    id: chain,
    name: chain,
    isDeclared: groups.every(({ isDeclared }) => isDeclared),
    terms: groups.flatMap(({ terms }) => terms),
  }));
}

/** Declared meters of a place; else those of its meters that hang below no other one of it. */
function placeGroups(
  meters: readonly Meter[],
  { kind, range }: Asked,
  placeOf: (meter: Meter) => string | null,
  settlements: readonly Settlement[],
): MeterGroup[] {
  const places = new Map<string | null, Meter[]>();
  for (const meter of meters) places.set(placeOf(meter), [...(places.get(placeOf(meter)) ?? []), meter]);
  return [...places].map(([place, own]) => {
    const nodeId = `zone:${place ?? ""}`;
    const isDeclared = settlements.some((row) => row.nodeId === nodeId && row.kind === kind);
    const terms = isDeclared
      ? settledTerms(settlementParts(settlements, { nodeId, kind, range }))
      : whole(mainsOf(own, countsAsUse), range);
    return { id: place, name: place, isDeclared, terms };
  });
}

/** Those that hang below no other one of the same set, at any depth. */
export function mainsOf<T extends Pick<Meter, "id" | "parentId">>(
  meters: readonly T[],
  isCounted: (meter: T) => boolean = () => true,
): MeterId[] {
  const ids = new Set<MeterId>(meters.map(({ id }) => id));
  const mains = meters.filter(({ parentId }) => parentId === null || !ids.has(parentId));
  return mains.filter(isCounted).map(({ id }) => id);
}

function virtualGroup(source: GroupSource, { id, name }: NamedVirtualMeter, { range }: Asked): MeterGroup {
  const resolved = resolveVirtualMeter(id, new Map(source.virtualMeters.map((meter) => [meter.id, meter])));
  const terms = resolved.ok ? [...resolved.terms] : [];
  return {
    id,
    name,
    isDeclared: true,
    // Definitions are checked when they are entered: what they come down to are meters.
    terms: terms.map(([meterId, coefficient]) => ({ meterId: meterId as MeterId, coefficient, range })),
  };
}
