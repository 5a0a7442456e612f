import { phaseOf, initialRuleState, type AlertTransition, type RuleState, type Stepped } from "./alert.ts";
import type { ReadingRule } from "./alert-rule.ts";
import type { RuleFacts } from "./rule-facts.ts";
import { needsTicks, stepRule, stepRuleAtTick } from "./step-rule.ts";
import type { Point, PointId } from "../park.ts";
import { qualityOf, type Series } from "../reading.ts";
import type { EpochMs } from "../time.ts";

export interface RuleOfPoint {
  readonly rule: ReadingRule;
  readonly point: Point;
}

/** A stretch of a point's readings. */
export interface PointSeries {
  readonly pointId: PointId;
  readonly series: Series;
}
/** And how far it is taken. */
type Source = PointSeries & { next: number };

/**
 * What a rule would have said of stored readings, by the steps that judge live ones. Readings are taken in order of their
 * own time, so what came late counts as if it had come in time.
 */
export class RuleHistory {
  readonly transitions: AlertTransition[] = [];
  /** Readings that were judged. */
  readings = 0;
  state: RuleState = initialRuleState;
  readonly #of: RuleOfPoint;
  readonly #facts: RuleFacts;

  constructor(of: RuleOfPoint, facts: RuleFacts) {
    this.#of = of;
    this.#facts = facts;
  }

  get isRaised(): boolean {
    return "raisedAt" in phaseOf(this.state, "alarm");
  }

  /** A stretch after the one before; of readings of one instant those of the first series come first. */
  take(series: readonly PointSeries[]): void {
    const sources = series.map((one): Source => ({ ...one, next: 0 }));
    for (let source = oldest(sources); source !== null; source = oldest(sources)) this.#judge(source);
  }

  /** Nothing more comes until then. */
  end(at: EpochMs): void {
    this.#tick(at);
  }

  /** One before each reading judges the same as one every 10 s: a window's finding bears the window's own time. */
  #tick(at: EpochMs): void {
    const { rule, point } = this.#of;
    const step = { rule, point, state: this.state, facts: this.#facts };
    if (needsTicks(rule)) this.#keep(stepRuleAtTick(step, { at, upMs: at }));
  }

  #judge(source: Source): void {
    const { pointId, series, next } = source;
    source.next += 1;
    const { rule, point } = this.#of;
    const quality = qualityOf(series.quality[next] ?? 0);
    const reading = { pointId, observedAt: series.at[next] ?? 0, value: series.value[next] ?? 0, quality };
    this.#tick(reading.observedAt);
    const before = this.state.evaluatedAt;
    this.#keep(stepRule({ rule, point, state: this.state, facts: this.#facts }, reading));
    if (this.state.evaluatedAt !== before) this.readings += 1;
  }

  #keep(stepped: Stepped | null): void {
    if (stepped === null) return;
    this.state = stepped.state;
    this.transitions.push(...stepped.transitions);
  }
}

/** The source whose next reading is the oldest, of equally old ones the first; null when all are taken. */
function oldest(sources: readonly Source[]): Source | null {
  let [found, at]: [Source | null, number] = [null, Infinity];
  for (const source of sources) {
    const own = source.series.at[source.next] ?? Infinity;
    if (own < at) [found, at] = [source, own];
  }
  return found;
}
