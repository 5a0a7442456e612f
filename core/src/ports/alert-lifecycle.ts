import type { FigureRule } from "../alerts/figure-rule.ts";
import type { RuleState } from "../alerts/alert.ts";
import type { EnterpriseId, MeterId, PointId } from "../park.ts";
import type { Principal } from "../principal.ts";
import type { EpochMs, TimeRange } from "../time.ts";
import type { AlertChange } from "./ports.ts";
import type { AuditContext } from "./registry.ts";

export const windowKinds = ["maintenance", "stopped"] as const;

/** Whose alerts a maintenance window keeps quiet: those of the points of these, together. */
export interface WindowScope {
  readonly enterpriseIds: readonly EnterpriseId[];
  readonly meterIds: readonly MeterId[];
  readonly points: readonly PointId[];
}

/** Work on meters or plant, or a recorded standstill: an alert raised in [from, to) is kept, shown and not announced. */
export interface MaintenanceWindow {
  readonly id: string;
  readonly scope: WindowScope;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly kind: (typeof windowKinds)[number];
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAt: EpochMs;
}

/** Scoped as rules are: seen through those of its targets that the principal sees, changed only by who sees all of them. */
export interface MaintenanceWindows {
  /** Newest begin first. */
  maintenanceWindows(principal: Principal): readonly MaintenanceWindow[];
  maintenanceWindow(principal: Principal, id: string): MaintenanceWindow | null;
  createMaintenanceWindow(
    principal: Principal,
    window: Omit<MaintenanceWindow, "createdBy" | "createdAt">,
    audit: AuditContext,
  ): MaintenanceWindow;
  updateMaintenanceWindow(
    principal: Principal,
    id: string,
    change: Partial<Pick<MaintenanceWindow, "from" | "to" | "kind" | "reason">>,
    audit: AuditContext,
  ): MaintenanceWindow;
  /** Ends it now; what it keeps quiet and still stands is announced. */
  deleteMaintenanceWindow(principal: Principal, id: string, audit: AuditContext): void;
  /** Announces alerts that still stand although the window that kept them quiet is over at `now`; gives their ids. */
  announceAfterWindows(now: EpochMs): readonly string[];
}

/** A rule on figures and where it stands. */
export interface FigureRuleStand {
  readonly rule: FigureRule;
  /** Ends of the first and of the newest period that were judged since it was switched on; null = none was. */
  readonly judged: TimeRange | null;
  readonly states: ReadonlyMap<PointId, RuleState>;
}

export interface FigureJudgement {
  readonly ruleId: string;
  readonly judgedTo: EpochMs;
  readonly states: ReadonlyMap<PointId, RuleState>;
  readonly alerts: readonly AlertChange[];
}

/** Where the rules on figures are kept. */
export interface FigureRuleLedger {
  figureRules(): readonly FigureRuleStand[];
  /**
   * States, alerts and their notices in one transaction; nothing when the rule ended meanwhile. A late alert of a time for
   * which one stands already is left out. Gives the ids of alerts that are new or ended.
   */
  keepFigureJudgement(judgement: FigureJudgement): readonly string[];
}

export const photoTypes = ["image/png", "image/jpeg", "image/webp"] as const;
export type PhotoType = (typeof photoTypes)[number];

/** A photo kept with a comment; its bytes lie in the data folder under its id. */
export interface AlertPhoto {
  readonly id: string;
  readonly alertId: string;
  readonly type: PhotoType;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}
