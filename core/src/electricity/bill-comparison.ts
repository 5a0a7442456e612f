import { roundNumber } from "../decimal.ts";
import type { BillCause, SupplierBill } from "../ports/figure-inputs.ts";
import type { PeriodShare } from "./period-shares.ts";
import { tariffPeriods, type TariffPeriod } from "./tariff-period.ts";

/** What is compared: the month's energy, its periods, the demand and power factor it was charged by, and the money. */
export type ComparedFigure = "amount" | TariffPeriod | "maxDemandKw" | "powerFactor" | "yuan";

/** One figure of our bill beside the supplier's. */
export interface ComparedLine {
  readonly line: ComparedFigure;
  readonly unit: "kWh" | "kW" | "1" | "元";
  /** null = not known here, or not stated there. */
  readonly computed: number | null;
  readonly supplier: number | null;
  /** Computed − supplier's; null while one of both is not known. */
  readonly difference: number | null;
  /** Difference as a share of the supplier's figure; null when that is 0. */
  readonly share: number | null;
  /** Whether the difference is larger than tolerated; null while it is not known. */
  readonly isAboveTolerance: boolean | null;
  /** Why it differs, as somebody put on record. */
  readonly cause: { readonly cause: BillCause; readonly note: string } | null;
}

/** What we worked out for the month; null = not known. */
export interface ComputedMonth {
  readonly kwh: number | null;
  readonly periods: readonly PeriodShare[];
  /** The demand of the month, whether or not it is charged for, kW. */
  readonly maxDemandKw: number | null;
  readonly powerFactor: number | null;
  readonly yuan: number | null;
}

/** Our month beside the supplier's bill, figure by figure; a figure that neither has is left out. null = no bill yet. */
export function compareBills(
  computed: ComputedMonth,
  bill: SupplierBill | null,
  tolerancePercent: number,
): ComparedLine[] {
  const compare = (line: ComparedFigure, unit: ComparedLine["unit"], ours: number | null, theirs?: number | null) => ({
    line,
    unit,
    computed: ours,
    supplier: theirs ?? null,
    ...difference(ours, theirs ?? null, tolerancePercent),
    cause: bill?.causes[line] ?? null,
  });
  const demandKw = computed.maxDemandKw === null ? null : roundNumber(computed.maxDemandKw, 2);
  return [
    compare("amount", "kWh", computed.kwh, bill?.amount),
    ...tariffPeriods.map((period) => {
      const ours = computed.periods.find((share) => share.period === period)?.kwh ?? null;
      return compare(period, "kWh", ours, bill?.amountByPeriod[period]);
    }),
    compare("maxDemandKw", "kW", demandKw, bill?.maxDemandKw),
    compare("powerFactor", "1", computed.powerFactor, bill?.powerFactor),
    compare("yuan", "元", computed.yuan, bill?.yuan),
  ].filter((line) => line.computed !== null || line.supplier !== null);
}

function difference(
  computed: number | null,
  stated: number | null,
  tolerancePercent: number,
): Pick<ComparedLine, "difference" | "share" | "isAboveTolerance"> {
  if (computed === null || stated === null) return { difference: null, share: null, isAboveTolerance: null };
  const difference = roundNumber(computed - stated, 4);
  const share = stated === 0 ? null : difference / Math.abs(stated);
  return {
    difference,
    share,
    isAboveTolerance: share === null ? difference !== 0 : Math.abs(share) * 100 > tolerancePercent,
  };
}
