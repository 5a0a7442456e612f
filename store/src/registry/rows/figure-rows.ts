import type {
  DemandMode,
  EnterpriseId,
  EpochMs,
  LocalDay,
  MeterId,
  MeterKind,
  PointId,
  RegulatedStatus,
  WatchTarget,
} from "@smart-park/core";
import type { Generated } from "kysely";

export interface WatchTargetRow {
  id: string;
  kind: WatchTarget["kind"];
  point_id: PointId;
  limit_value: number;
  lower_limit: number | null;
  decimals: number | null;
  reference_oxygen: number | null;
  title: string;
  source: string;
  effective_from: EpochMs;
  status: WatchTarget["status"];
}

export interface TariffContractRow {
  enterprise_id: EnterpriseId;
  effective_from: LocalDay;
  /** JSON ElectricityTariff. */
  electricity: string | null;
  demand_mode: DemandMode;
  billing_day: number;
  water_price: string | null;
  note: string;
}

export interface SettlementMeterRow {
  id: string;
  place: string;
  kind: MeterKind;
  meter_id: MeterId;
  effective_from: LocalDay;
  effective_to: LocalDay | null;
}

export interface SupplierBillRow {
  enterprise_id: EnterpriseId;
  kind: MeterKind;
  month: string;
  amount: number | null;
  /** JSON. */
  amount_by_period: string;
  max_demand_kw: number | null;
  power_factor: number | null;
  yuan: number | null;
  /** JSON. */
  causes: string;
  entered_by: string;
  entered_at: EpochMs;
}

export interface ActivityInputRow {
  id: Generated<number>;
  enterprise_id: EnterpriseId | null;
  item: string;
  period: string;
  value: number;
  unit: string;
  source: string;
  entered_by: string;
  entered_at: EpochMs;
}

export interface QuotaRow {
  id: string;
  enterprise_id: EnterpriseId | null;
  medium: string;
  day_from: LocalDay;
  day_to: LocalDay;
  value: number;
  unit: string;
  source: string;
  status: RegulatedStatus;
}

export interface MonthClosingRow {
  enterprise_id: EnterpriseId;
  month: string;
  version: number;
  closed_by: string;
  closed_at: EpochMs;
  figures: string;
  hash: string;
  reopened_by: string | null;
  reopened_at: EpochMs | null;
  reopen_reason: string | null;
}
