import {
  acrossBoundary,
  convert,
  countsIn,
  enteredFuels,
  handedOver,
  makersOf,
  meterGroup,
  meterGroups,
  meteredCarriers,
  unknownCoverage,
  whatCrosses,
  type ActivityInput,
  type ClinkerOxides,
  type EnteredFuel,
  type EnterpriseId,
  type Figure,
  type GroupSource,
  type LocalDay,
  type Meter,
  type MeterId,
  type MeteredCarrier,
  type MeterGroup,
  type ParkTime,
  type RegulatedBook,
  type RegulatedKind,
  type TimeRange,
} from "@smart-park/core";
import type { AskedGroups, FigureContext } from "./group-source.ts";
import { enteredAt, enteredFor } from "./entered-value.ts";
import { groupUses, quantityOfUse, registerOf } from "./group-uses.ts";
import { pvSelfUses } from "./pv-self-use.ts";
import { totalOf } from "./use-figure.ts";

const exported = "activeEnergyExport";

export type EnergyGrouping = "park" | "enterprise" | "chain" | "trade";

/** Use of a carrier over a stretch in which no factor changes, in the meter's unit. */
export interface MeteredUse extends TimeRange {
  readonly carrier: MeteredCarrier;
  readonly figure: Figure;
  /** Electricity given to the grid, kWh; null = no register counts it, or another carrier. */
  readonly exported: Figure | null;
}

/** What an owner entered of something for a month or year, in t. */
interface EnteredUse extends TimeRange {
  /** null = its owner enters it, but for nothing of the range. */
  readonly tonnes: number | null;
  /** Share of the whole range for which its owner entered it, 0 to 1. */
  readonly known: number;
}

export interface FuelUse extends EnteredUse {
  readonly fuel: EnteredFuel;
}

/** `oxides` null = they were not entered. */
export interface ClinkerUse extends EnteredUse {
  readonly oxides: ClinkerOxides | null;
}

/** Own PV used over a stretch, in kWh. */
export interface PvUse extends TimeRange {
  readonly figure: Figure;
}

export interface GroupEnergy {
  readonly id: string | null;
  readonly name: string | null;
  /** Whose inputs count; null among them = the park as a whole. */
  readonly owners: readonly (EnterpriseId | null)[];
  /** Enterprises of whom something was metered or entered. */
  readonly enterpriseIds: readonly EnterpriseId[];
  readonly metered: readonly MeteredUse[];
  /** What was handed over to others, as negative amounts; null = not known, or of something that is not known. */
  readonly sold: readonly MeteredUse[];
  readonly fuels: readonly FuelUse[];
  readonly clinker: readonly ClinkerUse[];
  /** Empty where there is no plant. */
  readonly pv: readonly PvUse[];
  /** Meters of energy that was made inside of another one that is counted already; they count in no sum. */
  readonly madeInside: readonly MeterId[];
  /** Fuels and clinker entered for only some of the range, and fuels that the table does not know. */
  readonly incomplete: readonly string[];
}

/** How an answer names what was handed over of an energy. */
export const soldName = ({ carrier }: Pick<MeteredUse, "carrier">): string => `sold.${carrier.kind}`;

/** Without a single meter or entry nothing is known of a group: that is no zero. */
export const isUnknown = ({ metered, fuels, clinker }: GroupEnergy): boolean =>
  metered.length === 0 && [...fuels, ...clinker].every(({ tonnes }) => tonnes === null);

interface EnergyInput {
  readonly parts: FigureContext;
  readonly source: AskedGroups;
  readonly inputs: readonly ActivityInput[];
  readonly book: RegulatedBook;
  /** Kinds and subjects whose versions cut the range. */
  readonly subjects: readonly (readonly [RegulatedKind, string])[];
  readonly by: EnergyGrouping;
  readonly range: TimeRange;
  readonly now: number;
}

/** What crossed the boundary of each group: metered carriers by stretch, and the fuels that people entered. */
export async function energyOf(input: EnergyInput): Promise<GroupEnergy[]> {
  const { source, by, range, parts } = input;
  const metered = await meteredUses(input);
  const pv = await pvUses(input);
  const active = energyOwners(input);
  return meterGroups(source, by, { kind: "electricity", range }).map(({ id, name }) => {
    const owners = ownersOf(source, by, id);
    const { fuels, incomplete } = fuelsOf(input.inputs, owners, range, parts.time);
    const clinker = clinkerOf(input.inputs, owners, range, parts.time);
    const enterpriseIds = owners.filter((owner) => owner !== null).filter((owner) => active.has(owner));
    const pvUsed = pv.flatMap(({ ofOwner, ...span }) => {
      const figures = owners.flatMap((owner) => (owner === null ? [] : (ofOwner.get(owner) ?? [])));
      return figures.length === 0 ? [] : [{ ...span, figure: totalOf(figures, "kWh") }];
    });
    const had = { metered: metered.get(id)?.uses ?? [], fuels, pv: pvUsed };
    return {
      id,
      name,
      owners,
      enterpriseIds,
      ...had,
      sold: (metered.get(id)?.sold ?? []).map((use) => deducted(use, had)),
      clinker: clinker.found,
      madeInside: [...new Set(metered.get(id)?.madeInside)],
      incomplete: clinker.isIncomplete ? [...incomplete, "clinker"] : incomplete,
    };
  });
}

/**
 * What was handed over counts negative. Nothing is deducted from what is not known: from a purchase of the same energy, or
 * where there is none from all that it may have been made of.
 */
function deducted(use: MeteredUse, { metered, fuels, pv }: Pick<GroupEnergy, "metered" | "fuels" | "pv">): MeteredUse {
  const { carrier, figure, from } = use;
  const bought = metered.filter((one) => one.carrier === carrier && one.from === from);
  const amounts = [...[...metered, ...pv].map((one) => one.figure.value), ...fuels.map(({ tonnes }) => tonnes)];
  const isKnown =
    bought.length > 0
      ? bought.every((one) => one.figure.value !== null)
      : amounts.length > 0 && amounts.every((amount) => amount !== null);
  if (figure.value === null || !isKnown)
    return { ...use, figure: { ...figure, value: null, coverage: unknownCoverage } };
  return { ...use, figure: { ...figure, value: -figure.value } };
}

async function pvUses({ parts, source, ...input }: EnergyInput) {
  const found: (TimeRange & { readonly ofOwner: ReadonlyMap<EnterpriseId, Figure> })[] = [];
  for (const range of stretches(input, parts.time))
    found.push({ ...range, ofOwner: await pvSelfUses(parts, source.meters, range) });
  return found;
}

/** Enterprises with a meter of a carrier, or a fuel or clinker that was entered. */
function energyOwners({ source, inputs, range }: EnergyInput): ReadonlySet<EnterpriseId | null> {
  const metering = meteredCarriers.flatMap(({ kind }) => meterGroups(source, "park", { kind, range }));
  const burning = inputs.filter(({ item }) => item.startsWith("fuel.") || item === "clinker");
  return new Set([
    ...metering.flatMap(({ enterpriseIds }) => enterpriseIds),
    ...burning.map(({ enterpriseId }) => enterpriseId),
  ]);
}

/** Media whose months an energy figure rests on. */
export const energyKinds = meteredCarriers.map(({ kind }) => kind);

interface MeteredGroup {
  readonly uses: MeteredUse[];
  readonly sold: MeteredUse[];
  readonly madeInside: MeterId[];
}

async function meteredUses({ parts, source, by, now, ...input }: EnergyInput) {
  const found = new Map<string | null, MeteredGroup>();
  const makers = makersOf([...source.readable.values()]);
  for (const range of stretches(input, parts.time)) {
    for (const carrier of meteredCarriers) {
      const { kind } = carrier;
      const groups = groupsAcross(source, by, { kind, range, makers });
      const question = { quantity: quantityOfUse(kind), range, step: null, now };
      const uses = await groupUses(parts, source.readable, groups, question);
      const handed = groups.map(({ given }) => ({ terms: given }));
      const sold = await groupUses(parts, source.readable, handed, question);
      const given = kind === "electricity" ? groups.map((group) => ({ terms: exportTerms(source, group, range) })) : [];
      const exports = await groupUses(parts, source.readable, given, { ...question, quantity: exported });
      groups.forEach((group, i) => {
        const known = found.get(group.id) ?? { uses: [], sold: [], madeInside: [] };
        const figure = group.terms.length > 0 ? uses[i]?.total : undefined;
        const gave = given[i]?.terms.length ? (exports[i]?.total ?? null) : null;
        if (figure) known.uses.push({ ...range, carrier, figure, exported: gave });
        const handedOn = group.given.length > 0 ? sold[i]?.total : undefined;
        if (handedOn) known.sold.push({ ...range, carrier, figure: handedOn, exported: null });
        known.madeInside.push(...group.left);
        found.set(group.id, known);
      });
    }
  }
  return found;
}

/** The meters of an energy that count for each group, and those of what it handed to others. */
function groupsAcross(
  source: AskedGroups,
  by: EnergyGrouping,
  {
    makers,
    ...asked
  }: Pick<Meter, "kind"> & { readonly range: TimeRange; readonly makers: ReturnType<typeof makersOf> },
) {
  const handed = handedOver(source, asked);
  const ownerOf = (meterId: MeterId | null) =>
    meterId === null ? undefined : source.readable.get(meterId)?.enterpriseId;
  return meterGroups(source, by, asked)
    .map(({ id, terms: all }) => {
      const members = ownersOf(source, by, id).filter((owner) => owner !== null);
      const { terms, given } = whatCrosses(source, { ...asked, by, members, terms: all }, handed);
      const sellers = new Set(given.flatMap(({ meterId }) => ownerOf(meterId) ?? []));
      const across = acrossBoundary({ terms: all }, members, makers, sellers);
      const counted = across.terms.filter((term) => terms.includes(term));
      return { id, members, ...across, terms: counted, given };
    })
    .filter(({ terms, given, left }) => terms.length > 0 || given.length > 0 || left.length > 0);
}

/** What counts the electricity that a group gives away: its settlement meters; of a member whose count none, its plants. */
function exportTerms(
  { meters, readable }: AskedGroups,
  { terms, members }: Pick<MeterGroup, "terms"> & { readonly members: readonly EnterpriseId[] },
  range: TimeRange,
): MeterGroup["terms"] {
  const counts = (meter: Meter | undefined): boolean => registerOf(meter, exported) !== null;
  const own = terms.filter(({ meterId }) => meterId !== null && counts(readable.get(meterId)));
  const settled = new Set(own.map(({ meterId }) => meterId && readable.get(meterId)?.enterpriseId));
  const plants = meters.filter((meter) => meter.kind === "pv" && counts(meter) && countsIn(meter, range));
  const unsettled = plants.filter(({ enterpriseId }) => members.includes(enterpriseId) && !settled.has(enterpriseId));
  return [...own, ...unsettled.flatMap((plant) => meterGroup(plant, range).terms)];
}

/** The range cut where a version of a factor begins or ends. */
function stretches({ book, subjects, range }: Pick<EnergyInput, "book" | "subjects" | "range">, time: ParkTime) {
  const versions = subjects.flatMap(([kind, subject]) => book.versions(kind, subject));
  const days = versions.flatMap(({ effectiveFrom, effectiveTo }) => [effectiveFrom, effectiveTo]);
  const cuts = days.filter((day): day is LocalDay => day !== null).map((day) => time.startOfLocalDay(day));
  const inside = cuts.filter((at) => at > range.from && at < range.to);
  const edges = [...new Set([range.from, ...inside, range.to])].sort((a, b) => a - b);
  return edges.slice(1).map((to, i) => ({ from: edges[i] ?? range.from, to }));
}

/** The park's own inputs stand beside those of its enterprises. */
function ownersOf({ enterprises }: GroupSource, by: EnergyGrouping, id: string | null): (EnterpriseId | null)[] {
  if (by === "enterprise") return enterprises.filter((one) => one.id === id).map((one) => one.id);
  if (by === "chain") return enterprises.filter(({ chain }) => chain === id).map((one) => one.id);
  if (by === "trade") return enterprises.filter(({ trade = null }) => trade === id).map((one) => one.id);
  return [null, ...enterprises.map((one) => one.id)];
}

function fuelsOf(
  inputs: readonly ActivityInput[],
  owners: readonly (EnterpriseId | null)[],
  range: TimeRange,
  time: ParkTime,
): Pick<GroupEnergy, "fuels" | "incomplete"> {
  const fuels: FuelUse[] = [];
  const incomplete = new Set<string>();
  for (const owner of owners) {
    const own = inputs.filter(({ enterpriseId, item }) => enterpriseId === owner && item.startsWith("fuel."));
    for (const item of new Set(own.map((input) => input.item))) {
      const name = item.slice("fuel.".length);
      const fuel = enteredFuels.find((one) => one.name === name) ?? { name, coal: null, carbon: null };
      const entries = own.filter((input) => input.item === item);
      const uses = enteredUses(entries, range, time);
      fuels.push(...uses.map((use) => ({ ...use, fuel })));
      if (!isWhole(uses)) incomplete.add(item);
    }
  }
  return { fuels, incomplete: [...incomplete] };
}

function clinkerOf(
  inputs: readonly ActivityInput[],
  owners: readonly (EnterpriseId | null)[],
  range: TimeRange,
  time: ParkTime,
): { found: ClinkerUse[]; isIncomplete: boolean } {
  const perOwner = owners.map((owner) => {
    const own = inputs.filter(({ enterpriseId }) => enterpriseId === owner);
    const made = own.filter(({ item }) => item === "clinker");
    const uses = made.length === 0 ? [] : enteredUses(made, range, time);
    return {
      found: uses.map((use) => ({ ...use, oxides: oxidesAt(own, use.from, time) })),
      isIncomplete: !isWhole(uses),
    };
  });
  return {
    found: perOwner.flatMap(({ found }) => found),
    isIncomplete: perOwner.some(({ isIncomplete }) => isIncomplete),
  };
}

/** As entered in % for the newest period; what did not come from carbonate is taken as none where it was not entered. */
function oxidesAt(inputs: readonly ActivityInput[], at: number, time: ParkTime): ClinkerOxides | null {
  const share = (oxide: keyof ClinkerOxides): number | null => {
    const entered = inputs.filter(({ item, unit }) => item === `clinker.${oxide}` && unit === "%");
    const value = enteredAt(entered, at, time)?.value;
    return value === undefined ? null : value / 100;
  };
  const [cao, mgo] = [share("cao"), share("mgo")];
  if (cao === null || mgo === null) return null;
  return { cao, mgo, caoNonCarbonate: share("caoNonCarbonate") ?? 0, mgoNonCarbonate: share("mgoNonCarbonate") ?? 0 };
}

/** Where nothing was entered for any of the range, one use whose amount is not known. */
function enteredUses(inputs: readonly ActivityInput[], range: TimeRange, time: ParkTime): EnteredUse[] {
  const spans = enteredTonnes(inputs, range, time);
  const enteredMs = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  const known = enteredMs / (range.to - range.from);
  return spans.length === 0 ? [{ ...range, tonnes: null, known: 0 }] : spans.map((span) => ({ ...span, known }));
}

const isWhole = (uses: readonly EnteredUse[]): boolean => uses.every(({ known }) => known === 1);

/** Amount of a use with the coverage of its range; `perTonne` = units in a tonne. */
export const enteredFigure = ({ tonnes, known }: EnteredUse, unit: string, perTonne = 1): Figure => ({
  value: tonnes === null ? null : tonnes * perTonne,
  unit,
  coverage: { measured: known, estimated: 0, missing: 1 - known },
  factorIds: [],
});

/** Whole months and years inside the range; a figure for a longer time is not shared out over part of it. */
function enteredTonnes(
  inputs: readonly ActivityInput[],
  range: TimeRange,
  time: ParkTime,
): (TimeRange & { readonly tonnes: number })[] {
  const entered = inputs.flatMap(({ value, unit, period }) =>
    unit === "t" || unit === "kg" ? [{ period, value: convert(value, unit, "t") }] : [],
  );
  const whole = enteredFor(entered, range, time);
  if (whole !== null) return [{ ...range, tonnes: whole }];
  return yearsOrMonths(range, time).flatMap((span) => {
    const tonnes = enteredFor(entered, span, time);
    if (tonnes !== null) return [{ ...span, tonnes }];
    return monthsOf(span, time).flatMap((month) => {
      const ofMonth = enteredFor(entered, month, time);
      return ofMonth === null ? [] : [{ ...month, tonnes: ofMonth }];
    });
  });
}

/** Calendar years that lie in the range as a whole, and the range's part of the others. */
function yearsOrMonths({ from, to }: TimeRange, time: ParkTime): TimeRange[] {
  const [first, last] = [time.partsOf(from).year, time.partsOf(to - 1).year];
  return Array.from({ length: last - first + 1 }, (_, i) => ({
    from: Math.max(from, time.instantOf(first + i, 1, 1)),
    to: Math.min(to, time.instantOf(first + i + 1, 1, 1)),
  }));
}

function monthsOf({ from, to }: TimeRange, time: ParkTime): TimeRange[] {
  const edges = time.bucketEdges({ from, to }, "1mo").filter((edge) => edge >= from && edge <= to);
  return edges.slice(1).map((end, i) => ({ from: edges[i] ?? from, to: end }));
}
