import type {
  AnnotationSide,
  AnnotationTag,
  EnterpriseId,
  EpochMs,
  InspectionState,
  InspectionTopic,
  MeterId,
  Role,
  UserId,
} from "@smart-park/core";
import type { Generated } from "kysely";
import type { Flag } from "../flag.ts";

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
