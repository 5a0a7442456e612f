import {
  kgcePerUnit,
  meteredCarriers,
  standardCoal,
  type Carrier,
  type CoalBasis,
  type Factor,
  type ParkTime,
  type Principal,
  type RegulatedBook,
  type TimeRange,
} from "@smart-park/core";
import type { StandardCoalBody, StandardCoalQuery } from "@smart-park/core/wire";
import { ClosedMonths } from "./closing-state.ts";
import { groupSource, upToNow, type FigureContext } from "./group-source.ts";
import {
  energyKinds,
  energyOf,
  enteredFigure,
  soldName,
  type FuelUse,
  type GroupEnergy,
  type MeteredUse,
  type PvUse,
} from "./energy-uses.ts";
import { intensitiesOf } from "./intensities.ts";
import { toFigureBody } from "./use-figure.ts";
import { toVersionBodies } from "./versions.ts";

/** Subject of the coal that own electricity counts as. */
const ownElectricity = "electricity";

/** Comprehensive energy (综合能耗, GB/T 2589) of each group, by the factors in force, and its intensities. */
export async function readStandardCoal(
  context: FigureContext,
  principal: Principal,
  query: StandardCoalQuery,
): Promise<StandardCoalBody> {
  const { registry, time, clock } = context;
  const { by, basis } = query;
  const now = clock.now();
  const range = upToNow(query, now);
  const [book, inputs] = [registry.regulated(), registry.activityInputs(principal)];
  const subjects = [...meteredCarriers.map(({ coal }) => coal[basis]), ownElectricity].map(
    (subject) => ["standardCoal", subject] as const,
  );
  const source = groupSource(context, principal);
  const energy = await energyOf({ parts: context, source, inputs, book, subjects, by, range, now });
  const months = new ClosedMonths(context, principal, range);
  const groups = energy.map((group) => {
    const { coal, carriers } = coalOf(group, basis, book, time);
    const lines = coal.carriers.map(({ amount, coal: figure }, i) => ({
      ...toLine(carriers[i], time),
      amount,
      tce: figure.value,
      factorIds: [...figure.factorIds],
    }));
    const { value, unit, coverage } = coal.total;
    return {
      id: group.id,
      name: group.name,
      ...months.of(group.enterpriseIds, ...energyKinds),
      total: { value, unit, coverage },
      renewable: toFigureBody(coal.renewable),
      assessed: toFigureBody(coal.assessed),
      carriers: lines,
      incomplete: [...new Set([...coal.incomplete, ...group.incomplete])],
      madeInside: [...group.madeInside],
      intensities: intensitiesOf(coal.total, inputs, group.owners, { range, time }),
    };
  });
  const used = new Set(groups.flatMap(({ carriers }) => carriers.flatMap(({ factorIds }) => factorIds)));
  const versions = toVersionBodies(book.named(used));
  const closing = months.of(
    energy.flatMap(({ enterpriseIds }) => enterpriseIds),
    ...energyKinds,
  );
  return { ...{ from: time.toIso(range.from), to: time.toIso(range.to), by, basis, groups }, ...closing, versions };
}

type DatedCarrier = Carrier & TimeRange;

/** Standard coal of what a group used, and the carriers it is made of. */
export function coalOf(group: GroupEnergy, basis: CoalBasis, book: RegulatedBook, time: ParkTime) {
  const carriers = [
    ...group.metered.map((use) => meteredCarrier(use, basis, book, time)),
    ...group.fuels.map((use) => fuelCarrier(use, book, time)),
    ...group.pv.map((use) => pvCarrier(use, book, time)),
    ...group.sold.map((use) => ({ ...meteredCarrier(use, basis, book, time), name: soldName(use) })),
  ];
  return { coal: standardCoal(carriers, basis), carriers };
}

function meteredCarrier(use: MeteredUse, basis: CoalBasis, book: RegulatedBook, time: ParkTime): DatedCarrier {
  const { carrier, figure, from, to } = use;
  const factor = coalFactor(book, carrier.coal[basis], time.dayOf(from));
  const value = figure.value === null ? null : figure.value * carrier.coalUnits;
  const purchased = { ...figure, value, unit: carrier.coalUnit };
  return { from, to, name: carrier.kind, purchased, factors: { equivalent: factor, substitution: factor } };
}

function fuelCarrier(use: FuelUse, book: RegulatedBook, time: ParkTime): DatedCarrier {
  const { fuel, from, to } = use;
  const factor = fuel.coal === null ? null : coalFactor(book, fuel.coal, time.dayOf(from));
  const purchased = enteredFigure(use, "kg", 1000);
  return { from, to, name: `fuel.${fuel.name}`, purchased, factors: { equivalent: factor, substitution: factor } };
}

/** Own PV counts by its equal value whatever the basis, and stays apart: an assessment deducts it. */
function pvCarrier({ figure, from, to }: PvUse, book: RegulatedBook, time: ParkTime): DatedCarrier {
  const factor = coalFactor(book, ownElectricity, time.dayOf(from));
  const factors = { equivalent: factor, substitution: factor };
  return { from, to, name: "pvSelfUse", purchased: figure, factors, isRenewable: true };
}

/** Null where no version is in force, and where the document gives only a range: then it must be measured. */
function coalFactor(book: RegulatedBook, subject: string, day: string): Factor | null {
  const version = book.inForce("standardCoal", subject, day);
  const value = version && kgcePerUnit(version.value);
  return version && value !== null ? { id: version.id, value, unit: version.unit } : null;
}

const toLine = (carrier: DatedCarrier | undefined, time: ParkTime) => ({
  name: carrier?.name ?? "",
  from: time.toIso(carrier?.from ?? 0),
  to: time.toIso(carrier?.to ?? 0),
  unit: carrier?.purchased.unit ?? "",
});
