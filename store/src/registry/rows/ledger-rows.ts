import type { AuditEntry, DeviceId, EnterpriseId, EpochMs, JournalSource, QuarantineReason } from "@smart-park/core";
import type { ColumnType, Generated } from "kysely";

export interface EngineRow {
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
