import {
  conditionPointOf,
  days,
  initialRuleState,
  qualityCode,
  stepCondition,
  stepRule,
  stepRuleAtTick,
  type AlertTransition,
  type ParkTime,
  type Point,
  type ReadingRule,
  type ReadingStore,
  type RuleState,
  type Series,
  type TimeRange,
} from "@smart-park/core";

const maxUsable = qualityCode("estimated");
/** So much history of a point is in memory at a time. */
const pieceMs = days(14);

export interface HistoryQuestion {
  readonly rule: ReadingRule;
  readonly point: Point;
  readonly range: TimeRange;
}

/**
 * What a rule would have said of a point's stored history, by the steps that judge live readings. Readings are taken in
 * order of their own time, so what came late counts as if it had come in time.
 */
export async function judgeHistory(
  question: HistoryQuestion,
  { store, time }: { store: ReadingStore; time: ParkTime },
): Promise<{ transitions: AlertTransition[]; readings: number }> {
  const { rule, point, range } = question;
  const run = new HistoryRun(question, time);
  const condition = conditionPointOf(rule);
  for (let from = range.from; from < range.to; from += pieceMs) {
    const piece = { from, to: Math.min(from + pieceMs, range.to) };
    const series = await store.read(point.id, piece);
    run.take(series, condition === null ? null : await store.read(condition, piece));
  }
  run.end();
  return run;
}

class HistoryRun {
  readonly transitions: AlertTransition[] = [];
  readings = 0;
  readonly #question: HistoryQuestion;
  readonly #time: ParkTime;
  #state: RuleState = initialRuleState;

  constructor(question: HistoryQuestion, time: ParkTime) {
    this.#question = question;
    this.#time = time;
  }

  /** Two points of one instant: the condition comes first. */
  take(series: Series, condition: Series | null): void {
    let next = 0;
    for (let i = 0; i < series.at.length; i++) {
      const at = series.at[i] ?? 0;
      for (; condition !== null && (condition.at[next] ?? Infinity) <= at; next++) this.#note(condition, next);
      this.#judge(series, i);
    }
    for (; condition !== null && next < condition.at.length; next++) this.#note(condition, next);
  }

  end(): void {
    const { rule, point, range } = this.#question;
    const stepped = stepRuleAtTick({ rule, point, state: this.#state }, range.to);
    if (stepped !== null) this.transitions.push(...stepped.transitions);
  }

  #judge(series: Series, index: number): void {
    if ((series.quality[index] ?? 0) > maxUsable) return;
    this.readings += 1;
    const { rule, point } = this.#question;
    const stepped = stepRule({ rule, point, state: this.#state, time: this.#time }, readingAt(series, index));
    this.#state = stepped.state;
    this.transitions.push(...stepped.transitions);
  }

  #note(condition: Series, index: number): void {
    if ((condition.quality[index] ?? 0) > maxUsable) return;
    this.#state = stepCondition({ rule: this.#question.rule, state: this.#state }, readingAt(condition, index));
  }
}

const readingAt = ({ at, value }: Series, index: number): { observedAt: number; value: number } => ({
  observedAt: at[index] ?? 0,
  value: value[index] ?? 0,
});
