import type {
  Alert,
  AlertEvent,
  AlertPhase,
  AlertRule,
  DeliveryRecord,
  EnterpriseId,
  EpochMs,
  Language,
  MaintenanceWindow,
  PointId,
  Role,
  Severity,
  UserId,
} from "@smart-park/core";
import type { Generated } from "kysely";
import type { Flag } from "../flag.ts";

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

export interface AlertEventRow {
  id: Generated<number>;
  alert_id: string;
  at: EpochMs;
  by: string;
  action: AlertEvent["action"];
  note: string;
  photo_id: string | null;
}

export interface MaintenanceWindowRow {
  id: string;
  from_at: EpochMs;
  to_at: EpochMs;
  kind: MaintenanceWindow["kind"];
  reason: string;
  created_by: string;
  created_at: EpochMs;
}

export interface OutboxRow {
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

export interface DeliveryAttemptRow {
  id: Generated<number>;
  delivery_id: number;
  channel_id: string;
  at: EpochMs;
  took_ms: number;
  is_ok: Flag;
  detail: string;
}
