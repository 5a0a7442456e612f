import {
  compareBills,
  loadSummary,
  periodShares,
  type Bill,
  type ComputedMonth,
  type IntervalPower,
  type MaxDemand,
  type ParkTime,
  type Principal,
  type SupplierBill,
  type Entered,
  type UsedVersion,
} from "@smart-park/core";
import type { BillBody, BillComparisonBody, ElectricityBody } from "@smart-park/core/wire";
import { closingState } from "../closing-state.ts";
import type { FigureContext } from "../group-source.ts";
import type { SettledRange } from "../settled-range.ts";
import type { ElectricityMonth } from "./electricity-month.ts";

/** Domain figures as answers of the API. */

export const toVersionBody = ({ id, name, source, documentNumber, status, label }: UsedVersion) => ({
  id,
  name,
  source,
  documentNumber,
  status,
  label,
});

/** Whole fen divided by 100 is the nearest number to the decimal, so it prints as that. */
export const yuanOf = (fen: number | null): number | null => (fen === null ? null : fen / 100);

export const toSettlementBody = ({ parts, isDeclared }: SettledRange, time: ParkTime) => ({
  declared: isDeclared,
  meters: parts.flatMap(({ from, to, meters }) =>
    meters.map(({ id }) => ({ meterId: id, from: time.toIso(from), to: time.toIso(to) })),
  ),
});

/** What every answer about a month begins with. */
function monthFrame(source: FigureContext, principal: Principal, month: ElectricityMonth) {
  const { time } = source;
  const { contract, bill, range } = month;
  return {
    enterpriseId: month.enterpriseId,
    month: month.month,
    from: time.toIso(range.from),
    to: time.toIso(range.to),
    knownUntil: time.toIso(month.knownUntil),
    ...closingState(source, principal, month),
    coverage: month.energy.coverage,
    versions: bill?.versions.map(toVersionBody) ?? [],
    label: bill?.label ?? null,
    settlement: toSettlementBody(month.settled, time),
    contract: contract && {
      effectiveFrom: contract.effectiveFrom,
      billingDay: contract.billingDay,
      demandMode: contract.demandMode,
      changesOn: [...month.changesOn],
    },
  };
}

export function toElectricityBody(
  source: FigureContext,
  principal: Principal,
  month: ElectricityMonth,
): ElectricityBody {
  const { time } = source;
  const { energy, demand, reactive, bill } = month;
  const summary = loadSummary(energy.curve);
  const { forwardKvarh, reverseKvarh, isReverseMetered, coverage } = reactive;
  return {
    ...monthFrame(source, principal, month),
    energy: { value: energy.kwh, unit: "kWh", coverage: energy.coverage },
    load: summary && {
      unit: "kW",
      ...summary,
      peak: toPowerBody(summary.peak, time),
      min: toPowerBody(summary.min, time),
    },
    periods: bill ? periodShares(bill) : [],
    demand: {
      charged: month.demandMode,
      interval: toDemandBody(demand.interval, time),
      sliding: toDemandBody(demand.sliding, time),
    },
    powerFactor: {
      value: month.powerFactor,
      unit: "1",
      activeKwh: energy.kwh,
      forwardKvarh,
      reverseKvarh,
      isReverseMetered,
      coverage,
    },
  };
}

const toPowerBody = ({ kw, from, to }: IntervalPower, time: ParkTime) => ({
  kw,
  from: time.toIso(from),
  to: time.toIso(to),
});

export const toMaxBody = ({ max }: Pick<MaxDemand, "max">, time: ParkTime) =>
  max && toPowerBody({ kw: max.kw, ...max.window }, time);

const toDemandBody = (demand: MaxDemand, time: ParkTime) => ({
  unit: "kW" as const,
  max: toMaxBody(demand, time),
  coverage: demand.coverage,
});

export function toBillBody(source: FigureContext, principal: Principal, month: ElectricityMonth): BillBody {
  const { bill, contract } = month;
  return {
    ...monthFrame(source, principal, month),
    noBill: bill ? null : contract ? "notBilled" : "noContract",
    unit: "元",
    billState: bill?.state ?? null,
    lines: bill?.lines.map(toLineBody) ?? [],
    yuan: yuanOf(bill?.totalFen ?? null),
    knownYuan: yuanOf(bill?.knownFen ?? null),
    kwh: bill?.kwh ?? month.energy.kwh,
    maxDemandKw: chargedDemandKw(month),
    powerFactor: month.powerFactor,
    estimatedShare: bill?.estimatedShare ?? null,
  };
}

/** The demand the contract charges by, whether or not it is charged for. */
export const chargedDemandKw = ({ demand, demandMode }: ElectricityMonth): number | null =>
  (demand[demandMode].max ?? demand.interval.max)?.kw ?? null;

const toLineBody = ({ amountFen, versionIds, ...line }: Bill["lines"][number]) => ({
  ...line,
  yuan: yuanOf(amountFen),
  versionIds: [...versionIds],
});

/** The figures of a month that a supplier's bill also has. */
const computedMonth = (month: ElectricityMonth): ComputedMonth => ({
  kwh: month.bill?.kwh ?? month.energy.kwh,
  periods: month.bill ? periodShares(month.bill) : [],
  maxDemandKw: chargedDemandKw(month),
  powerFactor: month.powerFactor,
  yuan: yuanOf(month.bill?.totalFen ?? null),
});

export function toComparisonBody(
  source: FigureContext,
  principal: Principal,
  month: ElectricityMonth,
  asked: {
    readonly supplier: (SupplierBill & { readonly entered: Entered }) | null;
    readonly tolerancePercent: number;
  },
): BillComparisonBody {
  const { supplier, tolerancePercent } = asked;
  return {
    ...monthFrame(source, principal, month),
    tolerancePercent,
    supplier: supplier && { enteredBy: supplier.entered.by, enteredAt: source.time.toIso(supplier.entered.at) },
    lines: compareBills(computedMonth(month), supplier, tolerancePercent),
  };
}
