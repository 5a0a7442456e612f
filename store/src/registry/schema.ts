import type {
  Device,
  DeviceId,
  EnterpriseId,
  MeterId,
  MeterKind,
  MeterPurpose,
  Point,
  PointId,
  Quantity,
  Role,
  Severity,
  UserId,
  Alert,
  AlertEvent,
  AlertPhase,
  AlertRule,
  AuditEntry,
  CommandState,
  EpochMs,
  JournalSource,
  QuarantineReason,
  WaitingDevice,
  WatchTarget,
  MaintenanceWindow,
  PhotoType,
  DemandMode,
  LocalDay,
  RegulatedStatus,
  Language,
  DeliveryRecord,
  InspectionState,
  InspectionStep,
  InspectionTopic,
  AnnotationSide,
  AnnotationTag,
} from "@smart-park/core";
import type { ColumnType, Generated } from "kysely";

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

/** SQLite has no boolean. */
export type Flag = 0 | 1;
export const toFlag = (is: boolean): Flag => (is ? 1 : 0);

interface EnterpriseRow {
  id: EnterpriseId;
  name: string;
  name_en: string | null;
  chain: string | null;
  trade: string | null;
  demo: Flag;
}

interface MeterRow {
  id: MeterId;
  name: string;
  name_en: string | null;
  enterprise_id: EnterpriseId;
  kind: MeterKind;
  interval_s: number;
  parent_id: MeterId | null;
  zone_id: string | null;
  workshop: string | null;
  data_source: string | null;
  purpose: MeterPurpose | null;
  begins_at: EpochMs | null;
}

export interface PointRow {
  id: PointId;
  meter_id: MeterId;
  position: number;
  quantity: Quantity;
  unit: string;
  kind: Point["kind"];
  multiplier: number;
  multiplier_from: EpochMs | null;
  value_side: Point["valueSide"];
  modulus: number | null;
  rated_per_hour: number | null;
  stamp_at: Point["stampAt"];
  min: number | null;
  max: number | null;
}

export interface InspectionRow {
  number: Generated<number>;
  id: string;
  enterprise_id: EnterpriseId;
  meter_id: MeterId | null;
  at: EpochMs;
  topic: InspectionTopic;
  finding: string;
  due_on: string | null;
  state: InspectionState;
  created_by: string;
  created_at: EpochMs;
}

export interface AnnotationRow {
  id: string;
  enterprise_id: EnterpriseId | null;
  meter_id: MeterId | null;
  from_at: EpochMs;
  to_at: EpochMs;
  tag: AnnotationTag;
  text: string;
  side: AnnotationSide;
  created_by: string;
  created_at: EpochMs;
  changed_by: string | null;
  changed_at: EpochMs | null;
  deleted_at: Generated<EpochMs | null>;
}

export interface SavedViewRow {
  id: string;
  user_id: UserId;
  name: string;
  path: string;
  is_shared: Flag;
  created_at: EpochMs;
}

export interface CommandRow {
  number: Generated<number>;
  id: string;
  device_id: DeviceId;
  enterprise_id: EnterpriseId;
  meter_id: MeterId;
  name: string;
  params: string;
  state: CommandState;
  created_at: EpochMs;
  created_by: string;
  expires_at: EpochMs;
  sent_at: EpochMs | null;
  delivered_at: EpochMs | null;
  ended_at: EpochMs | null;
  answered_at: EpochMs | null;
  answer_detail: string;
  answer_result: string | null;
}

interface OnboardingTokenRow {
  id: string;
  name: string;
  secret_hash: string;
  created_at: EpochMs;
  created_by: string;
  expires_at: EpochMs | null;
}

export interface WaitingDeviceRow {
  id: DeviceId;
  state: WaitingDevice["state"];
  first_at: EpochMs;
  last_at: EpochMs;
  messages: number;
  kept: number;
  kept_bytes: number;
  approved_at: EpochMs | null;
}

interface DeviceRow {
  id: DeviceId;
  enterprise_id: EnterpriseId;
  protocol: Device["protocol"];
  mn: string | null;
  is_enabled: Flag;
  secret_hash: string;
}

export interface UserRow {
  id: UserId;
  password_hash: string;
  role: Role;
  is_enabled: Flag;
  must_change_password: Flag;
  last_seen_at: EpochMs | null;
  name: string | null;
  last_sign_in_at: EpochMs | null;
  password_changed_at: EpochMs | null;
}

export interface TokenRow {
  id: string;
  secret_hash: string;
  name: string;
  scopes: string;
  enterprise_id: EnterpriseId | null;
  created_at: EpochMs;
  expires_at: EpochMs | null;
  created_by: UserId;
  last_used_at: EpochMs | null;
}

export interface WallRow {
  id: string;
  name: string;
  /** JSON: what it shows, and from where it may be opened. */
  settings: string;
  created_at: EpochMs;
  created_by: string;
  expires_at: EpochMs;
  /** Of the link that opens it; null once it was opened. */
  link_hash: string | null;
  /** Of what the screen shows since. */
  secret_hash: string | null;
  opened_at: EpochMs | null;
  revoked_at: EpochMs | null;
  last_seen_at: EpochMs | null;
  last_address: string | null;
  last_build: string | null;
}

export interface AlertRuleRow {
  id: string;
  version: number;
  kind: AlertRule["kind"];
  name: string;
  severity: Severity;
  is_enabled: Flag;
  on_delay_s: number;
  off_delay_s: number;
  condition: string;
  /** JSON PointCover; null = named points. */
  covers: string | null;
  template: string | null;
}

export interface RuleStateTableRow {
  rule_id: string;
  point_id: PointId;
  phase: AlertPhase["phase"];
  since: EpochMs | null;
  raised_at: EpochMs | null;
  evaluated_at: EpochMs | null;
  memory: string | null;
  learnt: string | null;
}

export interface AlertRow {
  id: string;
  rule_id: string;
  rule_version: number;
  rule_name: string;
  kind: AlertRule["kind"];
  point_id: PointId;
  enterprise_id: EnterpriseId;
  severity: Severity;
  state: Alert["state"];
  acknowledged_by: string | null;
  acknowledged_at: EpochMs | null;
  acknowledged_note: string | null;
  assignee: string | null;
  shelved_until: EpochMs | null;
  raised_at: EpochMs;
  cleared_at: EpochMs | null;
  value: number | null;
  limit_value: number | null;
  late: Flag;
  recalculated: Flag;
  changed_at: EpochMs;
  /** JSON AlertSubject; null = the point. */
  subject: string | null;
  unit: string | null;
  window_id: string | null;
  window_kind: MaintenanceWindow["kind"] | null;
  window_reason: string | null;
  window_to: EpochMs | null;
  announced_at: EpochMs | null;
  group_id: string | null;
  repeat_number: number;
}

interface AlertEventRow {
  id: Generated<number>;
  alert_id: string;
  at: EpochMs;
  by: string;
  action: AlertEvent["action"];
  note: string;
  photo_id: string | null;
}

interface MaintenanceWindowRow {
  id: string;
  from_at: EpochMs;
  to_at: EpochMs;
  kind: MaintenanceWindow["kind"];
  reason: string;
  created_by: string;
  created_at: EpochMs;
}

interface OutboxRow {
  id: Generated<number>;
  alert_id: string;
  transition: "raised" | "cleared";
  at: EpochMs;
  created_at: EpochMs;
  delivered_at: EpochMs | null;
}

export interface ChannelRow {
  id: string;
  name: string;
  enterprise_id: EnterpriseId | null;
  language: Language;
  is_enabled: Flag;
  settings: string;
  secrets: string;
  secret_names: string;
}

export interface SubscriptionRow {
  id: string;
  user_id: UserId | null;
  role: Role | null;
  channel_id: string;
  address: string;
  severities: string;
  enterprise_ids: string | null;
  quiet_from: number | null;
  quiet_to: number | null;
  wants_cleared: Flag;
  escalate_after_minutes: number | null;
  is_enabled: Flag;
}

export interface DeliveryRow {
  id: Generated<number>;
  key: string;
  alert_id: string | null;
  enterprise_id: EnterpriseId | null;
  kind: DeliveryRecord["kind"];
  channel_id: string;
  address: string;
  state: DeliveryRecord["state"];
  waits_for: DeliveryRecord["waitsFor"];
  next_at: EpochMs;
  due_since: EpochMs;
  group_key: string | null;
  attempts: number;
  created_at: EpochMs;
  ended_at: EpochMs | null;
  detail: string;
  asked_by: string | null;
}

interface DeliveryAttemptRow {
  id: Generated<number>;
  delivery_id: number;
  channel_id: string;
  at: EpochMs;
  took_ms: number;
  is_ok: Flag;
  detail: string;
}

interface EngineRow {
  id: 1;
  sequence: number;
  segment: number;
  byte_offset: number;
  up_ms: number;
  last_tick_at: EpochMs | null;
  /** Kept by triggers on quarantine. */
  quarantine_bytes: number;
  journal_id: string | null;
}

export interface BookRow {
  enterprise_id: EnterpriseId | "";
  received: number;
  stored: number;
  duplicate: number;
  overwritten: number;
  quarantined: number;
  rejected: number;
}

export interface QuarantineRow {
  id: Generated<number>;
  received_at: EpochMs;
  source: JournalSource;
  enterprise_id: EnterpriseId | null;
  device_id: DeviceId | null;
  topic: string;
  reason: QuarantineReason;
  detail: string;
  count: number;
  bytes: number;
  payload: ColumnType<ArrayBuffer, Uint8Array, never>;
}

export interface AuditRow {
  id: Generated<number>;
  at: EpochMs;
  actor: string;
  address: string;
  action: string;
  object: string;
  enterprise_id: EnterpriseId | null;
  result: AuditEntry["result"];
  detail: string;
  hash: string;
}

interface WatchTargetRow {
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

interface TariffContractRow {
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

interface QuotaRow {
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

interface VirtualMeterRow {
  id: string;
  name: string;
  enterprise_id: EnterpriseId | null;
  kind: MeterKind;
  /** JSON. */
  terms: string;
}

export interface RegisterChangeRow {
  point_id: PointId;
  at: EpochMs;
  end_reading: number | null;
  start_reading: number | null;
  modulus: number | null;
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
