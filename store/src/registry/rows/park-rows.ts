import type {
  CommandState,
  Device,
  DeviceId,
  EnterpriseId,
  EpochMs,
  MeterId,
  MeterKind,
  MeterPurpose,
  Point,
  PointId,
  Quantity,
  WaitingDevice,
} from "@smart-park/core";
import type { Generated } from "kysely";
import type { Flag } from "../flag.ts";

export interface EnterpriseRow {
  id: EnterpriseId;
  name: string;
  name_en: string | null;
  chain: string | null;
  trade: string | null;
  demo: Flag;
}

export interface MeterRow {
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

export interface VirtualMeterRow {
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

export interface DeviceRow {
  id: DeviceId;
  enterprise_id: EnterpriseId;
  protocol: Device["protocol"];
  mn: string | null;
  is_enabled: Flag;
  secret_hash: string;
}

export interface OnboardingTokenRow {
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
