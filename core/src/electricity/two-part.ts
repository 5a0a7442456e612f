import { compare, decimal, multiply, subtract, toNumber, zero, type Decimal } from "../decimal.ts";

/** The rules of the basic charge (基本电费) of the two-part tariff. */
export interface TwoPartRules {
  /** Supplied capacity from which the two-part tariff is due, kVA; below it, down to the next, it may be chosen. */
  readonly requiredFromKva: number;
  readonly optionalFromKva: number;
  /** Above this multiple of the declared demand the rest is charged `excessFactor` times. */
  readonly declaredTolerance: number;
  readonly excessFactor: number;
  /** What is charged once beside the excess: the declared value, or all demand up to the tolerance. */
  readonly belowExcess: "declared" | "tolerance";
  /** A declared demand below this share of the capacity is charged as this share. */
  readonly minDeclaredShare: number;
  /** From so many kWh per kVA in the month on, the demand price is multiplied by `highUseFactor`. */
  readonly highUseKwhPerKva: number;
  readonly highUseFactor: number;
}

/** How an enterprise pays its basic charge. Capacities in kVA, demands in kW. */
export type BasicContract =
  | { readonly method: "capacity"; readonly capacityKva: number; readonly suspendedKva?: number }
  | { readonly method: "declaredDemand"; readonly capacityKva: number; readonly declaredKw: number }
  | { readonly method: "actualDemand"; readonly capacityKva: number };

export interface BasicMonth {
  readonly contract: BasicContract;
  readonly rules: TwoPartRules;
  /** Largest 15-min demand of the billing month, kW; null = not known. */
  readonly maxDemandKw: number | null;
  /** Use of the billing month, kWh; null = not known, and then no high-use price. */
  readonly monthKwh: number | null;
}

/** One line of the basic charge: quantity × price × factor. `quantity` null = not known. */
export interface BasicPart {
  readonly part: "capacity" | "declaredDemand" | "excessDemand" | "actualDemand";
  readonly quantity: Decimal | null;
  readonly unit: "kVA" | "kW";
  /** By what the price per kVA or kW is multiplied: 1, the excess factor, the high-use factor, or both. */
  readonly factor: Decimal;
}

/** The lines of the month's basic charge. Suspended capacity (暂停) is left out, a wholly suspended month is 0 kVA. */
export function basicParts(month: BasicMonth): BasicPart[] {
  const { contract, rules } = month;
  const factor = decimal(isHighUse(month) ? rules.highUseFactor : 1);
  if (contract.method === "capacity") {
    const quantity = subtract(decimal(contract.capacityKva), decimal(contract.suspendedKva ?? 0));
    return [{ part: "capacity", quantity, unit: "kVA", factor: decimal(1) }];
  }
  const actual = month.maxDemandKw === null ? null : decimal(month.maxDemandKw);
  if (contract.method === "actualDemand") return [{ part: "actualDemand", quantity: actual, unit: "kW", factor }];
  const { once, excess } = declaredDemandParts(contract, rules, actual);
  const excessFactor = multiply(factor, decimal(rules.excessFactor));
  return [
    { part: "declaredDemand", quantity: once, unit: "kW", factor },
    ...(excess !== null && compare(excess, zero) === 0
      ? []
      : [{ part: "excessDemand", quantity: excess, unit: "kW", factor: excessFactor } as const]),
  ];
}

/** Whether the month's use per kVA earns the lower demand price. */
export const isHighUse = ({ contract, rules, monthKwh }: BasicMonth): boolean =>
  monthKwh !== null &&
  contract.capacityKva > 0 &&
  compare(decimal(monthKwh), multiply(decimal(rules.highUseKwhPerKva), decimal(contract.capacityKva))) >= 0;

function declaredDemandParts(
  contract: { readonly capacityKva: number; readonly declaredKw: number },
  rules: TwoPartRules,
  actual: Decimal | null,
): { once: Decimal | null; excess: Decimal | null } {
  const declared = chargedDeclared(contract, rules);
  if (actual === null) return { once: rules.belowExcess === "declared" ? declared : null, excess: null };
  const tolerated = multiply(declared, decimal(rules.declaredTolerance));
  if (compare(actual, tolerated) <= 0) return { once: declared, excess: zero };
  return { once: rules.belowExcess === "declared" ? declared : tolerated, excess: subtract(actual, tolerated) };
}

/** The declared demand, or the least that may be declared when that is more. */
function chargedDeclared(
  { capacityKva, declaredKw }: { readonly capacityKva: number; readonly declaredKw: number },
  rules: TwoPartRules,
): Decimal {
  const [declared, least] = [decimal(declaredKw), multiply(decimal(rules.minDeclaredShare), decimal(capacityKva))];
  return compare(declared, least) < 0 ? least : declared;
}

/** Σ quantity × factor of the month in kVA or kW: what the price is multiplied by; null when a part is not known. */
export function chargedQuantity(month: BasicMonth): number | null {
  let charged = 0;
  for (const { quantity, factor } of basicParts(month)) {
    if (quantity === null) return null;
    charged += toNumber(multiply(quantity, factor));
  }
  return charged;
}
