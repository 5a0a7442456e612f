import type { AlertRule, Severity } from "../alerts/alert-rule.ts";
import type { RuleFactRecords } from "../alerts/rule-facts.ts";
import type { FigureInputs } from "./figure-inputs.ts";
import type { AlertPhoto, FigureRuleLedger, MaintenanceWindow, MaintenanceWindows } from "./alert-lifecycle.ts";
import type { AlertSubject } from "../alerts/figure-rule.ts";
import type { Commands } from "./commands.ts";
import type { Annotations } from "./annotations.ts";
import type { Inspections } from "./inspections.ts";
import type { SavedViews } from "./saved-views.ts";
import type { Onboarding } from "./onboarding.ts";
import type { NotificationRegistry } from "./notifications.ts";
import type { SitePlans } from "./site-plans.ts";
import type { Walls } from "./walls.ts";
import type { AlertChange, AuditEntry, CatalogSource, Quarantined, RuleStateRow } from "./ports.ts";
import type {
  Device,
  DeviceId,
  Enterprise,
  EnterpriseId,
  Meter,
  MeterId,
  PointId,
  RemovedMeter,
  UserId,
} from "../park.ts";
import type { Principal, Role } from "../principal.ts";
import type { EpochMs } from "../time.ts";

/** A page of a list; `nextCursor` is opaque, null on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface User {
  readonly id: UserId;
  /** What the person is called; null = not entered. */
  readonly name: string | null;
  readonly role: Role;
  /** Enterprises of an enterprise role or steward; null for park roles. */
  readonly enterpriseIds: readonly EnterpriseId[] | null;
  readonly isEnabled: boolean;
  readonly mustChangePassword: boolean;
  /** null = it is older than this was kept. */
  readonly passwordChangedAt: EpochMs | null;
  readonly lastSignInAt: EpochMs | null;
  readonly lastSeenAt: EpochMs | null;
}

export interface Credentials extends User {
  readonly passwordHash: string;
}

/** A session or a token as the server keeps it: only a hash of the secret. */
export interface Session {
  readonly userId: UserId;
  readonly createdAt: EpochMs;
  readonly lastUsedAt: EpochMs;
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly enterpriseId: EnterpriseId | null;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs | null;
  readonly createdBy: UserId;
}

/** A token as it is listed. */
export interface TokenEntry extends Token {
  /** To the minute; null = never. */
  readonly lastUsedAt: EpochMs | null;
  /** Whether whoever made it may still act. */
  readonly isMakerEnabled: boolean;
}

export const tokenStates = ["active", "expired", "disabled"] as const;
export type TokenState = (typeof tokenStates)[number];

/** Whether a token opens anything: not when its maker is shut out, nor once it has expired. */
export function tokenState({ isMakerEnabled, expiresAt }: TokenEntry, now: EpochMs): TokenState {
  if (!isMakerEnabled) return "disabled";
  return expiresAt !== null && expiresAt <= now ? "expired" : "active";
}

export interface StoredRule {
  readonly rule: AlertRule;
  readonly version: number;
}

export interface Alert {
  readonly id: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly kind: AlertRule["kind"];
  readonly pointId: PointId;
  readonly enterpriseId: EnterpriseId;
  readonly severity: Severity;
  readonly state: "active" | "cleared" | "closed";
  readonly acknowledged: { readonly by: string; readonly at: EpochMs; readonly note: string } | null;
  readonly assignee: string | null;
  readonly shelvedUntil: EpochMs | null;
  readonly raisedAt: EpochMs;
  readonly clearedAt: EpochMs | null;
  readonly value: number | null;
  readonly limit: number | null;
  readonly late: boolean;
  readonly recalculated: boolean;
  /** What it is about when its point is none; null = the point. */
  readonly subject: AlertSubject | null;
  /** Of value and limit; null = the point's. */
  readonly unit: string | null;
  /** The maintenance window in which it was raised; `announcedAt` = when it was told after all. */
  readonly suppressed:
    | (Pick<MaintenanceWindow, "kind" | "reason"> & {
        readonly windowId: string;
        readonly until: EpochMs;
        readonly announcedAt: EpochMs | null;
      })
    | null;
  /** The first alert of its row of repeats, and how many there were with this one: of the newest, all. */
  readonly groupId: string;
  readonly repeats: number;
}

export interface AlertEvent {
  readonly at: EpochMs;
  readonly by: string;
  /** suppressed: a maintenance window keeps it quiet; announced: it was told after that window. */
  readonly action:
    | "raised"
    | "cleared"
    | "acknowledged"
    | "unacknowledged"
    | "assigned"
    | "comment"
    | "shelved"
    | "closed"
    | "suppressed"
    | "announced";
  readonly note: string;
  readonly photoId?: string | null;
}

export interface AlertFilter {
  readonly state?: "active" | "cleared" | "closed" | "unacknowledged" | "shelved";
  readonly severity?: Severity;
  /** Raised, cleared or acted upon at or after. */
  readonly since?: EpochMs;
  readonly pointId?: PointId;
  readonly enterpriseId?: EnterpriseId;
  /** Raised by this rule. */
  readonly ruleId?: string;
  /** Kept quiet by a maintenance window, and not told yet. */
  readonly isSuppressed?: boolean;
  /** Only the newest of each row of repeats. */
  readonly isGrouped?: boolean;
  /** Only the repeats of this row. */
  readonly groupId?: string;
  readonly cursor?: string;
  readonly limit: number;
}

/** What one file adds to the registry; `joined` = devices that are there, with all meters they shall have. */
export interface WantedDevices {
  readonly meters: readonly Meter[];
  readonly devices: readonly Device[];
  readonly joined: readonly Pick<Device, "id" | "meterIds">[];
}

/** Where a device goes, and what its meters are called there; of those left out ids are made and names kept. */
export interface MoveTarget {
  readonly enterpriseId: EnterpriseId;
  readonly meters: readonly {
    readonly meterId: MeterId;
    readonly newId?: MeterId | undefined;
    readonly name?: string | undefined;
  }[];
}

/** A device after its move, with the meters that took the place of those it had. */
export interface MovedDevice {
  readonly at: EpochMs;
  readonly device: Device;
  readonly meters: readonly { readonly meterId: MeterId; readonly newId: MeterId }[];
}

/** Devices that were made from one file; `issuedAt` = when their secrets were handed out, null = not yet. */
export interface DeviceImport {
  readonly id: string;
  readonly at: EpochMs;
  readonly by: string;
  readonly meters: number;
  readonly devices: number;
  readonly issuedAt: EpochMs | null;
}

/** One line of the books, counted in values. */
export interface BookLine {
  readonly received: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly overwritten: number;
  readonly quarantined: number;
  readonly rejected: number;
}

/** A dated figure to watch a point against (a limit of an outlet, a declared demand), with its source. */
export interface WatchTarget {
  readonly id: string;
  readonly kind: "hourlyMean" | "dailyMean" | "nightFlow" | "demand";
  readonly pointId: PointId;
  readonly enterpriseId: EnterpriseId;
  /** Means and demand: the limit in the point's unit (demand: kW). nightFlow: step above the usual that counts, m³/h. */
  readonly limit: number;
  /** Means of what may not fall below either (pH). */
  readonly lowerLimit?: number | null;
  /** Decimals the limit is stated with, where its number does not show them (50.0). */
  readonly decimals?: number | null;
  /** Oxygen content that the limit refers to, %; means are corrected to it. */
  readonly referenceOxygen?: number | null;
  readonly title: string;
  readonly source: string;
  readonly effectiveFrom: EpochMs;
  readonly status: "verified" | "secondary" | "unverified";
}

/**
 * Everything kept beside readings, as the api uses it. Every method that takes a Principal sees and changes only what
 * lies in its scope: a foreign id behaves exactly like a missing one (null, or ParkError not_found on writes). Rights
 * (may this role do this at all) are checked by the caller. A create on an existing id is ParkError conflict. Each write
 * is one transaction together with its audit entry.
 */
export interface Registry
  extends
    CatalogSource,
    FigureInputs,
    NotificationRegistry,
    MaintenanceWindows,
    FigureRuleLedger,
    Onboarding,
    Commands,
    Inspections,
    Annotations,
    SavedViews,
    SitePlans,
    Walls {
  // people
  credentials(username: string): Credentials | null;
  /** Hashes of passwords that somebody had before the one in use, newest first; at most five are kept. */
  formerPasswords(id: UserId): readonly string[];
  /** The newest sign-in of somebody before an instant, and how many tries failed after it; null = it was the first. */
  signInBefore(id: UserId, before: EpochMs): { at: EpochMs; address: string; failedSince: number } | null;
  users(principal: Principal): readonly User[];
  /** `enterpriseIds` outside the principal's scope: not_found. */
  createUser(
    principal: Principal,
    user: {
      id: UserId;
      name?: string | null;
      passwordHash: string;
      role: Role;
      enterpriseIds: readonly EnterpriseId[] | null;
      mustChangePassword: boolean;
    },
    audit: AuditContext,
  ): User;
  updateUser(
    principal: Principal,
    id: UserId,
    change: {
      name?: string | null;
      passwordHash?: string;
      role?: Role;
      enterpriseIds?: readonly EnterpriseId[] | null;
      isEnabled?: boolean;
      mustChangePassword?: boolean;
    },
    audit: AuditContext,
  ): User;
  deleteUser(principal: Principal, id: UserId, audit: AuditContext): void;
  /** Signs a person out everywhere; tokens stay. */
  endSessions(principal: Principal, id: UserId, audit: AuditContext): void;

  // sessions and tokens; `secretHash` = SHA-256 of the secret, hex
  createSession(secretHash: string, session: Session): void;
  /** The session and its user, when both still hold; as a use it touches `lastUsedAt`, at most once a minute. */
  session(secretHash: string, now: EpochMs, isUse?: boolean): { session: Session; user: User } | null;
  /**
   * Whether this is the sign-in of somebody who was shut out since: known until the account is enabled again, of a removed
   * one for as long as a session may last.
   */
  isShutOut(secretHash: string): boolean;
  deleteSession(secretHash: string): void;
  /** Ends all sessions of a user, except one. */
  deleteSessionsOf(userId: UserId, exceptSecretHash?: string): void;
  /** Removes sessions idle or older than allowed. */
  expireSessions(now: EpochMs, idleMs: number, absoluteMs: number): void;
  createToken(principal: Principal, secretHash: string, token: Omit<Token, "id">, audit: AuditContext): Token;
  /** Who may act by it at `now`, which is noted as its last use; null when it does not hold (any more). */
  token(secretHash: string, now: EpochMs): { token: Token; user: User } | null;
  tokens(principal: Principal): readonly TokenEntry[];
  deleteToken(principal: Principal, id: string, audit: AuditContext): void;

  // the park
  enterprises(principal: Principal): readonly Enterprise[];
  createEnterprise(principal: Principal, enterprise: Enterprise, audit: AuditContext): Enterprise;
  updateEnterprise(
    principal: Principal,
    id: EnterpriseId,
    change: Partial<Omit<Enterprise, "id">>,
    audit: AuditContext,
  ): Enterprise;
  /** conflict while it still owns meters, devices or users. */
  deleteEnterprise(principal: Principal, id: EnterpriseId, audit: AuditContext): void;
  meters(principal: Principal): readonly Meter[];
  meter(principal: Principal, id: MeterId): Meter | null;
  createMeter(principal: Principal, meter: Meter, audit: AuditContext): Meter;
  /** Replaces the given fields; `points` replaces the list of points (readings of a removed point stay in the store). */
  updateMeter(principal: Principal, id: MeterId, change: Partial<Omit<Meter, "id">>, audit: AuditContext): Meter;
  /**
   * Takes a meter out of the registry; past totals keep what it counted. conflict while others hang below it or it settles
   * a place from tomorrow on. One made later with its id takes its place again.
   */
  deleteMeter(principal: Principal, id: MeterId, audit: AuditContext): void;
  /** Those that were removed, by id, for figures of the time before. */
  removedMeters(principal: Principal): readonly RemovedMeter[];
  devices(principal: Principal): readonly Device[];
  device(principal: Principal, id: DeviceId): Device | null;
  /** Makes the device with this secret (kept as a keyed hash only). Meters of another enterprise: not_found. */
  createDevice(principal: Principal, device: Device, secret: string, audit: AuditContext): Device;
  updateDevice(
    principal: Principal,
    id: DeviceId,
    change: { meterIds?: readonly MeterId[]; isEnabled?: boolean },
    audit: AuditContext,
  ): Device;
  rotateDevice(principal: Principal, id: DeviceId, secret: string, audit: AuditContext): void;
  deleteDevice(principal: Principal, id: DeviceId, audit: AuditContext): void;
  /**
   * Gives a device to another enterprise, now: its meters are removed from the one before, whose past they remain, and others
   * with ids of their own begin in their place. Its secret stays; what waits for it is cancelled. conflict when it is there
   * already, shares a meter with another device, or one of its meters may not be removed (see `deleteMeter`).
   */
  moveDevice(principal: Principal, id: DeviceId, target: MoveTarget, audit: AuditContext): MovedDevice;
  /**
   * Makes meters (in this order), adds meters to devices that are there, makes devices: all or none. The new devices'
   * secrets come into being with `issueCredentials`; null when there are no new devices.
   */
  importDevices(principal: Principal, wanted: WantedDevices, audit: AuditContext): DeviceImport | null;
  /** Newest first; a scoped principal sees those of which it sees every device. */
  deviceImports(principal: Principal): readonly DeviceImport[];
  /** Gives each new device of an import its secret, once: conflict the second time. Devices rotated meanwhile keep theirs. */
  issueCredentials(
    principal: Principal,
    importId: string,
    newSecret: () => string,
    audit: AuditContext,
  ): readonly { readonly device: Device; readonly secret: string }[];
  /** Internal subscribers. */
  services(principal: Principal): readonly { id: string }[];
  createService(principal: Principal, id: string, secret: string, audit: AuditContext): void;
  deleteService(principal: Principal, id: string, audit: AuditContext): void;
  /** Whether the principal may see the point; the only gate to readings, but for those of `removedMeters`. */
  canReadPoint(principal: Principal, pointId: PointId): boolean;

  // rules and alerts
  rules(principal: Principal): readonly StoredRule[];
  rule(principal: Principal, id: string): StoredRule | null;
  /** For judging alone, of the whole park: not to be shown. */
  ruleFacts(): RuleFactRecords;
  createRule(principal: Principal, rule: AlertRule, audit: AuditContext): StoredRule;
  updateRule(
    principal: Principal,
    id: string,
    change: Partial<Record<string, unknown>>,
    audit: AuditContext,
  ): StoredRule;
  deleteRule(principal: Principal, id: string, audit: AuditContext): void;
  /** Points for which rules in force that learn (kind history) know nothing yet. */
  unlearntPoints(): readonly { readonly ruleId: string; readonly pointId: PointId }[];
  /**
   * Adds what was learnt from stored history: where a rule knows more of an hour already, that stays. Where the rule stands
   * for the point is only kept when nothing was. A rule that ended meanwhile, or left the point, is passed over.
   */
  keepLearnt(rows: readonly RuleStateRow[]): void;
  alerts(principal: Principal, filter: AlertFilter, now: EpochMs): Page<Alert>;
  alert(principal: Principal, id: string): Alert | null;
  alertEvents(principal: Principal, id: string): readonly AlertEvent[];
  /** Enabled people whom the alert can be given to, by id: those whom the caller sees and who may act on it. */
  alertAssignees(principal: Principal, id: string): readonly Pick<User, "id" | "name">[];
  alertCounts(
    principal: Principal,
    now: EpochMs,
  ): { P1: number; P2: number; P3: number; P4: number; unacknowledged: number };
  acknowledgeAlert(principal: Principal, id: string, note: string, audit: AuditContext): Alert;
  /**
   * Takes the acknowledgement back (`unacknowledgeFault`): the alert and its escalations are as before it, with their
   * times. forbidden for somebody else's, conflict when it is too late or something happened since; nothing when there is none.
   */
  unacknowledgeAlert(principal: Principal, id: string, audit: AuditContext): Alert;
  assignAlert(principal: Principal, id: string, assignee: string | null, audit: AuditContext): Alert;
  commentAlert(principal: Principal, id: string, note: string, audit: AuditContext): Alert;
  /** A comment with a photo whose bytes are kept already. */
  addAlertPhoto(principal: Principal, photo: AlertPhoto, note: string, audit: AuditContext): Alert;
  alertPhoto(principal: Principal, alertId: string, photoId: string): AlertPhoto | null;
  alertPhotoBytes(): number;
  shelveAlert(principal: Principal, id: string, until: EpochMs, reason: string, audit: AuditContext): Alert;
  /** conflict while the alert is still active. */
  closeAlert(principal: Principal, id: string, code: string, note: string, audit: AuditContext): Alert;
  /** Adds alerts computed from history; those already there (same id) stay as they are. Gives how many were new. */
  addRecalculated(principal: Principal, changes: readonly AlertChange[], audit: AuditContext): number;

  // watch targets
  watchTargets(principal: Principal): readonly WatchTarget[];
  putWatchTarget(principal: Principal, target: WatchTarget, audit: AuditContext): WatchTarget;
  deleteWatchTarget(principal: Principal, id: string, audit: AuditContext): void;

  // books, quarantine, audit
  books(principal: Principal): {
    enterprises: readonly ({ id: EnterpriseId } & BookLine)[];
    unattributed: BookLine;
    sequence: number;
  };
  /** Import counts as received like telemetry does. */
  addToBooks(enterpriseId: EnterpriseId, line: BookLine): void;
  quarantine(principal: Principal, filter: QuarantineFilter): Page<Quarantined & { id: string }>;
  /** Newest first; `hash` covers the entry and, through the hash before it, all older ones. */
  audit(principal: Principal, filter: AuditFilter): Page<AuditEntry & { id: number; hash: string }>;
  /** Walks the whole log; for who sees the whole park, else forbidden. `known` = a hash that was noted elsewhere. */
  verifyAudit(principal: Principal, known: string | null): Promise<AuditChain>;
  addAudit(entry: AuditEntry): void;
  /** A small named setting, e.g. the demo's progress; null when unset. */
  setting(name: string): string | null;
  setSetting(name: string, value: string): void;
}

export interface QuarantineFilter extends Partial<Pick<Quarantined, "deviceId" | "reason">> {
  readonly cursor?: string;
  readonly limit: number;
}

/** Times in [from, to); the others are compared as they are. */
export interface AuditFilter extends Partial<Pick<AuditEntry, "actor" | "action" | "object" | "result">> {
  readonly enterpriseId?: EnterpriseId;
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  readonly cursor?: string;
  readonly limit: number;
}

/** What a walk through the audit log found. */
export interface AuditChain {
  /** Entries before the first break, from the oldest on; all of them when there is none. */
  readonly entries: number;
  /** Hash of the last of these. */
  readonly head: string;
  /** Number of the first entry that is not what was written: changed, missing, put in or moved. */
  readonly brokenAt: number | null;
  /** Whether the hash that was asked for stands in the chain; null when none was. */
  readonly isKnown: boolean | null;
}

/** Who did it from where, for the audit entry of a write. */
export interface AuditContext {
  readonly at: EpochMs;
  readonly actor: string;
  readonly address: string;
}
