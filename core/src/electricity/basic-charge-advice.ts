import { roundNumber } from "../decimal.ts";
import type { Advice } from "./advice.ts";
import { chargedQuantity, type BasicContract, type TwoPartRules } from "./two-part.ts";

export interface BasicAdviceInput {
  /** Past billing months, best the last 12; one without known demand is left out. */
  readonly months: readonly { readonly maxDemandKw: number | null; readonly kwh: number | null }[];
  /** The contract of today; its capacity (kVA) holds for all methods. */
  readonly contract: BasicContract;
  readonly rules: TwoPartRules;
  /** 元/kVA·month and 元/kW·month; null = not offered or not known. */
  readonly capacityYuanPerKva: number | null;
  readonly demandYuanPerKw: number | null;
}

/** A way to pay the basic charge and what the months would have cost, brought to a year, 元. */
export interface BasicOption {
  readonly contract: BasicContract;
  readonly yuanPerYear: number;
}

type KnownMonth = { readonly maxDemandKw: number; readonly kwh: number | null };

/**
 * What the known months would have cost by capacity, by the best declared demand and by actual demand, cheapest first;
 * empty when no month's demand is known. The best declared demand is exact: see `bestDeclaredKw`.
 */
export function basicOptions(input: BasicAdviceInput): BasicOption[] {
  const months = knownMonths(input);
  if (months.length === 0) return [];
  const { capacityKva } = input.contract;
  const declaredKw = bestDeclaredKw(months, capacityKva, input.rules);
  const contracts: BasicContract[] = [
    { method: "capacity", capacityKva },
    { method: "declaredDemand", capacityKva, declaredKw },
    { method: "actualDemand", capacityKva },
  ];
  return contracts
    .flatMap((contract) => {
      const yuanPerYear = yearlyYuan(contract, months, input);
      return yuanPerYear === null ? [] : { contract, yuanPerYear };
    })
    .toSorted((a, b) => a.yuanPerYear - b.yuanPerYear);
}

/**
 * The whole declared kW at which the months cost least. The cost is a straight line between the points where a month's
 * demand is just tolerated (maximum / 1.05) and the least that may be declared, so only the whole kW next to those need
 * to be tried; of equal ones the smallest.
 */
export function bestDeclaredKw(months: readonly KnownMonth[], capacityKva: number, rules: TwoPartRules): number {
  const least = Math.ceil(roundNumber(rules.minDeclaredShare * capacityKva, 6));
  const turns = months.map(({ maxDemandKw }) => roundNumber(maxDemandKw / rules.declaredTolerance, 6));
  const candidates = [least, ...turns.flatMap((kw) => [Math.floor(kw), Math.ceil(kw), Math.ceil(kw) + 1])];
  const cost = (declaredKw: number): number =>
    chargedOver({ method: "declaredDemand", capacityKva, declaredKw }, months, rules);
  return candidates
    .filter((kw) => kw >= least)
    .toSorted((a, b) => a - b)
    .reduce((best, kw) => (cost(kw) < cost(best) - 1e-9 ? kw : best), least);
}

const chargedOver = (contract: BasicContract, months: readonly KnownMonth[], rules: TwoPartRules): number =>
  months
    .map(({ maxDemandKw, kwh }) => chargedQuantity({ contract, rules, maxDemandKw, monthKwh: kwh }) ?? 0)
    .reduce((a, b) => a + b, 0);

function yearlyYuan(
  contract: BasicContract,
  months: readonly KnownMonth[],
  { rules, capacityYuanPerKva, demandYuanPerKw }: BasicAdviceInput,
): number | null {
  const price = contract.method === "capacity" ? capacityYuanPerKva : demandYuanPerKw;
  if (price === null) return null;
  return roundNumber((chargedOver(contract, months, rules) * price * 12) / months.length, 2);
}

const knownMonths = ({ months }: BasicAdviceInput): KnownMonth[] =>
  months.flatMap(({ maxDemandKw, kwh }) => (maxDemandKw === null ? [] : { maxDemandKw, kwh }));

/** The cheapest way to pay the basic charge against today's; null when nothing can be compared. */
export function basicChargeAdvice(input: BasicAdviceInput): Advice | null {
  const months = knownMonths(input);
  const [best] = basicOptions(input);
  const today = months.length === 0 ? null : yearlyYuan(input.contract, months, input);
  if (!best || today === null) return null;
  return {
    kind: "basicCharge",
    yuanPerYear: roundNumber(today - best.yuanPerYear, 2),
    formula: "advice.basicCharge",
    inputs: {
      months: months.length,
      methodToday: input.contract.method,
      ...(input.contract.method === "declaredDemand" && { declaredKwToday: input.contract.declaredKw }),
      yuanToday: today,
      method: best.contract.method,
      ...(best.contract.method === "declaredDemand" && { declaredKw: best.contract.declaredKw }),
      yuan: best.yuanPerYear,
    },
  };
}
