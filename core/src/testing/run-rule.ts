import type { AlertLevel, ReadingRule } from "../alerts/alert-rule.ts";
import { initialRuleState, type AlertTransition, type RuleState } from "../alerts/alert.ts";
import type { RuleFacts } from "../alerts/rule-facts.ts";
import { needsTicks, stepRule, stepRuleAtTick, type JudgedReading } from "../alerts/step-rule.ts";
import type { Point, PointId } from "../park.ts";
import { decodeRuleLearning, decodeRuleMemory, encodeRuleLearning, encodeRuleMemory } from "../wire/rule-memory.ts";

/** Since when an alert stood, and until when; null = it still does. */
export type Episode = readonly [raised: number, cleared: number | null];

/** As the registry keeps it and gives it back after a restart. */
export const restarted = ({ alert, evaluatedAt, learnt, ...more }: RuleState): RuleState => ({
  alert,
  evaluatedAt,
  ...decodeRuleMemory(encodeRuleMemory(more)),
  ...decodeRuleLearning(learnt === undefined ? null : encodeRuleLearning(learnt)),
});

export type GivenReading = Pick<JudgedReading, "observedAt" | "value"> & Partial<JudgedReading>;

interface RuleRun {
  readonly rule: ReadingRule;
  readonly point: Point;
  readonly facts: RuleFacts;
  /** Before which readings the program ends and starts again. */
  readonly restartsAt?: ReadonlySet<number>;
  /** A last tick. */
  readonly endAt?: number;
}

/** What a rule says of readings in the order given; of the rule's own point and good unless they say otherwise. */
export function runRule(run: RuleRun, readings: readonly GivenReading[]): AlertTransition[] {
  const { rule, point, facts, restartsAt, endAt } = run;
  let state = initialRuleState;
  const transitions: AlertTransition[] = [];
  const tick = (at: number): void => {
    const stepped = needsTicks(rule) ? stepRuleAtTick({ rule, point, state, facts }, { at, upMs: at }) : null;
    if (stepped === null) return;
    state = stepped.state;
    transitions.push(...stepped.transitions);
  };
  readings.forEach((reading, index) => {
    if (restartsAt?.has(index)) state = restarted(state);
    tick(reading.observedAt);
    const stepped = stepRule({ rule, point, state, facts }, { pointId: point.id, quality: "good", ...reading });
    state = stepped.state;
    transitions.push(...stepped.transitions);
  });
  if (endAt !== undefined) tick(endAt);
  return transitions;
}

export function episodesOf(transitions: readonly AlertTransition[], level: AlertLevel = "alarm"): Episode[] {
  const own = transitions.filter((transition) => (transition.level ?? "alarm") === level);
  const ends = new Map(own.filter(({ type }) => type === "cleared").map(({ alertId, at }) => [alertId, at]));
  const raised = own.filter(({ type }) => type === "raised");
  return raised.map(({ alertId, raisedAt }) => [raisedAt, ends.get(alertId) ?? null]);
}

/** Unbroken stretches of judgements, from the first that is broken to the first that is not. */
export function stretchesOf(judgements: readonly (readonly [at: number, broken: boolean])[]): Episode[] {
  const found: [number, number | null][] = [];
  let open: [number, number | null] | null = null;
  for (const [at, broken] of judgements) {
    if (broken && open === null) found.push((open = [at, null]));
    if (!broken && open !== null) [open[1], open] = [at, null];
  }
  return found;
}

export const aRuleBase = (points: readonly PointId[]) =>
  ({ id: "r", name: "R", points, severity: "P2", enabled: true, onDelayS: 0, offDelayS: 0 }) as const;
