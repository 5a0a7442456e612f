import type { PointId } from "../park.ts";

/** P1 紧急, P2 重要, P3 一般, P4 提示. */
export const severities = ["P1", "P2", "P3", "P4"] as const;
export type Severity = (typeof severities)[number];

interface RuleBase {
  readonly id: string;
  readonly name: string;
  readonly points: readonly PointId[];
  readonly severity: Severity;
  readonly enabled: boolean;
  readonly onDelayS: number;
  readonly offDelayS: number;
}

/** The value stays above or below a limit; limits and deadband in the point's own unit. */
export interface LimitRule extends RuleBase {
  readonly kind: "limit";
  readonly above: number | null;
  readonly below: number | null;
  readonly deadband: number;
}

/** No new reading for `afterS` seconds, counted only while the platform itself was taking readings. */
export interface SilenceRule extends RuleBase {
  readonly kind: "silence";
  readonly afterS: number;
}

export type AlertRule = LimitRule | SilenceRule;

/**
 * Whether a value breaks the limit. A value equal to the limit keeps it. While already broken (`wasBreached`), the
 * value must come back by more than the deadband.
 */
export function isBreached(rule: LimitRule, value: number, wasBreached: boolean): boolean {
  const slack = wasBreached ? rule.deadband : 0;
  return (rule.above !== null && value > rule.above - slack) || (rule.below !== null && value < rule.below + slack);
}

/** The limit a value broke, for the alert's record. */
export const brokenLimit = (rule: LimitRule, value: number): number | null =>
  rule.above !== null && (rule.below === null || value > rule.below) ? rule.above : rule.below;
