import { mergeIds, sumFigures, type Figure } from "./figure.ts";
import type { Factor } from "./standard-coal.ts";

/** tCO2 per t of carbon. */
const carbonToCo2 = 44 / 12;

/** A fuel burnt: FC × NCV × CC × OF × 44/12 (GB/T 32150). Biomass is reported apart and never counted. */
export interface BurntFuel {
  readonly name: string;
  /** FC in t or 10⁴ Nm³. */
  readonly amount: Figure;
  /** Net calorific value, GJ per unit of the amount. */
  readonly ncv: Factor;
  /** Carbon content, tC/TJ. */
  readonly carbonContent: Factor;
  /** Oxidised share, 0…1. */
  readonly oxidation: Factor;
  readonly isBiomass?: boolean;
}

/** tCO2 of a fuel, from the parts of its factor: published products are rounded. */
export function fuelEmission({ amount, ncv, carbonContent, oxidation }: BurntFuel): Figure {
  const perUnit = ((ncv.value * carbonContent.value) / 1000) * oxidation.value * carbonToCo2;
  return times(amount, perUnit, [ncv.id, carbonContent.id, oxidation.id]);
}

/** What a process gives off beside its fuel. */
export interface ProcessSource {
  /** t of what is made. */
  readonly amount: Figure;
  /** tCO2 per t. */
  readonly perTonne: Factor;
}

/** Oxides of clinker as shares (0.64 = 64 %); what did not come from carbonate is subtracted. */
export interface ClinkerOxides {
  readonly cao: number;
  readonly caoNonCarbonate: number;
  readonly mgo: number;
  readonly mgoNonCarbonate: number;
}

/** tCO2 of the carbonates in a tonne of clinker: (CaO − CaO_non) · 44/56 + (MgO − MgO_non) · 44/40. */
export const clinkerPerTonne = ({ cao, caoNonCarbonate, mgo, mgoNonCarbonate }: ClinkerOxides): number =>
  ((cao - caoNonCarbonate) * 44) / 56 + ((mgo - mgoNonCarbonate) * 44) / 40;

const processEmission = ({ amount, perTonne }: ProcessSource): Figure => times(amount, perTonne.value, [perTonne.id]);

/** Electricity over the boundary in kWh, heat in GJ. Own PV that is used inside appears nowhere: it emits nothing. */
export interface PurchasedEnergy {
  readonly purchased: Figure;
  /** Exported with the same factor; null = none. */
  readonly exported: Figure | null;
  /** Average of the grid, kgCO2/kWh (heat: tCO2/GJ). */
  readonly location: Factor;
  /** What the market-based figure uses for what is not under contract (the residual mix); null = the location factor. */
  readonly residual?: Factor | null;
  /** Bought as green power or under certificates: counts nothing market-based. In the unit of `purchased`. */
  readonly green?: number;
}

export interface CarbonInput {
  readonly fuels: readonly BurntFuel[];
  readonly processes: readonly ProcessSource[];
  readonly electricity: readonly PurchasedEnergy[];
  readonly heat: readonly PurchasedEnergy[];
  /** tCO2 captured and stored. */
  readonly captured?: Figure;
}

/** tCO2 each; a figure of which nothing is known has a null value. */
export interface Carbon {
  readonly fuel: Figure;
  readonly process: Figure;
  readonly scope1: Figure;
  readonly scope2Location: Figure;
  readonly scope2Market: Figure;
  readonly totalLocation: Figure;
  readonly totalMarket: Figure;
  /** Biomass, reported apart; not in any total. */
  readonly biomass: Figure;
}

/** Emissions of an enterprise in a period: scope 1 (fuel, process, less captured) and scope 2, both ways side by side. */
export function carbon(input: CarbonInput): Carbon {
  const burnt = (isBiomass: boolean): Figure =>
    sum(input.fuels.filter((fuel) => (fuel.isBiomass ?? false) === isBiomass).map(fuelEmission));
  const [fuel, process] = [burnt(false), sum(input.processes.map(processEmission))];
  const scope1 = sum([fuel, process], input.captured ? [input.captured] : []);
  const scope2 = (basis: "location" | "market"): Figure =>
    sum([
      ...input.electricity.map((e) => boughtEmission(e, basis, 1000)),
      ...input.heat.map((h) => boughtEmission(h, basis, 1)),
    ]);
  const [scope2Location, scope2Market] = [scope2("location"), scope2("market")];
  return {
    fuel,
    process,
    scope1,
    scope2Location,
    scope2Market,
    totalLocation: sum([scope1, scope2Location]),
    totalMarket: sum([scope1, scope2Market]),
    biomass: burnt(true),
  };
}

/** Factors in kg per unit are divided by 1000 to give t. */
function boughtEmission(energy: PurchasedEnergy, basis: "location" | "market", perTonne: number): Figure {
  const { purchased, exported, location, residual, green = 0 } = energy;
  const factor = basis === "market" ? (residual ?? location) : location;
  // A contract covers at most what was bought.
  const covered = basis === "market" ? Math.min(Math.max(0, green), Math.max(0, purchased.value ?? 0)) : 0;
  const counted = { ...purchased, value: purchased.value === null ? null : purchased.value - covered };
  const bought = times(counted, factor.value / perTonne, [factor.id]);
  return exported === null ? bought : sum([bought], [times(exported, factor.value / perTonne, [factor.id])]);
}

const times = (figure: Figure, factor: number, factorIds: readonly string[]): Figure => ({
  value: figure.value === null ? null : figure.value * factor,
  unit: "tCO2",
  coverage: figure.coverage,
  factorIds: mergeIds([figure.factorIds, factorIds]),
});

/** What is not there (no fuel, no kiln) is zero and known; what is there and not known lowers the coverage. */
function sum(plus: readonly Figure[], minus: readonly Figure[] = []): Figure {
  const parts = [
    ...plus.map((figure) => ({ figure, coefficient: 1 })),
    ...minus.map((figure) => ({ figure, coefficient: -1 })),
  ];
  const real = parts.filter(({ figure }) => figure !== nothing);
  return real.length === 0 ? nothing : sumFigures(real, "tCO2");
}

const nothing: Figure = {
  value: 0,
  unit: "tCO2",
  coverage: { measured: 1, estimated: 0, missing: 0 },
  factorIds: [],
};
