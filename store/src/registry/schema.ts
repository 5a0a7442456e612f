import type {
  DeviceId,
  EnterpriseId,
  EpochMs,
  InspectionStep,
  MeterId,
  PhotoType,
  PointId,
  UserId,
} from "@smart-park/core";
import type {
  AlertEventRow,
  AlertRow,
  AlertRuleRow,
  ChannelRow,
  DeliveryAttemptRow,
  DeliveryRow,
  MaintenanceWindowRow,
  OutboxRow,
  RuleStateTableRow,
  SubscriptionRow,
} from "./rows/alert-rows.ts";
import type {
  ActivityInputRow,
  MonthClosingRow,
  QuotaRow,
  SettlementMeterRow,
  SupplierBillRow,
  TariffContractRow,
  WatchTargetRow,
} from "./rows/figure-rows.ts";
import type { AuditRow, BookRow, EngineRow, QuarantineRow } from "./rows/ledger-rows.ts";
import type {
  CommandRow,
  DeviceRow,
  EnterpriseRow,
  MeterRow,
  OnboardingTokenRow,
  PointRow,
  RegisterChangeRow,
  VirtualMeterRow,
  WaitingDeviceRow,
} from "./rows/park-rows.ts";
import type { AnnotationRow, InspectionRow, SavedViewRow, TokenRow, UserRow, WallRow } from "./rows/people-rows.ts";

/**
 * Rows as the tables of `migrations/` hold them. The tables are STRICT, with CHECKs on flags and foreign keys on ids,
 * so a row that was stored has these types; only JSON columns are parsed again when read.
 */
export interface RegistrySchema {
  enterprise: EnterpriseRow;
  zone: { id: string };
  meter: MeterRow;
  point: PointRow;
  device: DeviceRow;
  device_meter: { device_id: DeviceId; meter_id: MeterId; position: number };
  device_import: { id: string; at: EpochMs; by: string; meters: number; issued_at: EpochMs | null };
  device_import_entry: { import_id: string; device_id: DeviceId; secret_hash: string };
  onboarding_token: OnboardingTokenRow;
  waiting_device: WaitingDeviceRow;
  command: CommandRow;
  inspection: InspectionRow;
  inspection_step: {
    inspection: number;
    position: number;
    kind: InspectionStep["kind"];
    note: string;
    by: string;
    at: EpochMs;
  };
  annotation: AnnotationRow;
  saved_view: SavedViewRow;
  service: { id: string; secret_hash: string };
  user: UserRow;
  user_enterprise: { user_id: UserId; enterprise_id: EnterpriseId; position: number };
  former_password: { id?: number; user_id: UserId; password_hash: string };
  session: { secret_hash: string; user_id: UserId; created_at: EpochMs; last_used_at: EpochMs };
  ended_session: { secret_hash: string; ended_at: EpochMs };
  token: TokenRow;
  wall: WallRow;
  site_plan: { id: 1; width_m: number; height_m: number; shapes: string };
  meter_place: { meter_id: MeterId; x: number; y: number };
  alert_rule: AlertRuleRow;
  alert_rule_point: { rule_id: string; point_id: PointId; position: number };
  alert_rule_version: { rule_id: string; version: number; at: EpochMs; by: string; body: string };
  rule_state: RuleStateTableRow;
  figure_rule_run: { rule_id: string; judged_from: EpochMs; judged_to: EpochMs };
  figure_rule_state: { rule_id: string; subject: string; state: string };
  maintenance_window: MaintenanceWindowRow;
  maintenance_target: { window_id: string; kind: "enterprise" | "meter" | "point"; target: string };
  alert_photo: { id: string; alert_id: string; type: PhotoType; bytes: number; sha256: string };
  alert: AlertRow;
  alert_event: AlertEventRow;
  outbox: OutboxRow;
  engine: EngineRow;
  heard: { point_id: PointId; heard_up_ms: number };
  book: BookRow;
  quarantine: QuarantineRow;
  audit: AuditRow;
  watch_target: WatchTargetRow;
  setting: { name: string; value: string };
  regulated_version: { id: string; body: string; entered_by: string; entered_at: EpochMs };
  regulated_confirmation: { version_id: string; by: string; at: EpochMs; document_number: string };
  tariff_contract: TariffContractRow;
  spent_meter_id: { id: MeterId };
  removed_meter: { id: MeterId; enterprise_id: EnterpriseId; removed_at: EpochMs; body: string };
  settlement_meter: SettlementMeterRow;
  supplier_bill: SupplierBillRow;
  activity_input: ActivityInputRow;
  quota: QuotaRow;
  virtual_meter: VirtualMeterRow;
  register_change: RegisterChangeRow;
  point_multiplier: { point_id: PointId; position: number; valid_from: EpochMs | null; value: number };
  point_gas_state: {
    point_id: PointId;
    position: number;
    valid_from: EpochMs | null;
    gauge_kpa: number;
    celsius: number;
  };
  month_closing: MonthClosingRow;
  channel: ChannelRow;
  subscription: SubscriptionRow;
  delivery: DeliveryRow;
  delivery_attempt: DeliveryAttemptRow;
}
