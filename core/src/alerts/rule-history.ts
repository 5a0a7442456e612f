import { phaseOf, initialRuleState, type AlertTransition, type RuleState } from "./alert.ts";
import type { ReadingRule } from "./alert-rule.ts";
import { stepCondition, stepRule, stepRuleAtTick } from "./step-rule.ts";
import type { Point } from "../park.ts";
import { qualityCode, type Series } from "../reading.ts";
import type { EpochMs, ParkTime } from "../time.ts";

const maxUsable = qualityCode("estimated");

export interface RuleOfPoint {
  readonly rule: ReadingRule;
  readonly point: Pick<Point, "id" | "intervalS" | "stampAt">;
}

/**
 * What a rule would have said of a point's stored readings, by the steps that judge live ones. Readings are taken in order
 * of their own time, so what came late counts as if it had come in time.
 */
export class RuleHistory {
  readonly transitions: AlertTransition[] = [];
  /** Readings that were judged. */
  readings = 0;
  readonly #of: RuleOfPoint;
  readonly #time: ParkTime;
  #state: RuleState = initialRuleState;

  constructor(of: RuleOfPoint, time: ParkTime) {
    this.#of = of;
    this.#time = time;
  }

  get isRaised(): boolean {
    return "raisedAt" in phaseOf(this.#state, "alarm");
  }

  /** A stretch after the one before; of two points of one instant the condition comes first. */
  take(series: Series, condition: Series | null = null): void {
    let next = 0;
    for (let i = 0; i < series.at.length; i++) {
      const at = series.at[i] ?? 0;
      for (; condition !== null && (condition.at[next] ?? Infinity) <= at; next++) this.#note(condition, next);
      this.#judge(series, i);
    }
    for (; condition !== null && next < condition.at.length; next++) this.#note(condition, next);
  }

  /** Nothing more comes until then. */
  end(at: EpochMs): void {
    const { rule, point } = this.#of;
    const stepped = stepRuleAtTick({ rule, point, state: this.#state }, at);
    if (stepped === null) return;
    this.#state = stepped.state;
    this.transitions.push(...stepped.transitions);
  }

  #judge(series: Series, index: number): void {
    if ((series.quality[index] ?? 0) > maxUsable) return;
    this.readings += 1;
    const { rule, point } = this.#of;
    const stepped = stepRule({ rule, point, state: this.#state, time: this.#time }, readingAt(series, index));
    this.#state = stepped.state;
    this.transitions.push(...stepped.transitions);
  }

  #note(condition: Series, index: number): void {
    if ((condition.quality[index] ?? 0) > maxUsable) return;
    this.#state = stepCondition({ rule: this.#of.rule, state: this.#state }, readingAt(condition, index));
  }
}

const readingAt = ({ at, value }: Series, index: number): { observedAt: number; value: number } => ({
  observedAt: at[index] ?? 0,
  value: value[index] ?? 0,
});
