import { add, decimal, fromFen, multiply, roundHalfUp, sum, toFen, toNumber, type Decimal } from "../decimal.ts";
import type { Regulated } from "../regulated/regulated.ts";
import type { LocalDay } from "../time.ts";
import type { BillInput } from "./bill.ts";
import type { EnergyMissing, EnergyUse } from "./energy-charge.ts";
import type { TariffPeriod } from "./tariff-period.ts";
import { adjustmentPercent, powerFactorOf } from "./power-factor.ts";
import { basicParts, type BasicPart } from "./two-part.ts";

/** Why a line has no amount. */
export type LineMissing =
  | EnergyMissing
  | "noConsumption"
  | "noRules"
  | "noMaxDemand"
  | "noReactiveEnergy"
  /** The lines it is a percentage of are not all known. */
  | "baseUnknown";

/** quantity × price = amount. */
export interface BillLine {
  readonly kind: "basic" | "energy" | "powerFactor" | "governmentFund";
  /** Of an energy line; null when no table is in force. */
  readonly period: TariffPeriod | null;
  /** Of a basic line. */
  readonly part: BasicPart["part"] | null;
  /** Rounded to 0.01; of the power-factor line the amount it is a percentage of, in 元. */
  readonly quantity: number | null;
  /** Part of the quantity that is estimated. */
  readonly estimatedQuantity: number;
  readonly unit: "kWh" | "kW" | "kVA" | "元";
  /** 元 per unit; of the power-factor line a fraction (−0.0075 = −0.75 %). */
  readonly price: number | null;
  readonly amountFen: number | null;
  readonly missing: LineMissing | null;
  /** The versions the line rests on; the bill describes them. */
  readonly versionIds: readonly string[];
}

/** A line with the versions themselves, which the bill gathers from all lines. */
export interface DraftLine extends Omit<BillLine, "versionIds"> {
  readonly versions: readonly Regulated[];
}

export const toBillLine = ({ versions, ...line }: DraftLine): BillLine => ({
  ...line,
  versionIds: versions.map(({ id }) => id),
});

type Known = Pick<DraftLine, "kind" | "unit" | "versions"> & Partial<Pick<DraftLine, "period" | "part">>;

const quantityDecimals = 2;

function toLine(known: Known, quantity: Decimal | null, price: Decimal | null, missing: LineMissing | null): DraftLine {
  const rounded = quantity && roundHalfUp(quantity, quantityDecimals);
  return {
    period: null,
    part: null,
    ...known,
    quantity: rounded && toNumber(rounded),
    estimatedQuantity: 0,
    price: price && toNumber(price),
    amountFen: rounded && price && missing === null ? toFen(multiply(rounded, price)) : null,
    missing,
  };
}

/** One line per period and price version; a month without known energy has one line without amount. */
export function energyLines(uses: readonly EnergyUse[]): DraftLine[] {
  if (uses.length === 0) return [toLine({ kind: "energy", unit: "kWh", versions: [] }, null, null, "noConsumption")];
  return uses.map((use) => {
    const known = { kind: "energy", period: use.period, unit: "kWh", versions: versionsOf(use) } as const;
    const line = toLine(known, use.kwh, use.yuanPerKwh?.energy ?? null, use.missing);
    return { ...line, estimatedQuantity: toNumber(roundHalfUp(use.estimatedKwh, quantityDecimals)) };
  });
}

const versionsOf = ({ table, price }: EnergyUse): Regulated[] => [table, price].filter((version) => version !== null);

/** 政府性基金及附加: the energy of all periods of one price version, as billed, × its rate. */
export function fundLines(uses: readonly EnergyUse[]): DraftLine[] {
  const byPrice = new Map<string, EnergyUse[]>();
  for (const use of uses)
    if (use.yuanPerKwh && use.price) byPrice.set(use.price.id, [...(byPrice.get(use.price.id) ?? []), use]);
  return [...byPrice.values()].map((same) => {
    const price = same[0]?.price ?? null;
    const kwh = sum(same.map((use) => roundHalfUp(use.kwh, quantityDecimals)));
    const estimated = sum(same.map((use) => roundHalfUp(use.estimatedKwh, quantityDecimals)));
    const known = { kind: "governmentFund", unit: "kWh", versions: price ? [price] : [] } as const;
    return {
      ...toLine(known, kwh, same[0]?.yuanPerKwh?.fund ?? null, null),
      estimatedQuantity: toNumber(estimated),
    };
  });
}

/** The basic charge of a two-part tariff; no line for a single-part one. */
export function basicLines({ book, tariff, maxDemandKw }: BillInput, day: LocalDay, kwh: number | null): DraftLine[] {
  if (tariff.basic === null) return [];
  const { contract } = tariff.basic;
  const rules = book.inForce("twoPartRules", tariff.basic.rules, day);
  const price = book.inForce("number", tariff.basic.price, day);
  const versions = [rules, price].filter((version) => version !== null);
  const kind = "basic" as const;
  if (!rules)
    return [toLine({ kind, unit: contract.method === "capacity" ? "kVA" : "kW", versions }, null, null, "noRules")];
  return basicParts({ contract, rules: rules.value, maxDemandKw, monthKwh: kwh }).map(
    ({ part, quantity, unit, factor }) => {
      const missing = quantity === null ? "noMaxDemand" : price === null ? "noPrice" : null;
      const unitPrice = price && multiply(decimal(price.value), factor);
      return toLine({ kind, part, unit, versions }, quantity, unitPrice, missing);
    },
  );
}

/** 力调: a percentage of basic and energy charge as billed; the government fund is left out. */
export function powerFactorLine(
  { book, tariff, reactive }: BillInput,
  day: LocalDay,
  kwh: number | null,
  base: readonly DraftLine[],
): { line: DraftLine | null; powerFactor: number | null } {
  const powerFactor = cosPhi(reactive, kwh);
  const isIdle = kwh === 0 && reactive?.forwardKvarh === 0 && reactive.reverseKvarh === 0;
  if (tariff.powerFactor === null || isIdle) return { line: null, powerFactor };
  const table = book.inForce("powerFactor", tariff.powerFactor, day);
  const amounts = base.flatMap(({ amountFen }) => (amountFen === null ? [] : fromFen(amountFen)));
  const baseYuan = amounts.length < base.length ? null : amounts.reduce(add);
  const fraction =
    table && powerFactor !== null ? multiply(adjustmentPercent(table.value, powerFactor), decimal(0.01)) : null;
  const missing = missingOf({ hasReactive: reactive !== null, hasEnergy: powerFactor !== null, table, baseYuan });
  const known = { kind: "powerFactor", unit: "元", versions: table ? [table] : [] } as const;
  return { line: toLine(known, baseYuan, fraction, missing), powerFactor };
}

function missingOf(have: {
  hasReactive: boolean;
  hasEnergy: boolean;
  table: Regulated | null;
  baseYuan: Decimal | null;
}): LineMissing | null {
  if (!have.hasReactive) return "noReactiveEnergy";
  if (!have.hasEnergy) return "noConsumption";
  if (!have.table) return "noRules";
  return have.baseYuan === null ? "baseUnknown" : null;
}

const cosPhi = (reactive: BillInput["reactive"], kwh: number | null): number | null =>
  reactive === null || kwh === null
    ? null
    : powerFactorOf({
        activeKwh: kwh,
        reactiveForwardKvarh: reactive.forwardKvarh,
        reactiveReverseKvarh: reactive.reverseKvarh,
      });
