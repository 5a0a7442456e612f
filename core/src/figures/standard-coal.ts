import { mergeIds, ratio, sumFigures, unknownCoverage, type Figure } from "./figure.ts";

/** A factor in force, from the dated catalogue: opaque id, value, and what it is per. */
export interface Factor {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
}

/** Which of the two factors of a carrier counts: 当量值 for an enterprise, 等价值 for regional energy of GDP. */
export type CoalBasis = "equivalent" | "substitution";

/** What crossed the boundary in a period, or was won inside it as own PV is, in the carrier's unit; null = not known. */
export interface CarrierAmounts {
  readonly purchased: Figure;
  /** Stock at the beginning − stock at the end. */
  readonly stockDecrease?: number;
  readonly sold?: number;
  /** Used as a material, not burnt. */
  readonly nonEnergyUse?: number;
}

export interface Carrier extends CarrierAmounts {
  readonly name: string;
  /** kgce per unit; null = the catalogue has none for this basis. */
  readonly factors: Readonly<Record<CoalBasis, Factor | null>>;
  readonly isRenewable?: boolean;
  readonly isFeedstock?: boolean;
  /** 耗能工质 (fresh water, compressed air, oxygen …): counts only when asked for. */
  readonly isMedium?: boolean;
}

export interface StandardCoal {
  readonly basis: CoalBasis;
  /** 综合能耗, tce; null when nothing is known. */
  readonly total: Figure;
  /** Parts of the total that an assessment deducts, tce. */
  readonly renewable: Figure;
  readonly feedstock: Figure;
  /** total − renewable − feedstock. */
  readonly assessed: Figure;
  readonly carriers: readonly { readonly name: string; readonly amount: number | null; readonly coal: Figure }[];
  /** Carriers without a factor or an amount; the total is too low by them. */
  readonly incomplete: readonly string[];
}

/**
 * E = Σ (purchased + stockDecrease − sold − nonEnergyUse) × k over the carriers that cross the boundary (GB/T 2589), tce.
 * Own PV that was used counts as electricity by its equal value (当量值). A carrier made inside from another one must not be passed; energy-carrying media are left out unless `withMedia`.
 */
export function standardCoal(
  carriers: readonly Carrier[],
  basis: CoalBasis,
  { withMedia = false }: { withMedia?: boolean } = {},
): StandardCoal {
  const counted = carriers.filter(({ isMedium = false }) => withMedia || !isMedium);
  const lines = counted.map((carrier) => ({ carrier, ...coalOf(carrier, basis) }));
  const sumOf = (isPart: (carrier: Carrier) => boolean): Figure =>
    sumOrZero(lines.filter((line) => isPart(line.carrier)).map((l) => l.coal));
  const total = sumFigures(
    lines.map(({ coal }) => ({ figure: coal, coefficient: 1 })),
    "tce",
  );
  const renewable = sumOf(({ isRenewable = false }) => isRenewable);
  const feedstock = sumOf(({ isRenewable = false, isFeedstock = false }) => isFeedstock && !isRenewable);
  return {
    basis,
    total,
    renewable,
    feedstock,
    assessed: { ...total, value: less(total.value, renewable.value, feedstock.value) },
    carriers: lines.map(({ carrier, amount, coal }) => ({ name: carrier.name, amount, coal })),
    incomplete: lines.filter(({ coal }) => coal.value === null).map(({ carrier }) => carrier.name),
  };
}

/** Amount that counts, in the carrier's unit; null when the purchase is not known. */
export function energyAmount({
  purchased,
  stockDecrease = 0,
  sold = 0,
  nonEnergyUse = 0,
}: CarrierAmounts): number | null {
  return purchased.value === null ? null : purchased.value + stockDecrease - sold - nonEnergyUse;
}

function coalOf(carrier: Carrier, basis: CoalBasis): { amount: number | null; coal: Figure } {
  const factor = carrier.factors[basis];
  if (factor && factor.unit !== `kgce/${carrier.purchased.unit}`)
    throw new RangeError(`factor ${factor.id} is per ${factor.unit}, ${carrier.name} is in ${carrier.purchased.unit}`);
  const amount = energyAmount(carrier);
  const value = amount === null || !factor ? null : (amount * factor.value) / 1000;
  const { factorIds } = carrier.purchased;
  // An amount that no factor turns into coal leaves the total as much too low as one that nobody knows.
  const coverage = value === null ? unknownCoverage : carrier.purchased.coverage;
  return {
    amount,
    coal: { value, unit: "tce", coverage, factorIds: mergeIds([factorIds, factor ? [factor.id] : []]) },
  };
}

/** A part that no carrier belongs to is truly zero, not unknown. */
function sumOrZero(figures: readonly Figure[]): Figure {
  const sum = sumFigures(
    figures.map((figure) => ({ figure, coefficient: 1 })),
    "tce",
  );
  return figures.length > 0 ? sum : { ...sum, value: 0, coverage: { measured: 1, estimated: 0, missing: 0 } };
}

const less = (total: number | null, ...parts: (number | null)[]): number | null =>
  parts.reduce((rest, part) => (rest === null || part === null ? null : rest - part), total);

/** A figure per added value, output, product or area; a missing or zero denominator gives null, shown as "—". */
export function intensity(figure: Figure, per: { readonly value: number | null; readonly unit: string }): Figure {
  return { ...figure, value: ratio(figure.value, per.value), unit: `${figure.unit}/${per.unit}` };
}
