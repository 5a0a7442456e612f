import { resolveVirtualMeter } from "../consumption/virtual-meter.ts";
import { groupBy } from "../group-by.ts";
import type { Enterprise, EnterpriseId, Meter, MeterId, MeterKind } from "../park.ts";
import type { NamedVirtualMeter } from "../ports/figure-inputs.ts";
import type { TimeRange } from "../time.ts";
import { MeterTree } from "./meter-tree.ts";
import {
  countedRange,
  countsIn,
  settledMeters,
  usesOfPlace,
  type CountedMeter,
  type SettledMeters,
} from "./settled-meters.ts";
import { settlementParts, type Settlement } from "./settlement.ts";

export const groupings = ["park", "zone", "enterprise", "chain", "trade", "workshop", "meter", "virtual"] as const;
export type Grouping = (typeof groupings)[number];

/** Meters that count for one line of an answer, each in its stretch of time. */
export interface MeterGroup {
  /** null = what names none, e.g. enterprises without a chain or trade. */
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
  /** Whose use it is: the enterprises that have meters in it. */
  readonly enterpriseIds: readonly EnterpriseId[];
}

/** What the groups are made of: only what the asker may see. */
export interface GroupSource {
  readonly enterprises: readonly Enterprise[];
  readonly meters: readonly CountedMeter[];
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
  const meters = source.meters.filter((meter) => meter.kind === asked.kind && countsIn(meter, asked.range));
  switch (by) {
    case "park":
      return [parkGroup(source, asked)];
    case "enterprise":
      return enterpriseGroups(source, asked);
    case "chain":
      return kindredGroups(source, asked, ({ chain }) => chain);
    case "trade":
      return kindredGroups(source, asked, ({ trade }) => trade ?? null);
    case "zone":
      return placeGroups(source, meters, asked, ({ zoneId }) => zoneId);
    case "workshop":
      return placeGroups(
        { ...source, settlements: [] },
        meters,
        asked,
        (m) => m.workshop && `${m.enterpriseId}/${m.workshop}`,
      );
    case "meter":
      return meters.map((meter) => meterGroup(meter, asked.range));
    case "virtual":
      return source.virtualMeters.filter(({ kind }) => kind === asked.kind).map((v) => virtualGroup(source, v, asked));
  }
}

/** A meter by itself, as long as it counts. */
export const meterGroup = (meter: CountedMeter, range: TimeRange): MeterGroup => ({
  id: meter.id,
  name: meter.name,
  isDeclared: true,
  terms: countedTerms([meter], range),
  enterpriseIds: [meter.enterpriseId],
});

const countedTerms = (meters: readonly CountedMeter[], range: TimeRange): Terms =>
  meters.flatMap((meter) => whole([meter.id], countedRange(meter, range)));

const whole = (ids: readonly MeterId[], range: TimeRange): Terms =>
  ids.map((meterId) => ({ meterId, coefficient: 1, range }));

/** Terms of settlement parts; a stretch without a declared meter stays, as one of which nothing is known. */
export const settledTerms = (parts: readonly (TimeRange & { readonly meterIds: readonly MeterId[] })[]): Terms =>
  parts.flatMap(({ from, to, meterIds }) =>
    meterIds.length > 0 ? whole(meterIds, { from, to }) : [{ meterId: null, coefficient: 1, range: { from, to } }],
  );

/** Without a declaration and without a meter nothing is expected: not everybody uses gas. */
export const termsOfSettled = ({ parts, isDeclared }: SettledMeters): Terms =>
  isDeclared ? settledTerms(parts) : parts.flatMap((part) => whole(part.meterIds, { from: part.from, to: part.to }));

function enterpriseGroups({ enterprises, settlements, meters }: GroupSource, { kind, range }: Asked): MeterGroup[] {
  const tree = new MeterTree(meters);
  const kindred = meters.filter((meter) => meter.kind === kind);
  const byOwner = groupBy(kindred, ({ enterpriseId }) => enterpriseId);
  return enterprises.map(({ id, name }) => {
    const asked = { enterpriseId: id, kind, range };
    const settled = settledMeters(settlements, byOwner.get(id) ?? [], asked, tree);
    return { id, name, isDeclared: settled.isDeclared, terms: termsOfSettled(settled), enterpriseIds: [id] };
  });
}

const enterprisesOf = (groups: readonly MeterGroup[]): EnterpriseId[] => [
  ...new Set(groups.flatMap(({ terms, enterpriseIds }) => (terms.length > 0 ? enterpriseIds : []))),
];

/** The park's own settlement meters; while it has none, those of its enterprises. */
function parkGroup(source: GroupSource, asked: Asked): MeterGroup {
  const { kind, range } = asked;
  const groups = enterpriseGroups(source, asked);
  const parts = settlementParts(source.settlements, { nodeId: "park", kind, range });
  const terms = parts.flatMap((part) =>
    part.meterIds.length > 0 ? settledTerms([part]) : groups.flatMap((group) => clipTerms(group.terms, part)),
  );
  const isOwn = parts.every(({ meterIds }) => meterIds.length > 0);
  const isDeclared = isOwn || groups.every((group) => group.isDeclared);
  return { id: "park", name: null, isDeclared, terms, enterpriseIds: enterprisesOf(groups) };
}

export const clipTerms = (terms: Terms, { from, to }: TimeRange): Terms =>
  terms
    .map((term) => ({ ...term, range: { from: Math.max(from, term.range.from), to: Math.min(to, term.range.to) } }))
    .filter(({ range }) => range.from < range.to);

/** Enterprises that have a name in common: their chain, their trade. */
function kindredGroups(
  source: GroupSource,
  asked: Asked,
  nameOf: (enterprise: Enterprise) => string | null,
): MeterGroup[] {
  const nameById = new Map(source.enterprises.map((enterprise) => [enterprise.id, nameOf(enterprise)]));
  const kindred = groupBy(enterpriseGroups(source, asked), ({ id }) => nameById.get(id as EnterpriseId) ?? null);
  return [...kindred].map(([name, groups]) => ({
    id: name,
    name,
    isDeclared: groups.every(({ isDeclared }) => isDeclared),
    terms: groups.flatMap(({ terms }) => terms),
    enterpriseIds: enterprisesOf(groups),
  }));
}

/** Declared meters of a place; else those of its meters that hang below no other one of it. */
function placeGroups(
  { settlements, meters: all }: GroupSource,
  meters: readonly CountedMeter[],
  { kind, range }: Asked,
  placeOf: (meter: Meter) => string | null,
): MeterGroup[] {
  const tree = new MeterTree(all);
  return [...groupBy(meters, placeOf)].map(([place, own]) => {
    const nodeId = `zone:${place ?? ""}`;
    const isDeclared = settlements.some((row) => row.nodeId === nodeId && row.kind === kind);
    const terms = isDeclared
      ? settledTerms(settlementParts(settlements, { nodeId, kind, range }))
      : countedTerms(usesOfPlace(own, tree), range);
    const enterpriseIds = [...new Set(own.map(({ enterpriseId }) => enterpriseId))];
    return { id: place, name: place, isDeclared, terms, enterpriseIds };
  });
}

function virtualGroup(source: GroupSource, { id, name }: NamedVirtualMeter, { range }: Asked): MeterGroup {
  const resolved = resolveVirtualMeter(id, new Map(source.virtualMeters.map((meter) => [meter.id, meter])));
  const terms = resolved.ok ? [...resolved.terms] : [];
  // Definitions are checked when they are entered: what they come down to are meters.
  const whole = terms.map(([meterId, coefficient]) => ({ meterId: meterId as MeterId, coefficient, range }));
  const byId = new Map(source.meters.map((meter) => [meter.id, meter]));
  const counted = whole.flatMap((term) => {
    const meter = byId.get(term.meterId);
    return clipTerms([term], meter === undefined ? range : countedRange(meter, range));
  });
  const owners = source.meters.filter((meter) => terms.some(([meterId]) => meterId === meter.id));
  const enterpriseIds = [...new Set(owners.map(({ enterpriseId }) => enterpriseId))];
  return { id, name, isDeclared: true, terms: counted, enterpriseIds };
}
