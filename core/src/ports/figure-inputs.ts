import type {
  DatedGasState,
  DatedMultiplier,
  EnterpriseId,
  MeterId,
  MeterKind,
  PointId,
  RegisterChange,
} from "../park.ts";
import type { Principal } from "../principal.ts";
import type { VirtualMeter } from "../consumption/virtual-meter.ts";
import type { ElectricityTariff } from "../electricity/bill.ts";
import type { DemandMode } from "../electricity/max-demand.ts";
import type { TariffPeriod } from "../electricity/tariff-period.ts";
import type { AnyRegulated, Confirmation, RegulatedBook, RegulatedStatus } from "../regulated/index.ts";
import type { EpochMs, LocalDay } from "../time.ts";
import type { AuditContext } from "./registry.ts";

/** A calendar or billing month, `2026-05`. */
export type Month = string;

/** Who entered it, and when. */
export interface Entered {
  readonly by: string;
  readonly at: EpochMs;
}

/** By what an enterprise pays from a day on, until its next contract. */
export interface TariffContract {
  readonly enterpriseId: EnterpriseId;
  readonly effectiveFrom: LocalDay;
  /** null = electricity is not billed here. */
  readonly electricity: ElectricityTariff | null;
  readonly demandMode: DemandMode;
  /** First day of the billing month, 1 to 28; 1 = the calendar month. */
  readonly billingDay: number;
  /** Subject of the `number` 元/m³ in the book; null = not known. */
  readonly waterPrice: string | null;
  readonly note: string;
}

/** Which meter settles a place for one medium, and when: days [from, to). */
export interface SettlementMeter {
  readonly id: string;
  /** `park`, `zone:{id}` or `enterprise:{id}`. */
  readonly place: string;
  readonly kind: MeterKind;
  readonly meterId: MeterId;
  readonly from: LocalDay;
  /** null = until further notice. */
  readonly to: LocalDay | null;
}

export const billCauses = ["readingTime", "ratio", "loss", "tariff", "gap", "other"] as const;
/** Why the supplier's bill differs: time of reading, CT/PT ratio, losses, tariff, gap in the readings. */
export type BillCause = (typeof billCauses)[number];

/** What a supplier charged an enterprise for one medium and month, as the paper says; null = it does not say. */
export interface SupplierBill {
  readonly enterpriseId: EnterpriseId;
  readonly kind: MeterKind;
  readonly month: Month;
  /** kWh for electricity, m³ for water and gas. */
  readonly amount: number | null;
  readonly amountByPeriod: Readonly<Partial<Record<TariffPeriod, number>>>;
  readonly maxDemandKw: number | null;
  readonly powerFactor: number | null;
  readonly yuan: number | null;
  /** By line of the comparison (`amount`, `peak`, `maxDemandKw` …): why it differs, in the words of who checked. */
  readonly causes: Readonly<Record<string, { readonly cause: BillCause; readonly note: string }>>;
}

/** A value that no meter gives: added value, output, heads, land, fuel, product, for a year `2025` or a month `2025-07`. */
export interface ActivityInput {
  /** null = of the park as a whole. */
  readonly enterpriseId: EnterpriseId | null;
  /** `addedValue`, `output`, `headcount`, `landArea`, `floorArea`, `greenPower`, `fuel.{carrier}`, `clinker` (t) and `clinker.cao|caoNonCarbonate|mgo|mgoNonCarbonate` (%), `product.{name}`, … */
  readonly item: string;
  readonly period: string;
  readonly value: number;
  readonly unit: string;
  readonly source: string;
}

/** How much may be used or discharged in a period of whole days [from, to). */
export interface Quota {
  readonly id: string;
  /** null = of the park. */
  readonly enterpriseId: EnterpriseId | null;
  /** `electricity`, `water`, `gas`, `energy` (tce), `carbon` (tCO2), `discharge.{quantity}`. */
  readonly medium: string;
  readonly from: LocalDay;
  readonly to: LocalDay;
  readonly value: number;
  readonly unit: string;
  readonly source: string;
  readonly status: RegulatedStatus;
}

export interface NamedVirtualMeter extends VirtualMeter {
  readonly name: string;
  /** null = of the park. */
  readonly enterpriseId: EnterpriseId | null;
  readonly kind: MeterKind;
}

/** A month whose figures are signed. Later data changes no row: it shows as a difference to `figures`. */
export interface MonthClosing {
  readonly enterpriseId: EnterpriseId;
  readonly month: Month;
  /** 1, 2, … : each closing after a reopening is a new version; earlier ones stay. */
  readonly version: number;
  readonly closed: Entered;
  /** Canonical JSON of the signed figures. */
  readonly figures: string;
  /** SHA-256 of `figures`, hex. */
  readonly hash: string;
  readonly reopened: (Entered & { readonly reason: string }) | null;
}

/**
 * What people enter so that readings become figures that can be signed. Scoped and audited like the rest of the
 * registry: what belongs to the park as a whole (`enterpriseId` null) is seen by all, and written by park roles only.
 */
export interface FigureInputs {
  /** The built-in tables, what the park entered, and confirmations, ready for look-ups; the same object until a change. */
  regulated(): RegulatedBook;
  regulatedVersions(): readonly AnyRegulated[];
  /** Adds or replaces a version that the park entered; built-in ids: conflict. Overlaps: unprocessable, naming them. */
  putRegulated(principal: Principal, version: AnyRegulated, audit: AuditContext): AnyRegulated;
  /** Versions that the park entered; built-in ones: conflict. */
  deleteRegulated(principal: Principal, id: string, audit: AuditContext): void;
  confirmRegulated(principal: Principal, id: string, confirmation: Confirmation, audit: AuditContext): AnyRegulated;

  /** Oldest first. */
  tariffContracts(principal: Principal, enterpriseId: EnterpriseId): readonly TariffContract[];
  putTariffContract(principal: Principal, contract: TariffContract, audit: AuditContext): TariffContract;
  deleteTariffContract(principal: Principal, enterpriseId: EnterpriseId, from: LocalDay, audit: AuditContext): void;

  settlementMeters(principal: Principal): readonly SettlementMeter[];
  /** Two meters of one place of which one lies behind the other, at one time: unprocessable, naming them. */
  putSettlementMeter(principal: Principal, entry: SettlementMeter, audit: AuditContext): SettlementMeter;
  deleteSettlementMeter(principal: Principal, id: string, audit: AuditContext): void;

  supplierBills(
    principal: Principal,
    filter?: { enterpriseId?: EnterpriseId; month?: Month },
  ): readonly (SupplierBill & { readonly entered: Entered })[];
  putSupplierBill(principal: Principal, bill: SupplierBill, audit: AuditContext): void;
  deleteSupplierBill(
    principal: Principal,
    key: Pick<SupplierBill, "enterpriseId" | "kind" | "month">,
    audit: AuditContext,
  ): void;

  /** The values in force; with `history` also those that later entries replaced, oldest first. */
  activityInputs(
    principal: Principal,
    filter?: { enterpriseId?: EnterpriseId | null; item?: string; period?: string; history?: boolean },
  ): readonly (ActivityInput & { readonly entered: Entered })[];
  /** All or none. A value that is the same as before is not entered again. */
  putActivityInputs(principal: Principal, inputs: readonly ActivityInput[], audit: AuditContext): void;

  quotas(principal: Principal): readonly Quota[];
  putQuota(principal: Principal, quota: Quota, audit: AuditContext): Quota;
  deleteQuota(principal: Principal, id: string, audit: AuditContext): void;

  virtualMeters(principal: Principal): readonly NamedVirtualMeter[];
  /** Unknown meters: not_found. A definition that leads back to itself: unprocessable, with the way it takes. */
  putVirtualMeter(principal: Principal, meter: NamedVirtualMeter, audit: AuditContext): NamedVirtualMeter;
  deleteVirtualMeter(principal: Principal, id: string, audit: AuditContext): void;

  /** A recorded change of the meter behind a point, by its instant; figures of the time around it are worked out anew. */
  putRegisterChange(principal: Principal, pointId: PointId, change: RegisterChange, audit: AuditContext): void;
  deleteRegisterChange(principal: Principal, pointId: PointId, at: EpochMs, audit: AuditContext): void;
  /** CT × PT of a point from an instant on; the whole list replaces the one before, empty = the meter's own multiplier. */
  setMultipliers(
    principal: Principal,
    pointId: PointId,
    multipliers: readonly DatedMultiplier[],
    audit: AuditContext,
  ): void;
  /** State of the gas at a register of working m³; the whole list replaces the one before, empty = it counts Nm³. */
  setGasStates(principal: Principal, pointId: PointId, gasStates: readonly DatedGasState[], audit: AuditContext): void;

  /** Months from one to another, both included, that are closed now. */
  closedMonths(
    principal: Principal,
    span: { readonly from: Month; readonly to: Month },
  ): readonly Pick<MonthClosing, "enterpriseId" | "month">[];
  /** All versions, newest first. */
  monthClosings(principal: Principal, filter?: { enterpriseId?: EnterpriseId; month?: Month }): readonly MonthClosing[];
  /** conflict while the month is closed. */
  closeMonth(
    principal: Principal,
    closing: Pick<MonthClosing, "enterpriseId" | "month" | "figures" | "hash">,
    audit: AuditContext,
  ): MonthClosing;
  /** not_found when it is not closed. */
  reopenMonth(
    principal: Principal,
    enterpriseId: EnterpriseId,
    month: Month,
    reason: string,
    audit: AuditContext,
  ): MonthClosing;
}
