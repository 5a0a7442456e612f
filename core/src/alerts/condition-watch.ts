import type { Comparison, ConditionRule } from "./alert-rule.ts";
import type { Finding } from "./alert.ts";
import type { ConditionMemory } from "./rule-memory.ts";
import { noteSeen, type SeenReading } from "./seen-readings.ts";
import { seconds, type EpochMs } from "../time.ts";

/**
 * Takes one reading of one of the linked points. A comparison holds when it was true without a break for its `holdS`, by
 * the readings of its own point; one whose point has said nothing for `staleS` is unknown. all: true when all hold, false
 * when one does not; any: the other way round; whatever an unknown one leaves open is not found. Null = the reading is not newer than what is known of its point.
 */
export function judgeCondition(
  rule: ConditionRule,
  memory: ConditionMemory | null,
  reading: SeenReading,
): { findings: Finding[]; memory: ConditionMemory; at: EpochMs } | null {
  const seen = noteSeen(memory?.seen ?? [], reading, rule.points);
  if (seen === null) return null;
  const before = memory?.trueSince ?? [];
  const newest = rule.comparisons.map(({ point }) => seen.find(([pointId]) => pointId === point));
  // By the newest values, each time: the rule may have been changed since.
  const trueSince = rule.comparisons.map((comparison, i) => sinceOf(comparison, before[i] ?? null, newest[i]));
  const at = Math.max(...seen.map(([, seenAt]) => seenAt));
  const holds = rule.comparisons.map((comparison, i): boolean | null => {
    const own = newest[i];
    if (own === undefined || at - own[1] > seconds(rule.staleS)) return null;
    const since = trueSince[i] ?? null;
    return since !== null && own[1] - since >= seconds(comparison.holdS);
  });
  const breached = rule.match === "all" ? allOf(holds) : anyOf(holds);
  const kept: ConditionMemory = { kind: "condition", seen, trueSince };
  return {
    findings: breached === null ? [] : [{ level: "alarm", at, breached, ...factOf(rule, seen) }],
    memory: kept,
    at,
  };
}

const isTrue = ({ above, below }: Comparison, value: number): boolean =>
  (above !== null && value > above) || (below !== null && value < below);

const sinceOf = (
  comparison: Comparison,
  before: EpochMs | null,
  newest: ConditionMemory["seen"][number] | undefined,
): EpochMs | null => (newest !== undefined && isTrue(comparison, newest[2]) ? (before ?? newest[1]) : null);

/** true when all are, false when one is not; null when that depends on an unknown one. */
export function allOf(parts: readonly (boolean | null)[]): boolean | null {
  if (parts.includes(false)) return false;
  return parts.includes(null) ? null : true;
}

/** true when one is, false when none is; null when that depends on an unknown one. */
export function anyOf(parts: readonly (boolean | null)[]): boolean | null {
  if (parts.includes(true)) return true;
  return parts.includes(null) ? null : false;
}

/** The first comparison's own value and bound: the alert stands on its point, and others' values are not its reader's to see. */
function factOf({ comparisons: [first] }: ConditionRule, seen: ConditionMemory["seen"]) {
  const value = seen.find(([pointId]) => pointId === first?.point)?.[2] ?? null;
  return { value, limit: first?.above ?? first?.below ?? null };
}
