import {
  add,
  decimal,
  fromFen,
  multiply,
  quotient,
  roundHalfUp,
  sum,
  toFen,
  toNumber,
  type Decimal,
} from "../decimal.ts";
import type { Regulated } from "../regulated/regulated.ts";
import type { LocalDay, TimeRange } from "../time.ts";
import type { BilledStretch, BillInput, ElectricityTariff } from "./bill.ts";
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

/** The part of a month for which a basic charge is due: `days` of `of`. */
export interface MonthShare {
  readonly from: LocalDay;
  /** First day no longer in it. */
  readonly to: LocalDay;
  readonly days: number;
  readonly of: number;
}

/** quantity × price = amount; of a line with a share, × days / of. */
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
  /** Of a basic line; null = the whole month. */
  readonly share: MonthShare | null;
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

type Known = Pick<DraftLine, "kind" | "unit" | "versions"> & Partial<Pick<DraftLine, "period" | "part" | "share">>;

const quantityDecimals = 2;

function toLine(known: Known, quantity: Decimal | null, price: Decimal | null, missing: LineMissing | null): DraftLine {
  const rounded = quantity && roundHalfUp(quantity, quantityDecimals);
  const { days, of } = known.share ?? { days: 1, of: 1 };
  return {
    period: null,
    part: null,
    share: null,
    ...known,
    quantity: rounded && toNumber(rounded),
    estimatedQuantity: 0,
    price: price && toNumber(price),
    amountFen:
      rounded && price && missing === null
        ? toFen(quotient(multiply(multiply(rounded, price), decimal(days)), of, 2))
        : null,
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

const versionsOf = ({ table, price, holidays }: EnergyUse): Regulated[] =>
  [table, price, holidays].filter((version) => version !== null);

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

/** Subject of the `number` of days by which a month's basic charge is divided when it holds for part of a month. */
const daysPerMonth = "basicCharge.daysPerMonth";

type Basic = NonNullable<ElectricityTariff["basic"]>;
type BasicStretch = TimeRange & { readonly basic: Basic; readonly maxDemandKw: number | null };

/**
 * The basic charge of a two-part tariff, by the versions in force on the first day of its stretch; no line for a
 * single-part one. Where capacity, declared demand or method change inside the month, each holds for its days, each day a
 * thirtieth of the month's charge (供电营业规则: 新装、增容、变更与终止用电当月). Our assumptions beside it: the demand of a
 * stretch is the largest of its own days, and the lower price of high use goes by the energy of the whole month.
 */
export function basicLines(input: BillInput, kwh: number | null): DraftLine[] {
  const stretches = basicStretches(input.stretches);
  return stretches.flatMap((stretch) => {
    const day = input.parkTime.dayOf(stretch.from);
    const isWhole = stretch.from <= input.range.from && stretch.to >= input.range.to;
    const divisor = isWhole ? null : input.book.inForce("number", daysPerMonth, day);
    const share = divisor && shareOf(stretch, divisor.value, input);
    return linesOfStretch(stretch, { input, day, kwh, share, isWhole, shared: divisor ? [divisor] : [] });
  });
}

/** Neighbours with the same basic charge are one: another price of energy is no change of it. */
function basicStretches(stretches: readonly BilledStretch[]): BasicStretch[] {
  const joined: BasicStretch[] = [];
  for (const { from, to, tariff, maxDemandKw } of stretches) {
    const [last, basic] = [joined.at(-1), tariff?.basic ?? null];
    if (basic === null) continue;
    if (last?.to !== from || JSON.stringify(last.basic) !== JSON.stringify(basic))
      joined.push({ from, to, basic, maxDemandKw });
    else joined[joined.length - 1] = { ...last, to, maxDemandKw: largest(last.maxDemandKw, maxDemandKw) };
  }
  return joined;
}

const largest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);

function shareOf({ from, to }: TimeRange, of: number, { parkTime }: BillInput): MonthShare {
  const days = parkTime.bucketEdges({ from, to }, "1d").length - 1;
  return { from: parkTime.dayOf(from), to: parkTime.dayOf(to), days, of };
}

interface StretchCharge {
  readonly input: BillInput;
  readonly day: LocalDay;
  readonly kwh: number | null;
  readonly share: MonthShare | null;
  readonly isWhole: boolean;
  readonly shared: readonly Regulated[];
}

function linesOfStretch({ basic, maxDemandKw }: BasicStretch, charge: StretchCharge): DraftLine[] {
  const { input, day, kwh, share, isWhole, shared } = charge;
  const { contract } = basic;
  const rules = input.book.inForce("twoPartRules", basic.rules, day);
  const price = input.book.inForce("number", basic.price, day);
  const versions = [rules, price, ...shared].filter((version) => version !== null);
  const kind = "basic" as const;
  if (!rules || (!isWhole && share === null))
    return [toLine({ kind, unit: contract.method === "capacity" ? "kVA" : "kW", versions }, null, null, "noRules")];
  return basicParts({ contract, rules: rules.value, maxDemandKw, monthKwh: kwh }).map(
    ({ part, quantity, unit, factor }) => {
      const missing = quantity === null ? "noMaxDemand" : price === null ? "noPrice" : null;
      const unitPrice = price && multiply(decimal(price.value), factor);
      return toLine({ kind, part, unit, versions, share }, quantity, unitPrice, missing);
    },
  );
}

/** 力调: a percentage of basic and energy charge as billed; the government fund is left out. */
export function powerFactorLine(
  { book, stretches, reactive }: BillInput,
  day: LocalDay,
  kwh: number | null,
  base: readonly DraftLine[],
): { line: DraftLine | null; powerFactor: number | null } {
  const powerFactor = cosPhi(reactive, kwh);
  const standard = stretches.find(({ tariff }) => tariff !== null)?.tariff?.powerFactor ?? null;
  const isIdle = kwh === 0 && reactive?.forwardKvarh === 0 && reactive.reverseKvarh === 0;
  if (standard === null || isIdle) return { line: null, powerFactor };
  const table = book.inForce("powerFactor", standard, day);
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
